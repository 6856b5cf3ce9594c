"""Chromium in front of the running installation, and what a person does in it."""

import io
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from PIL import Image
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    async_playwright,
    expect,
)

from tests.e2e.conftest import ANSWERS, Stack

STORY = (
    "Ayer a las 8 de la noche dos sujetos con cuchillo me robaron mi celular Samsung "
    "en el paradero 10 de la avenida Wiesse, en San Juan de Lurigancho"
)
PRIVATE = (
    "Rosa María",
    "Quispe",
    "45678912",
    "987654321",
    "987 654 321",
    "rosa.quispe",
    "cuchillo",
    "Wiesse",
    "Samsung",
)
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}

PROGRAM = shutil.which("chromium") or "chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE = 30_000
_TAPS = {"consent": "Sí", "witnesses": "Nadie que yo sepa", "document_type": "Sí, tengo DNI", "email": "Prefiero seguir",
         "address": "Prefiero seguir", "evidence": "No tengo", "oath": "Sí", "confirm": "Confirmar"}  # fmt: skip

expect.set_options(timeout=_PATIENCE)


@dataclass
class Screen:
    """One browser of one person: a page, and everything that went wrong in it."""

    page: Page
    url: str
    problems: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def allow(self, pattern: str) -> None:
        """Chromium logs an answer below 200 or from 400 on, and a lost network, as errors: these were provoked."""
        self.allowed.append(pattern)

    @property
    def complaints(self) -> list[str]:
        return [problem for problem in self.problems if not any(re.search(good, problem) for good in self.allowed)]

    def watch(self, context: BrowserContext) -> None:
        def told(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.problems.append(f"{message.type}: {message.text} ({message.location['url']})")

        def asked(request: Request) -> None:
            if urlsplit(request.url).scheme not in ("data", "blob") and not request.url.startswith(self.url + "/"):
                self.problems.append(f"another host: {request.url}")

        context.on("console", told)
        context.on("weberror", lambda failure: self.problems.append(f"exception: {failure.error}"))
        context.on("request", asked)

    # the chat

    async def begin(self) -> None:
        """Open the chat and wait for the greeting."""
        await self.page.goto("/")
        await self.page.locator("#begin").click()
        await self.answered()

    @property
    def log(self) -> Locator:
        return self.page.locator("#log")

    @property
    def text(self) -> Locator:
        return self.page.get_by_label("Escriba aquí su mensaje")

    @property
    def send(self) -> Locator:
        return self.page.get_by_role("button", name="Enviar", exact=True)

    def choice(self, title: str) -> Locator:
        return self.page.locator("#choices").get_by_role("button", name=title, exact=True)

    async def answered(self) -> None:
        """Wait until everything sent was taken in and answered."""
        await self.page.wait_for_function("() => sessionStorage.getItem('outbox') === null")
        await expect(self.page.locator(".message--waiting")).to_have_count(0)
        await expect(self.page.locator("#log > .message").last).to_be_visible()
        await expect(self.page.locator("#log > .message").last).not_to_have_attribute("data-sender", "citizen")
        await expect(self.page.locator("#typing")).to_be_hidden()

    async def say(self, text: str) -> None:
        await self.text.fill(text)
        await self.send.click()
        await expect(self.text).to_have_value("")
        await self.answered()

    async def choose(self, title: str) -> None:
        await self.choice(title).click()
        await self.answered()

    async def step(self) -> str | None:
        """What the bot is asking for, which the page itself does not need to know."""
        conversation = await self.page.evaluate("sessionStorage.getItem('conversation')")
        answer = await self.context.request.get(f"/api/v1/conversations/{conversation}")
        step: str | None = (await answer.json())["state"]["step"]
        return step

    async def go_on(self, *, until: str | None = None) -> list[str]:
        """Answer what is asked, tapping where there is something to tap; answers the steps that were asked."""
        asked: list[str] = []
        while (step := await self.step()) not in (None, until):
            assert step is not None
            assert len(asked) < 40, asked
            asked.append(step)
            if step in _TAPS and await self.choice(_TAPS[step]).is_visible():
                await self.choose(_TAPS[step])
            else:
                await self.say(ANSWERS[step])
        return asked

    @property
    def card(self) -> Locator:
        """The card of the full copy."""
        return self.page.locator(".card").filter(has_text="Copia de denuncia")

    async def file_complaint(self) -> None:
        """From the first screen to the copy."""
        await self.begin()
        await self.say(STORY)
        await self.go_on()
        await expect(self.card).to_be_visible(timeout=60_000)

    async def download(self, folder: Path) -> Path:
        async with self.page.expect_download() as download:
            await self.card.get_by_role("link", name="Descargar").click()
        file = folder / "copia.pdf"
        await (await download.value).save_as(file)
        return file

    async def messages(self, conversation: str | None = None) -> list[dict[str, Any]]:
        """What the server keeps of the conversation."""
        conversation = conversation or await self.page.evaluate("sessionStorage.getItem('conversation')")
        answer = await self.context.request.get(f"/api/v1/conversations/{conversation}/messages?after=0")
        kept: list[dict[str, Any]] = (await answer.json())["messages"]
        return kept

    # any page

    async def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        wider: int = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return wider

    async def inaccessible(self) -> list[str]:
        """What axe objects to, in light and in dark."""
        found = []
        schemes: tuple[Literal["dark"], Literal["light"]] = ("dark", "light")
        for scheme in schemes:
            await self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            results = await Axe().run(self.page)
            found += [
                f"{scheme}: {violation['id']}: {node['html'][:160]}: {node.get('failureSummary', '')[:240]}"
                for violation in results.response["violations"]
                for node in violation["nodes"]
            ]
        return found

    async def tab_to(self, selector: str, *, back: bool = False) -> None:
        """Reach an element with the Tab key alone."""
        for _ in range(40):
            if await self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            await self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{selector} is not reached with the keyboard")

    async def shot(self, name: str, *, at: Locator | None = None) -> None:
        """Keep a picture for whoever asks for them with COMISARIO_SHOTS, at a phone's width and a desk's."""
        folder = os.environ.get("COMISARIO_SHOTS")
        before = self.page.viewport_size
        if not folder or before is None:
            return
        for size in (PHONE, DESK):
            await self.page.set_viewport_size(size)
            if at:
                await at.scroll_into_view_if_needed()
            await self.page.evaluate("new Promise(done => setTimeout(done, 900))")
            await self.page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png")
        await self.page.set_viewport_size(before)


Open = Callable[..., Awaitable[Screen]]


@pytest.fixture(scope="module", name="chromium")
async def chromium_fixture() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture(name="open_screen")
async def open_screen_fixture(chromium: Browser, stack: Stack) -> AsyncIterator[Open]:
    """Opens browsers; at the end none of them may have logged an error or asked another host for anything."""
    screens: list[Screen] = []

    async def opened(*, size: ViewportSize | None = None, **options: Any) -> Screen:
        size = size or PHONE
        phone = size["width"] < 700
        context = await chromium.new_context(
            base_url=stack.url, viewport=size, locale="es-PE", has_touch=phone, is_mobile=phone, **options
        )
        context.set_default_timeout(_PATIENCE)
        screen = Screen(await context.new_page(), stack.url)
        screen.watch(context)
        screens.append(screen)
        return screen

    yield opened
    for screen in screens:
        await screen.context.close()
    assert [problem for screen in screens for problem in screen.complaints] == []


@pytest.fixture(name="screen")
async def screen_fixture(open_screen: Open) -> Screen:
    return await open_screen()


def photo(side: int = 600) -> bytes:
    """A picture that does not compress: it takes a while to send."""
    picture = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(picture, "JPEG", quality=95)
    return picture.getvalue()
