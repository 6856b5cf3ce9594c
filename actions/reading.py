"""Reads stories and answers outside a conversation, with the code of the live chat: JSON lines in, JSON lines out."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk.executor import CollectingDispatcher

from actions.complaint.intake import FIELD_OF, ComplaintIntake
from actions.complaint.narration import take_story
from actions.turn import Turn
from actions.understanding.answers import Reading
from actions.understanding.outcome import decide
from actions.understanding.story import extract
from actions.understanding.text import cleaned
from vocabulary.dialogue import TEXT_CAP, Handover, Language, Outcome
from vocabulary.steps import SURVEY_STEPS, Step

_LIMA = ZoneInfo("America/Lima")
_WITH_A_FORM = frozenset(
    {Step.CONSENT, Step.OATH, Step.CONFIRM, Step.CANCEL_CONFIRM, Step.SAFE_NOW, Step.OPERATOR_CONFIRM, Step.OFFICE}
    | SURVEY_STEPS - {Step.SURVEY_COMMENT}
    | {Step.LANGUAGE_CHOICE, Step.DOCUMENT_TYPE, Step.DOCUMENT_NUMBER}
    | {Step.COPY_IDENTITY, Step.PHONE, Step.EMAIL, Step.OTP, Step.OCCURRED_AT, Step.BIRTH_DATE, Step.PLACE}
    | {Step.INCIDENT_TYPE}
)
"""Steps whose value has a form of its own; the value of the others is what was said."""


def _extract(line: dict[str, Any], now: datetime) -> dict[str, Any]:
    facts = extract(line["text"][:TEXT_CAP], now=now, incident_type=line["incident_type"])
    return {"id": line["id"], "facts": facts}


def _interpret(line: dict[str, Any], now: datetime) -> dict[str, Any]:
    step = Step(line["asked"]) if line["asked"] else None
    text = line["text"][:TEXT_CAP]
    outcome, reading = decide(step, intent=line["intent"], text=text, now=now, likely=line["incident_type"])
    value = _value(step, text, reading) if outcome is Outcome.ANSWER else None
    return {"id": line["id"], "outcome": outcome, "value": value, "facts": reading.facts if reading else {}}


def _value(step: Step | None, text: str, reading: Reading | None) -> Any:
    """The value as the contract has it: where the chat keeps that there is none, or an index, what was said."""
    value = reading.value if reading else None
    as_said = step is not None and step not in _WITH_A_FORM and not isinstance(value, str)
    return cleaned(text) or None if as_said else value


def _intake(line: dict[str, Any], now: datetime) -> dict[str, Any]:
    """How many questions a story leaves, and how many fields the story and their answers fill.

    ``kind`` is the kind of incident that the citizen names if it is asked.
    """
    turn = Turn(
        conversation_id="", step=None, intent=line["intent"], incident_types=line["incident_types"], draft={},
        text=line["text"], choice=None, location=None, attachments=0, sent_at=now, language=Language.SPANISH,
        handover=Handover.NONE, case_number=None, own=False, dispatcher=CollectingDispatcher(),
    )  # fmt: skip
    intake = ComplaintIntake(turn.draft)
    take_story(turn, intake, whole=False)
    told = {field for fields in FIELD_OF.values() for field in fields if turn.draft.get(field)} - {"place_candidates"}
    asked: list[Step] = []
    while step := intake.next_step():
        asked.append(step)
        if step is Step.INCIDENT_TYPE:
            turn.draft["incident_type"] = line["kind"]
        intake.settle(Step.PLACE if step is Step.CLARIFY else step)
    filled = told | {FIELD_OF[step][0] for step in asked if step in FIELD_OF}
    return {"id": line["id"], "questions": len(asked), "fields": len(filled)}


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=_LIMA)


_WORKS: dict[str, Callable[[dict[str, Any], datetime], dict[str, Any]]] = {
    "extract": _extract,
    "interpret": _interpret,
    "intake": _intake,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=list(_WORKS))
    parser.add_argument("--now", type=_moment, required=True, help="when a line that has no now of its own was written")
    arguments = parser.parse_args()
    work = _WORKS[arguments.work]
    for raw in sys.stdin:
        line = json.loads(raw)
        now = _moment(line["now"]) if line.get("now") else arguments.now
        print(json.dumps(work(line, now), ensure_ascii=False))


if __name__ == "__main__":
    main()
