"""What a message is as the reply to a question: the statistical reading, overruled only where the text decides."""

import re
from datetime import datetime
from typing import Any

from actions.understanding import choices
from actions.understanding.answers import Reading, read
from actions.understanding.asides import aside
from actions.understanding.text import fold
from vocabulary.dialogue import Outcome
from vocabulary.steps import Step

_NEVER = 10_000
_TELLS = {Step.NARRATIVE: 15, Step.INCIDENT_TYPE: 7}
"""Words from which a reply to these steps tells what happened, whatever else it sounds like."""
_TAKES_BACK = re.compile(r"\b(?:me equivoque|corrij\w*|corrig\w*|rectific\w*|(?:puse|escribi|esta) mal|no era)\b")
_NEVER_OVERRULED = frozenset({Outcome.EMERGENCY})
_OWN_FORM = frozenset(
    {Step.OCCURRED_AT, Step.PLACE, Step.BIRTH_DATE, Step.VERIFY_CODE, Step.COPY_CASE_NUMBER, Step.STATUS_CASE_NUMBER}
)
_FREE = frozenset({Step.STOLEN_ITEMS, Step.ITEM_DETAILS, Step.VEHICLE, Step.DAMAGE})
"""Steps whose reading is sure by naming a thing, which "no me fijé en la placa" does too."""
_NOT_A_STORY = frozenset({Outcome.EMERGENCY, Outcome.HUMAN, Outcome.CANCEL, Outcome.QUESTION, Outcome.CHANGE_LANGUAGE})


def decide(step: Step | None, *, intent: str, text: str, now: datetime, **known: Any) -> tuple[Outcome, Reading | None]:
    """The outcome, and the value where it is an answer; an answer without a usable value has no reading.

    ``intent`` is what the classifier named. Words that decide by themselves go before it, and then a text that is
    decisively a value for the step; danger goes before all. ``known`` helps the reading: ``document_type``,
    ``options``, ``place`` and ``likely``, as ``read`` has them.
    """
    outcome = Outcome(intent) if intent in set(Outcome) else Outcome.ANSWER if step else Outcome.CHITCHAT
    if step is None:
        return outcome, None
    if outcome in _NEVER_OVERRULED:
        return outcome, None
    reading = read(step, text, now=now, **known)
    said = aside(step, text, outcome)
    has_value = reading is not None and reading.sure and step not in _FREE
    if said is not None and not (said is Outcome.DONT_KNOW and has_value):
        return said, None
    if outcome is Outcome.CORRECT_PREVIOUS and _mends_itself(step, text, reading):
        return Outcome.ANSWER, reading
    if outcome is Outcome.ANSWER:
        takes_back = reading is None and _TAKES_BACK.search(fold(text))
        return (Outcome.CORRECT_PREVIOUS if takes_back else outcome), reading
    story = len(text.split()) >= _TELLS.get(step, _NEVER) and outcome not in _NOT_A_STORY
    if reading is not None and (reading.sure or story):
        return Outcome.ANSWER, reading
    return outcome, None


def _mends_itself(step: Step, text: str, reading: Reading | None) -> bool:
    """Whether what sounds like a correction is one of this very answer: it reads as one and names no other field."""
    if step is Step.CORRECTION_VALUE:
        return True
    return step in _OWN_FORM and reading is not None and choices.read_field(text) in (None, step)
