"""The queue's pages over the app: who sees what, without JavaScript too."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select

from api.app import create_app
from api.audit.models import AuditEntry
from api.cases import service as cases
from api.cases.models import Case
from api.cases.queue_pages import _changes
from api.conversations.events import Listener
from api.jobs.desk import Desk
from api.security import KeyRing
from api.staff.models import StaffMember, StaffSession
from tests.api.second_copies.asking import filed
from vocabulary.cases import EntryKind

EMPTY = "status=&district=&assigned=&waiting=&until="  # what a form says that was left so
HTML = {"Accept": "text/html"}


@asynccontextmanager
async def a_console(role: str, station: str) -> AsyncIterator[tuple[httpx.AsyncClient, FastAPI]]:
    """A browser of a member of staff with an open session, and the app that it asks."""
    app = create_app()
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=HTML) as client:
            made = await client.post("/api/v1/testing/staff", json={"role": role, "station_code": station})
            client.headers.update({"Cookie": made.json()["cookie"], "Origin": "http://127.0.0.1:8000"})
            yield client, app
        async with app.state.sessions.begin() as session:  # or another test finds somebody on duty
            await session.execute(delete(StaffSession))


async def test_the_queue_lists_a_case_without_anything_personal(desk: Desk) -> None:
    phone = "+51999111222"
    case = await filed(desk, full_name="Carmela Illescas", phone=phone, place={"ubigeo": "150201"})
    async with a_console("officer", "150201") as (client, _):
        page = (await client.get("/staff")).text
    row = re.search(rf'<tr data-case="{case.number}">.*?</tr>', page, re.S)
    assert row is not None
    for said in ("Hurto", "sin confirmar", "Barranca", "Primera atención en 1 h", "Registrada", "Nadie", "sin SIDPOL"):
        assert said in row[0]
    for personal in ("Carmela", "Illescas", phone, "45678912", "billetera"):
        assert personal not in page
    assert 'name="case"' not in page  # only a commissioner assigns


async def test_who_reads_no_cases_is_sent_home_and_sees_none(desk: Desk) -> None:
    for role in ("operator", "administrator"):
        async with a_console(role, "150201") as (client, _):
            answer = await client.get("/staff")
            assert answer.status_code == 303
            assert answer.headers["location"] != "/staff"
            for method, path in (("POST", "/staff/buscar"), ("GET", "/staff/eventos"), ("POST", "/staff/filtros")):
                assert (await client.request(method, path, data={"typed": "x"})).status_code == 403


async def test_a_search_is_a_body_and_its_answer_names_nothing_in_an_address(desk: Desk) -> None:
    name = f"Herminia {uuid.uuid4().hex}"
    case = await filed(desk, full_name=name, place={"ubigeo": "150201"})
    async with a_console("officer", "150201") as (client, _):
        answer = await client.post("/staff/buscar", data={"typed": name})
        assert answer.status_code == 200
        assert f'href="/staff/casos/{case.number}"' in answer.text
        assert not any("Herminia" in address for address in re.findall(r'(?:href|action)="([^"]*)"', answer.text))
        assert (await client.get("/staff/buscar", params={"typed": name})).text.count(case.number) == 0
        assert "No se encontró" in (await client.post("/staff/buscar", data={"typed": "Nadie Así"})).text
        assert (await client.post("/staff/buscar", data={"typed": "x" * 201})).status_code == 422
    async with desk.sessions() as session:
        searches = await session.scalars(select(AuditEntry.subject).where(AuditEntry.act == "cases_searched"))
        assert not any("Herminia" in subject for subject in searches)


async def test_what_was_typed_is_shown_as_text(desk: Desk) -> None:
    async with a_console("officer", "150201") as (client, _):
        page = (await client.post("/staff/buscar", data={"typed": '"><script>alert(1)</script>'})).text
    assert "<script>alert" not in page


async def test_a_commissioner_assigns_several_and_is_told_what_was_not(desk: Desk, keys: KeyRing) -> None:
    first, second = [await filed(desk, place={"ubigeo": "150202"}) for _ in range(2)]
    async with a_console("commissioner", "150202") as (client, _):
        page = (await client.get("/staff")).text
        chosen = re.findall(r'name="case" value="([^"]+)"', page)
        assert {one.partition(":")[0] for one in chosen} == {first.number, second.number}
        async with desk.sessions.begin() as session:
            changed = await session.get_one(Case, second.id)
            await cases.add_entry(
                session, case=changed, kind=EntryKind.NOTE, actor=None, at=first.filed_at, keys=keys, visible=False
            )
            me = (await session.scalars(select(StaffMember).order_by(StaffMember.created_at.desc()).limit(1))).one()
        answer = await client.post("/staff/asignar", data={"case": chosen, "to": str(me.id), "back": "assigned=nobody"})
        assert "1 caso asignado." in answer.text
        told = answer.text.partition("No se asignaron")[2].partition("</ul>")[0]
        assert second.number in told
        assert first.number not in told
        again = await client.post("/staff/asignar", data={"back": "status=nonsense"})
        assert "Elija al menos un caso" in again.text
        bad = await client.post("/staff/asignar", data={"case": ["x:y"], "to": str(me.id)})
        assert bad.status_code == 422
    async with desk.sessions() as session:
        assert (await session.get_one(Case, first.id)).assigned_to == me.id
        assert (await session.get_one(Case, second.id)).assigned_to is None


async def test_only_a_commissioner_assigns_and_only_from_our_own_page(desk: Desk) -> None:
    async with a_console("officer", "150202") as (client, _):
        assert (await client.post("/staff/asignar", data={"to": str(uuid.uuid4())})).status_code == 403
    async with a_console("commissioner", "150202") as (client, _):
        elsewhere = {"Origin": "https://example.com"}
        answer = await client.post("/staff/asignar", data={"to": str(uuid.uuid4())}, headers=elsewhere)
        assert answer.status_code == 403


async def test_filters_are_in_the_address_and_kept_under_a_name(desk: Desk) -> None:
    async with a_console("officer", "150202") as (client, _):
        page = (await client.get(f"/staff?kind=robbery&since=2026-01-02&{EMPTY}")).text
        assert '<option value="robbery" selected>' in page
        assert 'value="2026-01-02"' in page
        back = "kind=robbery&since=2026-01-02&after=1.x"
        saved = await client.post("/staff/filtros", data={"name": "<Robos>", "back": "kind=robbery&since=2026-01-02"})
        assert (saved.status_code, saved.headers["location"]) == (303, "/staff?kind=robbery&since=2026-01-02")
        page = (await client.get("/staff")).text
        assert '<a href="/staff?kind=robbery&amp;since=2026-01-02">&lt;Robos&gt;</a>' in page
        assert "Escriba un nombre" in (await client.post("/staff/filtros", data={"back": back})).text
        gone = await client.post("/staff/filtros/borrar", data={"name": "<Robos>"})
        assert gone.status_code == 303
        assert "Robos" not in (await client.get("/staff")).text


@pytest.mark.parametrize("query", ["status=lost", "kind=1", "assigned=x", "since=ayer", "after=1", "waiting=x"])
async def test_a_filter_that_does_not_exist_is_malformed(query: str) -> None:
    async with a_console("officer", "150202") as (client, _):
        assert (await client.get(f"/staff?{query}")).status_code == 422


async def test_a_station_s_consoles_are_told_of_its_cases_and_an_auditor_s_of_all(desk: Desk, keys: KeyRing) -> None:
    async with a_console("officer", "150203") as (client, app), a_console("auditor", "150101") as (other, _):
        async with desk.sessions() as session:
            query = select(StaffMember).order_by(StaffMember.created_at.desc()).limit(2)
            auditor, officer = (await session.scalars(query)).all()
        tokens = [one.headers["Cookie"].partition("=")[2] for one in (client, other)]

        class Request:
            def __init__(self) -> None:
                self.app = app

        streams = [_changes(Request(), m, t) for m, t in zip((officer, auditor), tokens, strict=True)]  # type: ignore[arg-type]
        for stream in streams:
            assert (await anext(stream)).event == "queue"  # whatever came between the page and the stream
        listener: Listener = app.state.listener
        assert set(listener._waiting) == {f"station:{officer.station_id}", "station:any"}
        await asyncio.sleep(0.5)
        case = await filed(desk, place={"ubigeo": "150203"})
        for stream in streams:
            assert (await asyncio.wait_for(anext(stream), 10)).event == "queue"
        async with desk.sessions.begin() as session:
            mine = await session.get_one(Case, case.id)
            await cases.add_entry(session, case=mine, kind=EntryKind.NOTE, actor=None, at=case.filed_at, keys=keys)
        assert (await asyncio.wait_for(anext(streams[0]), 10)).event == "queue"
        async with desk.sessions.begin() as session:
            await session.execute(delete(StaffSession).where(StaffSession.staff_id == officer.id))
            await cases.tell(session, station_id=officer.station_id)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(anext(streams[0]), 10)
        await streams[1].aclose()  # type: ignore[attr-defined]
        assert not listener._waiting
