"""An officer's day at the console, on a desk's screen and on a small one, and two who write at once."""

import pytest
from playwright.async_api import ViewportSize, expect

from tests.e2e.browser import DESK, Open
from tests.e2e.conftest import Stack
from tests.e2e.console import DRAFT, SMALL, cannot_open, do, enter, filed, is_sound, transfer

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STATION, NEXT_STATION = "150132", "150115"


@pytest.mark.parametrize("size", [DESK, SMALL], ids=["desk", "small"])
async def test_an_officer_takes_a_case_works_on_it_calls_and_hands_it_over(
    open_screen: Open, stack: Stack, size: ViewportSize
) -> None:
    number, screen = filed(stack, STATION), await open_screen(size=size)
    page = screen.page
    await enter(screen, stack, STATION)
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
    screen.allow(r"the server responded with a status of 404")
    await transfer(screen, number, NEXT_STATION, why="El local está del otro lado de la avenida")
    await cannot_open(screen, f"/staff/casos/{number}", status=404)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
async def test_of_two_who_write_at_once_the_second_keeps_their_words_and_sees_what_is_new(
    open_screen: Open, stack: Stack, scripts: bool
) -> None:
    number = filed(stack, STATION)
    first, second = await open_screen(size=DESK), await open_screen(size=DESK, java_script_enabled=scripts)
    for screen in (first, second):
        await enter(screen, stack, STATION)
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
