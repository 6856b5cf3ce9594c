"""How a case stands: for whoever shows that the case is theirs."""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.survey.offer import rendered
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import read
from vocabulary.dialogue import Choice, Service
from vocabulary.steps import Step

type Events = list[dict[str, Any]]

_FORM = "status_form"
_TRIES = 3


class ValidateStatusForm(Action):
    """Tells the status of the conversation's own case at once; of another, by its number and its complainant's document."""

    def name(self) -> str:
        return f"validate_{_FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        number = tracker.get_slot("case_asked")
        if turn.step not in (Step.STATUS_CASE_NUMBER, Step.COPY_IDENTITY):
            return await self._begin(turn, tracker)
        if is_back_from_digression(tracker, _FORM):
            return _ask(turn.step, number)
        if turn.choice == Choice.SKIP or turn.intent == "dont_know":
            turn.say("talk.status_no_number")
            return _end()
        if turn.intent not in ("answer", "choice", ""):
            return []
        reading = read(turn.step, turn.read_text, now=turn.sent_at)
        if reading is None or not isinstance(reading.value, str):
            tries = int(tracker.get_slot("tries") or 0) + 1
            if tries >= _TRIES or (reading and reading.value is False):
                turn.say("talk.status_no_number")
                return _end()
            turn.say("talk.try_example", example=turn.sentence(f"ask.{turn.step}.example"))
            return [*_ask(turn.step, number), SlotSet("tries", tries)]
        if turn.step is Step.STATUS_CASE_NUMBER:
            return _ask(Step.COPY_IDENTITY, reading.value)
        return await self._tell(turn, str(number), reading.value, tracker)

    async def _begin(self, turn: Turn, tracker: Tracker) -> Events:
        if turn.own_case:
            _say_status(turn, turn.own_case, await station.case_status(turn.conversation_id))
            return [*_end(), rendered(tracker, Service.CASE_STATUS)]
        told = read(Step.STATUS_CASE_NUMBER, turn.read_text, now=turn.sent_at) if turn.text else None
        if told and isinstance(told.value, str):
            return _ask(Step.COPY_IDENTITY, told.value)
        return _ask(Step.STATUS_CASE_NUMBER, None)

    async def _tell(self, turn: Turn, number: str, document_number: str, tracker: Tracker) -> Events:
        try:
            status = await station.status_by_number(number, document_number)
        except station.NotFound:
            turn.say("talk.status_unknown")
            return _end()
        _say_status(turn, number, status)
        return [*_end(), rendered(tracker, Service.CASE_STATUS)]


def _say_status(turn: Turn, number: str, status: str) -> None:
    label = turn.sentence(f"labels.case_status.{status}").lower()
    turn.say("talk.status", case_number=number, status=label, meaning=turn.sentence(f"talk.status_means.{status}"))


def _ask(step: Step, number: str | None) -> Events:
    return [
        SlotSet("service", "case_status"),
        SlotSet("case_asked", number),
        SlotSet("tries", 0),
        SlotSet("requested_slot", step.value),
    ]


def _end() -> Events:
    return [SlotSet("service", None), SlotSet("case_asked", None), SlotSet("requested_slot", None)]
