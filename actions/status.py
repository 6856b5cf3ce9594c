"""How a case stands, and what its complainant says in it: for whoever shows that the case is theirs."""

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import station
from actions.survey.offer import rendered
from actions.turn import Turn, is_back_from_digression
from actions.understanding.answers import read
from actions.understanding.text import fold
from vocabulary.codes import find_code
from vocabulary.dialogue import Choice, Outcome, Service
from vocabulary.steps import CASE_STEPS, Step

type Events = list[dict[str, Any]]

_FORM = "status_form"
_TRIES = 3
_LATEST = 6
"""Events that a message tells of; the page tells of all."""
_LEAVES = re.compile(r"\W*(?:no|nada|mejor no|ya no|salir|cancelar?|dejal[oa]|dejalo ahi|olvidal[oa]|no,? gracias)\W*")


class ValidateStatusForm(Action):
    """Tells the status of the conversation's own case at once; of another, by its number
    and the code of its receipt or, only how it stands, its complainant's document."""

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
        if turn.step is Step.COPY_IDENTITY and (code := find_code(turn.read_text)):
            return await self._tell(turn, tracker, case_number=str(number), receipt_code=code)
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
        return await self._tell(turn, tracker, case_number=str(number), document_number=reading.value)

    async def _begin(self, turn: Turn, tracker: Tracker) -> Events:
        if turn.own_case:
            _tell_case(turn, await station.follow(turn.conversation_id))
            return [*_end(), rendered(tracker, Service.CASE_STATUS)]
        told = read(Step.STATUS_CASE_NUMBER, turn.read_text, now=turn.sent_at) if turn.text else None
        if told and isinstance(told.value, str):
            return _ask(Step.COPY_IDENTITY, told.value)
        return _ask(Step.STATUS_CASE_NUMBER, None)

    async def _tell(self, turn: Turn, tracker: Tracker, **shown: str) -> Events:
        try:
            found = await station.follow(turn.conversation_id, **shown)
        except (station.NotFound, station.TooManyRequests):
            turn.say("talk.status_unknown")
            return _end()
        _tell_case(turn, found)
        return [*_end(), rendered(tracker, Service.CASE_STATUS)]


def _tell_case(turn: Turn, found: dict[str, Any]) -> None:
    """Say how a case goes, what waits for whom and since when, and what may be said in it; or how it stands alone, and what
    shows that it is theirs."""
    if not found["whole"]:
        turn.say(
            "talk.status_alone", case_number=found["case_number"], status=found["label"].lower(),
            meaning=found["meaning"], station=found["station"],
        )  # fmt: skip
        return
    sidpol = found["sidpol_number"] or turn.sentence("following.pending_registration")
    status = turn.sentence(
        "talk.status", case_number=found["case_number"], status=found["label"].lower(), meaning=found["meaning"],
        station=found["station"], sidpol=sidpol,
    )  # fmt: skip
    happened = [f"{event['day']}: {_said(event)}" for event in found["events"][-_LATEST:]]
    parts = [status, "\n".join([turn.sentence("talk.status_happened"), *happened])]
    for key in ("asked", "asking"):
        parts += [f"{turn.sentence(f'talk.status_{key}', ago=event['ago'])}\n{_said(event)}" for event in found[key]]
    answer = [Choice.CASE_ANSWER] if found["asked"] else []
    choices = [*answer, Choice.CASE_QUESTION, Choice.CASE_CORRECT, Choice.CASE_WITHDRAW]
    turn.say_text("\n\n".join(parts), choices=choices)


def _said(event: dict[str, Any]) -> str:
    return f"{event['says']} «{event['note']}»" if event["note"] else str(event["says"])


class ValidateSayForm(Action):
    """Takes what a citizen writes into the case that they were just told of: whatever it is, save danger and the wish for a person."""

    def name(self) -> str:
        return "validate_say_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        turn = await Turn.open(dispatcher, tracker)
        if turn.choice in set(CASE_STEPS):
            return _ask(Step(turn.choice), None)
        if turn.step not in CASE_STEPS:
            return _end()
        if is_back_from_digression(tracker, "say_form"):
            return _ask(turn.step, None)
        if turn.choice is not None or _LEAVES.fullmatch(fold(turn.read_text)):
            turn.say("talk.case_left")
            return _end()
        if turn.intent == Outcome.HUMAN:
            return []
        if not (turn.text or "").strip():
            turn.say("talk.file_kept")
            return _ask(turn.step, None)
        said = await self._take(turn, turn.step.removeprefix("case_"), str(turn.text))
        if turn.intent == Outcome.EMERGENCY:  # it is in the case already; now the lines
            return []
        turn.say_text(said)
        return _end()

    async def _take(self, turn: Turn, about: str, text: str) -> str:
        """What is to be said of what was written."""
        try:
            name = await station.say_in_case(turn.conversation_id, about=about, text=text)
        except station.NotFound:
            return turn.sentence("talk.status_gone")
        except station.Conflict:
            return turn.sentence("following.refused.nothing_asked")
        except station.TooManyRequests:
            return turn.sentence("following.refused.too_many")
        return turn.sentence(f"following.taken.{about}", station=name)


def _ask(step: Step, number: str | None) -> Events:
    return [
        SlotSet("service", "case_status"),
        SlotSet("case_asked", number),
        SlotSet("tries", 0),
        SlotSet("requested_slot", step.value),
    ]


def _end() -> Events:
    return [SlotSet("service", None), SlotSet("case_asked", None), SlotSet("requested_slot", None)]
