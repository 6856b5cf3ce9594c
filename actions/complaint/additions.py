"""What is told beside the questions: before confirming it is kept word for word."""

import re
from typing import Any

from actions.complaint.intake import ComplaintIntake
from actions.turn import Turn
from actions.understanding import items

_LONG_NUMBER = re.compile(r"\b\d(?:[ -]?\d){13,15}\b")


def add(turn: Turn, intake: ComplaintIntake) -> None:
    """Keep what is added before confirming, word for word, and the details of a thing that it tells."""
    told = intake.draft.get("anything_else")
    intake.draft["anything_else"] = f"{told}\n{turn.text}" if told else turn.text
    _take_details(turn, intake)
    turn.say("talk.added")


def _take_details(turn: Turn, intake: ComplaintIntake) -> None:
    """Give a thing the brand, plate, IMEI or value that a text tells; an IMEI that is none is said to be."""
    item = intake.item_without_details()
    told = next(iter(items.find(turn.read_text, asked=True)), None)
    fact: dict[str, Any] = told.fact if told else {}
    if item is not None:
        for detail in ("brand", "plate", "imei", "amount", "currency"):
            if fact.get(detail) is not None:
                item[detail] = fact[detail]
    typed = _LONG_NUMBER.search(turn.read_text)
    if typed and not fact.get("imei"):
        turn.say("talk.imei_wrong", imei=typed.group())
