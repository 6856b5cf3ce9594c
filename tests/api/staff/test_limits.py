"""Guessing is limited, and no amount of it keeps anybody out who has been in before."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from api.audit.models import AuditEntry
from api.security import KeyRing
from api.settings import settings
from api.staff import attempts
from api.staff.attempts import Origin
from api.staff.models import LoginAttempt
from tests.api.staff.console import Person, browser, first_password, hired, logged_in, settled

HOME = bytes(32)


def network(number: int) -> bytes:
    return number.to_bytes(32)


@pytest.fixture
def limited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Limits are lifted in testing."""
    monkeypatch.setenv("COMISARIO_TESTING", "false")
    settings.cache_clear()
    yield
    settings.cache_clear()


async def tried(app: FastAPI, login: str, place: bytes, *, at: datetime, device: str | None = None) -> timedelta | None:
    async with app.state.sessions.begin() as session:
        keys: KeyRing = app.state.keys
        return await attempts.admit(session, login=login, origin=Origin(place, device), keys=keys, at=at)


async def known_device(app: FastAPI, person: Person) -> str:
    async with app.state.sessions.begin() as session:
        return await attempts.remember_device(session, member=person.member, device=None, at=datetime.now(UTC))


async def test_a_login_is_tried_eight_times_from_one_place_and_again_after_a_quarter_of_an_hour(
    app: FastAPI, limited: None
) -> None:
    person, at = await hired(app), datetime.now(UTC)
    for number in range(8):
        assert await tried(app, person.login, HOME, at=at + timedelta(seconds=number)) is None
    assert await tried(app, person.login, HOME, at=at + timedelta(minutes=5)) == timedelta(minutes=10)
    assert await tried(app, person.login, network(1), at=at + timedelta(minutes=5)) is None
    assert await tried(app, person.login, HOME, at=at + timedelta(minutes=15, seconds=9)) is None
    async with app.state.sessions() as session:
        query = select(func.count()).where(
            AuditEntry.act == "login_limited", AuditEntry.subject == f"staff:{person.member.id}"
        )
        assert await session.scalar(query) == 1


async def test_many_places_slow_each_other_down_but_not_a_browser_that_was_in_before(
    app: FastAPI, limited: None
) -> None:
    person, at = await hired(app), datetime.now(UTC)
    device = await known_device(app, person)
    for number in range(40):
        await tried(app, person.login, network(number), at=at + timedelta(seconds=number))
    late = at + timedelta(seconds=39)
    wait = await tried(app, person.login, network(99), at=late)
    assert wait is not None
    assert wait <= timedelta(minutes=1)
    assert await tried(app, person.login, network(99), at=late, device=device) is None
    assert await tried(app, person.login, network(98), at=late + timedelta(minutes=1)) is None


async def test_what_came_too_early_makes_the_wait_no_longer(app: FastAPI, limited: None) -> None:
    person, at = await hired(app), datetime.now(UTC)
    for number in range(10):
        assert await tried(app, person.login, network(number), at=at) is None
    for number in range(10, 60):
        assert await tried(app, person.login, network(number), at=at) == timedelta(seconds=1)
    assert await tried(app, person.login, network(70), at=at + timedelta(seconds=1)) is None


async def test_another_browsers_token_frees_nobody(app: FastAPI, limited: None) -> None:
    person, other, at = await hired(app), await hired(app), datetime.now(UTC)
    device = await known_device(app, other)
    for number in range(11):
        await tried(app, person.login, network(number), at=at)
    assert await tried(app, person.login, network(50), at=at, device=device) is not None
    assert await tried(app, person.login, network(51), at=at, device="made-up") is not None


async def test_a_browser_that_was_in_before_guesses_no_more_often_than_others(app: FastAPI, limited: None) -> None:
    person, at = await hired(app), datetime.now(UTC)
    device = await known_device(app, person)
    for number in range(8):
        assert await tried(app, person.login, network(number), at=at, device=device) is None
    assert await tried(app, person.login, network(9), at=at, device=device) == timedelta(minutes=15)
    assert await tried(app, person.login, network(9), at=at) is None


async def test_one_network_tries_a_hundred_logins_and_then_waits(app: FastAPI, limited: None) -> None:
    at, place = datetime.now(UTC), network(777)
    for number in range(100):
        assert await tried(app, f"nadie-{number}", place, at=at) is None
    assert await tried(app, "nadie-100", place, at=at) == timedelta(minutes=15)
    person = await hired(app)
    assert await tried(app, person.login, place, at=at, device=await known_device(app, person)) is None


async def test_tries_at_once_are_all_counted(app: FastAPI, limited: None) -> None:
    person, at = await hired(app), datetime.now(UTC)
    waits = await asyncio.gather(*(tried(app, person.login, HOME, at=at) for _ in range(20)))
    assert sum(wait is None for wait in waits) == 8


async def test_the_page_says_how_long_to_wait_and_looks_at_no_password_meanwhile(app: FastAPI, limited: None) -> None:
    person = await hired(app)
    right = person.password
    async with browser(app, network="10.1.2.3") as client, browser(app, network="10.9.9.9") as elsewhere:
        person.password = "equivocada"
        for _ in range(8):
            assert (await first_password(client, person)).status_code == 401
        person.password = right
        answer = await first_password(client, person)
        assert answer.status_code == 429
        assert "Espere 15 minutos" in answer.text
        assert (await first_password(elsewhere, person)).status_code == 303


async def test_wrong_codes_count_as_wrong_passwords_do(app: FastAPI, limited: None) -> None:
    person = await settled(app)
    async with browser(app, network="10.1.2.4") as client:
        for _ in range(4):
            assert (await logged_in(client, person, code="000000")).status_code == 422
        assert (await first_password(client, person)).status_code == 429


async def test_who_got_in_has_made_no_wrong_tries(app: FastAPI, limited: None) -> None:
    person = await settled(app)
    async with browser(app, network="10.1.2.5") as client:
        for _ in range(2):
            await logged_in(client, person, code="000000")
        assert (await logged_in(client, person)).status_code == 303
    async with app.state.sessions() as session:
        login_hash = app.state.keys.keyed_hash(person.login, purpose="login")
        query = select(func.count()).where(LoginAttempt.login_hash == login_hash)
        assert await session.scalar(query) == 0


async def test_a_browser_is_known_by_each_who_used_it(app: FastAPI) -> None:
    one, two, now = await hired(app), await hired(app), datetime.now(UTC)
    async with app.state.sessions.begin() as session:
        token = await attempts.remember_device(session, member=one.member, device="given-by-somebody", at=now)
        assert token != "given-by-somebody"
        assert await attempts.remember_device(session, member=two.member, device=token, at=now) == token


async def test_tries_are_forgotten_after_a_day(app: FastAPI, limited: None) -> None:
    person, at = await hired(app), datetime.now(UTC)
    await tried(app, person.login, HOME, at=at - timedelta(days=2))
    await tried(app, "nadie-mas", network(3), at=at)
    async with app.state.sessions() as session:
        assert await session.scalar(select(func.count()).where(LoginAttempt.at < at - timedelta(days=1))) == 0
