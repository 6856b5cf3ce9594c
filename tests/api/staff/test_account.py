"""One's own account: what is changed there needs the password, and ends what others may hold."""

import re

import pytest
from fastapi import FastAPI

from tests.api.staff.console import (
    CHOSEN,
    browser,
    codes_on,
    first_password,
    is_in,
    logged_in,
    secret_on,
    settled,
    step,
)

NEW = "tres alpacas y un sombrero"


def sessions_on(page: str) -> list[str]:
    return re.findall(r"/staff/cuenta/sesiones/([0-9a-f-]{36})/cerrar", page)


async def test_a_changed_password_is_the_only_one_and_ends_the_other_sessions(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as here, browser(app) as there:
        await logged_in(here, person)
        await logged_in(there, person, code=person.code(later=1))
        form = {"current": CHOSEN, "password": NEW, "again": NEW}
        answer = await here.post("/staff/cuenta/contrasena", data=form)
        assert answer.status_code == 303
        assert "Su contraseña es la nueva" in (await here.get(answer.headers["location"])).text
        assert not await is_in(there)
        assert (await first_password(there, person)).status_code == 401
        person.password = NEW
        assert (await first_password(there, person)).status_code == 303


@pytest.mark.parametrize("path", ["contrasena", "segundo", "codigos"])
async def test_an_open_session_alone_changes_nothing(app: FastAPI, path: str) -> None:
    person = await settled(app)
    async with browser(app) as client:
        await logged_in(client, person)
        form = {"current": "equivocada", "password": NEW, "again": NEW}
        answer = await client.post(f"/staff/cuenta/{path}", data=form)
        assert answer.status_code == 422
        assert "no es su contraseña actual" in answer.text
        assert codes_on(answer.text) == []
        await client.post("/staff/salir")
        assert (await first_password(client, person)).status_code == 303


async def test_another_telephone_takes_over_once_its_code_was_typed(app: FastAPI) -> None:
    person = await settled(app)
    former = person.secret
    async with browser(app) as client:
        await logged_in(client, person)
        page = await client.post("/staff/cuenta/segundo", data={"current": CHOSEN})
        person.secret = secret_on(page.text)
        assert person.secret != former
        wrong = await client.post("/staff/cuenta/segundo/confirmar", data={"code": "000000"})
        assert wrong.status_code == 422
        assert secret_on(wrong.text) == person.secret
        right = await client.post("/staff/cuenta/segundo/confirmar", data={"code": person.code(later=-1)})
        assert right.status_code == 303
        again = await client.post("/staff/cuenta/segundo/confirmar", data={"code": person.code()})
        assert again.headers["location"] == "/staff/cuenta"
    async with browser(app) as client:
        new, person.secret = person.secret, former
        assert (await logged_in(client, person)).status_code == 422
        person.secret = new
        assert (await step(client, "code", code=person.code())).status_code == 303


async def test_new_recovery_codes_take_the_place_of_the_old(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as client:
        await logged_in(client, person)
        old, new = [
            codes_on((await client.post("/staff/cuenta/codigos", data={"current": CHOSEN})).text) for _ in range(2)
        ]
        assert len(set(old) | set(new)) == 20
        assert (await logged_in(client, person, code=old[0])).status_code == 422
        assert (await step(client, "code", code=new[0])).status_code == 303
        assert "Le quedan 9 de 10" in (await client.get("/staff/cuenta")).text


async def test_the_list_of_sessions_tells_them_apart_and_ends_each(app: FastAPI) -> None:
    person = await settled(app)
    async with browser(app) as here, browser(app) as there:
        await logged_in(here, person)
        there.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"
        await logged_in(there, person, code=person.code(later=1))
        page = (await here.get("/staff/cuenta")).text
        assert "Firefox en Windows <span" in page
        assert "Safari en iPhone" in page
        theirs = next(one for one in sessions_on((await there.get("/staff/cuenta")).text))
        assert (await here.post(f"/staff/cuenta/sesiones/{theirs}/cerrar")).status_code == 303
        assert not await is_in(there)
        (mine,) = sessions_on((await here.get("/staff/cuenta")).text)
        assert (await here.post(f"/staff/cuenta/sesiones/{mine}/cerrar")).headers["location"] == "/staff/entrar"
        assert not await is_in(here)


async def test_all_other_sessions_are_ended_at_once_and_nobody_elses(app: FastAPI) -> None:
    person, other = await settled(app), await settled(app)
    async with browser(app) as here, browser(app) as there, browser(app) as theirs:
        await logged_in(here, person)
        await logged_in(there, person, code=person.code(later=1))
        await logged_in(theirs, other)
        (foreign,) = sessions_on((await theirs.get("/staff/cuenta")).text)
        assert (await here.post(f"/staff/cuenta/sesiones/{foreign}/cerrar")).status_code == 404
        assert (await here.post("/staff/cuenta/sesiones/otras/cerrar")).status_code == 303
        assert [await is_in(one) for one in (here, there, theirs)] == [True, False, True]
