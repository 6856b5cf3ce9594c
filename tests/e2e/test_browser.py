"""A citizen's way through the real chat page, in a real browser."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Route, expect
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from tests.e2e.browser import DESK, PRIVATE, STORY, Open, Screen, photo
from tests.e2e.conftest import Stack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]


async def test_a_victim_files_on_a_phone_and_holds_a_copy_that_anyone_can_check(
    screen: Screen, stack: Stack, tmp_path: Path
) -> None:
    page = screen.page
    await screen.begin()
    loaded_at = await page.evaluate("performance.timeOrigin")
    await screen.shot("1-greeting")
    await screen.say(STORY)
    await screen.shot("2-choices")
    asked = await screen.go_on(until="confirm")
    assert not {"narrative", "occurred_at", "place", "stolen_items"} & set(asked)
    await expect(screen.log).to_contain_text("Rosa María Quispe Huamán")
    await screen.shot("3-summary")
    await screen.go_on()
    await expect(screen.log.locator('.message[data-sender="citizen"] .message__body').last).to_have_text("Confirmar")
    await expect(screen.card).to_be_visible(timeout=60_000)
    await screen.shot("4-filed")
    await screen.shot("4-card", at=screen.card.get_by_role("link", name="Descargar"))
    assert await page.evaluate("performance.timeOrigin") == loaded_at

    file = await screen.download(tmp_path)
    await _verifies_with_pyhanko(file, stack)
    _verifies_with_pdfsig(file)

    async with screen.context.expect_page() as opened:
        await screen.card.locator(".card__code a").click()
    public = await opened.value
    await expect(public.get_by_role("heading", name="Es auténtica")).to_be_visible()
    number = await _case_number(screen)
    await expect(public.locator("main")).to_contain_text(number)
    for private in PRIVATE:
        assert private not in await public.content()

    await public.get_by_label("Archivo PDF de la copia").set_input_files(file)
    await public.get_by_role("button", name="Verificar archivo").click()
    await expect(public.get_by_role("heading", name="Es auténtica")).to_be_visible()
    await expect(public.locator("main")).to_contain_text(number)
    altered = bytearray(file.read_bytes())
    altered[len(altered) // 2] ^= 1
    await public.get_by_label("Archivo PDF de la copia").set_input_files(
        {"name": "copia.pdf", "mimeType": "application/pdf", "buffer": bytes(altered)}
    )
    await public.get_by_role("button", name="Verificar archivo").click()
    await expect(public.get_by_role("heading", name="El archivo fue cambiado")).to_be_visible()


async def _verifies_with_pyhanko(file: Path, stack: Stack) -> None:
    """By the certificates of this installation and no others."""
    pems = (stack.data / "keys").glob("*.pem")
    pinned = list(load_certs_from_pemder(str(pem) for pem in pems))
    roots = [certificate for certificate in pinned if certificate.ca]
    assert roots
    context = ValidationContext(trust_roots=roots, other_certs=pinned, allow_fetching=False)
    with file.open("rb") as content:
        (signature,) = PdfFileReader(content).embedded_signatures
        status = await async_validate_pdf_signature(signature, context)
    assert isinstance(status, PdfSignatureStatus)
    assert status.bottom_line
    assert status.signing_cert.dump() in [certificate.dump() for certificate in pinned]
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    assert status.docmdp_ok


def _verifies_with_pdfsig(file: Path) -> None:
    assert shutil.which("pdfsig"), "poppler-utils is needed"
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


async def _case_number(screen: Screen) -> str:
    found = re.search(r"Su número es (\d{6}-\d{4}-\d{6}-\d)", await screen.log.inner_text())
    assert found
    return found[1]


async def test_a_message_is_written_sent_and_answered_with_the_keyboard_alone(open_screen: Open) -> None:
    screen = await open_screen(size=DESK)
    page, keyboard = screen.page, screen.page.keyboard
    await page.goto("/")
    await screen.tab_to(".skip")
    await keyboard.press("Enter")
    await screen.tab_to("#begin")
    await keyboard.press("Enter")
    await screen.answered()
    await screen.tab_to("#text")
    await keyboard.type(STORY)
    await keyboard.press("Enter")
    await screen.answered()
    await screen.tab_to("#choices button", back=True)
    await screen.tab_to("#choices button:first-child", back=True)
    await keyboard.press("Space")
    await screen.answered()
    assert await screen.step() not in (None, "consent")
    await expect(screen.log.locator('.message[data-sender="citizen"] .message__body').last).to_have_text("Sí")
    await screen.tab_to("#human")
    await keyboard.press("Enter")
    await expect(page.locator("#handover")).to_be_visible()


@pytest.mark.parametrize("way", ["button", "escape"])
async def test_leaving_at_once_wipes_cookie_storage_and_page(screen: Screen, way: str) -> None:
    page = screen.page
    await page.goto("/privacidad")
    await screen.begin()
    await screen.say(STORY)
    conversation = await page.evaluate("sessionStorage.getItem('conversation')")
    (cookie,) = await screen.context.cookies(f"{screen.url}/api/v1/")
    await screen.text.fill("esto no llegó a salir")
    if way == "button":
        await page.get_by_role("link", name="Salir rápido").click()
    else:
        for _ in range(3):
            await page.keyboard.press("Escape")
    await page.wait_for_url("**/salida")
    await expect(page).to_have_title("Calendario")
    await expect(page.get_by_role("table")).to_be_visible()
    await expect(page.locator("body")).not_to_contain_text("Samsung")
    assert await screen.context.cookies() == []
    assert await page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    kept = await screen.context.request.get(
        f"/api/v1/conversations/{conversation}", headers={"Authorization": f"Bearer {cookie['value']}"}
    )
    assert kept.status in (401, 404)

    await page.go_back()
    await expect(page.locator("body")).not_to_contain_text("Samsung")
    assert await page.locator(".message").count() == 0
    await page.goto("/")
    await expect(page.locator("#begin")).to_be_visible()
    assert await page.locator(".message").count() == 0
    assert await page.locator("#text").input_value() == ""


async def test_leaving_without_network_wipes_the_page_too(screen: Screen) -> None:
    screen.allow("ERR_INTERNET_DISCONNECTED")
    page = screen.page
    await screen.begin()
    await screen.say(STORY)
    await screen.context.set_offline(True)
    await screen.text.fill("esto no llegó a salir")
    await page.keyboard.press("Enter")
    await expect(page.locator(".message--waiting")).to_be_visible()
    await page.get_by_role("link", name="Salir rápido").click()
    await expect(page).to_have_title("Calendario")
    await expect(page.locator("body")).not_to_contain_text("Samsung")
    assert await page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]
    await screen.context.set_offline(False)
    await page.wait_for_url("**/salida")


async def test_title_address_and_history_tell_nothing(screen: Screen) -> None:
    page = screen.page
    await screen.begin()
    entries = await page.evaluate("history.length")
    await screen.say(STORY)
    await screen.go_on(until="phone")
    assert page.url == f"{screen.url}/"
    assert await page.title() == "Atención ciudadana"
    assert await page.evaluate("history.length") == entries
    assert await page.evaluate("history.state") is None
    assert await page.evaluate("document.cookie") == ""
    stored = await page.evaluate("JSON.stringify([sessionStorage, localStorage])")
    assert not any(private in stored for private in PRIVATE)


async def test_a_message_written_without_network_is_kept_and_sent_once(screen: Screen) -> None:
    screen.allow("ERR_INTERNET_DISCONNECTED")
    page = screen.page
    await screen.begin()
    await screen.context.set_offline(True)
    await expect(page.locator("#notice")).to_contain_text("sin conexión")
    await screen.text.fill(STORY)
    await screen.send.click()
    await expect(page.locator(".message--waiting")).to_contain_text("Se enviará cuando vuelva la conexión")
    await screen.context.set_offline(False)
    await screen.answered()
    await expect(screen.log.get_by_text(STORY)).to_have_count(1)
    assert [m["text"] for m in await screen.messages() if m["sender"] == "citizen"] == [STORY]
    await page.reload()
    await expect(screen.log.get_by_text(STORY)).to_have_count(1)
    assert [m["text"] for m in await screen.messages() if m["sender"] == "citizen"] == [STORY]


async def test_a_message_whose_answer_was_lost_is_not_said_twice(screen: Screen) -> None:
    screen.allow("ERR_FAILED|ERR_CONNECTION")
    lost: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        if lost or route.request.method != "POST":
            await route.continue_()
            return
        answer = await route.fetch()
        lost.append(await answer.text())
        await route.abort()

    await screen.begin()
    await screen.page.route("**/messages", lose_the_first_answer)
    await screen.say(STORY)
    assert lost
    await expect(screen.log.get_by_text(STORY)).to_have_count(1)
    said = [(m["sender"], m["text"]) for m in await screen.messages()]
    assert len(said) == len(set(said))
    await expect(screen.log.locator(".message")).to_have_count(len(said))


async def test_a_photo_goes_up_with_its_progress_and_is_received(screen: Screen) -> None:
    page = screen.page
    await screen.begin()
    await screen.say(STORY)
    await screen.go_on(until="phone")
    network = await screen.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 150_000}
    await network.send("Network.emulateNetworkConditions", slow)
    await page.locator("#attach-file").set_input_files(
        {"name": "foto del lugar.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    await expect(page.locator(".part")).to_contain_text("foto del lugar.jpg")
    await page.wait_for_function("() => { const bar = document.querySelector('.part progress');"
                                 " return bar && !bar.hidden && bar.value > 0 && bar.value < 100; }")  # fmt: skip
    await network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    await expect(page.locator(".part")).to_contain_text("Listo para enviar")
    await screen.send.click()
    await screen.answered()
    await expect(page.locator("#parts")).to_be_hidden()
    await expect(screen.log).to_contain_text("Archivo enviado: foto del lugar.jpg")
    await expect(screen.log).to_contain_text("Recibí su archivo")


async def test_a_file_of_a_wrong_kind_is_told_kindly_and_the_talk_goes_on(screen: Screen) -> None:
    screen.allow("status of 415")
    page = screen.page
    await screen.begin()
    await page.locator("#attach-file").set_input_files(
        {"name": "programa.exe", "mimeType": "application/octet-stream", "buffer": b"MZ" + bytes(4000)}
    )
    await expect(page.locator(".part")).to_contain_text(
        "No podemos abrir «programa.exe». Puede enviar fotos, videos, audios o PDF."
    )
    await page.get_by_role("button", name="Quitar programa.exe").click()
    await expect(page.locator("#parts")).to_be_hidden()
    await screen.say(STORY)


async def test_the_resume_code_goes_on_elsewhere_and_the_first_browser_is_told(open_screen: Open) -> None:
    first, second = await open_screen(), await open_screen(size=DESK)
    first.allow("status of 40[14]")
    await first.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await first.begin()
    await first.say(STORY)
    await first.choose("Sí")
    step = await first.step()
    await first.page.get_by_text("Guarde su código").click()
    await first.page.get_by_role("button", name="Copiar el código").click()
    await expect(first.page.locator("#notice")).to_have_text("Código copiado")
    code = await first.page.evaluate("navigator.clipboard.readText()")
    assert code == await first.page.locator(".keep strong").inner_text()

    await second.page.goto("/")
    await second.page.get_by_text("Ya empecé antes").click()
    await second.page.get_by_label("Su código para continuar").fill(code.lower().replace("-", " "))
    await second.page.get_by_role("button", name="Continuar").click()
    await expect(second.log).to_contain_text(STORY)
    assert await second.step() == step
    await second.go_on(until="confirm")

    await expect(first.page.locator("#start-error")).to_contain_text(
        "Su conversación ya no está abierta en este equipo"
    )
    await expect(first.page.locator("body")).not_to_contain_text("Samsung")


async def test_danger_brings_the_emergency_lines_to_the_front(screen: Screen) -> None:
    await screen.begin()
    await screen.say("Ayuda, mi pareja me está golpeando ahora mismo")
    await expect(screen.page.locator("body[data-emergency]")).to_be_visible()
    await expect(screen.page.locator(".lines__title")).to_be_visible()
    for line in ("105", "100", "106", "116"):
        await expect(screen.page.locator(f'.lines a[href="tel:{line}"]')).to_be_visible()
        await expect(screen.log.locator(f'a[href="tel:{line}"]').last).to_be_visible()
    assert await screen.inaccessible() == []
