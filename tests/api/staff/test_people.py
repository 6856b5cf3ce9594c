"""Administrators keep members of staff, and can neither see a case nor leave the house without an administrator."""

import asyncio
import re
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from api.audit.models import AuditEntry
from api.staff.models import StaffMember
from tests.api.staff.console import (
    OTHER_STATION,
    STATION,
    Person,
    browser,
    choose_password,
    first_password,
    hired,
    is_in,
    logged_in,
    on_duty,
    set_up_factor,
    settled,
)
from vocabulary.cases import Role

FORM = {"name": "Luz Huamán", "role": "operator", "station": f"{STATION} Comisaría de San Juan de Lurigancho"}


async def found(app: FastAPI, login: str) -> StaffMember:
    async with app.state.sessions() as session:
        return (await session.scalars(select(StaffMember).where(StaffMember.login == login))).one()


async def administrator(app: FastAPI) -> tuple[Person, httpx.AsyncClient]:
    person = await hired(app, role=Role.ADMINISTRATOR, name="Ada Ministra")
    return person, await on_duty(app, person.member)


async def retire_others(app: FastAPI, *kept: Person) -> None:
    """Leave only these administrators: other tests' are made officers."""
    async with app.state.sessions.begin() as session:
        others = StaffMember.id.not_in([person.member.id for person in kept])
        query = update(StaffMember).where(StaffMember.role == Role.ADMINISTRATOR, others)
        await session.execute(query.values(role=Role.OFFICER))


async def test_somebody_is_added_and_enters_with_the_password_that_is_shown_once(app: FastAPI) -> None:
    me, client = await administrator(app)
    login = f"luz.{me.login[-8:]}"
    languages = {"language": ["quy", "ay"], "fluency": ["native", ""]}
    page = await client.post("/staff/personal", data=FORM | {"login": login} | languages)
    assert page.status_code == 200
    password = re.search(r'class="secret">([^<]+)<', page.text)
    assert password
    member = await found(app, login)
    assert (member.name, member.role, member.languages) == ("Luz Huamán", "operator", {"quy": "native"})
    assert password[1] not in (await client.get(f"/staff/personal/{member.id}")).text
    async with browser(app) as theirs:
        person = Person(member, password[1])
        await first_password(theirs, person)
        await choose_password(theirs, person)
        assert len(await set_up_factor(theirs, person)) == 10
    async with app.state.sessions() as session:
        query = select(AuditEntry.actor).where(
            AuditEntry.act == "staff_added", AuditEntry.subject == f"staff:{member.id}"
        )
        assert (await session.scalars(query)).all() == [f"staff:{me.member.id}"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"login": "Con Espacio"}, "letras minúsculas"),
        ({"login": "ab"}, "letras minúsculas"),
        ({"name": "  "}, "no puede faltar"),
        ({"station": "Comisaría de Ninguna Parte"}, "Elíjala de la lista"),
    ],
)
async def test_what_can_t_be_is_said_and_the_form_keeps_what_was_typed(
    app: FastAPI, wrong: dict[str, str], told: str
) -> None:
    me, client = await administrator(app)
    spoken = {"language": ["agr"], "fluency": ["basic"]}
    page = await client.post("/staff/personal", data=FORM | {"login": f"x{me.login[-8:]}"} | spoken | wrong)
    assert page.status_code == 422
    assert told in page.text
    assert 'value="operator" selected' in page.text
    assert 'value="basic" selected' in page.text


async def test_a_login_that_is_taken_is_said(app: FastAPI) -> None:
    me, client = await administrator(app)
    assert "Ya hay alguien" in (await client.post("/staff/personal", data=FORM | {"login": me.login})).text


async def test_name_role_station_and_languages_change_and_hold_at_once(app: FastAPI) -> None:
    person = await hired(app, role=Role.OPERATOR)
    _, client = await administrator(app)
    theirs = await on_duty(app, person.member)
    assert (await theirs.get("/api/v1/undelivered")).status_code == 403
    changed = {"name": "Otra", "role": "officer", "station": OTHER_STATION, "language": ["shp"], "fluency": ["fluent"]}
    answer = await client.post(f"/staff/personal/{person.member.id}", data=changed)
    assert "Los cambios se guardaron" in (await client.get(answer.headers["location"])).text
    member = await found(app, person.login)
    assert (member.name, member.role, member.languages) == ("Otra", "officer", {"shp": "fluent"})
    assert (await theirs.get("/api/v1/undelivered")).status_code == 200


async def test_who_is_disabled_is_out_at_once_and_can_be_let_in_again(app: FastAPI) -> None:
    person = await settled(app)
    _, client = await administrator(app)
    async with browser(app) as theirs:
        await logged_in(theirs, person)
        assert (await client.post(f"/staff/personal/{person.member.id}/desactivar")).status_code == 303
        assert not await is_in(theirs)
        assert (await first_password(theirs, person)).status_code == 401
        assert (await client.post(f"/staff/personal/{person.member.id}/activar")).status_code == 303
        assert (await first_password(theirs, person)).status_code == 303


@pytest.mark.parametrize("with_factor", [False, True])
async def test_a_renewed_access_ends_what_was_before(app: FastAPI, with_factor: bool) -> None:
    person = await settled(app)
    _, client = await administrator(app)
    async with browser(app) as theirs:
        await logged_in(theirs, person)
        form = {"with_factor": "true"} if with_factor else {}
        page = await client.post(f"/staff/personal/{person.member.id}/acceso", data=form)
        assert not await is_in(theirs)
        assert (await first_password(theirs, person)).status_code == 401
        new = re.search(r'class="secret">([^<]+)<', page.text)
        assert new
        person.password = new[1]
        await first_password(theirs, person)
        asked = "Elija su contraseña" if with_factor else "Código de su teléfono"
        assert asked in (await theirs.get("/staff/entrar/paso")).text


async def test_nobody_disables_themselves_or_gives_themselves_another_role_or_station(app: FastAPI) -> None:
    me, client = await administrator(app)
    await hired(app, role=Role.ADMINISTRATOR)
    path = f"/staff/personal/{me.member.id}"
    same = {"name": "Nuevo Nombre", "role": "administrator", "station": STATION}
    for answer in (
        await client.post(f"{path}/desactivar"),
        await client.post(path, data=same | {"role": "officer"}),
        await client.post(path, data=same | {"station": OTHER_STATION}),
    ):
        assert answer.status_code == 422
        assert "otro administrador" in answer.text
    assert (await client.post(path, data=same)).status_code == 303
    assert (await found(app, me.login)).name == "Nuevo Nombre"


async def test_the_last_administrator_stays_even_if_two_go_at_each_other_at_once(app: FastAPI) -> None:
    (one, first), (two, second) = await administrator(app), await administrator(app)
    await retire_others(app, one, two)
    answers = await asyncio.gather(
        first.post(f"/staff/personal/{two.member.id}/desactivar"),
        second.post(f"/staff/personal/{one.member.id}", data=FORM),
    )
    assert sorted(answer.status_code for answer in answers) in ([303, 401], [303, 422])
    async with app.state.sessions() as session:
        query = select(StaffMember.id).where(StaffMember.role == Role.ADMINISTRATOR, StaffMember.disabled_at.is_(None))
        assert len((await session.scalars(query)).all()) == 1


async def test_people_are_found_by_name_without_accents_by_role_and_by_station(app: FastAPI) -> None:
    person = await hired(app, role=Role.AUDITOR, name="Íñigo Ñahui Pérez")
    gone = await hired(app, role=Role.AUDITOR, name="Íñigo Ausente")
    async with app.state.sessions.begin() as session:
        gone_now = update(StaffMember).where(StaffMember.id == gone.member.id).values(disabled_at=datetime.now(UTC))
        await session.execute(gone_now)
    _, client = await administrator(app)
    for query in ("q=inigo+nahui", "q=IÑIGO&role=auditor", f"q={person.login}", f"q={STATION}&role=auditor"):
        page = (await client.get(f"/staff/personal?{query}")).text
        assert person.login in page, query
        assert gone.login not in page, query
    assert person.login not in (await client.get("/staff/personal?q=inigo&role=operator")).text
    assert gone.login in (await client.get("/staff/personal?q=inigo&disabled=true")).text
    assert "No hay nadie así" in (await client.get("/staff/personal?q=%25")).text


async def test_what_a_person_is_called_is_only_text(app: FastAPI) -> None:
    person = await hired(app, name="<script>alert(1)</script>")
    _, client = await administrator(app)
    for path in (f"/staff/personal?q={person.login}", f"/staff/personal/{person.member.id}"):
        page = (await client.get(path)).text
        assert "<script" not in page
        assert "&lt;script&gt;" in page
