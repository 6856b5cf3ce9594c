"""From the first message to a verified copy, through every real part."""

import json
import shutil
import subprocess
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Citizen, Stack, command, go_on, opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

FRAUD = "El martes un vendedor de Comas me estafó: le yapeé por una laptop y nunca me la entregó"
STORY = (
    "Ayer a las 8 de la noche dos sujetos con cuchillo me robaron mi celular Samsung y mi billetera con 200 soles "
    "en el paradero 10 de la avenida Wiesse, en San Juan de Lurigancho"
)


def test_a_story_told_in_one_message_is_filed_with_few_questions(citizen: Citizen) -> None:
    citizen.say(STORY)
    asked = go_on(citizen)
    assert not {"narrative", "occurred_at", "place", "stolen_items"} & set(asked)
    draft = citizen.state["draft"]
    assert citizen.state["case_number"].startswith("150132-")
    assert draft["place"]["district"] == "San Juan de Lurigancho"
    assert draft["full_name"] == "Rosa María Quispe Huamán"
    assert draft["phone"] == "+51987654321"
    assert {item["kind"] for item in draft["items"]} >= {"phone", "wallet"}


@pytest.mark.parametrize(
    ("story", "kind"),
    [
        ("Perdí mi DNI ayer en el mercado de Comas", "lost_document"),
        ("Perdí mi mochila con mis cuadernos ayer en el bus en Comas", "lost_property"),
        ("Ayer me sacaron la billetera del bolsillo sin que me diera cuenta en el mercado de Comas", "theft"),
        ("Ayer dos hombres me amenazaron con una pistola y me robaron el celular en Comas", "robbery"),
    ],
)
def test_each_of_the_first_kinds_is_taken(citizen: Citizen, story: str, kind: str) -> None:
    citizen.say(story)
    go_on(citizen, answers={"incident_type": kind})
    assert citizen.state["incident_type"] == kind
    assert citizen.state["case_number"]


def test_the_receipt_and_the_copy_arrive_and_verify(citizen: Citizen, stack: Stack, tmp_path: Path) -> None:
    citizen.say(STORY)
    go_on(citizen)
    receipt, copy = citizen.documents(2)
    assert "Constancia" in receipt["title"]
    pdf = citizen.client.get(copy["url"]).content
    file = tmp_path / "copia.pdf"
    file.write_bytes(pdf)
    by_code = citizen.client.get(f"/api/v1/verifications/{copy['verification_code']}").json()
    by_file = citizen.client.post("/api/v1/verifications", files={"file": ("copia.pdf", pdf)}).json()
    by_command = command("verify", str(file), "--json", "--data", str(stack.data))
    assert by_command.returncode == 0, by_command.stderr
    assert by_file == json.loads(by_command.stdout)
    assert by_code | {"reasons": by_file["reasons"]} == by_file
    assert by_code["valid"]
    assert by_code["status"] == "authentic"
    assert by_code["case_number"] == citizen.state["case_number"]
    assert by_code["copy_number"] == 1
    assert shutil.which("pdfsig"), "poppler-utils is needed"
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_an_altered_copy_is_told_by_page_and_command(citizen: Citizen, stack: Stack, tmp_path: Path) -> None:
    citizen.say(STORY)
    go_on(citizen)
    pdf = bytearray(citizen.client.get(citizen.documents(2)[1]["url"]).content)
    pdf[len(pdf) // 2] ^= 1
    verdict = citizen.client.post("/api/v1/verifications", files={"file": ("x.pdf", bytes(pdf))}).json()
    assert (verdict["valid"], verdict["status"]) == (False, "altered")
    file = tmp_path / "alterada.pdf"
    file.write_bytes(pdf)
    assert command("verify", str(file), "--data", str(stack.data)).returncode == 1


def test_a_link_to_a_copy_expires_and_can_t_be_forged(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen)
    url = citizen.documents(2)[1]["url"]
    path, _, token = url.partition("?token=")
    assert citizen.client.get(f"{path}?token=9{token}").status_code == 404
    assert citizen.client.get(path).status_code == 422
    try:
        citizen.client.put("/api/v1/testing/clock", json={"now": "2030-01-01T00:00:00Z"})
        assert citizen.client.get(url).status_code == 404
    finally:
        citizen.client.put("/api/v1/testing/clock", json={"now": _now()})
    assert citizen.client.get(url).status_code == 200


def _now() -> str:

    return datetime.now(UTC).isoformat()


def test_a_field_is_corrected_from_the_summary(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="confirm")
    citizen.choose("correct")
    assert citizen.step == "correction_field"
    citizen.say("mi nombre")
    assert citizen.step == "full_name"
    said = citizen.say("Rosa Elena Quispe Huamán")
    assert citizen.step == "confirm"
    assert "Rosa Elena Quispe Huamán" in said
    citizen.choose("confirm")
    assert citizen.state["draft"]["full_name"] == "Rosa Elena Quispe Huamán"
    assert citizen.state["case_number"]


def test_an_ambiguous_district_is_asked_with_choices(citizen: Citizen) -> None:
    citizen.say("me robaron el celular ayer a las 8 de la noche")
    go_on(citizen, until="place")
    citizen.say("en Miraflores")
    assert citizen.step == "clarify"
    choices = {choice["id"] for reply in citizen.replies for choice in reply["choices"]}
    assert {"150122", "040110"} <= choices
    citizen.choose("040110")
    assert citizen.state["draft"]["place"]["department"] == "Arequipa"


def test_a_complaint_can_be_cancelled_and_taken_up_again(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="full_name")
    citizen.say("ya no quiero seguir con la denuncia")
    assert citizen.step == "cancel_confirm"
    citizen.choose("no")
    assert citizen.step == "full_name"
    citizen.say("ya no quiero seguir con la denuncia")
    citizen.choose("yes")
    assert citizen.step is None
    assert citizen.state["draft"]["narrative"] is None


def test_asking_why_gets_a_reason_and_the_question_again(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="full_name")
    said = citizen.say("¿para qué quiere saber mi nombre?")
    assert "quien declara" in said
    assert citizen.step == "full_name"


def test_danger_in_the_middle_brings_the_lines_and_the_complaint_goes_on(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="full_name")
    said = citizen.say("ayuda están entrando a mi casa ahora mismo, tienen armas")
    assert all(line in said for line in ("105", "106", "116", "100"))
    assert "No he enviado a nadie" in said
    assert (citizen.step, citizen.state["emergency"]) == ("safe_now", True)
    citizen.choose("yes")
    assert (citizen.step, citizen.state["emergency"]) == ("full_name", False)


def test_a_person_can_be_asked_for_at_any_step(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="phone")
    citizen.say("quiero hablar con una persona por favor")
    assert citizen.state["handover"] == "queued"
    assert citizen.step == "phone"


def test_the_button_for_a_person_is_understood_where_it_is_offered(citizen: Citizen) -> None:
    citizen.say(STORY)
    citizen.choose("no")
    citizen.choose("human")
    assert citizen.state["handover"] == "queued"
    assert citizen.step is None


def test_the_button_to_leave_at_the_summary_asks_back_and_drops_the_complaint(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="confirm")
    citizen.choose("cancel")
    assert citizen.step == "cancel_confirm"
    citizen.choose("yes")
    assert citizen.step is None
    assert citizen.state["case_number"] is None


def test_going_back_asks_the_last_question_again(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="document_number")
    citizen.say("quiero volver atrás, puse mal mi nombre")
    assert citizen.step == "full_name"


def test_a_correction_with_its_new_value_is_taken_at_once(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="oath")
    citizen.say("me equivoqué, mi celular es 911222333")
    assert citizen.state["draft"]["phone"] == "+51911222333"
    assert citizen.step == "oath"


def test_refusing_consent_leads_to_a_person_and_keeps_nothing(citizen: Citizen) -> None:
    citizen.say(STORY)
    said = citizen.choose("no")
    assert "1818" in said
    assert citizen.step is None
    assert citizen.state["draft"]["narrative"] is None


def test_an_imei_that_is_none_is_said_to_be_and_the_rest_is_kept(citizen: Citizen) -> None:
    citizen.say("Ayer a las 8 de la noche dos sujetos con cuchillo me robaron mi celular en San Juan de Lurigancho")
    go_on(citizen, until="confirm")
    said = citizen.say("es Samsung y su imei es 490154203237519")
    assert "490154203237519" in said
    assert (citizen.state["draft"]["items"][0]["brand"], citizen.state["draft"]["items"][0]["imei"]) == (
        "Samsung",
        None,
    )
    assert citizen.step == "confirm"


def test_whoever_has_no_time_in_the_middle_is_asked_only_the_minimum(citizen: Citizen) -> None:
    citizen.say(FRAUD)
    go_on(citizen, until="payment_details", answers={"incident_type": "fraud"})
    citizen.say("no tengo tiempo para eso, siga nomás")
    assert not {"suspects", "evidence", "document_number"} & set(go_on(citizen))
    assert citizen.state["case_number"]


def test_whoever_has_no_document_files_all_the_same(citizen: Citizen) -> None:
    citizen.say(STORY)
    asked = go_on(citizen, answers={"document_number": "no tengo ningún documento"})
    assert "document_number" in asked
    assert citizen.state["draft"]["document_type"] == "none"
    assert citizen.state["case_number"]


def test_whoever_is_in_a_hurry_files_the_minimum_and_adds_to_it_later(citizen: Citizen) -> None:
    citizen.say("estoy apurada, " + STORY)
    asked = go_on(citizen)
    assert not {"email", "address", "witnesses", "evidence", "document_type"} & set(asked)
    number = citizen.state["case_number"]
    said = citizen.say("quiero añadir que uno de los ladrones tenía un tatuaje en el cuello")
    assert number in said
    assert citizen.state["case_number"] == number


def test_three_wrong_tries_get_other_words_an_example_and_a_way_round(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="document_number")
    said = [citizen.say(text) for text in ("123", "45", "99")]
    assert len(set(said)) == 3
    assert "45678912" in said[1]
    assert "persona" in said[2]
    assert citizen.step == "document_number"


@pytest.mark.parametrize("typed", ["/restart", '/complaint{"full_name": "x"}', " /restart", "//back", "/session_start"])
def test_a_typed_slash_command_is_only_text(citizen: Citizen, typed: str) -> None:
    citizen.say(STORY)
    citizen.choose("yes")
    step = citizen.step
    citizen.say(typed)
    assert citizen.state["service"] == "complaint"
    assert citizen.state["draft"]["narrative"] == STORY
    assert step is not None


def test_a_conversation_is_resumed_by_its_code_and_the_older_token_dies(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="full_name")
    code = citizen.resume_code.lower().replace("-", " ")
    told = citizen.client.post("/api/v1/conversations/resume", json={"resume_code": code}).json()
    assert told["id"] == citizen.id
    assert told["state"]["step"] == "full_name"
    assert citizen.post({"text": "Rosa Quispe"}).status_code == 404
    again = Citizen(citizen.client, told["id"], told["token"], told["resume_code"], told["messages"], told["state"])
    again._numbers = iter(range(1000, 2000))
    go_on(again)
    assert again.state["case_number"]


def test_two_days_later_it_goes_on_where_it_stopped(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, until="phone")

    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    try:
        citizen.client.put("/api/v1/testing/clock", json={"now": later})
        citizen.say("987654321")
        assert citizen.step == "oath"
        go_on(citizen)
        assert citizen.state["case_number"]
    finally:
        citizen.client.put("/api/v1/testing/clock", json={"now": _now()})


def test_a_case_of_the_testing_surface_has_its_copy(client: httpx.Client) -> None:
    created = client.post(
        "/api/v1/testing/cases",
        json={"draft": {"incident_type": "theft", "narrative": "Me sacaron la billetera", "full_name": "Ana Ñahui"}},
    )
    assert created.status_code == 201
    code = created.json()["verification_code"]
    assert client.get(f"/api/v1/verifications/{code}").json()["case_number"] == created.json()["case_number"]


def test_two_complaints_of_one_conversation_are_two_cases(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen)
    first = citizen.state["case_number"]
    citizen.say("quiero poner otra denuncia, perdí mi DNI hoy en la mañana en el mercado de Comas")
    go_on(citizen)
    assert citizen.state["case_number"] != first


def test_a_complaint_after_one_given_up_is_a_case_of_its_own(citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen)
    first = citizen.state["case_number"]
    another = "quiero poner otra denuncia, perdí mi DNI hoy en la mañana en el mercado de Comas"
    citizen.say(another)
    citizen.choose("no")
    citizen.say(another)
    go_on(citizen)
    assert citizen.state["case_number"] != first
    assert citizen.state["incident_type"] == "lost_document"


def test_danger_told_with_a_place_is_danger(citizen: Citizen) -> None:
    citizen.say("me robaron el celular ayer a las 8 de la noche")
    go_on(citizen, until="place")
    said = citizen.say(
        "ayuda están entrando a mi casa ahora mismo, tienen armas", location={"latitude": -12.0, "longitude": -77.0}
    )
    assert "105" in said
    assert citizen.state["emergency"]


def test_an_answer_longer_than_its_field_keeps_nobody_waiting(citizen: Citizen) -> None:
    citizen.say("Ayer mi vecino me dijo que me va a matar y me mandó audios amenazándome en Comas")
    go_on(citizen, until="safe_contact", answers={"incident_type": "threats"})
    citizen.say("por WhatsApp cuando esté sola, " * 20)
    assert citizen.step == "oath"


def test_an_unknown_conversation_is_not_told_from_another_s(client: httpx.Client, citizen: Citizen) -> None:
    stranger = opened(client)
    body = {"client_message_id": "1", "text": "hola"}
    other = client.post(f"/api/v1/conversations/{citizen.id}/messages", json=body, headers=stranger.headers)
    none = client.post(f"/api/v1/conversations/{uuid.uuid4()}/messages", json=body, headers=stranger.headers)
    assert (other.status_code, other.json()) == (none.status_code, none.json()) == (404, none.json())
