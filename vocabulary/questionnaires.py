"""The surveys of ``surveys/<id>_v<version>.toml``: what is asked, in which order, and what may be answered."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from vocabulary.dialogue import Language
from vocabulary.sentences import has_sentence
from vocabulary.steps import SURVEY_STEPS, Step

_FOLDER = Path(__file__).parent / "surveys"

LONGEST = 2000
"""Characters of an answer in words on a page."""

type Answer = int | str
"""A number of a scale, the id of a choice, or a text."""


class NotASurvey(ValueError):
    """A definition can't be asked; the message says which and why."""


class Kind(StrEnum):
    SCALE = "scale"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True)
class Condition:
    """That an earlier question was answered in one of these ways."""

    step: Step
    answers: frozenset[Answer]


@dataclass(frozen=True)
class Question:
    """What is asked at a step, or only where ``when`` holds. ``titles`` are the sentences of its answers, in order; a text has
    none."""

    step: Step
    kind: Kind
    titles: Mapping[Answer, str]
    when: Condition | None = None

    def accepts(self, answer: Answer) -> bool:
        """Whether that may be answered."""
        return isinstance(answer, str) if self.kind is Kind.TEXT else answer in self.titles

    @property
    def passing_over(self) -> str:
        """The sentence of the choice to answer nothing."""
        own = f"ask.{self.step}.skip"
        return own if has_sentence(own) else "survey.skip"


@dataclass(frozen=True)
class Questionnaire:
    """One version of a survey; the first of its ``languages`` is the one that it was written in."""

    id: str
    version: int
    questions: tuple[Question, ...]
    languages: tuple[Language, ...]

    def question(self, step: Step) -> Question:
        """Raises ``KeyError`` for a step that it does not ask."""
        return {question.step: question for question in self.questions}[step]

    def asked(self, answers: Mapping[Step, Answer | None]) -> list[Question]:
        """The questions that are asked of who answered so."""
        return [
            question
            for question in self.questions
            if question.when is None or answers.get(question.when.step) in question.when.answers
        ]


def read(path: Path) -> Questionnaire:
    """Raises ``NotASurvey``."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        questions = tuple(_question(one, told) for one in told["questions"])
        languages = tuple(Language(one) for one in told.get("languages", ["es"]))
        found = Questionnaire(told["id"], told["version"], questions, languages)
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
    for number, question in enumerate(questions):
        earlier = {one.step: one for one in questions[:number]}
        if (when := question.when) and not (
            when.step in earlier and when.answers and when.answers <= earlier[when.step].titles.keys()
        ):
            raise NotASurvey(f"{path.name}: {question.step} depends on an answer that is not offered before it")
    lacking = [f"{key} ({one})" for one in languages for key in keys if not has_sentence(key, one)]
    if lacking or not languages:
        raise NotASurvey(f"{path.name}: not in all of its languages: {', '.join(lacking) or 'it has none'}")
    return found


def _question(told: dict[str, Any], survey: dict[str, Any]) -> Question:
    step, kind = Step(told["step"]), Kind(told["kind"])
    answers: list[Answer] = []
    if kind is Kind.SCALE:
        answers = list(range(1, survey["scales"][told["of"]] + 1))
    elif kind is Kind.CHOICE:
        answers = list(survey["choices"][told["of"]])
    when = told.get("when")
    return Question(
        step,
        kind,
        {answer: f"survey.{told['of']}.{answer}" for answer in answers},
        Condition(Step(when["step"]), frozenset(when["answers"])) if when else None,
    )


@cache
def version(survey: str, number: int) -> Questionnaire:
    """A version as it was asked."""
    return read(_FOLDER / f"{survey}_v{number}.toml")


@cache
def published() -> tuple[Questionnaire, ...]:
    """Every version of every survey: each survey's latest first."""
    found = [read(path) for path in _FOLDER.glob("*.toml")]
    return tuple(sorted(found, key=lambda one: (one.id, -one.version)))


@cache
def current(survey: str) -> Questionnaire:
    """The version that is asked now: the latest."""
    return next(one for one in published() if one.id == survey)
