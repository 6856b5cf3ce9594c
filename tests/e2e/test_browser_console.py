"""An officer's day at the console, on a desk's screen and on a small one, and two who write at once."""

import httpx
import pytest
from playwright.async_api import ViewportSize, expect

from tests.e2e.browser import DESK, Open, Screen, chromium_fixture, open_screen_fixture  # noqa: F401 - fixtures
from tests.e2e.conftest import Stack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STATION, NEXT_STATION = "150132", "150115"
SMALL: ViewportSize = {"width": 768, "height": 1024}
DRAFT = {
    "incident_type": "theft",
    "narrative": "Dejé la mochila en la mesa y ya no estaba",
    "full_name": "Rosa Quispe",
    "phone": "+51987654321",
}


def filed(stack: Stack) -> str:
    """The number of a complaint at the station."""
    with httpx.Client(base_url=stack.url, timeout=90) as client:
        made = client.post("/api/v1/testing/cases", json={"draft": DRAFT, "station_code": STATION})
        return str(made.json()["case_number"])


def a_cookie(stack: Stack) -> tuple[str, str]:
    """The session of a new officer of the station."""
    with httpx.Client(base_url=stack.url, timeout=30) as client:
        made = client.post("/api/v1/testing/staff", json={"role": "officer", "station_code": STATION})
    name, _, value = made.json()["cookie"].partition("=")
    return name, value


async def enter(screen: Screen, stack: Stack) -> None:
    """Be an officer from now on."""
    name, value = a_cookie(stack)
    await screen.context.add_cookies([{"name": name, "value": value, "url": stack.url, "httpOnly": True}])


async def do(screen: Screen, act: str, button: str, *, words: str = "", choose: str = "") -> None:
    """Open the form of an act, fill it in and send it."""
    form = screen.page.locator(f"#acto-{act}")
    await form.locator("summary").click()
    if choose:
        await form.locator("select").select_option(label=choose)
    if words:
        await form.locator("textarea").fill(words)
    await form.get_by_role("button", name=button, exact=True).click()


async def is_sound(screen: Screen) -> None:
    assert await screen.overflow() <= 0
    assert await screen.inaccessible() == []


@pytest.mark.parametrize("size", [DESK, SMALL], ids=["desk", "small"])
async def test_an_officer_takes_a_case_works_on_it_calls_and_hands_it_over(
    open_screen: Open, stack: Stack, size: ViewportSize
) -> None:
    number, screen = filed(stack), await open_screen(size=size)
    page = screen.page
    await enter(screen, stack)
    await page.goto(f"/staff/casos/{number}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Caso {number}")
    await expect(page.locator("#denuncia")).to_contain_text(DRAFT["narrative"])
    await is_sound(screen)
    await page.get_by_role("button", name="Tomar el caso").click()
    await expect(page.get_by_role("status")).to_have_text("El caso es suyo.")
    await do(screen, "classify", "Clasificar el hecho", choose="Robo")
    await expect(page.locator("#historia")).to_contain_text("de hurto a robo")
    await do(screen, "ask", "Enviar el pedido", words="¿A qué hora llegó a la cafetería?")
    await expect(page.locator("#preguntas")).to_contain_text("¿A qué hora llegó a la cafetería?")
    await do(screen, "note", "Guardar la nota", words="La cafetería tiene cámara")
    await expect(page.locator("#historia")).to_contain_text("La cafetería tiene cámara")
    await page.get_by_role("link", name="Tareas").click()
    await expect(page.get_by_role("link", name="Tareas")).to_have_attribute("aria-current", "page")
    await is_sound(screen)
    await page.get_by_role("link", name=number).first.click()
    call = page.locator("#llamadas details").first
    await call.locator("summary").click()
    await call.get_by_label("No contestó").check()
    await is_sound(screen)
    await call.get_by_role("button", name="Anotar la llamada").click()
    await expect(page.locator("#llamadas")).to_contain_text("intento 2")
    await page.get_by_role("link", name="Trasladar a otra comisaría").click()
    await page.get_by_label("Comisaría o código").fill(NEXT_STATION)
    await page.get_by_role("button", name="Buscar").click()
    await page.get_by_label(NEXT_STATION).check()
    await page.get_by_label("Motivo").fill("El local está del otro lado de la avenida")
    await is_sound(screen)
    screen.allow(r"the server responded with a status of 404")
    await page.get_by_role("button", name="Trasladar a otra comisaría").click()
    gone = await page.goto(f"/staff/casos/{number}")
    assert gone is not None
    assert gone.status == 404


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_of_two_who_write_at_once_the_second_keeps_their_words_and_sees_what_is_new(
    open_screen: Open, stack: Stack, scripts: bool
) -> None:
    number = filed(stack)
    first, second = await open_screen(size=DESK), await open_screen(size=DESK, java_script_enabled=scripts)
    for screen in (first, second):
        await enter(screen, stack)
        await screen.page.goto(f"/staff/casos/{number}")
    await do(first, "note", "Guardar la nota", words="Ya hablé con el mozo")
    await expect(first.page.locator("#historia")).to_contain_text("Ya hablé con el mozo")
    second.allow(r"the server responded with a status of 409")
    await do(second, "ask", "Enviar el pedido", words="¿Tiene una foto de la mochila?")
    await expect(second.page.get_by_role("alert")).to_contain_text("Otra persona escribió en este caso")
    await expect(second.page.get_by_role("listitem")).to_contain_text(["Ya hablé con el mozo"])
    await expect(second.page.get_by_label("Qué se le pide")).to_have_value("¿Tiene una foto de la mochila?")
    if scripts:
        await is_sound(second)
    await second.page.get_by_role("button", name="Enviar el pedido").click()
    await expect(second.page.locator("#historia li").first).to_contain_text("¿Tiene una foto de la mochila?")
    await expect(second.page.locator("#historia")).to_contain_text("Ya hablé con el mozo")
