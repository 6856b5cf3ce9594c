"""The surveys of ``surveys/<id>_v<version>.toml``: what is asked, in which order, and what may be answered."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from vocabulary.sentences import has_sentence
from vocabulary.steps import SURVEY_STEPS, Step

_FOLDER = Path(__file__).parent / "surveys"

type Answer = int | str
"""A number of a scale, the id of a choice, or a text."""


class NotASurvey(ValueError):
    """A definition can't be asked; the message says which and why."""


class Kind(StrEnum):
    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True)
class Question:
    """What is asked at a step. ``titles`` are the sentences of its answers, in order; a text has none."""

    step: Step
    kind: Kind
    titles: Mapping[Answer, str]

    def accepts(self, answer: Answer) -> bool:
        """Whether that may be answered."""
        return isinstance(answer, str) if self.kind is Kind.TEXT else answer in self.titles


@dataclass(frozen=True)
class Questionnaire:
    """One version of a survey."""

    id: str
    version: int
    questions: tuple[Question, ...]

    def question(self, step: Step) -> Question:
        """Raises ``KeyError`` for a step that it does not ask."""
        return {question.step: question for question in self.questions}[step]


def read(path: Path) -> Questionnaire:
    """Raises ``NotASurvey``."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        questions = tuple(_question(one, told) for one in told["questions"])
        found = Questionnaire(told["id"], told["version"], questions)
    except (KeyError, ValueError) as wrong:
        raise NotASurvey(f"{path.name}: {wrong}") from wrong
    steps = [question.step for question in questions]
    keys = [f"ask.{step}.{part}" for step in steps for part in ("question", "why", "example")]
    keys += [key for question in questions for key in question.titles.values()]
    if missing := [key for key in keys if not has_sentence(key)]:
        raise NotASurvey(f"{path.name}: no sentence {', '.join(missing)}")
    if path.stem != f"{found.id}_v{found.version}":
        raise NotASurvey(f"{path.name}: is {found.id} {found.version}")
    if not steps or len(set(steps)) < len(steps) or not set(steps) <= SURVEY_STEPS - {Step.SURVEY_OFFER}:
        raise NotASurvey(f"{path.name}: a question is missing, asked twice, or of no survey")
    return found


def _question(told: dict[str, Any], survey: dict[str, Any]) -> Question:
    step, kind = Step(told["step"]), Kind(told["kind"])
    answers: list[Answer] = []
    if kind is Kind.SCALE:
        answers = list(range(1, survey["scales"][told["of"]] + 1))
    elif kind is Kind.CHOICE:
        answers = list(survey["choices"][told["of"]])
    return Question(step, kind, {answer: f"survey.{told['of']}.{answer}" for answer in answers})


@cache
def version(survey: str, number: int) -> Questionnaire:
    """A version as it was asked."""
    return read(_FOLDER / f"{survey}_v{number}.toml")


@cache
def current(survey: str) -> Questionnaire:
    """The version that is asked now: the latest."""
    found = [read(path) for path in _FOLDER.glob(f"{survey}_v*.toml")]
    return max(found, key=lambda one: one.version)
