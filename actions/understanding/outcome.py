"""What a message is as the reply to a question: the statistical reading, overruled only where the text decides."""

import re
from datetime import datetime
from typing import Any

from actions.understanding.answers import Reading, read
from actions.understanding.asides import aside
from actions.understanding.text import fold
from vocabulary.dialogue import Outcome
from vocabulary.steps import Step

_STORY_WORDS = 15
_TAKES_BACK = re.compile(r"\b(?:me equivoque|corrij\w*|corrig\w*|rectific\w*|(?:puse|escribi|esta) mal|no era)\b")
_NEVER_OVERRULED = frozenset({Outcome.EMERGENCY})
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
    if outcome is Outcome.ANSWER:
        takes_back = reading is None and _TAKES_BACK.search(fold(text))
        return (Outcome.CORRECT_PREVIOUS if takes_back else outcome), reading
    story = step is Step.NARRATIVE and len(text.split()) >= _STORY_WORDS and outcome not in _NOT_A_STORY
    if reading is not None and (reading.sure or story):
        return Outcome.ANSWER, reading
    return outcome, None
