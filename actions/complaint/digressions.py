"""What a citizen may do in the middle of the intake besides answering, and how the intake ends."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.complaint.correction import correct
from actions.complaint.intake import ComplaintIntake
from actions.complaint.narration import hurry
from actions.complaint.settling import leave_unknown
from actions.information import topic_of
from actions.survey.offer import offer_survey, rendered
from actions.turn import Turn
from vocabulary.advice import advice
from vocabulary.dialogue import Choice, Service
from vocabulary.incidents import DISCLOSURES, IncidentType
from vocabulary.steps import Step

type Events = list[dict[str, Any]]

_ABOUT_SERVICE = frozenset({"cost", "duration", "validity", "no_wait", "phone_block"})
"""Topics that are never about the open question itself…"""
_ABOUT_MONEY = frozenset({Step.AMOUNT_LOST, Step.STOLEN_ITEMS, Step.ITEM_DETAILS, Step.DAMAGE, Step.PAYMENT_DETAILS})
"""…but where that is about what things cost."""
_COPY_STEPS = frozenset({Step.COPY_CASE_NUMBER, Step.COPY_IDENTITY, Step.OTP, Step.COPY_CHOICE})
"""Where the duration that is told, a complaint's, is not what is meant."""


class ExplainQuestion(Action):
    """Answers what is asked of the service, else says why the open question is asked."""

    def name(self) -> str:
        return "action_explain"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        if turn.step:
            topic = topic_of(turn.read_text)
            about_service = topic in _ABOUT_SERVICE and turn.step not in _ABOUT_MONEY
            if topic == "duration" and turn.step in _COPY_STEPS:
                about_service = False
            turn.say(f"talk.information.{topic}" if about_service else f"ask.{turn.step}.why")
        return []


class LeaveUnknown(Action):
    """Goes on without an answer where one may be missing, and says kindly where it may not."""

    def name(self) -> str:
        return "action_leave_unknown"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        intake = ComplaintIntake(turn.draft)
        hurry(turn, intake)
        if turn.step:
            leave_unknown(turn, intake, turn.step)
        await turn.save()
        return []


class CorrectPrevious(Action):
    """Takes back an earlier answer: with the new value if the message has it, else by asking it again."""

    def name(self) -> str:
        return "action_correct_previous"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        intake = ComplaintIntake(turn.draft)
        correct(turn, intake)
        await turn.save()
        return []


class AfterCancel(Action):
    """Forgets the draft that the citizen gave up, or goes on with it."""

    def name(self) -> str:
        return "action_after_cancel"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        if not tracker.get_slot("cancelled"):
            turn.say("talk.keep_going")
            return [SlotSet("cancelled", None), FollowupAction("complaint_form")]
        ComplaintIntake(turn.draft).forget()
        await turn.save()
        turn.say("talk.cancelled")
        return [SlotSet("intake", None), SlotSet("cancelled", None), SlotSet("service", None)]


class CloseIntake(Action):
    """Registers a confirmed complaint and tells its number; leads who does not consent to a person."""

    def name(self) -> str:
        return "action_close_intake"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        intake = ComplaintIntake(turn.draft)
        if tracker.get_slot("intake") != "complete":
            violence = intake.incident_type in DISCLOSURES
            turn.say("talk.no_consent_violence" if violence else "talk.no_consent", choices=[Choice.HUMAN])
            intake.forget()
            await turn.save()
            return [SlotSet("intake", None), SlotSet("service", None)]
        filed = await station.file_complaint(turn.conversation_id)
        _tell_filed(turn, intake, filed)
        if intake.incident_type not in DISCLOSURES and not tracker.get_slot("emergency"):
            offer_survey(turn)
        return [SlotSet("intake", "filed"), SlotSet("tries", 0), rendered(tracker, Service.COMPLAINT)]


def _tell_filed(turn: Turn, intake: ComplaintIntake, filed: dict[str, Any]) -> None:
    """The number, which papers follow, what the law and the bot promise of this kind, and what to do now."""
    anonymous = intake.draft.get("anonymous")
    copy = "filed_anonymous" if anonymous else "filed_with_copy" if filed["copy_follows"] else "filed_later_copy"
    turn.say("talk.filed", case_number=filed["case_number"], copy=turn.sentence(f"talk.{copy}"))
    promises = []
    if intake.table.report_within:
        promises.append(turn.sentence("talk.report_clock"))
    if intake.table.confidential:
        promises.append(turn.sentence("talk.no_call"))
    if promises:
        turn.say_text(" ".join(promises))
    kind = intake.incident_type or IncidentType.OTHER
    if steps := advice(kind, intake.draft.get("items", []), turn.language):
        turn.say("talk.next_steps", steps="\n".join(f"• {step}" for step in steps))
    turn.say("talk.filed_complete_later")
    if filed["code_sent_by"]:
        turn.say(f"talk.contact_code_by_{filed['code_sent_by']}")


class SupplementComplaint(Action):
    """Adds what the citizen writes after filing, as a supplementary statement."""

    def name(self) -> str:
        return "action_supplement"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        try:
            await station.supplement(turn.conversation_id, turn.text or "")
        except station.NotFound:
            turn.say("talk.status_none")
        else:
            turn.say("talk.supplemented", case_number=turn.case_number)
        return []
