"""What people write besides answers, through the live stack: nobody is left without a word, and nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.e2e.conftest import Citizen, go_on, opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STORY = "Ayer a las 8 de la noche dos sujetos con cuchillo me robaron mi celular Samsung en San Juan de Lurigancho"


@pytest.mark.parametrize("typed", ["😭😭😭", "?????", "jajaja", "eres un robot inútil, no sirves para nada"])
def test_emoji_abuse_and_nonsense_get_a_kind_word_and_keep_the_question(citizen: Citizen, typed: str) -> None:
    citizen.say(STORY)
    go_on(citizen, until="full_name")
    assert citizen.say(typed)
    assert citizen.step == "full_name"
    citizen.say("Rosa María Quispe Huamán")
    assert citizen.step == "document_number"


def test_six_thousand_characters_are_a_story_like_any_other(citizen: Citizen) -> None:
    citizen.say("Quiero denunciar un robo")
    citizen.choose("yes")
    long = STORY + ". " + "Yo volvía de trabajar y no vi bien a los sujetos, estaba oscuro. " * 95
    citizen.say(long[:6000])
    go_on(citizen)
    assert citizen.state["case_number"]
    assert len(citizen.state["draft"]["narrative"]) == 6000


def test_the_same_sentence_is_never_said_three_times(citizen: Citizen) -> None:
    citizen.say("me robaron el celular ayer a las 8 de la noche dos hombres con un cuchillo")
    go_on(citizen, until="place")
    said = [citizen.say("xkcd qwrt") for _ in range(4)]
    assert citizen.step != "place"
    assert len({answer.split("\n")[0] for answer in said}) == 4


def test_a_false_alarm_costs_a_sentence_and_not_the_answer(citizen: Citizen) -> None:
    citizen.say("El sábado un desconocido me golpeó en la cara en la puerta de una discoteca en San Juan de Lurigancho")
    go_on(citizen, until="injuries", answers={"incident_type": "assault"})
    citizen.say("me está saliendo mucha sangre de la cabeza y se me nubla la vista, no puedo pararme")
    assert citizen.state["emergency"]
    citizen.say("sí, estoy a salvo")
    assert not citizen.state["emergency"]
    assert citizen.step != "injuries"
    assert "mucha sangre" in _summary(citizen)


def test_an_alarm_is_not_kept_as_the_answer_of_who_is_in_danger(citizen: Citizen) -> None:
    citizen.say("El sábado un desconocido me golpeó en la cara en la puerta de una discoteca en San Juan de Lurigancho")
    go_on(citizen, until="injuries", answers={"incident_type": "assault"})
    citizen.say("me está saliendo mucha sangre de la cabeza y se me nubla la vista, no puedo pararme")
    said = citizen.say("no")
    assert "No he enviado a nadie" in said
    assert citizen.step == "injuries"


def _summary(citizen: Citizen) -> str:
    go_on(citizen, until="confirm")
    return "\n".join(reply["text"] for reply in citizen.replies)


@contextmanager
def later(client: httpx.Client, *, minutes: int) -> Iterator[None]:
    """The installation's clock put forward for a while."""
    try:
        moment = datetime.now(UTC) + timedelta(minutes=minutes)
        client.put("/api/v1/testing/clock", json={"now": moment.isoformat()}).raise_for_status()
        yield
    finally:
        client.put("/api/v1/testing/clock", json={"now": datetime.now(UTC).isoformat()}).raise_for_status()


def test_who_can_t_speak_goes_to_the_top_and_is_told_whether_anyone_is_there(
    client: httpx.Client, citizen: Citizen
) -> None:
    citizen.say("hay un hombre rompiendo la puerta de mi casa, estoy escondida y no puedo hablar")
    assert citizen.state["emergency"]
    with later(client, minutes=11):  # whoever else was at the console has left by then
        said = citizen.choose("human")
    assert "al principio de la lista" in said
    assert "No he enviado a nadie" in said
    assert "no hay nadie de turno" in said
    client.post("/api/v1/testing/staff", json={"role": "operator", "station_code": "000000"})
    other = opened(client)
    other.say("hay un hombre rompiendo la puerta de mi casa, estoy escondida y no puedo hablar")
    assert "Hay alguien de turno" in other.choose("human")


def test_how_a_case_stands_is_told_to_whoever_gives_its_number_and_document(
    client: httpx.Client, citizen: Citizen
) -> None:
    draft = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "document_number": "45678912"}
    made = client.post("/api/v1/testing/cases", json={"draft": draft, "status": "under_review"}).json()
    citizen.say("cómo va mi denuncia")
    assert citizen.step == "status_case_number"
    citizen.say(made["case_number"])
    assert citizen.step == "copy_identity"
    assert "en revisión" in citizen.say("45678912")
    assert citizen.step is None
    citizen.say("quiero saber el estado de mi denuncia")
    citizen.say(made["case_number"])
    refused = citizen.say("11111111")
    assert "No puedo contarle" in refused
    assert "revisión" not in refused


def test_the_own_case_is_told_of_at_once_and_its_papers_come_again(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen)
    citizen.documents(2)
    assert citizen.state["case_number"] in citizen.say("cómo va mi denuncia")
    citizen.say("quiero mi copia otra vez")
    citizen.documents(4)


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("¿cuánto cuesta denunciar aquí?", "gratis"),
        ("¿qué requisitos necesito para denunciar?", "DNI"),
        ("¿a qué hora atienden?", "cualquier hora"),
        ("¿qué comisaría me corresponde si vivo en San Juan de Lurigancho?", "Comisaría"),
    ],
)
def test_questions_about_the_service_are_answered(citizen: Citizen, asked: str, part: str) -> None:
    assert part in citizen.say(asked)


def test_who_said_their_name_and_mail_in_the_story_is_asked_for_neither(citizen: Citizen) -> None:
    citizen.say(
        "Perdí mi DNI y mi brevete el lunes en un taxi en San Juan de Lurigancho. Soy Carlos Mendoza Ruiz, DNI 43218765,"
        " celular 987654321, correo carlos.mendoza@example.pe"
    )
    asked = go_on(citizen)
    assert not {"full_name", "document_number", "phone", "email"} & set(asked)
    assert citizen.state["draft"]["full_name"] == "Carlos Mendoza Ruiz"
    assert citizen.state["draft"]["email"] == "carlos.mendoza@example.pe"
    assert citizen.state["case_number"]


def test_a_question_about_the_service_is_answered_and_not_why_one_is_asked(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="full_name")
    assert "gratis" in citizen.say("¿cuánto cuesta poner la denuncia?")
    assert citizen.step == "full_name"
    assert "gratis" not in citizen.say("¿para qué quiere mi nombre?")
    assert citizen.step == "full_name"


def test_words_to_go_on_are_no_name(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="full_name")
    for typed in ("ya ya sigamos", "sip"):
        citizen.say(typed)
        assert citizen.step == "full_name"
        assert citizen.state["draft"]["full_name"] is None


def test_what_happened_on_the_internet_has_no_district(citizen: Citizen) -> None:
    citizen.say(
        "El viernes pasado me estafaron vendiendo un celular por Facebook, yapeé 450 soles al 912345678 y nunca llegó"
    )
    go_on(citizen, until="place", answers={"incident_type": "fraud"})
    citizen.say("fue por internet pues")
    assert citizen.step not in ("place", "clarify")


def test_nobody_is_left_believing_that_a_missing_person_must_be_waited_for(citizen: Citizen) -> None:
    citizen.say("mi hijita de 15 no aparece desde ayer, salió al colegio y no volvió")
    go_on(citizen, until="relationship", answers={"victim_name": "Luz Clarita Huamán Rojas"})
    assert "No hay que esperar" in citizen.say("¿habrá que esperar 24 horas?")
    assert citizen.step == "relationship"


def test_a_number_of_people_is_corrected_and_no_other_answer_is_lost(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="oath")
    phone = citizen.state["draft"]["phone"]
    assert phone
    citizen.say("espera, eran 4 no 2")
    assert citizen.step == "oath"
    assert citizen.state["draft"]["suspects"]["count"] == 4
    assert citizen.state["draft"]["phone"] == phone
