"""The survey of a station's poster, on a small phone with and without JavaScript, and the console's page of it."""

import pytest
from playwright.async_api import expect

from tests.e2e.browser import Open
from tests.e2e.conftest import Stack
from tests.e2e.console import SMALL, enter
from vocabulary.sentences import sentence

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

STATION = "150132"
_READING = 5_000
"""Milliseconds that a person takes at least."""


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_visit_is_told_of_in_taps(open_screen: Open, scripts: bool) -> None:
    screen = await open_screen(java_script_enabled=scripts)
    page = screen.page
    await page.goto(f"/encuesta/{STATION}")
    if scripts:
        await screen.shot("7-encuesta-")
        assert await screen.inaccessible() == []
        assert await screen.overflow() <= 0
    await page.get_by_role("group", name="En general").get_by_text("Buena", exact=True).click()
    await page.get_by_role("group", name="¿Se resolvió").get_by_text("Todavía no").click()
    await page.get_by_label("Por último").fill("Gracias, todo bien")
    await page.wait_for_timeout(_READING)
    await page.get_by_role("button", name="Enviar mis respuestas").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(sentence("survey.visit.thanks_title"))
    if scripts:
        assert await screen.inaccessible() == []


async def test_a_commissioner_finds_the_poster_and_what_is_asked(open_screen: Open, stack: Stack) -> None:
    screen = await open_screen(size=SMALL)
    await enter(screen, stack, STATION, role="commissioner")
    page = screen.page
    await page.goto("/staff/encuestas")
    assert await screen.inaccessible() == []
    poster = await page.get_by_role("link", name="Cartel").get_attribute("href")
    answer = await screen.context.request.get(str(poster))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    await page.get_by_role("link", name="Visita a la comisaría").click()
    await expect(page.get_by_role("group", name="En general")).to_be_visible()
    assert await screen.inaccessible() == []
    assert await screen.overflow() <= 0
