"""The station on WhatsApp, through the live stack: signed webhooks in, Twilio's own client out, to the emulator."""

import asyncio
import itertools
import time
import uuid
from dataclasses import dataclass, field

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.e2e.conftest import ANSWERS, Stack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STORY = "Ayer a las 8 de la noche perdí mi DNI en el bus, en San Juan de Lurigancho"
TOKEN = "emulated"
PATH = "/webhooks/twilio/whatsapp"


def signed(url: str, form: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}


def a_form(number: str, text: str, **more: str) -> dict[str, str]:
    sid = f"SM{uuid.uuid4().hex}"
    return {
        "MessageSid": sid,
        "From": f"whatsapp:{number}",
        "To": "whatsapp:+15005550006",
        "Body": text,
        "NumMedia": "0",
    } | more


@dataclass
class Phone:
    """A citizen's telephone with WhatsApp."""

    stack: Stack
    number: str = field(default_factory=lambda: f"+519{uuid.uuid4().int % 10**8:08d}")
    read: int = 0

    @property
    def emulators(self) -> str:
        return f"http://127.0.0.1:{(self.stack.data / 'emulators' / 'port').read_text()}"

    @property
    def received(self) -> list[dict[str, str]]:
        answer = httpx.get(f"{self.emulators}/messages.json", params={"to": self.number})
        found: list[dict[str, str]] = answer.json()
        return found

    def send(self, form: dict[str, str]) -> httpx.Response:
        url = self.stack.url + PATH
        return httpx.post(url, data=form, headers=signed(url, form), timeout=20)

    def say(self, text: str) -> str:
        """Write with the emulators' telephone, and read what comes until nothing more does."""
        written = {"number": self.number, "text": text}
        answer = httpx.post(f"{self.emulators}/telefono/mensajes", data=written, timeout=20)
        assert answer.json()["webhook_status"] == 200
        return self.wait()

    def wait(self, *, count: int = 1, seconds: float = 30) -> str:
        deadline, before = time.monotonic() + seconds, -1
        while time.monotonic() < deadline:
            found = len(self.received)
            if found >= self.read + count and found == before:
                break
            before = found
            time.sleep(1)
        told = [one["text"] for one in self.received[self.read :]]
        assert len(told) >= count, "nothing came"
        self.read += len(told)
        return "\n".join(told)


@pytest.fixture
def phone(stack: Stack) -> Phone:
    return Phone(stack)


QUESTIONS = {
    "¿Está de acuerdo?": "1",
    "nombres y apellidos": ANSWERS["full_name"],
    "número de su DNI": ANSWERS["document_number"],
    "¿A qué celular": "912 333 222",
    "¿Lo que cuenta es verdad": "la primera",
    "¿Está todo bien?": "Confirmar",
}


def test_a_complaint_is_made_on_whatsapp_and_its_papers_come_as_files(phone: Phone) -> None:
    said = phone.say(STORY)
    for _ in range(12):
        if "quedó registrada" in said:
            break
        said = phone.say(next(answer for question, answer in QUESTIONS.items() if question in said))
    assert "quedó registrada" in said
    for _ in range(60):
        files = [one["media"] for one in phone.received if one["media"] and one["status"] == "delivered"]
        if len(files) == 2:
            break
        time.sleep(0.5)
    verdicts = [
        httpx.post(f"{phone.stack.url}/api/v1/verifications", files={"file": httpx.get(file).content}).json()
        for file in files
    ]
    assert [verdict["valid"] for verdict in verdicts] == [True, True]
    phone.read = len(phone.received)
    assert "¿Cuál es el número de su denuncia?" in phone.say("quiero mi copia otra vez")
    assert "documento" in phone.say(verdicts[0]["case_number"])


def test_choices_are_numbered_and_a_place_can_be_sent(phone: Phone) -> None:
    said = phone.say("quiero denunciar un robo")
    assert "\n1. Sí\n2. No" in said
    assert "cuénteme" in phone.say("sí pe").lower()


def test_whoever_is_in_danger_gets_the_lines_at_once(phone: Phone) -> None:
    assert "llame al 105" in phone.say("me está pegando mi esposo ahora mismo")


def test_a_picture_is_told_honestly_not_to_be_kept_yet(phone: Phone) -> None:
    form = a_form(phone.number, "", NumMedia="1", MediaUrl0="https://api.twilio.com/x")
    assert phone.send(form).status_code == 200
    assert "todavía no puedo guardarlo" in phone.wait()


@pytest.mark.parametrize("change", ["signature", "body", "token", "none"])
def test_what_twilio_did_not_sign_is_refused_and_nothing_is_kept(phone: Phone, change: str) -> None:
    url, form = phone.stack.url + PATH, a_form(phone.number, "hola")
    headers = signed(url, form, "another" if change == "token" else TOKEN)
    if change == "signature":
        headers["X-Twilio-Signature"] = headers["X-Twilio-Signature"][:-3] + "AA="
    sent = form | {"Body": "otra cosa"} if change == "body" else form
    answer = httpx.post(url, data=sent, headers={} if change == "none" else headers)
    assert answer.status_code == 403
    time.sleep(1)
    assert phone.received == []


async def test_a_thousand_times_the_same_message_is_one_message(stack: Stack) -> None:
    phone = Phone(stack)
    url, form = stack.url + PATH, a_form(phone.number, "hola")
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        sent = [client.post(url, data=form, headers=signed(url, form)) for _ in range(1000)]
        assert {answer.status_code for answer in await asyncio.gather(*sent)} == {200}
    first = await asyncio.to_thread(phone.wait)
    assert len(first) > 0
    assert len(phone.received) == 1


def test_messages_sent_at_once_are_answered_in_their_order(phone: Phone) -> None:
    for text in itertools.islice(itertools.cycle(["hola", "gracias"]), 4):
        assert phone.send(a_form(phone.number, text)).status_code == 200
    phone.wait(count=4)
    told = [one["text"] for one in phone.received]
    assert [("Gracias a usted" in one) for one in told] == [False, True, False, True]
