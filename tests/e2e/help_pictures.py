"""The pictures of the staff's help: the console's pages as they are, with the demonstration's cases.

``python -m tests.e2e.help_pictures URL`` makes them anew from an installation that runs with ``--testing``.
"""

import asyncio
import io
import json
import re
import sys
from pathlib import Path

import httpx
from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from api.settings import ROOT
from tests.e2e.browser import FLAGS, PROGRAM, STORY
from tests.e2e.conftest import go_on, opened

FOLDER = ROOT / "api" / "static" / "staff" / "help"
SIZE: ViewportSize = {"width": 1024, "height": 768}
LARGEST = 60_000
"""Bytes of a picture."""
_STATION, _NEXT_STATION = "150131", "150115"
_QUALITY = 45
_ASKED = "¿Tiene la caja o la boleta del celular? Ahí está el IMEI, que ayuda a buscarlo."


async def draw(browser: Browser, url: str, folder: Path) -> None:
    """Walk through the console of a running installation and keep a picture of each page that the help shows.

    Fails where a page, or what the help tells to press on it, is not there any more.
    """
    with httpx.Client(base_url=url, timeout=90) as client:
        number = _cases(client)[0]
        head = _cookie(client, "commissioner", "Carmen Ticona")
        citizen = opened(client)
        citizen.say(STORY)
        go_on(citizen, until="full_name")
        citizen.say("quiero hablar con una persona")
    context = await browser.new_context(base_url=url, viewport=SIZE, locale="es-PE", color_scheme="light")
    await context.add_cookies([{"name": "staff_session", "value": head, "url": url, "httpOnly": True}])
    page = await context.new_page()

    await page.goto("/staff")
    await expect(page.locator("[data-case]").first).to_be_visible()
    await _keep(page, folder, "bandeja")

    case = f"/staff/casos/{number}"
    await page.goto(case)
    await expect(page.get_by_role("button", name="Tomar el caso")).to_be_visible()
    await _keep(page, folder, "caso")
    ask = page.locator("#acto-ask")
    await ask.locator("summary").click()
    await ask.get_by_label("Qué se le pide").fill(_ASKED)
    await expect(ask.get_by_role("button", name="Enviar el pedido")).to_be_visible()
    await _keep(page, folder, "pedido")

    await page.goto(f"{case}/traslado?q={_NEXT_STATION}")
    await page.get_by_label(_NEXT_STATION).check()
    await expect(page.get_by_role("button", name="Trasladar a otra comisaría")).to_be_visible()
    await _keep(page, folder, "traslado")

    await page.goto(f"{case}/sidpol")
    await expect(page.get_by_role("button", name="Copiar").first).to_be_visible()
    await _keep(page, folder, "sidpol")

    await page.goto("/staff/conversaciones")
    await page.locator(f"form[action$='/{citizen.id}/tomar'] button").click()
    await expect(page.get_by_label("Su mensaje")).to_be_visible()
    await _keep(page, folder, "conversacion")
    await page.get_by_role("button", name="Terminar la atención").click()
    await context.close()


def _cases(client: httpx.Client) -> list[str]:
    """The first of the demonstration's cases, filed at one station."""
    told = json.loads((ROOT / "api" / "cli" / "demo_cases.json").read_text(encoding="utf-8"))
    made = [
        client.post("/api/v1/testing/cases", json={"draft": draft, "station_code": _STATION}).raise_for_status()
        for draft in told[:6]
    ]
    return [answer.json()["case_number"] for answer in made]


def _cookie(client: httpx.Client, role: str, name: str) -> str:
    """The session of a new member of staff, whom an administrator gives a name."""
    tokens = {}
    for one in (role, "administrator"):
        body = {"role": one, "station_code": _STATION}
        made = client.post("/api/v1/testing/staff", json=body).raise_for_status()
        tokens[one] = made.json()["cookie"].partition("=")[2]
    account = client.get("/staff/cuenta", headers={"Cookie": f"staff_session={tokens[role]}"}).text
    login = re.search(rf"{role}-[0-9a-f]{{8}}", account)
    assert login is not None
    as_administrator = {
        "Cookie": f"staff_session={tokens['administrator']}",
        "Origin": str(client.base_url).rstrip("/"),
    }
    people = client.get("/staff/personal", params={"q": login[0]}, headers=as_administrator).text
    person = re.search(r"/staff/personal/[0-9a-f-]{36}", people)
    assert person is not None
    form = {"name": name, "role": role, "station": _STATION}
    renamed = client.post(person[0], data=form, headers=as_administrator)
    assert renamed.status_code == 303, renamed.text
    return str(tokens[role])


async def _keep(page: Page, folder: Path, name: str) -> None:
    picture = Image.open(io.BytesIO(await page.screenshot(animations="disabled", caret="hide")))
    picture.convert("RGB").save(folder / f"{name}.webp", quality=_QUALITY, method=6)


async def _main(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        await draw(browser, url, FOLDER)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
