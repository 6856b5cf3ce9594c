"""The definitions of surveys."""

from hashlib import sha256
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


PUBLISHED = {
    "service_v1": "e7d3b3e1a52eebdfb2bea673fb71e5990040bdf1d61719291ba909989425b358",
    "service_v2": "89582ee8e7a8359674b49944a622fc9d8c95907bc0963c84969b4dff273da7e1",
    "visit_v1": "a753786278819e0c25f540aa534d574964cad82989b500a203ee084e28d44300",
}
"""SHA-256 of each file: what was answered is read by it for ever."""


def test_a_published_version_never_changes_and_a_new_one_is_noted_here() -> None:
    files = {path.stem: path for path in Path(questionnaires.__file__).parent.joinpath("surveys").glob("*.toml")}
    assert {name: sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == PUBLISHED
    assert {f"{one.id}_v{one.version}" for one in questionnaires.published()} == set(PUBLISHED)


def test_a_question_is_asked_only_where_what_it_depends_on_was_answered_so() -> None:
    asked = current("visit")
    for answer, is_asked in (("no", True), ("not_yet", True), ("yes", False), (None, False)):
        steps = [question.step for question in asked.asked({Step.SURVEY_SOLVED: answer})]
        assert (Step.SURVEY_MISSING in steps) is is_asked
        assert Step.SURVEY_GENDER in steps


WHEN = 'when = { step = "survey_solved", answers = ["no"] }\n'
SOLVED = a_question("survey_solved", "choice", "solved")


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (HEAD + SCORE + WHEN + SOLVED, "survey_score depends on an answer that is not offered before it"),
        (HEAD + SOLVED + SCORE + WHEN.replace('"no"', '"perhaps"'), "survey_score depends on an answer"),
        (HEAD + SOLVED + SCORE + WHEN.replace('"no"', ""), "survey_score depends on an answer"),
        ('languages = ["quz"]\n' + HEAD + SCORE, r"not in all of its languages: ask.survey_score.question \(quz\)"),
        ('languages = ["xx"]\n' + HEAD + SCORE, "'xx' is not a valid Language"),
        ("languages = []\n" + HEAD + SCORE, "it has none"),
    ],
)
def test_conditions_and_languages_are_checked_with_words_that_help(tmp_path: Path, told: str, why: str) -> None:
    file = tmp_path / "service_v3.toml"
    file.write_text(told)
    with pytest.raises(NotASurvey, match=why):
        read(file)


def test_a_definition_that_can_is_read(tmp_path: Path) -> None:
    file = tmp_path / "service_v3.toml"
    file.write_text(HEAD + SCORE + a_question("survey_solved", "choice", "solved"))
    assert [list(question.titles) for question in read(file).questions] == [[1, 2, 3, 4, 5], ["yes", "no"]]
