"""The telephone of the emulated Twilio: what is written on it reaches the program as Twilio brings it."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from api.cli.postgres import free_port
from api.settings import ROOT
from tests.e2e.browser import DESK, PHONE
from tests.emulators.conftest import BUSINESS, SID, TOKEN, Twilio, is_signed, until
from tests.emulators.test_twilio_contents import YES_NO, approve, make


def photo() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(picture, "PNG")
    return picture.getvalue()


def received(twilio: Twilio) -> dict[str, str]:
    """The last webhook about this telephone."""
    return twilio.program.inbound(twilio.number)[-1]


def test_a_text_comes_signed_with_all_that_twilio_tells(twilio: Twilio) -> None:
    sid = twilio.write(text="Me robaron, ¿qué hago?", profile_name="Ana Quispe")
    assert received(twilio) == {
        "AccountSid": SID, "ApiVersion": "2010-04-01", "Body": "Me robaron, ¿qué hago?",
        "From": f"whatsapp:{twilio.number}", "MessageSid": sid, "MessageType": "text", "NumMedia": "0",
        "NumSegments": "1", "ProfileName": "Ana Quispe", "ReferralNumMedia": "0", "SmsMessageSid": sid, "SmsSid": sid,
        "SmsStatus": "received", "To": f"whatsapp:{BUSINESS}", "WaId": twilio.number[1:],
    }  # fmt: skip
    call = next(one for one in twilio.program.calls if one.form["MessageSid"] == sid)
    assert (call.path, is_signed(call)) == ("/webhooks/twilio/whatsapp", True)


@pytest.mark.parametrize(("approved", "kind"), [(False, "interactive"), (True, "button")])
def test_a_tap_on_a_button_names_it_and_what_it_answers(twilio: Twilio, approved: bool, kind: str) -> None:
    twilio.write(text="hola")
    made = make(twilio, "quick-reply", {"body": "¿Sí?", "actions": YES_NO})
    if approved:
        approve(twilio, made.sid)
    first, second = (twilio.send(content_sid=made.sid).sid for _ in range(2))
    (offered, _) = httpx.get(f"{twilio.url}/messages.json", params={"to": twilio.number}).json()
    assert offered["choices"] == [{"id": "yes", "title": "Sí"}, {"id": "no", "title": "No"}]
    twilio.write(choice="no", reply_to=first)
    told = received(twilio)
    assert (told["MessageType"], told["ButtonText"], told["ButtonPayload"], told["Body"]) == (kind, "No", "no", "No")
    assert (told["OriginalRepliedMessageSid"], told["OriginalRepliedMessageSender"]) == (first, f"whatsapp:{BUSINESS}")
    twilio.write(choice="yes")
    assert received(twilio)["OriginalRepliedMessageSid"] == second


def test_a_tap_on_an_item_of_a_list_names_it(twilio: Twilio) -> None:
    twilio.write(text="hola")
    items = [{"item": "San Isidro", "id": "150131", "description": "Lima"}, {"item": "Lince", "id": "150116"}]
    made = make(twilio, "list-picker", {"body": "¿Dónde?", "button": "Ver distritos", "items": items})
    sid = twilio.send(content_sid=made.sid).sid
    twilio.write(choice="150131")
    told = received(twilio)
    assert (told["MessageType"], told["ListId"], told["ListTitle"]) == ("interactive", "150131", "San Isidro")
    assert (told["Body"], told["OriginalRepliedMessageSid"]) == ("San Isidro", sid)
    assert "ButtonPayload" not in told


def test_a_place_comes_with_its_names(twilio: Twilio) -> None:
    twilio.write(latitude=-12.0464, longitude=-77.0428, label="Plaza Mayor", address="Jirón de la Unión")
    told = received(twilio)
    place = {name: told[name] for name in ("MessageType", "Latitude", "Longitude", "Label", "Address", "Body")}
    assert place == {
        "MessageType": "location", "Latitude": "-12.0464", "Longitude": "-77.0428", "Label": "Plaza Mayor",
        "Address": "Jirón de la Unión", "Body": "",
    }  # fmt: skip


CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Rosa\r\nEND:VCARD\r\n"


@pytest.mark.parametrize(
    ("name", "content", "told", "kind", "content_type"),
    [
        ("foto.png", photo(), "image/png", "image", "image/png"),
        ("video.mp4", b"video", "video/mp4", "video", "video/mp4"),
        ("voz.ogg", b"OggS", "audio/ogg; codecs=opus", "audio", "audio/ogg"),
        ("parte.pdf", b"%PDF", "application/octet-stream", "document", "application/pdf"),
        ("rosa.vcf", CARD, "text/x-vcard", "contacts", "text/vcard"),
    ],
)
def test_a_file_comes_as_media_that_the_account_can_fetch(
    twilio: Twilio, name: str, content: bytes, told: str, kind: str, content_type: str
) -> None:
    sid = twilio.write(file=(name, content, told), text="mire")
    form = received(twilio)
    assert (form["NumMedia"], form["MediaContentType0"], form["MessageType"]) == ("1", content_type, kind)
    assert (form["Body"], form["MessageSid"]) == ("mire", sid)
    (media,) = twilio.client().messages(sid).media.list()
    resource = f"/2010-04-01/Accounts/{SID}/Messages/{sid}/Media/{media.sid}"
    assert form["MediaUrl0"] == f"https://api.twilio.com{resource}"
    fetched = httpx.get(twilio.url + resource, auth=(SID, TOKEN), follow_redirects=True)
    assert (fetched.content, fetched.headers["Content-Type"].partition(";")[0]) == (content, content_type)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 422),
        ({"text": "hola", "number": "987654321"}, 422),
        ({"latitude": 91, "longitude": 0}, 422),
        ({"choice": "yes"}, 409),
        ({"text": "a" * 4097}, 422),
    ],
)
def test_what_a_telephone_can_not_send_is_refused(twilio: Twilio, fields: dict[str, Any], status: int) -> None:
    assert twilio.post("/telefono/mensajes", data={"number": twilio.number} | fields).status_code == status
    assert twilio.program.inbound(twilio.number) == []


def test_a_file_of_more_than_sixteen_megabytes_is_refused(twilio: Twilio) -> None:
    file = ("video.mp4", b"a" * (16 * 2**20 + 1), "video/mp4")
    answer = twilio.post("/telefono/mensajes", data={"number": twilio.number}, files={"file": file})
    assert (answer.status_code, answer.json()["detail"]) == (413, "El archivo pasa de 16 MB.")


def test_the_telephone_says_what_the_program_answered(twilio: Twilio) -> None:
    twilio.program.answer = 503
    answer = twilio.post("/telefono/mensajes", data={"number": twilio.number, "text": "hola"})
    assert (answer.status_code, answer.json()["webhook_status"]) == (201, 503)
    assert [one["handed_over"] for one in twilio.thread()] == [False]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_the_page_is_a_telephone_on_which_all_of_it_works(twilio: Twilio, chromium: Browser, size: Any) -> None:
    context = await chromium.new_context(viewport=size, locale="es-PE")
    page = await context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(f"{twilio.url}/telefono?numero={twilio.number.replace('+', '%2B')}")
    text = page.get_by_label("Mensaje", exact=True)
    await text.fill("Me robaron")
    await text.press("Enter")
    await expect(page.locator("li.mine")).to_contain_text("Me robaron")
    until(lambda: twilio.program.inbound(twilio.number))

    await text.press_sequentially("todavía escribo")
    made = make(twilio, "quick-reply", {"body": "¿Está a salvo?", "actions": YES_NO})
    asked = twilio.send(content_sid=made.sid).sid
    await expect(page.get_by_role("button", name="Sí", exact=True)).to_be_visible()
    await expect(page.locator(f"[data-sid={asked}]").get_by_role("img", name="Leído")).to_be_visible()
    until(lambda: twilio.program.statuses(asked)[-1:] == ["read"])
    await expect(text).to_be_focused()
    await expect(text).to_have_value("todavía escribo")
    await page.get_by_role("button", name="Sí", exact=True).press("Enter")
    until(lambda: received(twilio).get("ButtonPayload") == "yes")

    items = [{"item": f"Distrito {n}", "id": f"d{n}"} for n in range(10)]
    made = make(twilio, "list-picker", {"body": "¿Dónde?", "button": "Ver distritos", "items": items})
    twilio.send(content_sid=made.sid)
    await page.get_by_role("button", name="Ver distritos").click()
    await page.get_by_role("button", name="Distrito 7").click()
    until(lambda: received(twilio).get("ListId") == "d7")

    twilio.send(body="Su copia", media_url=[twilio.program.file("application/pdf", b"%PDF")])
    await expect(page.get_by_role("link", name="Documento PDF")).to_be_visible()
    await text.fill("")
    await page.locator("#file").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": photo()})
    await expect(page.get_by_role("img", name="a.png")).to_be_visible()
    until(lambda: received(twilio).get("MediaContentType0") == "image/png")
    await page.get_by_role("button", name="Adjuntar").click()
    await page.get_by_role("button", name="Contacto").click()
    await page.get_by_label("Nombre", exact=True).fill("Rosa")
    await page.get_by_label("Teléfono").fill("+51911222333")
    await page.get_by_label("Teléfono").press("Enter")
    until(lambda: received(twilio).get("MessageType") == "contacts")
    await page.get_by_role("button", name="Adjuntar").click()
    await page.get_by_role("button", name="Ubicación").click()
    await page.get_by_role("dialog").get_by_role("button", name="Enviar").click()
    until(lambda: received(twilio).get("Label") == "Plaza Mayor")

    await page.get_by_text("Fallas de Twilio").click()
    await page.get_by_label("Qué falla").select_option("lost_callbacks")
    await page.get_by_role("button", name="Activar").click()
    await expect(page.get_by_role("list", name="Activas")).to_contain_text(twilio.number)
    await page.get_by_role("button", name="Quitar todas").click()
    await expect(page.get_by_role("list", name="Activas")).to_have_text("Ninguna.")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wrong == []
    await context.close()


def test_the_emulators_start_in_development_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emulators", "--port", str(free_port()), "--smtp-port", str(free_port())]
    command += ["--folder", str(tmp_path), "--account", SID, TOKEN, BUSINESS]
    environment = {"PATH": os.environ["PATH"], "COMISARIO_ENVIRONMENT": "production"}
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 2
    assert "solo para desarrollo" in told.stderr


def test_the_emulators_listen_on_the_loopback_alone(running: str) -> None:
    port = int(running.rpartition(":")[2])
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"]
    assert [address for address in listening if address.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]
