"""The station on WhatsApp, through the live stack: signed webhooks in, Twilio's own client out, to the emulator."""

import asyncio
import hashlib
import io
import itertools
import re
import subprocess
import time
import uuid
from dataclasses import dataclass, field

import httpx
import psycopg
import pytest
from PIL import Image
from twilio.request_validator import RequestValidator

from api.cli.postgres import Cluster
from tests.e2e.conftest import ANSWERS, Stack
from vocabulary.codes import find_case_number
from vocabulary.sentences import sentence

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
    codes: int = 0

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

    def send_more(self, *, file: tuple[str, bytes, str] | None = None, **fields: str) -> str:
        """Send a place, or a file with its name, content and type, and read what comes."""
        written = {"number": self.number} | fields
        files = {"file": file} if file else None
        answer = httpx.post(f"{self.emulators}/telefono/mensajes", data=written, files=files, timeout=20)
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

    def papers(self, count: int) -> list[bytes]:
        """The papers that were delivered, once there are so many."""
        for _ in range(120):
            found = [one["media"] for one in self.received if one["media"] and one["status"] == "delivered"]
            if len(found) >= count:
                break
            time.sleep(0.5)
        assert len(found) == count
        return [httpx.get(one).content for one in found]

    def code_to(self, number: str) -> str:
        """The last one-time code that was sent to a number."""
        for _ in range(240):
            told = httpx.get(f"{self.emulators}/messages.json", params={"to": number}).json()
            found = [code for one in told for code in re.findall(r"\b\d{3} ?\d{3}\b", one["text"])]
            if len(found) > self.codes:
                self.codes = len(found)
                return str(found[-1])
            time.sleep(0.5)
        raise AssertionError("no code came")


def text_of(paper: bytes) -> str:
    """The text of a PDF, as pdftotext reads it."""
    return subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode()


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
    verdicts = [
        httpx.post(f"{phone.stack.url}/api/v1/verifications", files={"file": file}).json() for file in phone.papers(2)
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


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(out, "JPEG")
    return out.getvalue()


ROBBED = {
    "¿Está de acuerdo?": "1",
    "nombres y apellidos": ANSWERS["full_name"],
    "número de su DNI": ANSWERS["document_number"],
    "¿A qué celular": "912 333 444",
    "¿Lo que cuenta es verdad": "la primera",
    "¿Está todo bien?": "Confirmar",
}


def answer_to(said: str, answers: dict[str, str]) -> str:
    """The answer to what is asked last; what may be left out is."""
    asked = [(said.rfind(question), answer) for question, answer in answers.items() if question in said]
    if asked:
        return max(asked)[1]
    left_out = re.findall(r"^(\d+)\. (?:Prefiero seguir|No sé|Omitir|No|Nadie.*|Ninguno.*|No tengo.*)$", said, re.M)
    assert left_out, said
    return str(left_out[-1])


def test_a_robbery_with_a_photo_and_a_place_then_its_copy_and_the_survey(phone: Phone) -> None:
    said = phone.say("Ayer a las 8 de la noche dos sujetos con cuchillo me robaron mi mochila negra")
    sent_photo = sent_place = False
    for _ in range(25):
        if "quedó registrada" in said:
            break
        if not sent_place and ("¿Dónde" in said or "¿En qué distrito" in said):
            sent_place = True
            said = phone.send_more(latitude="-11.9786", longitude="-76.9980", label="Paradero 10")
            assert "San Juan de Lurigancho" in said
            said = phone.say("la primera")
        elif not sent_photo:
            sent_photo = True
            said = phone.send_more(file=("foto.jpg", a_photo(), "image/jpeg"), text="")
            assert "lo guardé" in said
        else:
            said = phone.say(answer_to(said, ROBBED))
    assert "quedó registrada" in said
    assert sent_photo
    assert sent_place
    number = find_case_number(said)
    assert number is not None
    papers = phone.papers(2)
    with psycopg.connect(Cluster(phone.stack.data).url()) as connection:
        query = (
            """select e.sha256, c.ubigeo from cases c join evidence_items e on e.case_id = c.id where c.number = %s"""
        )
        assert connection.execute(query, [number]).fetchall() == [(hashlib.sha256(a_photo()).hexdigest(), "150132")]
    copy = papers[-1]
    assert hashlib.sha256(a_photo()).hexdigest()[:16] in "".join(text_of(copy).split())

    phone.say("necesito otra copia de mi denuncia")
    phone.say(number)
    assert "le envié una clave" in phone.say(ANSWERS["document_number"])
    phone.say(phone.code_to("+51912333444"))
    assert len(phone.papers(3)) == 3

    phone.read = len(phone.received)
    said = phone.say("quiero calificar la atención")
    for answer in ("5", "la primera", "3", "4", "5", "5", "5", "omitir", "omitir"):
        said = phone.say(answer)
    assert phone.say("Me atendieron bien") == sentence("survey.thanks")


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
    phone.say("hola")  # by the telephone, so that the provider knows that they may be written to
    before = phone.read
    for text in itertools.islice(itertools.cycle(["hola", "gracias"]), 4):
        assert phone.send(a_form(phone.number, text)).status_code == 200
    phone.wait(count=4)
    told = [one["text"] for one in phone.received[before:]]
    assert [("Gracias a usted" in one) for one in told] == [False, True, False, True]
