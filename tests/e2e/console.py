"""Members of staff in front of the console in Chromium, and what they do on every page."""

import httpx
from playwright.async_api import ViewportSize, expect

from tests.e2e.browser import Screen
from tests.e2e.conftest import Stack

SMALL: ViewportSize = {"width": 768, "height": 1024}
DRAFT = {
    "incident_type": "theft",
    "narrative": "Dejé la mochila en la mesa y ya no estaba",
    "full_name": "Rosa Quispe",
    "phone": "+51987654321",
}


def filed(stack: Stack, station: str) -> str:
    """The number of a new complaint at a station."""
    with httpx.Client(base_url=stack.url, timeout=90) as client:
        made = client.post("/api/v1/testing/cases", json={"draft": DRAFT, "station_code": station})
        return str(made.json()["case_number"])


async def enter(screen: Screen, stack: Stack, station: str, *, role: str = "officer") -> None:
    """Be a new member of staff from now on."""
    async with httpx.AsyncClient(base_url=stack.url, timeout=30) as client:
        made = await client.post("/api/v1/testing/staff", json={"role": role, "station_code": station})
    name, _, value = made.json()["cookie"].partition("=")
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


async def transfer(screen: Screen, number: str, station: str, *, why: str) -> None:
    """Send a case to another station; the page before the last button is looked at too."""
    page = screen.page
    await page.goto(f"/staff/casos/{number}")
    await page.get_by_role("link", name="Trasladar a otra comisaría").click()
    await page.get_by_label("Comisaría o código").fill(station)
    await page.get_by_role("button", name="Buscar").click()
    await page.get_by_label(station).check()
    await page.get_by_label("Motivo").fill(why)
    await is_sound(screen)
    await page.get_by_role("button", name="Trasladar a otra comisaría").click()


async def cannot_open(screen: Screen, path: str, *, status: int) -> None:
    """The page is refused, in words and without a menu that leads nowhere."""
    screen.allow(rf"the server responded with a status of {status}")
    answer = await screen.page.goto(path)
    assert answer is not None
    assert answer.status == status
    await expect(screen.page.get_by_role("heading", level=1)).to_be_visible()
    await is_sound(screen)


async def is_sound(screen: Screen) -> None:
    await screen.page.wait_for_load_state()
    assert await screen.overflow() <= 0
    assert await screen.inaccessible() == []
