"""Correcting an earlier answer in the middle of the intake."""

import re

from actions.complaint.additions import add
from actions.complaint.intake import FIELD_OF, ComplaintIntake
from actions.turn import Turn
from actions.understanding.answers import read
from actions.understanding.story import extract
from actions.understanding.text import fold
from vocabulary.steps import Step

_GO_BACK = re.compile(
    r"\b(?:anterior|ultim[oa]|antes|atras|equivoqu\w+|equivocad[oa]|puse|escribi|mal|error|correg\w+|corrij\w+|corrig\w+|rectific\w+|cambi\w+|no era|vuelv\w+|regres\w+)\b"
)
"""Words that take the last answer back without saying another."""
_CONTACTS = (Step.FULL_NAME, Step.DOCUMENT_NUMBER, Step.PHONE, Step.EMAIL)


def correct(turn: Turn, intake: ComplaintIntake) -> None:
    """Take the new value if the message has it, else have the earlier question asked again; at the summary, what names
    nothing to correct is added."""
    reading = read(Step.CORRECTION_FIELD, turn.read_text, now=turn.sent_at)
    named = Step(reading.value) if reading and reading.value in set(Step) else None
    if _take_correction(turn, intake, named):
        turn.say("talk.corrected")
    elif turn.step is Step.CONFIRM and named is None:
        add(turn, intake)
    elif named is None and not _GO_BACK.search(fold(turn.read_text)):
        turn.say("talk.correct_at_the_end")
    elif (step := named or intake.last_settled()) in FIELD_OF:
        if step not in intake.settled:
            turn.say("talk.asked_later")
        intake.reopen(Step(step))


def _take_correction(turn: Turn, intake: ComplaintIntake, named: Step | None) -> bool:
    """Take the new value of the field that is named or, where none is, of the one whose value is beyond doubt."""
    for step in [named] if named else _CONTACTS:
        if step in _CONTACTS and intake.draft.get(step):
            reading = read(step, turn.read_text, now=turn.sent_at)
            if reading and isinstance(reading.value, str) and (named or reading.sure):
                intake.draft[step] = reading.value
                return True
    facts = extract(turn.read_text, now=turn.sent_at)
    if (facts.get("suspects") or {}).get("count") is None:
        facts["suspects"] = None
    fields = {
        Step.OCCURRED_AT: "occurred_at",
        Step.PLACE: "place",
        Step.SUSPECTS: "suspects",
        Step.STOLEN_ITEMS: "items",
    }
    told = {
        field: facts[field]
        for step, field in fields.items()
        if facts.get(field) and (step is named or (named is None and step is not Step.STOLEN_ITEMS))
    }
    return bool(intake.take_facts(told, replace=True))
