"""Reads stories and answers outside a conversation, with the code of the live chat: JSON lines in, JSON lines out."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions.understanding.outcome import decide
from actions.understanding.story import extract
from vocabulary.dialogue import TEXT_CAP
from vocabulary.steps import Step


def _extract(line: dict[str, Any], now: datetime) -> dict[str, Any]:
    facts = extract(line["text"][:TEXT_CAP], now=now)
    if line["incident_type"]:
        facts["incident_type"] = line["incident_type"]
    return {"id": line["id"], "facts": facts}


def _interpret(line: dict[str, Any], now: datetime) -> dict[str, Any]:
    step = Step(line["asked"]) if line["asked"] else None
    outcome, reading = decide(step, intent=line["intent"], text=line["text"][:TEXT_CAP], now=now)
    return {"id": line["id"], "outcome": outcome, "value": reading.value if reading else None}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("work", choices=["extract", "interpret"])
    parser.add_argument("--now", type=datetime.fromisoformat, required=True)
    arguments = parser.parse_args()
    now = arguments.now if arguments.now.tzinfo else arguments.now.replace(tzinfo=ZoneInfo("America/Lima"))
    work: Callable[[dict[str, Any], datetime], dict[str, Any]] = {"extract": _extract, "interpret": _interpret}[
        arguments.work
    ]
    for line in sys.stdin:
        print(json.dumps(work(json.loads(line), now), ensure_ascii=False))


if __name__ == "__main__":
    main()
