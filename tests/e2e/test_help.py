"""The staff's help: read on both sizes, and its pictures show pages that are there still."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, ViewportSize

from tests.e2e.browser import DESK, Open
from tests.e2e.conftest import Stack
from tests.e2e.console import SMALL, enter, is_sound
from tests.e2e.help_pictures import FOLDER, LARGEST, SIZE, draw

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("stack")]

_SHADES = 200
"""Colours that a page with text on it has at least; a blank one has one."""


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def is_a_picture(file: Path) -> bool:
    with Image.open(file) as picture:
        right = picture.size == (SIZE["width"], SIZE["height"])
        return right and len(picture.convert("RGB").getcolors(SIZE["width"] * SIZE["height"]) or ()) > _SHADES


async def test_each_picture_of_the_help_can_be_made_again_and_is_there(
    chromium: Browser, stack: Stack, tmp_path: Path
) -> None:
    await draw(chromium, stack.url, tmp_path)
    made, kept = names(tmp_path), names(FOLDER)
    assert made == kept
    assert len(kept) <= 6
    files = [folder / name for folder in (tmp_path, FOLDER) for name in kept]
    assert [file for file in files if not is_a_picture(file) or file.stat().st_size > LARGEST] == []


@pytest.mark.parametrize("size", [DESK, SMALL], ids=["desk", "small"])
async def test_everybody_is_led_to_a_help_of_their_own_with_its_pictures(
    open_screen: Open, stack: Stack, size: ViewportSize
) -> None:
    for role, parts in (
        ("operator", ["Conversaciones", "Su cuenta", "Qué queda anotado de usted"]),
        ("auditor", ["Revisar la auditoría", "Teclas", "Su cuenta", "Qué queda anotado de usted"]),
        ("administrator", ["Personal y comisarías", "Su cuenta", "Qué queda anotado de usted"]),
        ("commissioner", ["Un caso nuevo, en dos minutos", "Pedidos y preguntas", "Trasladar un caso", "Repartir los casos",
                          "Conversaciones", "Hoja para SIDPOL", "Teclas", "Su cuenta", "Qué queda anotado de usted"]),
    ):  # fmt: skip
        screen = await open_screen(size=size)
        await enter(screen, stack, "150131", role=role)
        page = screen.page
        await page.goto("/staff")
        await page.get_by_role("link", name="Ayuda", exact=True).click()
        assert await page.get_by_role("heading", level=2).all_inner_texts() == parts
        for link in await page.get_by_role("navigation", name="Partes de la ayuda").get_by_role("link").all():
            assert await page.locator(f"h2{await link.get_attribute('href')}").count() == 1
        await is_sound(screen)
    shown = {Path(await one.get_attribute("src") or "").name for one in await page.locator("main img").all()}
    assert shown == names(FOLDER)
