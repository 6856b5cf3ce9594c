"""What a turn of the chat costs while a whole shift is at work: citizens, members of staff, all their open pages.

500 citizens write in the course of some minutes, each with the pauses of somebody who reads and types, and each with the
page's event stream open; one in twenty-five asks for a person. 50 members of staff have a page of the console open, and
two more work in Chromium: one answers whoever waits, the other looks at what was filed. The floor is the same talk on the
same installation with nobody else there.
"""

import asyncio
import random
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page, async_playwright, expect

from api.cli.benchmarks.chat_turn import installation

CITIZENS, MEMBERS = 500, 50
_ARRIVE_SECONDS = 300
_THINK_SECONDS = (20, 60)
_FLOOR_TALKS = 10
_ASKS_FOR_A_PERSON = 25
_LOOK_SECONDS, _SETTLE_SECONDS = 5, 2
_STATION = "150132"
_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu"]
_STORY = "Ayer a las 8 de la noche dos sujetos me quitaron mi celular Samsung en San Juan de Lurigancho"
_ANSWERS = {
    "consent": "sí, de acuerdo",
    "narrative": _STORY,
    "place": "San Juan de Lurigancho, paradero 10 de la avenida Wiesse",
    "clarify": "la primera",
    "item_details": "es un Samsung A14, costó 700 soles",
    "suspects": "dos jóvenes con casaca negra",
    "witnesses": "nadie",
    "evidence": "no tengo",
    "full_name": "Rosa María Quispe Huamán",
    "document_type": "DNI",
    "phone": "987654321",
    "email": "no tengo",
    "address": "Jirón Puno 345, Comas",
    "oath": "sí, es verdad",
    "confirm": "confirmo",
}


@dataclass
class _Seen:
    """What happened so far; the turns in milliseconds."""

    turns: list[float] = field(default_factory=list)
    refreshed: int = 0
    filed: int = 0
    attended: int = 0
    looked_at: int = 0


def measure(_data: Path) -> tuple[float, float]:
    """Milliseconds of a turn at the 95th percentile, and the floor's. Raises ``RuntimeError`` for an answer that is an
    error, a stream that ends, a problem in a browser, a citizen without a number or a person who was not attended."""
    with installation() as (url, _):
        return asyncio.run(day(url, citizens=CITIZENS, members=MEMBERS))


async def day(url: str, *, citizens: int, members: int) -> tuple[float, float]:
    """A day at a running installation."""
    alone, seen = _Seen(), _Seen()
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)  # before the server closes what is idle
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        for number in range(_FLOOR_TALKS):
            await _talk(client, alone, number)
        chance = random.Random(16)  # noqa: S311 - the same pauses at every run
        async with _staff_pages(client, seen, members), _browsers(client, url, seen), asyncio.TaskGroup() as talks:
            for number in range(citizens):
                pauses = random.Random(chance.random())  # noqa: S311 - as above
                talks.create_task(_arrive(client, seen, number, chance=pauses))
    asked = citizens // _ASKS_FOR_A_PERSON
    if (seen.filed, seen.attended) != (citizens, asked):
        raise RuntimeError(f"{seen.filed} of {citizens} filed, {seen.attended} of {asked} attended")
    print(
        f"station_day: {citizens} denuncias, {len(seen.turns)} turnos, {asked} personas atendidas en un navegador, "
        f"{seen.looked_at} casos abiertos en el otro, {members} páginas abiertas pedidas de nuevo {seen.refreshed} veces, ningún error; "
        f"mediana de un turno {_percentile(seen.turns, 50):.0f} ms, percentil 99 {_percentile(seen.turns, 99):.0f} ms",
        flush=True,
    )
    return _percentile(seen.turns, 95), _percentile(alone.turns, 95)


def _percentile(taken: Sequence[float], percent: int) -> float:
    return sorted(taken)[int((len(taken) - 1) * percent / 100)]


async def _arrive(client: httpx.AsyncClient, seen: _Seen, number: int, *, chance: random.Random) -> None:
    await asyncio.sleep(chance.uniform(0, _ARRIVE_SECONDS))
    await _talk(client, seen, number, chance=chance, asks=number % _ASKS_FOR_A_PERSON == 0)


async def _talk(
    client: httpx.AsyncClient, seen: _Seen, number: int, *, chance: random.Random | None = None, asks: bool = False
) -> None:
    """A complaint from the greeting to its number; without ``chance`` nobody pauses, and no page is open."""
    opened = _sound(await client.post("/api/v1/conversations", json={"channel": "web"}))
    address, headers = f"/api/v1/conversations/{opened['id']}", {"Authorization": f"Bearer {opened['token']}"}
    state, sent = opened["state"], 0

    async def say(text: str) -> None:
        nonlocal state, sent
        if chance is not None:
            await asyncio.sleep(chance.uniform(*_THINK_SECONDS))
        sent += 1
        body = {"client_message_id": f"m{sent}", "text": text}
        begun = time.perf_counter()
        answer = await client.post(f"{address}/messages", json=body, headers=headers)
        while answer.status_code == 202:
            await asyncio.sleep(0.2)
            answer = await client.post(f"{address}/messages", json=body, headers=headers)
        seen.turns.append((time.perf_counter() - begun) * 1000)
        state = _sound(answer)["state"]

    async with AsyncExitStack() as open_page:
        if chance is not None:
            await open_page.enter_async_context(_stream(client, f"{address}/events", headers))
        await say(_STORY)
        answers = _ANSWERS | {"document_number": str(40_000_000 + number)}
        while state["step"] is not None:
            if asks and state["step"] == "full_name":
                asks = False
                await say("quiero hablar con una persona")
                while state["handover"] != "active":
                    await asyncio.sleep(_LOOK_SECONDS)
                    state = _sound(await client.get(address, headers=headers))["state"]
                await say("gracias, ya me llamo Rosa")
                while state["handover"] != "none":
                    await asyncio.sleep(_LOOK_SECONDS)
                    state = _sound(await client.get(address, headers=headers))["state"]
                continue
            await say(answers[state["step"]])
        if not state["case_number"]:
            raise RuntimeError("a talk ended without a number")
        seen.filed += 1


def _sound(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code not in (200, 201):
        raise RuntimeError(f"{answer.request.method} answered {answer.status_code}")
    read: dict[str, Any] = answer.json()
    return read


@asynccontextmanager
async def _stream(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], told: asyncio.Event | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """Has an event stream open, whose reading ends only with it; ``told`` is set by each event."""

    async def read(response: httpx.Response) -> None:
        async for line in response.aiter_lines():
            if told is not None and line.startswith("event:"):
                told.set()

    async with client.stream("GET", path, headers=headers, timeout=httpx.Timeout(60, read=None)) as response:
        if response.status_code != 200:
            raise RuntimeError(f"a stream answered {response.status_code}")
        reading = asyncio.create_task(read(response))
        try:
            yield reading
        finally:
            reading.cancel()
            await asyncio.wait([reading])


async def _entered(client: httpx.AsyncClient, role: str) -> str:
    """The cookie of a new member of staff."""
    made = _sound(await client.post("/api/v1/testing/staff", json={"role": role, "station_code": _STATION}))
    cookie: str = made["cookie"]
    return cookie


@asynccontextmanager
async def _staff_pages(client: httpx.AsyncClient, seen: _Seen, members: int) -> AsyncIterator[None]:
    """Operators with the queue of conversations open and officers with that of cases, half and half."""
    places = (("operator", "/staff/conversaciones"), ("officer", "/staff"))
    async with AsyncExitStack() as pages, asyncio.TaskGroup() as looking:
        readings, looks = [], []
        for number in range(members):
            role, path = places[number % 2]
            headers, told = {"Cookie": await _entered(client, role)}, asyncio.Event()
            readings.append(await pages.enter_async_context(_stream(client, f"{path}/eventos", headers, told)))
            looks.append(looking.create_task(_ask_again(client, path, headers, told, seen)))
        yield
        lost = sum(reading.done() for reading in readings)
        for look in looks:
            look.cancel()
    if lost:
        raise RuntimeError(f"{lost} pages of the console lost their stream")


async def _ask_again(
    client: httpx.AsyncClient, path: str, headers: dict[str, str], told: asyncio.Event, seen: _Seen
) -> None:
    """What the page's script does when it is told that something changed."""
    while True:
        await told.wait()
        await asyncio.sleep(_SETTLE_SECONDS)
        told.clear()
        answer = await client.get(path, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        seen.refreshed += 1


@asynccontextmanager
async def _browsers(client: httpx.AsyncClient, url: str, seen: _Seen) -> AsyncIterator[None]:
    """An operator and an officer at work in Chromium for as long as this holds."""
    problems: list[str] = []
    program = shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_FLAGS)
        operator = await _page(browser, url, await _entered(client, "operator"), problems)
        officer = await _page(browser, url, await _entered(client, "officer"), problems)
        work = [asyncio.create_task(_attend(operator, seen)), asyncio.create_task(_look(officer, seen))]
        try:
            yield
        finally:
            done = [task for task in work if task.done()]
            for task in work:
                task.cancel()
            await asyncio.wait(work)
            await browser.close()
        for task in done:
            task.result()
    if problems:
        raise RuntimeError(f"problems in a browser: {problems[:5]}")


async def _page(browser: Browser, url: str, cookie: str, problems: list[str]) -> Page:
    context = await browser.new_context(base_url=url, locale="es-PE")
    name, _, value = cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": url}])
    context.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda failure: problems.append(str(failure.error)))
    return await context.new_page()


async def _attend(page: Page, seen: _Seen) -> None:
    """Take whoever waits longest, greet, wait for an answer, give the conversation back."""
    await page.goto("/staff/conversaciones")
    while True:
        await page.locator("#queue form[action$='/tomar'] button").first.click(timeout=0)
        before = await page.locator("#log").inner_text()
        box = page.get_by_label("Su mensaje")
        await box.fill("Buenas tardes, soy del turno de hoy. ¿En qué le ayudo?")
        await box.press("Enter")
        await expect(page.locator("#log")).to_contain_text("ya me llamo Rosa", timeout=120_000)
        if "ya me llamo Rosa" in before:
            raise RuntimeError("an answer was there before it was given")
        await page.get_by_role("button", name="Devolver al asistente").click()
        await page.wait_for_url("**/staff/conversaciones")
        seen.attended += 1


async def _look(page: Page, seen: _Seen) -> None:
    """Open the first case of the queue that nobody has, take it, and go back."""
    while True:
        await page.goto("/staff?assigned=nobody")
        await page.locator("[data-case] a").first.click(timeout=0)
        await page.get_by_role("button", name="Tomar el caso").click()
        await expect(page.get_by_role("status").first).to_have_text("El caso es suyo.")
        seen.looked_at += 1
        await asyncio.sleep(_LOOK_SECONDS)
