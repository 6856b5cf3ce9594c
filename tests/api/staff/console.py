"""Members of staff at their browsers, over the app as it runs."""

import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
from fastapi import FastAPI

from api.app import create_app
from api.staff import service as staff
from api.staff.models import StaffMember
from vocabulary.cases import Role

STATION, OTHER_STATION = "150132", "150122"
ADDRESS = "http://127.0.0.1:8000"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
CHOSEN = "un caballo verde en Puno"


@asynccontextmanager
async def running() -> AsyncIterator[FastAPI]:
    app = create_app()
    async with app.router.lifespan_context(app):
        yield app


def browser(app: FastAPI, *, network: str = "127.0.0.1", address: str = ADDRESS) -> httpx.AsyncClient:
    """A browser with cookies of its own; it follows no redirect by itself."""
    headers = {"Origin": address, "Accept": "text/html", "User-Agent": FIREFOX}
    transport = httpx.ASGITransport(app, client=(network, 1234))
    return httpx.AsyncClient(transport=transport, base_url=address, headers=headers)


@dataclass
class Person:
    """A member of staff who knows their password, and the secret that their telephone holds."""

    member: StaffMember
    password: str
    secret: str = ""

    @property
    def login(self) -> str:
        return self.member.login

    def code(self, *, later: int = 0) -> str:
        """What the telephone shows; ``later`` in half minutes."""
        return pyotp.TOTP(self.secret).at(datetime.now(UTC) + timedelta(seconds=30 * later))


async def hired(
    app: FastAPI, *, role: Role = Role.OFFICER, station: str = STATION, name: str = "Rosa Quispe"
) -> Person:
    """A new member of staff with their first password."""
    login = f"{role}-{uuid.uuid4().hex[:8]}"
    async with app.state.sessions.begin() as session:
        member, password = await staff.add(
            session, login=login, name=name, role=role, station_code=station, at=datetime.now(UTC)
        )
    return Person(member, password)


async def settled(app: FastAPI, *, role: Role = Role.OFFICER, station: str = STATION) -> Person:
    """One who has been in before: with a password of their own and a second factor. Their browser is forgotten."""
    person = await hired(app, role=role, station=station)
    async with browser(app) as client:
        await first_password(client, person)
        await choose_password(client, person)
        await set_up_factor(client, person)
        await client.post("/staff/salir")
    return person


async def first_password(client: httpx.AsyncClient, person: Person, *, wanted: str = "") -> httpx.Response:
    form = {"login": person.login, "password": person.password, "ir": wanted}
    return await client.post("/staff/entrar", data=form)


async def step(client: httpx.AsyncClient, name: str, **form: str) -> httpx.Response:
    return await client.post("/staff/entrar/paso", data={"step": name} | form)


async def choose_password(client: httpx.AsyncClient, person: Person) -> None:
    answer = await step(client, "password", password=CHOSEN, again=CHOSEN)
    assert answer.status_code == 303, answer.text
    person.password = CHOSEN


def secret_on(page: str) -> str:
    found = re.search(r'<code class="number">([A-Z2-7 ]+)</code>', page)
    assert found
    return found[1].replace(" ", "")


async def set_up_factor(client: httpx.AsyncClient, person: Person) -> list[str]:
    """The recovery codes that are shown. The code is of the half minute before, so that this one's is left."""
    person.secret = secret_on((await client.get("/staff/entrar/paso")).text)
    answer = await step(client, "factor", code=person.code(later=-1))
    if answer.status_code == 422:  # the half minute ended between the two
        answer = await step(client, "factor", code=person.code(later=-1))
    assert answer.status_code == 200, answer.text
    return codes_on(answer.text)


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li>([0-9A-Z]{5}-[0-9A-Z]{5})</li>", page)


async def logged_in(client: httpx.AsyncClient, person: Person, *, code: str | None = None) -> httpx.Response:
    """Both factors, one after the other; the answer to the second."""
    answer = await first_password(client, person)
    assert answer.status_code == 303, answer.text
    return await step(client, "code", code=code or person.code())


async def is_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/staff/cuenta")).status_code == 200


async def on_duty(app: FastAPI, member: StaffMember) -> httpx.AsyncClient:
    """A browser with an open session, as the testing surface gives it."""
    async with app.state.sessions.begin() as session:
        token = await staff.open_session(session, member=member, at=datetime.now(UTC))
    client = browser(app)
    client.cookies.set(staff.COOKIE, token)
    return client
