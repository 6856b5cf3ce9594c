"""What a citizen may do in the middle of the intake besides answering, and how the intake ends."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.complaint.correction import correct
from actions.complaint.intake import ComplaintIntake
from actions.complaint.narration import hurry
from actions.turn import Turn
from vocabulary.dialogue import Choice
from vocabulary.steps import Step

type Events = list[dict[str, Any]]


class ExplainQuestion(Action):
    """Says why the open question is asked."""

    def name(self) -> str:
        return "action_explain"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        if turn.step:
            turn.say(f"ask.{turn.step}.why")
        return []


class LeaveUnknown(Action):
    """Goes on without an answer where one may be missing, and says kindly where it may not."""

    def name(self) -> str:
        return "action_leave_unknown"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        intake = ComplaintIntake(turn.draft)
        step = Step.PLACE if turn.step is Step.CLARIFY else turn.step
        hurry(turn, intake)
        if step and (intake.may_skip(step) or step is Step.PLACE):
            intake.draft.pop("place_candidates", None)
            intake.settle(step, "dont_know")
            turn.say("talk.skipped")
        elif step:
            turn.say("talk.cannot_skip", why=turn.sentence(f"ask.{step}.why"))
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
        if tracker.get_slot("intake") != "complete":
            turn.say("talk.no_consent", choices=[Choice.HUMAN])
            return [SlotSet("intake", None), SlotSet("service", None)]
        filed = await station.file_complaint(turn.conversation_id)
        copy = "filed_with_copy" if filed["copy_follows"] else "filed_later_copy"
        turn.say("talk.filed", case_number=filed["case_number"], copy=turn.sentence(f"talk.{copy}"))
        turn.say("talk.filed_complete_later")
        return [SlotSet("intake", "filed"), SlotSet("tries", 0)]


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
