"""A survey as the draft holds it while it is answered: which question is next, and what an answer says."""

import re
from dataclasses import dataclass
from typing import Any

from actions.turn import Turn
from actions.understanding.outcome import decide
from actions.understanding.text import cleaned, fold
from vocabulary.dialogue import Choice, Outcome
from vocabulary.questionnaires import Answer, Kind, Questionnaire, current, version
from vocabulary.steps import Step

ASKED = "service"
"""The survey that a conversation asks."""

_TOLD_WORDS = 6
"""Words from which a comment is one, whatever else it sounds like."""
_ENDS = re.compile(
    r"\W*(?:no,? )?(?:ya no(?:,? (?:mas|gracias|quiero))?|no mas|basta|suficiente|hasta (?:aqui|ahi)(?: nomas)?|"
    r"termin(?:ar|e|emos|alo)|finalizar|fin|chau|adios|me voy|me retiro|ya fue)\W*"
)
_OVERALL = re.compile(r"\b(?:nota|puntaje|puntuacion|calific\w*|estrellas?|\d)\b")


@dataclass
class Answering:
    """A view of a draft; it changes the draft that it is given."""

    draft: dict[str, Any]

    @property
    def questionnaire(self) -> Questionnaire:
        return version(self.draft["survey"]["id"], self.draft["survey"]["version"])

    @property
    def answers(self) -> dict[str, Answer | None]:
        answers: dict[str, Answer | None] = self.draft["survey"].setdefault("answers", {})
        return answers

    def begin(self, about: str) -> None:
        asked = current(ASKED)
        self.draft["survey"] = {"id": asked.id, "version": asked.version, "about": about, "answers": {}}

    def next_step(self) -> Step | None:
        asked = self.questionnaire.asked({Step(step): answer for step, answer in self.answers.items()})
        return next((question.step for question in asked if question.step not in self.answers), None)

    def take_back(self, text: str) -> bool:
        """Have an earlier question asked again: the overall one if a number is spoken of, else the last. False if there
        is none."""
        if not self.answers:
            return False
        overall = Step.SURVEY_SCORE in self.answers and _OVERALL.search(fold(text))
        del self.answers[Step.SURVEY_SCORE if overall else list(self.answers)[-1]]
        return True


def answers_offered(turn: Turn, step: Step) -> list[Choice | tuple[str, str]]:
    """The answers of a question as choices, and one to pass it over."""
    question = Answering(turn.draft).questionnaire.question(step)
    offered = [(str(answer), turn.sentence(key)) for answer, key in question.titles.items()]
    return [*offered, (Choice.SKIP.value, turn.sentence(question.passing_over))]


def read(turn: Turn, questionnaire: Questionnaire) -> tuple[Outcome, Answer | None]:
    """What a turn is as the reply to its question; an answer without a usable value has None."""
    assert turn.step is not None
    question = questionnaire.question(turn.step)
    if turn.choice is not None:
        chosen = next((answer for answer in question.titles if str(answer) == turn.choice), None)
        return (Outcome.REFUSE, None) if chosen is None else (Outcome.ANSWER, chosen)
    if _ENDS.fullmatch(fold(turn.read_text)):
        return Outcome.CANCEL, None
    outcome, reading = decide(turn.step, intent=turn.intent, text=turn.read_text, now=turn.sent_at)
    value = reading.value if reading else None
    if question.kind is not Kind.TEXT:
        return outcome, value
    if value is False:
        return Outcome.REFUSE, None
    told = turn.intent == Outcome.ANSWER and len(turn.read_text.split()) >= _TOLD_WORDS
    if told or (outcome in (Outcome.ANSWER, Outcome.CHITCHAT) and value is not True):
        return Outcome.ANSWER, cleaned(turn.text or "") or None
    return outcome, None
