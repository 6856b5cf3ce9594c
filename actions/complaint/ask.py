"""Asking: one action a step, as Rasa's forms look them up (``action_ask_<step>``)."""

from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.complaint.intake import ComplaintIntake
from actions.complaint.summary import summary_text
from actions.turn import Turn
from vocabulary.dialogue import Choice
from vocabulary.incidents import IncidentType
from vocabulary.sentences import has_sentence
from vocabulary.steps import Step
from vocabulary.wording import item_text

_CHOICES: dict[Step, tuple[Choice, ...]] = {
    Step.CONSENT: (Choice.YES, Choice.NO),
    Step.OCCURRED_AT: (Choice.DONT_KNOW,),
    Step.PLACE: (Choice.DONT_KNOW,),
    Step.STOLEN_ITEMS: (Choice.SKIP,),
    Step.ITEM_DETAILS: (Choice.DONT_KNOW,),
    Step.SUSPECTS: (Choice.DONT_KNOW, Choice.SKIP),
    Step.PHONE: (Choice.SKIP,),
    Step.EMAIL: (Choice.SKIP,),
    Step.ADDRESS: (Choice.SKIP,),
    Step.OATH: (Choice.YES, Choice.NO),
    Step.CONFIRM: (Choice.CONFIRM, Choice.CORRECT, Choice.CANCEL),
    Step.CANCEL_CONFIRM: (Choice.YES, Choice.NO),
    Step.SAFE_NOW: (Choice.YES, Choice.NO),
}
_LIKELY = 3


def _choices(turn: Turn, intake: ComplaintIntake, step: Step) -> list[Choice | tuple[str, str]]:
    if step is Step.INCIDENT_TYPE:
        likely = [name for name, _ in turn.incident_types[:_LIKELY]] or ["robbery", "theft", "lost_document"]
        names = dict.fromkeys([*likely, IncidentType.OTHER])
        return [(str(name), turn.sentence(f"labels.incident_plain.{name}")) for name in names]
    if step is Step.CLARIFY:
        return [(place.ubigeo, place.title) for place in intake.candidates]
    if step in (Step.WITNESSES, Step.EVIDENCE):
        return [(Choice.NO.value, turn.sentence(f"ask.{step}.none"))]
    if step is Step.DOCUMENT_TYPE:
        return [
            (Choice.YES.value, turn.sentence("ask.document_type.dni")),
            (Choice.NO.value, turn.sentence("ask.document_type.none")),
        ]
    return list(_CHOICES.get(step, ()))


def ask(turn: Turn, step: Step) -> None:
    """Say the question of a step, with its choices."""
    intake = ComplaintIntake(turn.draft)
    key, values = f"ask.{step}.question", {}
    if step is Step.CONFIRM:
        turn.say_text(summary_text(turn, intake))
    if step is Step.ITEM_DETAILS and (item := intake.item_without_details()):
        values = {"item": f"su {item_text(item, turn.language)}"}
    if step is Step.DOCUMENT_NUMBER:
        values = {"document": turn.sentence(f"labels.document_type.{turn.draft.get('document_type', 'dni')}")}
    if intake.incident_type and has_sentence(f"ask.{step}.{intake.incident_type}"):
        key = f"ask.{step}.{intake.incident_type}"
    turn.say(key, choices=_choices(turn, intake, step), **values)


class _Ask:
    """Asks its step."""

    step: ClassVar[Step]

    def name(self) -> str:
        return f"action_ask_{self.step}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        ask(await Turn.open(dispatcher, tracker), self.step)
        return []


ASKED = [step for step in Step if has_sentence(f"ask.{step}.question")]
ASKS = [type(f"Ask{step.title()}", (_Ask, Action), {"step": step, "__module__": __name__}) for step in ASKED]
