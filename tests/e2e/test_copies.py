"""Second copies and proved contacts, through the live stack: codes go out by SMTP and Twilio's client to the emulators."""

import time
from typing import Any

import httpx
import pytest

from tests.documents.samples import words_of
from tests.e2e.conftest import Citizen, go_on, opened
from vocabulary.codes import case_number

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STORY = "Perdí mi DNI ayer en el bus, en San Juan de Lurigancho."


def code_for(client: httpx.Client, contact: str) -> str:
    """The last code that was sent to a contact."""
    sent = client.get("/api/v1/testing/outbox", params={"to": contact}).json()
    assert sent, f"nothing was sent to {contact}"
    return str(sent[-1]["code"])


def test_a_second_copy_follows_from_number_document_and_code(client: httpx.Client, citizen: Citizen) -> None:
    draft = {
        "incident_type": "lost_document", "narrative": "Perdí mi DNI en el bus", "document_number": "45678912",
        "full_name": "Rosa Quispe Huamán", "email": "rosa.quispe@example.com", "phone": "+51987111222",
    }  # fmt: skip
    made = client.post("/api/v1/testing/cases", json={"draft": draft}).json()
    citizen.say("perdí la copia de mi denuncia, necesito otra")
    assert citizen.step == "copy_case_number"
    citizen.say(made["case_number"])
    assert citizen.step == "copy_identity"
    asked = citizen.say("mi dni es 45678912")
    assert citizen.step == "otp"
    assert "6 números" in asked
    code = code_for(client, "+51987111222")
    assert code == code_for(client, "rosa.quispe@example.com")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert "no es la correcta" in citizen.say(wrong)
    assert citizen.step == "otp"
    assert "segunda copia N.º 2" in citizen.say(f"es {code}")
    assert citizen.step is None
    (document,) = citizen.documents(1)
    pdf = client.get(document["url"]).content
    verdict = client.post("/api/v1/verifications", files={"file": pdf}).json()
    assert (verdict["valid"], verdict["copy_number"], verdict["case_number"]) == (True, 2, made["case_number"])


def test_asking_for_another_s_copy_reveals_nothing(client: httpx.Client) -> None:
    draft = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "document_number": "45678912",
             "phone": "+51987111333"}  # fmt: skip
    made = client.post("/api/v1/testing/cases", json={"draft": draft}).json()
    said = []
    for number, document in ((made["case_number"], "45678912"), (made["case_number"], "11223344"),
                             (case_number(station_code="150132", year=2026, sequence=999), "11223344")):  # fmt: skip
        citizen = opened(client)
        citizen.say("quiero una segunda copia de mi denuncia")
        first = citizen.say(number)
        second = citizen.say(document)
        said.append((first, second, citizen.say("000000"), citizen.state["step"]))
    assert said[0] == said[1]
    assert said[1][1:] == said[2][1:]


def test_whoever_lacks_number_and_code_is_led_on_kindly(client: httpx.Client, citizen: Citizen) -> None:
    draft = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "document_number": "40404040",
             "phone": "+51987111444"}  # fmt: skip
    client.post("/api/v1/testing/cases", json={"draft": draft})
    citizen.say("quiero una copia de mi denuncia")
    assert "No hace falta el número" in citizen.choose("dont_know")
    assert citizen.step == "copy_identity"
    citizen.say("40404040")
    assert citizen.step == "otp"
    code_for(client, "+51987111444")
    assert "vale 10 minutos" in citizen.say("¿y por qué me piden una clave?").lower()
    citizen.say("no me llega nada, otra vez por favor")
    assert citizen.step == "otp"
    sent = client.get("/api/v1/testing/outbox", params={"to": "+51987111444"}).json()
    assert len(sent) == 2
    assert "comisaría" in citizen.say("ya no tengo ese celular, me lo robaron")
    assert citizen.step is None


def test_danger_while_waiting_for_the_code_gets_the_lines_at_once(client: httpx.Client, citizen: Citizen) -> None:
    citizen.say("quiero una copia de mi denuncia")
    citizen.say("no sé el número")
    citizen.say("40404040")
    assert citizen.step == "otp"
    assert "llame al 105" in citizen.say("otra vez me está pegando mi esposo, auxilio")
    assert citizen.state["emergency"]


def test_the_contact_is_confirmed_after_filing_without_being_in_the_way(client: httpx.Client, citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen, answers={"phone": "912 000 777"})
    citizen.documents(2)
    assert citizen.step is None
    code = code_for(client, "+51912000777")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert "Esa clave no es la que le envié" in citizen.say(wrong)
    assert citizen.step is None
    assert "confirmado" in citizen.say(code)
    citizen.say("gracias")
    assert citizen.step is None


def an_officer(client: httpx.Client, station: str) -> dict[str, str]:
    made = client.post("/api/v1/testing/staff", json={"role": "officer", "station_code": station}).json()
    return {"Cookie": made["cookie"], "Origin": str(client.base_url).rstrip("/")}


def verdict_when_issued(client: httpx.Client, code: str) -> dict[str, Any]:
    """The verdict on a copy as soon as the worker has issued it."""
    for _ in range(100):
        found = client.get(f"/api/v1/verifications/{code}")
        if found.status_code == httpx.codes.OK:
            break
        time.sleep(0.2)
    verdict: dict[str, Any] = found.raise_for_status().json()
    return verdict


def test_an_officer_issues_a_copy_to_whom_they_saw_and_only_of_their_own_station(client: httpx.Client) -> None:
    draft = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "document_number": "45678912"}
    made = client.post("/api/v1/testing/cases", json={"draft": draft}).json()
    station = made["case_number"][:6]
    path = f"/api/v1/cases/{made['case_number']}/copies"
    asked = {"reason": "Para la aseguradora"}
    officer = an_officer(client, station)
    issued = client.post(path, json=asked, headers=officer)
    assert issued.status_code == 201
    assert issued.json()["number"] == 2
    verdict = verdict_when_issued(client, issued.json()["verification_code"])
    assert (verdict["valid"], verdict["copy_number"]) == (True, 2)
    assert "un policía vio a la persona" in " ".join(verdict["reasons"])
    other = "150101" if station != "150101" else "150132"
    assert client.post(path, json=asked, headers=an_officer(client, other)).status_code == 404
    assert client.post(path, json=asked).status_code == 401
    assert client.post(path, json=asked, headers=officer | {"Origin": "https://elsewhere.example"}).status_code == 403
    assert client.post(path, json={"reason": ""}, headers=officer).status_code == 422
    operator = client.post("/api/v1/testing/staff", json={"role": "operator", "station_code": station}).json()
    assert client.post(path, json=asked, headers=officer | {"Cookie": operator["cookie"]}).status_code == 403


def test_a_withdrawn_copy_is_told_to_be_annulled_or_superseded(client: httpx.Client) -> None:
    draft = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "document_number": "45678912"}
    for replaced, status in ((False, "annulled"), (True, "superseded")):
        made = client.post("/api/v1/testing/cases", json={"draft": draft}).json()
        headers = an_officer(client, made["case_number"][:6])
        path = f"/api/v1/cases/{made['case_number']}/copies/{made['verification_code']}/withdrawal"
        body = {"reason": "Tenía un error de la comisaría", "replaced": replaced}
        assert client.post(path, json=body, headers=headers).status_code == 204
        verdict = client.get(f"/api/v1/verifications/{made['verification_code']}").json()
        assert (verdict["valid"], verdict["status"]) == (False, status)


def test_what_was_added_to_a_complaint_comes_as_a_signed_paper(client: httpx.Client, citizen: Citizen) -> None:
    citizen.say(STORY)
    go_on(citizen)
    citizen.documents(2)
    citizen.say("olvidé decir que también perdí mi carné universitario")
    citizen.say("quiero mi copia otra vez")
    added = [paper for paper in citizen.documents(5) if "Ampliación N.º 1" in paper["title"]]
    assert len(added) == 1
    pdf = client.get(added[0]["url"]).content
    verdict = client.post("/api/v1/verifications", files={"file": pdf}).json()
    assert (verdict["valid"], verdict["case_number"]) == (True, citizen.state["case_number"])


def test_the_report_to_the_family_court_says_what_the_complaint_and_the_officer_say(client: httpx.Client) -> None:
    draft = {"incident_type": "domestic_violence", "narrative": "Mi esposo me golpeó anoche", "full_name": "Luz Mamani",
             "document_number": "40506070", "suspects": {"count": 1, "known_to_victim": True}}  # fmt: skip
    made = client.post("/api/v1/testing/cases", json={"draft": draft}).json()
    officer = an_officer(client, made["case_number"][:6])
    told = {"officer_name": "Ana Torres Vega", "officer_rank": "S1 PNP", "accused": {"full_name": "Juan Pérez Soto"},
            "measures_requested": "Retiro del agresor del domicilio"}  # fmt: skip
    issued = client.post(f"/api/v1/cases/{made['case_number']}/family-report", json=told, headers=officer)
    assert issued.status_code == 201
    verdict = verdict_when_issued(client, issued.json()["verification_code"])
    assert (verdict["valid"], verdict["case_number"]) == (True, made["case_number"])
    words = words_of(client.get(issued.json()["url"]).content)
    for part in (
        "Luz Mamani",
        "40506070",
        "Mi esposo me golpeó anoche",
        "Juan Pérez Soto",
        "S1 PNP",
        "Retiro del agresor",
    ):
        assert part in words
    theft = client.post("/api/v1/testing/cases", json={"draft": draft | {"incident_type": "theft"}}).json()
    refused = client.post(
        f"/api/v1/cases/{theft['case_number']}/family-report",
        json=told,
        headers=an_officer(client, theft["case_number"][:6]),
    )
    assert refused.status_code == 409
