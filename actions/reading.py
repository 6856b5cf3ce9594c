"""Reads stories and answers outside a conversation, with the code of the live chat: JSON lines in, JSON lines out."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.understanding.answers import Reading
from actions.understanding.outcome import decide
from actions.understanding.story import extract
from actions.understanding.text import cleaned
from vocabulary.dialogue import TEXT_CAP, Outcome
from vocabulary.steps import Step

_LIMA = ZoneInfo("America/Lima")
_WITH_A_FORM = frozenset(
    {Step.CONSENT, Step.OATH, Step.CONFIRM, Step.CANCEL_CONFIRM, Step.SAFE_NOW, Step.OPERATOR_CONFIRM, Step.OFFICE}
    | {Step.SURVEY_OFFER, Step.SURVEY_SCORE, Step.LANGUAGE_CHOICE, Step.DOCUMENT_TYPE, Step.DOCUMENT_NUMBER}
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


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    return moment if moment.tzinfo else moment.replace(tzinfo=_LIMA)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=["extract", "interpret"])
    parser.add_argument("--now", type=_moment, required=True, help="when a line that has no now of its own was written")
    arguments = parser.parse_args()
    work: Callable[[dict[str, Any], datetime], dict[str, Any]] = {"extract": _extract, "interpret": _interpret}[
        arguments.work
    ]
    for raw in sys.stdin:
        line = json.loads(raw)
        now = _moment(line["now"]) if line.get("now") else arguments.now
        print(json.dumps(work(line, now), ensure_ascii=False))


if __name__ == "__main__":
    main()
