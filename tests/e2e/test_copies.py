"""Second copies and proved contacts, through the live stack: codes go out by SMTP and Twilio's client to the emulators."""

import httpx
import pytest

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
    assert "no es la que envié" in citizen.say(wrong)
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
    assert "comisaría" in citizen.say("no la tengo, ya no tengo ese celular")
    assert citizen.step is None


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
