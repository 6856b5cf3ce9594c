"""The survey through the live stack, as a citizen answers it, and what of it stays in the database."""

import json
from typing import Any

import httpx
import psycopg
import pytest

from api.cli.postgres import Cluster
from tests.e2e.conftest import Citizen, Stack, go_on
from tests.e2e.test_whatsapp import Phone
from vocabulary.questionnaires import current
from vocabulary.sentences import sentence

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STORY = "Perdí mi DNI ayer en el bus, en San Juan de Lurigancho."
STEPS = [question.step for question in current("service").questions]


def responses(stack: Stack) -> list[dict[str, Any]]:
    """Every response that is kept."""
    with psycopg.connect(Cluster(stack.data).url()) as connection:
        return [row[0] for row in connection.execute("select to_jsonb(r) from survey_responses r")]


def comments(stack: Stack) -> int:
    with psycopg.connect(Cluster(stack.data).url()) as connection:
        return len(connection.execute("select id from survey_comments").fetchall())


def new_response(stack: Stack, before: list[dict[str, Any]]) -> dict[str, Any]:
    known = {row["id"] for row in before}
    (found,) = [row for row in responses(stack) if row["id"] not in known]
    return found


def test_a_whole_survey_is_answered_in_taps_and_words_and_leads_to_nobody(citizen: Citizen, stack: Stack) -> None:
    before, written = responses(stack), comments(stack)
    said = citizen.say("quiero calificar la atención")
    assert "sin su nombre" in said
    assert citizen.state["service"] == "survey"
    asked = [citizen.step]
    assert [choice["id"] for choice in citizen.replies[-1]["choices"]] == ["1", "2", "3", "4", "5", "skip"]
    for answer in ("muy buena", "4 estrellas", "regular", "pésimo"):
        citizen.say(answer)
        asked.append(citizen.step)
    for choice in ("5", "skip", "2", "not_yet", "waiting", "skip"):
        citizen.choose(choice)
        asked.append(citizen.step)
    assert asked == STEPS
    assert citizen.say("Gracias al suboficial Paz, muy paciente conmigo") == sentence("survey.thanks")
    assert citizen.step is None
    assert citizen.state["service"] is None
    found = new_response(stack, before)
    assert found["answers"] == {
        "survey_score": 5, "survey_ease": 4, "survey_treatment": 3, "survey_speed": 1, "survey_clarity": 5,
        "survey_safe": 2, "survey_solved": "not_yet", "survey_missing": "waiting",
    }  # fmt: skip
    assert (found["service"], found["station_id"], found["channel"]) == (None, None, "web")
    assert comments(stack) == written + 1
    own = [m["text"] for m in citizen.messages() if m["sender"] == "citizen"]
    assert own == ["quiero calificar la atención", *[sentence("system.survey_answered")] * len(STEPS)]
    assert "Paz" not in json.dumps(citizen.messages(), ensure_ascii=False)


def test_it_is_offered_after_filing_and_is_in_the_way_of_nothing(
    client: httpx.Client, citizen: Citizen, stack: Stack
) -> None:
    citizen.say(STORY)
    go_on(citizen, answers={"phone": "912 000 778"})
    assert citizen.step is None
    assert citizen.replies[-1]["choices"] == [{"id": "survey", "title": "Calificar la atención"}]
    citizen.documents(2)
    code = client.get("/api/v1/testing/outbox", params={"to": "+51912000778"}).json()[-1]["code"]
    assert "confirmado" in citizen.say(code)
    assert "Lo añadí" in citizen.say("olvidé decir que también perdí mi carné universitario")
    before = responses(stack)
    citizen.say("quiero llenar la encuesta")
    assert citizen.step == "survey_score"
    citizen.choose("4")
    assert "Guardé lo que alcanzó" in citizen.say("ya no")
    assert citizen.step is None
    found = new_response(stack, before)
    assert (found["service"], found["answers"]) == ("complaint", {"survey_score": 4})
    assert found["station_id"] is not None
    assert citizen.state["case_number"] not in json.dumps(found)


def test_the_choice_after_filing_begins_it_and_a_second_time_it_is_there_already(
    citizen: Citizen, stack: Stack
) -> None:
    citizen.say(STORY)
    go_on(citizen)
    before = responses(stack)
    citizen.choose("survey")
    assert citizen.step == "survey_score"
    citizen.say("cinco")
    citizen.say("salir")
    new_response(stack, before)
    kept = len(responses(stack))
    assert "ya está guardada" in citizen.say("quiero calificar la atención")
    assert citizen.step is None
    assert len(responses(stack)) == kept
    citizen.say("quiero poner otra denuncia: ayer perdí mi mochila en el bus, en Comas")
    go_on(citizen, answers={"incident_type": "lost_property"})
    citizen.choose("survey")
    assert citizen.step == "survey_score"


def test_whoever_tells_of_violence_is_never_offered_one(citizen: Citizen) -> None:
    citizen.say("el sábado mi esposo me pegó en la casa, en San Juan de Lurigancho")
    go_on(citizen, answers={"incident_type": "domestic_violence", "full_name": "Luz Mamani Condori"})
    assert citizen.state["case_number"]
    assert citizen.state["incident_type"] == "domestic_violence"
    offered = [choice["id"] for message in citizen.messages() for choice in message["choices"]]
    assert "survey" not in offered
    assert offered


def test_who_only_says_how_it_was_may_decline(citizen: Citizen, stack: Stack) -> None:
    before = responses(stack)
    assert "1818" in citizen.say("me atendieron pésimo en la comisaría, tres horas esperando")
    assert citizen.step == "survey_offer"
    assert [choice["id"] for choice in citizen.replies[-1]["choices"]] == ["yes", "no"]
    citizen.choose("no")
    assert citizen.step is None
    assert responses(stack) == before


def test_danger_inside_it_gets_the_lines_and_its_words_stay(citizen: Citizen, stack: Stack) -> None:
    before = responses(stack)
    citizen.say("quiero calificar la atención")
    citizen.choose("1")
    told = "me está pegando mi esposo ahora mismo, auxilio"
    assert "llame al 105" in citizen.say(told)
    assert citizen.state["emergency"]
    assert citizen.step == "safe_now"
    assert new_response(stack, before)["answers"] == {"survey_score": 1}
    assert told in [message["text"] for message in citizen.messages()]
    citizen.choose("yes")
    assert citizen.step is None


def test_a_bribe_told_inside_it_becomes_a_complaint_word_for_word(citizen: Citizen) -> None:
    citizen.say("quiero calificar la atención")
    told = "el policía de la puerta me pidió plata para recibir mi denuncia, ayer en Comas"
    citizen.say(told)
    assert citizen.state["service"] == "complaint"
    assert citizen.step == "consent"
    assert citizen.state["draft"]["narrative"] == told
    assert told in [message["text"] for message in citizen.messages()]


@pytest.mark.parametrize("asked", ["¿para qué es esta encuesta?", "¿es anónimo?"])
def test_a_question_about_it_is_answered_and_the_survey_goes_on(citizen: Citizen, asked: str) -> None:
    citizen.say("quiero calificar la atención")
    assert sentence("ask.survey_score.why") in citizen.say(asked)
    assert citizen.step == "survey_score"


def test_on_whatsapp_it_is_answered_by_the_numbers_of_the_list(stack: Stack) -> None:
    phone, before = Phone(stack), responses(stack)
    assert "1. Muy mala\n2. Mala" in phone.say("quiero calificar la atención")
    assert "¿Qué tan fácil le resultó?" in phone.say("4")
    assert "No le entendí bien" in phone.say("10")
    assert "¿Cómo le trataron?" in phone.say("6")
    phone.say("salir")
    found = new_response(stack, before)
    assert (found["channel"], found["answers"]) == ("whatsapp", {"survey_score": 4})
