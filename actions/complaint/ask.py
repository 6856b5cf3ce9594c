"""Asking: one action a step, as Rasa's forms look them up (``action_ask_<step>``)."""

from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint.intake import ComplaintIntake
from actions.complaint.summary import summary_text
from actions.survey.answering import answers_offered
from actions.turn import Turn
from vocabulary.dialogue import Choice
from vocabulary.incidents import IncidentType
from vocabulary.sentences import has_sentence
from vocabulary.steps import CASE_STEPS, SURVEY_STEPS, Step

_CHOICES: dict[Step, tuple[Choice, ...]] = {
    Step.CONSENT: (Choice.YES, Choice.NO),
    Step.OCCURRED_AT: (Choice.DONT_KNOW,),
    Step.PLACE: (Choice.DONT_KNOW,),
    Step.STOLEN_ITEMS: (Choice.SKIP,),
    Step.VEHICLE: (Choice.DONT_KNOW,),
    Step.AMOUNT_LOST: (Choice.DONT_KNOW, Choice.SKIP),
    Step.PAYMENT_DETAILS: (Choice.DONT_KNOW, Choice.SKIP),
    Step.SUSPECTS: (Choice.DONT_KNOW, Choice.SKIP),
    Step.INJURIES: (Choice.SKIP,),
    Step.DAMAGE: (Choice.SKIP,),
    Step.VICTIM_NAME: (Choice.DONT_KNOW,),
    Step.RELATIONSHIP: (Choice.SKIP,),
    Step.BIRTH_DATE: (Choice.DONT_KNOW,),
    Step.MISSING_PERSON: (Choice.SKIP,),
    Step.COMPANY: (Choice.SKIP,),
    Step.PHONE: (Choice.SKIP,),
    Step.EMAIL: (Choice.SKIP,),
    Step.ADDRESS: (Choice.SKIP,),
    Step.OATH: (Choice.YES, Choice.NO),
    Step.CONFIRM: (Choice.CONFIRM, Choice.CORRECT, Choice.CANCEL),
    Step.CANCEL_CONFIRM: (Choice.YES, Choice.NO),
    Step.SAFE_NOW: (Choice.YES, Choice.NO),
    Step.COPY_CASE_NUMBER: (Choice.DONT_KNOW,),
    Step.SURVEY_OFFER: (Choice.YES, Choice.NO),
}
_TITLED: dict[Step, tuple[tuple[Choice, str], ...]] = {
    Step.WITNESSES: ((Choice.NO, "none"),),
    Step.EVIDENCE: ((Choice.NO, "none"),),
    Step.REPORTING_FOR: ((Choice.YES, "self"), (Choice.NO, "other")),
    Step.OFFICE: ((Choice.YES, "station"), (Choice.NO, "central")),
    Step.SAFE_CONTACT: ((Choice.NO, "here"),),
    **{step: ((Choice.NO, "leave"),) for step in CASE_STEPS},
    Step.CALLBACK_TIME: ((Choice.NO, "leave"),),
}
"""Choices whose titles are the step's own (``ask.<step>.<name>``)."""
_LIKELY = 3


def _choices(turn: Turn, intake: ComplaintIntake, step: Step) -> list[Choice | tuple[str, str]]:
    if step is Step.INCIDENT_TYPE:
        likely = [name for name, _ in turn.incident_types[:_LIKELY]] or ["robbery", "theft", "lost_document"]
        names = dict.fromkeys([*likely, IncidentType.OTHER])
        return [(str(name), turn.sentence(f"labels.incident_plain.{name}")) for name in names]
    if step is Step.CLARIFY:
        return [(place.ubigeo, place.title) for place in intake.candidates]
    if step is Step.DOCUMENT_NUMBER:
        skip = [Choice.SKIP] if intake.may_skip(step) else []
        return [(Choice.NO.value, turn.sentence("ask.document_number.none")), *skip]
    if step is Step.CALLBACK_PHONE:
        leave = (Choice.NO.value, turn.sentence("ask.callback_phone.leave"))
        phone = turn.draft.get("phone")
        return [(Choice.YES.value, turn.sentence("ask.callback_phone.known", phone=phone)), leave] if phone else [leave]
    if step is Step.FULL_NAME and intake.may_skip(step):
        return [(Choice.SKIP.value, turn.sentence("ask.full_name.anonymous"))]
    if step in SURVEY_STEPS and step is not Step.SURVEY_OFFER:
        return answers_offered(turn, step)
    if step in _TITLED:
        return [(choice.value, turn.sentence(f"ask.{step}.{name}")) for choice, name in _TITLED[step]]
    return list(_CHOICES.get(step, ()))


def ask(turn: Turn, step: Step, *, alarmed: bool = False) -> None:
    """Say the question of a step, with its choices. In an alarm the lines were said already, and asking is short."""
    intake = ComplaintIntake(turn.draft)
    key, values = f"ask.{step}.question", {}
    if step is Step.CONFIRM:
        turn.say_text(summary_text(turn, intake))
        if offers := [turn.sentence(f"ask.{one}.offer") for one in intake.offered()]:
            turn.say("talk.offered", offers=", ".join(offers))
    if step is Step.DOCUMENT_NUMBER:
        values = {"document": turn.sentence(f"labels.document_type.{turn.draft.get('document_type', 'dni')}")}
    if intake.incident_type and not alarmed and has_sentence(f"ask.{step}.{intake.incident_type}"):
        key = f"ask.{step}.{intake.incident_type}"
    if step is Step.OATH and turn.draft.get("minor"):
        key = "ask.oath.minor"
    choices = _choices(turn, intake, step)
    if alarmed:
        choices.append((Choice.HUMAN.value, turn.sentence("talk.choices.cannot_speak")))
    turn.say(key, choices=choices, **values)


class _Ask:
    """Asks its step."""

    step: ClassVar[Step]

    def name(self) -> str:
        return f"action_ask_{self.step}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        ask(await Turn.open(dispatcher, tracker), self.step, alarmed=bool(tracker.get_slot("emergency")))
        return []


_ASKED_ELSEWHERE = {Step.COPY_CHOICE}
ASKED = [step for step in Step if has_sentence(f"ask.{step}.question") and step not in _ASKED_ELSEWHERE]
ASKS = [type(f"Ask{step.title()}", (_Ask, Action), {"step": step, "__module__": __name__}) for step in ASKED]
