"""The queue in a real browser: by keyboard, live, and without JavaScript."""

import re

import httpx
import pytest
from playwright.async_api import expect

from tests.e2e.browser import DESK, Open, Screen
from tests.e2e.conftest import Stack
from tests.e2e.console import SMALL

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]


def filed(stack: Stack, ubigeo: str, name: str = "Ana Soto", kind: str = "theft") -> str:
    """The number of a complaint of a district."""
    draft = {
        "incident_type": kind,
        "narrative": "Me sacaron la billetera",
        "full_name": name,
        "place": {"ubigeo": ubigeo},
    }
    with httpx.Client(base_url=stack.url, timeout=60) as client:
        made = client.post("/api/v1/testing/cases", json={"draft": draft})
        return str(made.raise_for_status().json()["case_number"])


async def at_console(
    open_screen: Open, stack: Stack, station: str, role: str = "commissioner", **options: object
) -> Screen:
    """A browser of a member of staff at the queue."""
    screen = await open_screen(size=DESK, **options)
    async with httpx.AsyncClient(base_url=stack.url) as client:
        made = await client.post("/api/v1/testing/staff", json={"role": role, "station_code": station})
    name, _, value = made.json()["cookie"].partition("=")
    await screen.context.add_cookies([{"name": name, "value": value, "url": stack.url}])
    await screen.page.goto("/staff")
    return screen


async def test_a_commissioner_works_the_queue_by_keyboard(open_screen: Open, stack: Stack) -> None:
    theft, violence = filed(stack, "150701"), filed(stack, "150701", kind="domestic_violence")
    screen = await at_console(open_screen, stack, "150701")
    page = screen.page
    for size in (DESK, SMALL):
        await page.set_viewport_size(size)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await screen.inaccessible() == []
    focused = page.locator(":focus")
    await page.keyboard.press("j")
    await expect(focused).to_have_text(violence)
    await page.keyboard.press("ArrowDown")
    await expect(focused).to_have_text(theft)
    await page.keyboard.press("j")  # the last one stays
    await expect(focused).to_have_text(theft)
    await page.keyboard.press("x")
    await expect(page.locator("#chosen")).to_have_text("1 elegido")
    await page.keyboard.press("k")
    await expect(focused).to_have_text(violence)
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Atajos de teclado")).to_be_visible()
    assert await screen.inaccessible() == []
    await page.keyboard.press("Escape")
    await page.get_by_label("Asignar los elegidos a").select_option(index=1)
    await page.get_by_role("button", name="Asignar", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="1 caso asignado.")).to_be_visible()
    await expect(page.locator(f'[data-case="{theft}"]')).to_contain_text("commissioner-")
    await page.keyboard.press("/")
    await expect(focused).to_have_attribute("name", "typed")
    await page.keyboard.type("soto j/k?")  # which are letters there
    await expect(focused).to_have_value("soto j/k?")
    await focused.fill("ana soto")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(r"/staff/buscar$"))
    await expect(page.locator(f'[data-case="{theft}"]')).to_be_visible()
    assert await screen.inaccessible() == []


async def test_keys_do_nothing_for_who_turned_them_off(open_screen: Open, stack: Stack) -> None:
    filed(stack, "150702")
    screen = await at_console(open_screen, stack, "150702")
    page = screen.page
    await page.get_by_role("button", name="Atajos de teclado").click()
    await page.get_by_label("Usar estos atajos en este equipo").uncheck()
    await page.get_by_role("button", name="Cerrar").click()
    await page.reload()
    await page.keyboard.press("/")
    assert await page.evaluate("document.activeElement === document.body")


async def test_new_cases_are_told_without_moving_what_is_read(open_screen: Open, stack: Stack) -> None:
    first = filed(stack, "150703")
    screen = await at_console(open_screen, stack, "150703")
    page = screen.page
    rows = page.locator("[data-case]")
    await expect(rows).to_have_count(1)
    await page.keyboard.press("j")
    urgent = filed(stack, "150703", kind="missing_person")
    await expect(page.locator("#news")).to_have_text("1 caso nuevo")
    await expect(page.locator("#counts")).to_contain_text("Abiertos 2")
    await expect(rows).to_have_count(1)
    await expect(page.locator(":focus")).to_have_text(first)
    assert await screen.inaccessible() == []
    await page.get_by_role("button", name="Mostrar").click()
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_have_attribute("data-case", urgent)
    await expect(page.locator("#news")).to_have_text("")
    await page.keyboard.press("x")
    await expect(page.locator("#chosen")).to_have_text("1 elegido")


async def test_the_queue_works_without_javascript(open_screen: Open, stack: Stack) -> None:
    number = filed(stack, "150704", name="Berta Luna")
    screen = await at_console(open_screen, stack, "150704", java_script_enabled=False)
    page = screen.page
    await page.get_by_label(f"Elegir el caso {number}").check()
    await page.get_by_label("Asignar los elegidos a").select_option(index=1)
    await page.get_by_role("button", name="Asignar", exact=True).click()
    await expect(page.get_by_text("1 caso asignado.")).to_be_visible()
    await page.get_by_text("Filtros", exact=True).click()
    await page.get_by_label("Hecho").select_option("robbery")
    await page.get_by_role("button", name="Filtrar").click()
    await expect(page.get_by_text("Ningún caso cumple estos filtros.")).to_be_visible()
    await page.get_by_label("Guardar estos filtros como").fill("Robos")
    await page.get_by_role("button", name="Guardar").click()
    await expect(page.get_by_role("link", name="Robos")).to_be_visible()
    await page.get_by_label("Buscar un caso").fill("Luna, Berta")
    await page.get_by_role("button", name="Buscar").click()
    await expect(page.locator(f'[data-case="{number}"]')).to_be_visible()
