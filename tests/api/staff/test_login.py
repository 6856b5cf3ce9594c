"""Entering the console: what is asked, what is never told, and what ends a session."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from api.audit.models import AuditEntry
from api.security import token_hash
from api.settings import settings
from api.staff import passwords, people
from api.staff.entering import own_path
from api.staff.models import StaffMember, StaffSession
from tests.api.staff.console import (
    CHOSEN,
    browser,
    choose_password,
    first_password,
    hired,
    is_in,
    logged_in,
    set_up_factor,
    settled,
    step,
)
from vocabulary.cases import Role


async def acts(app: FastAPI, subject: str) -> list[str]:
    async with app.state.sessions() as session:
        query = select(AuditEntry.act).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
        return list(await session.scalars(query))


async def test_a_newcomer_chooses_a_password_and_a_second_factor_before_anything_else(app: FastAPI) -> None:
    person = await hired(app, role=Role.ADMINISTRATOR)
    async with browser(app) as client:
        assert (await first_password(client, person)).headers["location"] == "/staff/entrar/paso"
        assert "Elija su contraseña" in (await client.get("/staff/entrar/paso")).text
        assert not await is_in(client)
        await choose_password(client, person)
        assert not await is_in(client)
        assert len(set(await set_up_factor(client, person))) == 10
        assert await is_in(client)
    assert await acts(app, f"staff:{person.member.id}") == [
        "staff_added", "password_changed", "second_factor_set", "recovery_codes_made", "logged_in",
    ]  # fmt: skip


async def test_who_has_been_in_enters_with_password_and_code_and_comes_to_where_they_work(app: FastAPI) -> None:
    person = await settled(app, role=Role.ADMINISTRATOR)
    async with browser(app) as client:
        answer = await logged_in(client, person)
        assert answer.headers["location"] == "/staff/personal"
        cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("staff_session="))
        assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
        assert "Secure" not in cookie
        assert await is_in(client)


async def test_cookies_go_over_tls_alone_where_the_public_address_has_it(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = await settled(app)
    with monkeypatch.context() as patch:
        patch.setenv("COMISARIO_PUBLIC_URL", "https://comisaria.example")
        settings.cache_clear()
        async with browser(app, address="https://comisaria.example") as client:
            answers = [await first_password(client, person), await step(client, "code", code=person.code())]
    settings.cache_clear()
    cookies = [
        cookie for answer in answers for cookie in answer.headers.get_list("set-cookie") if "Max-Age=0" not in cookie
    ]
    assert len(cookies) == 3
    assert all("Secure" in cookie for cookie in cookies)


async def test_a_wrong_password_and_a_login_that_nobody_has_are_told_the_same(app: FastAPI) -> None:
    person = await settled(app)
    pages = []
    async with browser(app) as client:
        for login, password in ((person.login, "equivocada"), ("nadie", CHOSEN)):
            answer = await client.post("/staff/entrar", data={"login": login, "password": password})
            assert answer.status_code == 401
            assert "staff_login" not in answer.headers.get("set-cookie", "")
            pages.append(answer.text.replace(login, "LOGIN"))
    assert pages[0] == pages[1]
    assert (await acts(app, f"staff:{person.member.id}"))[-1] == "login_failed"
    async with app.state.sessions() as session:
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
        entry = (await session.scalars(query)).one()
    assert (entry.act, entry.actor, entry.subject) == ("login_failed", "visitor", "staff:unknown")


async def test_signs_that_no_login_has_are_a_login_that_nobody_has(app: FastAPI) -> None:
    async with browser(app) as client:
        for login in ("\0", "a\0b", "'; drop table staff; --", "😀" * 100):
            assert (await client.post("/staff/entrar", data={"login": login, "password": "x"})).status_code == 401


async def test_the_password_alone_opens_nothing(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as client:
        await first_password(client, person)
        client.cookies.set("staff_session", client.cookies["staff_login"])
        assert not await is_in(client)
        assert (await step(client, "code", code="000000")).status_code == 422
        assert not await is_in(client)


async def test_a_step_cannot_be_left_out_by_answering_another(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as client:
        await first_password(client, person)
        for name in ("password", "factor", "done"):
            answer = await step(client, name, password="otra frase muy larga", again="otra frase muy larga")
            assert answer.headers["location"] == "/staff/entrar/paso"
        assert "Código de su teléfono" in (await client.get("/staff/entrar/paso")).text
    async with browser(app) as client:
        assert (await logged_in(client, person)).status_code == 303


async def test_a_code_is_good_once(app: FastAPI) -> None:
    person = await settled(app)
    code = person.code()
    async with browser(app) as one, browser(app) as two:
        assert (await logged_in(one, person, code=code)).status_code == 303
        assert (await logged_in(two, person, code=code)).status_code == 422
        assert (await step(two, "code", code=person.code(later=1))).status_code == 303


async def test_a_recovery_code_stands_for_the_telephone_once(app: FastAPI) -> None:
    person = await hired(app)
    async with browser(app) as client:
        await first_password(client, person)
        await choose_password(client, person)
        codes = await set_up_factor(client, person)
        assert (await logged_in(client, person, code=codes[3].lower().replace("-", " "))).status_code == 303
        assert (await logged_in(client, person, code=codes[3])).status_code == 422
        assert (await step(client, "code", code=codes[4])).status_code == 303
    assert (await acts(app, f"staff:{person.member.id}")).count("recovery_code_used") == 2


async def test_twenty_wrong_codes_need_an_administrator_even_with_a_right_one(app: FastAPI) -> None:
    person = await settled(app)
    async with app.state.sessions.begin() as session:
        await session.execute(update(StaffMember).where(StaffMember.id == person.member.id).values(factor_failures=19))
    async with browser(app) as client:
        assert (await logged_in(client, person, code="000000")).status_code == 422
        answer = await step(client, "code", code=person.code())
    assert answer.status_code == 422
    assert "Pida a un administrador" in answer.text
    assert "second_factor_locked" in await acts(app, f"staff:{person.member.id}")


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("corta", "corta", "12 caracteres"),
        ("aaaaaaabbbbbbb", "aaaaaaabbbbbbb", "repite"),
        ("Contraseña2026!", "Contraseña2026!", "se adivinan primero"),
        ("123456789012", "123456789012", "se adivinan primero"),
        ("RosaQuispe1985", "RosaQuispe1985", "su nombre"),
        ("un caballo verde", "un caballo azul", "no son iguales"),
    ],
)
async def test_a_password_that_is_easily_guessed_is_not_taken(
    app: FastAPI, password: str, again: str, told: str
) -> None:
    person = await hired(app)
    async with browser(app) as client:
        await first_password(client, person)
        answer = await step(client, "password", password=password, again=again)
        assert answer.status_code == 422
        assert told in answer.text
        if password == again:
            assert password not in answer.text


async def test_who_else_showed_the_first_password_is_out_once_it_is_changed(app: FastAPI) -> None:
    person = await hired(app)
    async with browser(app) as owner, browser(app) as stranger:
        for client in (owner, stranger):
            await first_password(client, person)
        await choose_password(owner, person)
        assert (await stranger.get("/staff/entrar/paso")).status_code != 200
        assert (await owner.get("/staff/entrar/paso")).status_code == 200
        await set_up_factor(owner, person)
        assert await is_in(owner)
        assert not await is_in(stranger)


@pytest.mark.parametrize("with_factor", [False, True])
async def test_a_login_that_is_half_open_ends_with_a_new_access(app: FastAPI, with_factor: bool) -> None:
    person = await settled(app)
    async with browser(app) as client:
        await first_password(client, person)
        async with app.state.sessions.begin() as session:
            member = await session.get_one(StaffMember, person.member.id)
            await people.renew_access(
                session, member=member, with_factor=with_factor, actor="command", at=datetime.now(UTC)
            )
        await step(client, "code", code=person.code())
        assert (await client.get("/staff/entrar/paso")).status_code != 200
        assert not await is_in(client)


async def test_a_password_that_is_renewed_while_it_is_looked_at_opens_nothing(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, right = await settled(app), passwords.is_right

    async def renewed_meanwhile(kept: str | None, typed: str) -> bool:
        found = await right(kept, typed)
        async with app.state.sessions.begin() as session:
            member = await session.get_one(StaffMember, person.member.id)
            await people.renew_access(session, member=member, with_factor=True, actor="command", at=datetime.now(UTC))
        return found

    monkeypatch.setattr(passwords, "is_right", renewed_meanwhile)
    async with browser(app) as client:
        assert (await first_password(client, person)).status_code == 401
        assert (await client.get("/staff/entrar/paso")).status_code != 200


async def test_the_first_password_is_not_kept(app: FastAPI) -> None:
    person = await hired(app)
    async with browser(app) as client:
        await first_password(client, person)
        answer = await step(client, "password", password=person.password, again=person.password)
    assert "que ya tenía" in answer.text


async def test_the_token_is_another_after_each_login_and_the_former_opens_nothing(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as client:
        client.cookies.set("staff_session", "given-by-somebody", domain="127.0.0.1")
        await logged_in(client, person)
        first = next(
            c.value for c in client.cookies.jar if c.name == "staff_session" and c.value != "given-by-somebody"
        )
        assert first
    async with browser(app) as again:
        again.cookies.set("staff_session", first, domain="127.0.0.1")
        assert await is_in(again)
        await logged_in(again, person, code=person.code(later=1))
        async with app.state.sessions() as session:
            assert await session.get(StaffSession, token_hash(first)) is None


@pytest.mark.parametrize("column", ["seen_at", "opened_at"])
async def test_a_session_ends_after_half_an_hour_unused_and_after_ten_hours(app: FastAPI, column: str) -> None:
    person, now = await settled(app), datetime.now(UTC)
    async with browser(app) as client:
        await logged_in(client, person)
        assert await is_in(client)
        ended = {"seen_at": {"seen_at": now - timedelta(minutes=31)}, "opened_at": {"expires_at": now}}[column]
        async with app.state.sessions.begin() as session:
            query = update(StaffSession).where(StaffSession.staff_id == person.member.id)
            await session.execute(query.values(**ended))
        answer = await client.get("/staff/cuenta?x=1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/staff/entrar?ir=%2Fstaff%2Fcuenta%3Fx%3D1")
        written = await client.post("/staff/cuenta/contrasena", data={"current": "x"})
        assert written.status_code == 401
        assert "envíelo otra vez" in written.text


async def test_a_page_asked_for_without_a_session_is_come_to_afterwards(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as client:
        led = await client.get("/staff/cuenta?x=1")
        form = await client.get(led.headers["location"])
        assert 'name="ir" value="/staff/cuenta?x=1"' in form.text
        await first_password(client, person, wanted="/staff/cuenta?x=1")
        answer = await step(client, "code", code=person.code())
    assert answer.headers["location"] == "/staff/cuenta?x=1"


@pytest.mark.parametrize(
    "path",
    ["https://malo.example", "//malo.example", "/staff@malo.example", "/staff\\malo", "/staff.malo.example", "/", "/staffing", "/staff/entrar", "/staff/entrar?ir=/staff", "/staff/salir", "/staff/a\nb", "/staff/ü"],
)  # fmt: skip
def test_nobody_is_led_away_from_the_console(path: str) -> None:
    assert own_path(path) is None


def test_a_page_of_the_console_may_be_led_to() -> None:
    for path in ("/staff", "/staff?estado=closed", "/staff/casos/150132-2026-000001-4", "/staff/entrevistas"):
        assert own_path(path) == path


async def test_leaving_ends_the_session_and_not_only_the_cookie(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as client:
        await logged_in(client, person)
        token = client.cookies["staff_session"]
        assert (await client.post("/staff/salir")).headers["location"] == "/staff/entrar"
        assert "staff_session" not in client.cookies
        client.cookies.set("staff_session", token)
        assert not await is_in(client)
    assert (await acts(app, f"staff:{person.member.id}"))[-1] == "logged_out"


@pytest.mark.parametrize("path", ["/staff/entrar", "/staff/entrar/paso", "/staff/salir"])
async def test_no_other_site_can_log_anybody_in_or_out(app: FastAPI, path: str) -> None:
    person = await settled(app)
    async with browser(app) as client:
        await logged_in(client, person)
        await first_password(client, person)
        for origin in ({"Origin": "https://malo.example"}, {"Origin": "null"}):
            answer = await client.post(path, headers=origin, data={"login": person.login, "password": person.password})
            assert answer.status_code == 403
        assert await is_in(client)


async def test_who_was_disabled_is_out_at_once_and_gets_in_no_more(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as client:
        await logged_in(client, person)
        async with app.state.sessions.begin() as session:
            await session.execute(
                update(StaffMember).where(StaffMember.id == person.member.id).values(disabled_at=datetime.now(UTC))
            )
        assert not await is_in(client)
        assert (await first_password(client, person)).status_code == 401


async def test_a_program_is_told_with_a_problem_and_not_with_a_page(app: FastAPI) -> None:
    async with browser(app) as client:
        answer: httpx.Response = await client.get("/staff/cuenta", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
