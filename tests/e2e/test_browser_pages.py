"""What every page owes to whoever opens it: reachable by all, light, and for this screen."""

import io
from dataclasses import dataclass

import httpx
import psycopg
import pytest
from playwright.async_api import CDPSession, Page, ViewportSize, expect
from reportlab.pdfgen.canvas import Canvas

from api.cli.postgres import Cluster
from tests.e2e.browser import PRIVATE, STORY, Open, Screen, photo
from tests.e2e.conftest import Stack, go_on, opened

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

FIRST_LOAD = 60_000


@dataclass(frozen=True)
class Paper:
    code: str
    pdf: bytes


@pytest.fixture(scope="module")
def paper(stack: Stack) -> Paper:
    """A copy that was issued to somebody."""
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        citizen = opened(client)
        citizen.say(STORY)
        go_on(citizen)
        copy = citizen.documents(2)[1]
        return Paper(copy["verification_code"], client.get(copy["url"]).content)


async def test_axe_finds_nothing_from_the_first_screen_to_the_copy(screen: Screen) -> None:
    await screen.page.goto("/")
    await expect(screen.page.locator("#begin")).to_be_enabled()
    await screen.shot("0-start")
    assert await screen.inaccessible() == []
    await screen.page.locator(".settings summary").click()
    assert await screen.inaccessible() == []
    await screen.begin()
    assert await screen.inaccessible() == []
    await screen.say(STORY)
    await expect(screen.choice("Sí")).to_be_visible()
    assert await screen.inaccessible() == []
    await screen.go_on(until="confirm")
    await screen.page.locator("#attach-file").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo(60)}
    )
    await expect(screen.page.locator(".part")).to_contain_text("Listo para enviar")
    assert await screen.inaccessible() == []
    await screen.page.get_by_role("button", name="Quitar foto.jpg").click()
    await screen.go_on()
    await expect(screen.card).to_be_visible(timeout=60_000)
    assert await screen.inaccessible() == []


@pytest.mark.parametrize("contrast", [False, True])
async def test_axe_finds_nothing_in_the_largest_letters(open_screen: Open, contrast: bool) -> None:
    screen = await open_screen(size={"width": 320, "height": 600})
    await screen.page.goto("/")
    await screen.page.locator(".settings summary").click()
    await screen.page.get_by_role("button", name="Muy grande").click()
    if contrast:
        await screen.page.get_by_role("button", name="Más contraste").click()
    await screen.begin()
    await screen.say(STORY)
    assert await screen.overflow() <= 0
    assert await screen.inaccessible() == []


@pytest.mark.parametrize(
    ("path", "heading"),
    [("/v", "Verificar una copia"), ("/copia", "Pedir una copia de su denuncia"), ("/privacidad", "Sus datos y su privacidad"), ("/no-hay", "No lo encontramos"),
     ("/salida", None)],
)  # fmt: skip
async def test_axe_finds_nothing_on_the_other_pages(screen: Screen, path: str, heading: str | None) -> None:
    screen.allow("status of 404")
    await screen.page.goto(path)
    if heading:
        await expect(screen.page.get_by_role("heading", level=1)).to_have_text(heading)
    await screen.shot(f"5{path.replace('/', '-')}")
    assert await screen.inaccessible() == []


@pytest.mark.parametrize(
    ("status", "heading"),
    [("authentic", "Es auténtica"), ("superseded", "Hay una copia más reciente"), ("annulled", "La copia fue anulada")],
)
async def test_a_code_is_told_plainly_and_without_personal_data(
    screen: Screen, stack: Stack, paper: Paper, status: str, heading: str
) -> None:
    _set_status(stack, paper, status)
    try:
        await screen.page.goto("/v")
        await screen.page.get_by_label("Código de verificación").fill(paper.code.lower().replace("-", " "))
        await screen.page.get_by_role("button", name="Verificar código").click()
        await expect(screen.page.get_by_role("heading", name=heading)).to_be_visible()
    finally:
        _set_status(stack, paper, "authentic")
    shown = await screen.page.content()
    assert [private for private in PRIVATE if private in shown] == []
    await screen.shot(f"6-{status}")
    assert await screen.inaccessible() == []


def _set_status(stack: Stack, paper: Paper, status: str) -> None:
    """Nothing supersedes or annuls a copy yet; the page knows how to say it all the same."""
    with psycopg.connect(Cluster(stack.data).url()) as connection:
        changed = connection.execute(
            "update copies set status = %s where verification_code = %s", (status, paper.code)
        ).rowcount
    assert changed == 1


async def test_an_unknown_code_is_told_plainly(screen: Screen) -> None:
    screen.allow("status of 404")
    await screen.page.goto("/v/7K2M-9QXT-4HRD-W3PE")
    await expect(screen.page.get_by_role("heading", name="No encontramos ese código")).to_be_visible()
    await screen.shot("6-unknown")
    assert await screen.inaccessible() == []


@pytest.mark.parametrize(
    ("kind", "heading"),
    [("authentic", "Es auténtica"), ("altered", "El archivo fue cambiado"),
     ("not_ours", "No es una copia nuestra"), ("unreadable", "No pudimos leer el archivo")],
)  # fmt: skip
async def test_a_file_is_told_plainly_and_without_personal_data(
    screen: Screen, paper: Paper, kind: str, heading: str
) -> None:
    await screen.page.goto("/v")
    await screen.page.get_by_label("Archivo PDF de la copia").set_input_files(
        {"name": "copia.pdf", "mimeType": "application/pdf", "buffer": _file(kind, paper)}
    )
    await screen.page.get_by_role("button", name="Verificar archivo").click()
    await expect(screen.page.get_by_role("heading", name=heading)).to_be_visible()
    shown = await screen.page.content()
    assert [private for private in PRIVATE if private in shown] == []
    await screen.shot(f"7-{kind}")
    assert await screen.inaccessible() == []


def _file(kind: str, paper: Paper) -> bytes:
    if kind == "unreadable":
        return b"this is no PDF"
    if kind == "not_ours":
        other = io.BytesIO()
        canvas = Canvas(other)
        canvas.drawString(72, 720, "Copia de denuncia")
        canvas.save()
        return other.getvalue()
    pdf = bytearray(paper.pdf)
    if kind == "altered":
        pdf[len(pdf) // 2] ^= 1
    return bytes(pdf)


async def test_the_first_load_of_the_chat_is_light(screen: Screen) -> None:
    received: list[float] = []
    network: CDPSession = await screen.context.new_cdp_session(screen.page)
    network.on("Network.loadingFinished", lambda load: received.append(load["encodedDataLength"]))
    await network.send("Network.enable")
    await screen.page.goto("/", wait_until="networkidle")
    await expect(screen.page.locator("#begin")).to_be_enabled()
    assert len(received) > 10
    assert sum(received) < FIRST_LOAD


@pytest.mark.parametrize("size", [{"width": 320, "height": 568}, {"width": 1280, "height": 800}])
async def test_no_page_is_wider_than_the_window(open_screen: Open, paper: Paper, size: ViewportSize) -> None:
    screen = await open_screen(size=size)
    screen.allow("status of 404")
    for path in ("/", "/v", f"/v/{paper.code}", "/privacidad", "/no-hay"):
        await screen.page.goto(path)
        assert await screen.overflow() <= 0, path
    await screen.file_complaint()
    await screen.text.fill("a" * 300)
    assert await screen.overflow() <= 0


async def test_whoever_has_no_javascript_is_told_what_to_do_and_can_verify(open_screen: Open, paper: Paper) -> None:
    screen = await open_screen(java_script_enabled=False)
    page: Page = screen.page
    await page.goto("/")
    await expect(page.locator("noscript .problem")).to_be_visible()
    await expect(page.locator("noscript .problem")).to_contain_text("El chat necesita JavaScript")
    await expect(page.locator("#begin")).to_be_hidden()
    await page.goto("/v")
    await page.get_by_label("Código de verificación").fill(paper.code)
    await page.get_by_role("button", name="Verificar código").click()
    await expect(page.get_by_role("heading", name="Es auténtica")).to_be_visible()
    await page.get_by_role("link", name="Salir rápido").click()
    await expect(page).to_have_title("Calendario")
