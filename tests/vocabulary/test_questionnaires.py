"""The definitions of surveys."""

from pathlib import Path

import pytest

from vocabulary import questionnaires
from vocabulary.questionnaires import Kind, NotASurvey, current, read
from vocabulary.steps import SURVEY_STEPS, Step

HEAD = 'id = "service"\nversion = 3\n[scales]\nquality = 5\nendless = 9\n[choices]\nsolved = ["yes", "no"]\n'


def a_question(step: str, kind: str, of: str = "quality") -> str:
    return f'[[questions]]\nstep = "{step}"\nkind = "{kind}"\nof = "{of}"\n'


SCORE = a_question("survey_score", "scale")


def test_every_step_of_a_survey_but_the_offer_is_asked_and_what_is_free_to_write_comes_last() -> None:
    asked = current("service").questions
    assert {question.step for question in asked} == SURVEY_STEPS - {Step.SURVEY_OFFER}
    assert asked[0].step is Step.SURVEY_SCORE
    assert [question.step for question in asked if question.kind is Kind.TEXT] == [asked[-1].step]
    assert asked[-1].step is Step.SURVEY_COMMENT


def test_a_version_that_was_asked_is_still_read() -> None:
    now = current("service")
    assert questionnaires.version("service", now.version) == now
    assert questionnaires.version("service", 1).question(Step.SURVEY_SCORE).accepts(5)


def test_a_question_accepts_what_it_offers_and_nothing_else() -> None:
    asked = current("service")
    assert [answer for answer in range(-1, 8) if asked.question(Step.SURVEY_SAFE).accepts(answer)] == [1, 2, 3, 4, 5]
    assert not asked.question(Step.SURVEY_SAFE).accepts("5")
    assert asked.question(Step.SURVEY_SOLVED).accepts("not_yet")
    assert not asked.question(Step.SURVEY_SOLVED).accepts("perhaps")
    assert asked.question(Step.SURVEY_COMMENT).accepts("gracias")
    assert not asked.question(Step.SURVEY_COMMENT).accepts(4)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("service_v3", HEAD + SCORE + SCORE),
        ("service_v3", HEAD + a_question("survey_score", "stars")),
        ("service_v3", HEAD + a_question("survey_score", "scale", "unknown")),
        ("service_v3", HEAD + a_question("survey_score", "scale", "endless")),
        ("service_v3", HEAD + a_question("survey_colour", "scale")),
        ("service_v3", HEAD + a_question("survey_offer", "text")),
        ("service_v3", HEAD + a_question("full_name", "text")),
        ("service_v3", "questions = []\n" + HEAD),
        ("service_v3", "questions = ["),
        ("service_v4", HEAD + SCORE),
        ("visit_v3", HEAD + SCORE),
    ],
)
def test_a_definition_that_can_t_be_asked_is_refused(tmp_path: Path, name: str, told: str) -> None:
    file = tmp_path / f"{name}.toml"
    file.write_text(told)
    with pytest.raises(NotASurvey, match=name):
        read(file)


def test_a_definition_that_can_is_read(tmp_path: Path) -> None:
    file = tmp_path / "service_v3.toml"
    file.write_text(HEAD + SCORE + a_question("survey_solved", "choice", "solved"))
    assert [list(question.titles) for question in read(file).questions] == [[1, 2, 3, 4, 5], ["yes", "no"]]
