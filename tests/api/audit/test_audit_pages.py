"""The auditor finds who saw or did what, takes it away, checks the chain, and is shown cases that nobody chose."""

import csv
import hashlib
import io
import json
import re
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from api.audit import oversight
from api.audit import service as audit
from api.audit.models import AuditHead
from api.audit.oversight import Change
from api.audit.service import Act
from api.cases import service as cases
from api.cases.models import Case
from api.clock import LIMA
from api.jobs.desk import Desk
from api.staff import service as staff
from api.staff.models import StaffMember
from api.stations.models import Station
from tests.api.conversations.channels.talking import an_app, as_staff
from tests.api.second_copies.asking import filed
from vocabulary.cases import CaseStatus, EntryKind, Role

PAGE = {"Accept": "text/html"}


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with an_app() as client:
        await as_staff(client, role="auditor")
        yield client


async def an_officer(desk: Desk, *, name: str = "Ana Quispe") -> StaffMember:
    async with desk.sessions.begin() as session:
        login = f"officer-{uuid.uuid4().hex[:8]}"
        member, _ = await staff.add(
            session, login=login, name=name, role=Role.OFFICER, station_code="000000", at=datetime.now(UTC)
        )
    return member


async def put_down(desk: Desk, member: StaffMember, *subjects: str, at: datetime | None = None) -> None:
    async with desk.sessions.begin() as session:
        for subject in subjects:
            audit.record(
                session, Act.EVIDENCE_OPENED, actor=f"staff:{member.id}", subject=subject, at=at or datetime.now(UTC)
            )


async def enter(desk: Desk, case: Case, member: StaffMember, at: datetime, kind: EntryKind, **what: object) -> None:
    async with desk.sessions.begin() as session:
        mine = await session.get_one(Case, case.id)
        await cases.add_entry(session, case=mine, kind=kind, actor=member, at=at, keys=desk.keys, **what)  # type: ignore[arg-type] - any of its arguments


async def read(client: httpx.AsyncClient, path: str = "", **asked: object) -> str:
    answer = await client.get(f"/staff/auditoria{path}", params={k: str(v) for k, v in asked.items()}, headers=PAGE)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("role", ["operator", "officer", "commissioner", "administrator"])
async def test_nobody_but_an_auditor_reads_the_audit(client: httpx.AsyncClient, role: str) -> None:
    await as_staff(client, role=role)
    for path in ("", "/cadena", "/muestra", "/comisarias", "/exportar.csv", "/exportar.jsonl"):
        assert (await client.get(f"/staff/auditoria{path}")).status_code == 403
    assert (await client.post("/staff/auditoria/cadena")).status_code == 403


async def test_entries_are_found_by_who_did_what_when_and_to_which_case(client: httpx.AsyncClient, desk: Desk) -> None:
    member, case = await an_officer(desk), await filed(desk)
    await put_down(desk, member, f"case:{case.id}")
    await put_down(desk, member, "evidence:gone", at=datetime(2026, 3, 2, 4, 59, tzinfo=UTC))
    rows = re.findall(r"<tr>\s+<td class=\"number\">", await read(client, quien=member.login))
    assert len(rows) == 2
    page = await read(client, quien=f"staff:{member.id}", caso=case.number.lower())
    assert page.count("Abrió una evidencia</td>") == 1
    assert "Ana Quispe" in page
    page = await read(client, quien=member.login, desde="2026-03-01", hasta="2026-03-01")  # 23:59 of that day in Lima
    assert "01/03/2026 23:59:00" in page
    assert "No hay entradas" in await read(client, quien=member.login, desde="2026-03-02", hasta="2026-03-02")
    assert "No hay entradas" in await read(client, quien=member.login, acto=Act.STAFF_ADDED)


async def test_a_field_that_the_form_leaves_empty_is_not_asked_for(client: httpx.AsyncClient, desk: Desk) -> None:
    case = await filed(desk)
    page = await read(client, desde="", hasta="", quien="", acto="", caso=case.number)
    assert f"<td>{audit.said(Act.COMPLAINT_FILED)}</td>" in page
    assert (await client.get("/staff/auditoria", params={"quien": "x" * 101})).status_code == 422


async def test_all_that_was_done_to_a_case_and_its_papers_is_found_by_its_number(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    case = await filed(desk)
    page = await read(client, caso=case.number)
    for act in (Act.COMPLAINT_FILED, Act.COPY_REQUESTED, Act.COPY_ISSUED):
        assert f"<td>{audit.said(act)}</td>" in page
    assert "Denunciante, por el chat" in page


async def test_a_page_goes_on_where_the_last_one_ended(client: httpx.AsyncClient, desk: Desk) -> None:
    member = await an_officer(desk)
    await put_down(desk, member, *(f"evidence:{n}" for n in range(150)))
    first = await read(client, quien=member.login)
    assert first.count('<td class="number"><span') == 100
    older = re.search(r'href="(/staff/auditoria\?[^"]*antes=\d+)"', first)
    assert older is not None
    second = (await client.get(older[1].replace("&amp;", "&"))).text
    places = [re.findall(r"<span title=\"[0-9a-f]{64}\">(\d+) ·", text) for text in (first, second)]
    assert len(set(places[1]) - set(places[0])) == 50
    assert "Ver las anteriores" not in second


async def test_reading_about_a_case_is_written_down_as_an_act_upon_it(client: httpx.AsyncClient, desk: Desk) -> None:
    case = await filed(desk)
    await read(client, caso=case.number)
    assert audit.said(Act.AUDIT_READ) in await read(client, caso=case.number, acto=Act.AUDIT_READ)


async def test_an_export_has_all_that_was_found_with_no_formula_in_it(client: httpx.AsyncClient, desk: Desk) -> None:
    member, case = await an_officer(desk, name="=1+1"), await filed(desk)
    await put_down(desk, member, f"case:{case.id}", *(f"evidence:{n}" for n in range(120)))
    answer = await client.get("/staff/auditoria/exportar.csv", params={"quien": member.login})
    assert answer.headers["content-disposition"] == 'attachment; filename="auditoria.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 121
    assert {row["nombre"] for row in rows} == {"'=1+1"}
    assert rows[-1]["caso"] == case.number
    assert (await client.get("/staff/auditoria/exportar.xlsx")).status_code == 404


async def test_each_line_of_the_json_export_proves_itself_and_goes_on_from_the_one_before(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    member = await an_officer(desk)
    await put_down(desk, member, "evidence:ñ1", "evidence:ñ2")
    answer = await client.get("/staff/auditoria/exportar.jsonl", params={"quien": member.login})
    second, first = (json.loads(line) for line in answer.text.splitlines())
    for line in (first, second):
        whole = bytes.fromhex(line["before"]) + line["entry"].encode()
        assert hashlib.sha256(whole).hexdigest() == line["hash"]
    assert second["before"] == first["hash"]
    assert json.loads(second["entry"])[3:] == [f"staff:{member.id}", "evidence_opened", "evidence:ñ2"]


async def test_the_chain_is_checked_and_held_against_an_end_that_was_kept(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    shown = re.search(r"(\d+):([0-9a-f]{64})", await read(client, "/cadena"))
    assert shown is not None
    checked = await client.post("/staff/auditoria/cadena", data={"kept": shown[0]}, headers=PAGE)
    assert "La cadena está entera" in checked.text
    assert "Contiene el final que usted guardó" in checked.text
    other = await client.post("/staff/auditoria/cadena", data={"kept": f"{shown[1]}:{'0' * 64}"}, headers=PAGE)
    assert "La cadena fue reescrita" in other.text
    unread = await client.post("/staff/auditoria/cadena", data={"kept": "12"}, headers=PAGE)
    assert "Escriba el final como se mostró" in unread.text
    assert audit.said(Act.AUDIT_CHECKED) in await read(client, acto=Act.AUDIT_CHECKED)


async def test_the_lot_of_a_day_is_drawn_with_what_was_noted_after_it_and_the_same_for_who_draws_again(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    member, day = await an_officer(desk), date(2025, 1, 1) + timedelta(days=uuid.uuid4().int % 300)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=LIMA)
    dismissed, reclassified, confirmed, reopened, answered = [await filed(desk) for _ in range(5)]
    await enter(desk, dismissed, member, noon, EntryKind.STATUS, status=CaseStatus.DISMISSED)
    kind = EntryKind.CLASSIFICATION
    await enter(desk, reclassified, member, noon, kind, detail={"from": "theft", "to": "robbery"})
    await enter(desk, confirmed, member, noon, kind, detail={"from": "theft", "to": "theft"})
    await enter(desk, reopened, member, noon - timedelta(days=2), EntryKind.STATUS, status=CaseStatus.CLOSED)
    await enter(desk, reopened, member, noon, EntryKind.STATUS, status=CaseStatus.UNDER_REVIEW)
    await enter(desk, answered, member, noon, EntryKind.STATUS, status=CaseStatus.INFORMATION_REQUESTED)
    await enter(desk, answered, member, noon, EntryKind.CITIZEN_ANSWER, status=CaseStatus.UNDER_REVIEW)
    async with desk.sessions() as session:
        drawn = await oversight.draw(session, day=day)
        if drawn is None:
            async with desk.sessions.begin() as noting:
                await audit.note_head(noting, at=datetime.now(UTC))
        drawn = await oversight.draw(session, day=day)
        again = await oversight.draw(session, day=day)
    assert drawn is not None
    assert drawn == again
    assert {one.number: one.changes for one in drawn} == {
        dismissed.number: (Change.DISMISSED,),
        reclassified.number: (Change.RECLASSIFIED,),
        reopened.number: (Change.REOPENED,),
    }
    page = await read(client, "/muestra", dia=day)
    assert page.index(drawn[0].number) < page.index(drawn[1].number) < page.index(drawn[2].number)
    assert confirmed.number not in page


async def test_no_more_than_some_are_drawn_and_another_lot_draws_others(desk: Desk) -> None:
    member, day = await an_officer(desk), date(2024, 1, 1) + timedelta(days=uuid.uuid4().int % 300)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=LIMA)
    for _ in range(oversight.DRAWN + 5):
        await enter(desk, await filed(desk), member, noon, EntryKind.STATUS, status=CaseStatus.DISMISSED)
    drawn = []
    for lot in (b"one", b"two"):
        async with desk.sessions() as session:
            session.add(
                AuditHead(number=uuid.uuid4().int % 10**12 + 10**9, hash=lot * 8, noted_at=noon + timedelta(days=1))
            )
            await session.flush()
            found = await oversight.draw(session, day=day)
            assert found is not None
            drawn.append({one.number for one in found})
            await session.rollback()
    assert [len(one) for one in drawn] == [oversight.DRAWN] * 2
    assert drawn[0] != drawn[1]


async def test_what_happens_today_is_not_drawn_yet(client: httpx.AsyncClient) -> None:
    today = datetime.now(UTC).astimezone(LIMA).date()
    assert "Todavía no hay sorteo" in await read(client, "/muestra", dia=today)
    assert "Todavía no hay sorteo" in await read(client, "/muestra", dia=today + timedelta(days=9))


async def test_shares_and_times_stand_side_by_side_and_only_what_the_citizen_sees_counts_as_a_look(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    member = await an_officer(desk)
    async with desk.sessions.begin() as session:
        station = Station(code=f"{uuid.uuid4().int % 10**8:08d}", name=f"Comisaría {uuid.uuid4().hex[:6]}")
        session.add(station)
    some = [await filed(desk) for _ in range(4)]
    async with desk.sessions.begin() as session:
        for case in await session.scalars(select(Case).where(Case.id.in_([one.id for one in some]))):
            case.handling_station_id = station.id
        member = await session.get_one(StaffMember, member.id)
        member.station_id = station.id
    looked, unseen, dismissed, _ = some
    later = timedelta(hours=3)
    await enter(desk, looked, member, looked.filed_at + later, EntryKind.STATUS, status=CaseStatus.UNDER_REVIEW)
    await enter(desk, unseen, member, unseen.filed_at + later, EntryKind.NOTE, visible=False, note="x")
    await enter(desk, dismissed, member, dismissed.filed_at + later, EntryKind.STATUS, status=CaseStatus.DISMISSED)
    async with desk.sessions() as session:
        found = await oversight.shares(session, since=looked.filed_at.astimezone(LIMA).date())
    (mine,) = [one for one in found if one.station == station.name]
    assert (mine.filed, mine.unseen, mine.reclassified, mine.dismissed, mine.reopened) == (4, 2, 0, 1, 0)
    assert mine.median == timedelta(hours=3)
    page = await read(client, "/comisarias")
    row = page[page.index(station.name) :].partition("</tr>")[0]
    assert re.findall(r"<td>([^<]+)", row) == ["4", "2 ", "3 h", "3 h", "0 ", "1 ", "0 "]


async def test_what_a_station_did_stays_its_own_after_a_transfer(desk: Desk) -> None:
    case = await filed(desk)
    async with desk.sessions.begin() as session:
        here, there = (Station(code=f"{uuid.uuid4().int % 10**8:08d}", name=f"C {uuid.uuid4().hex}") for _ in range(2))
        session.add_all((here, there))
        await session.flush()
        (await session.get_one(Case, case.id)).handling_station_id = here.id
        member = await session.get_one(StaffMember, (await an_officer(desk)).id)
        member.station_id = here.id
    hours = [case.filed_at + timedelta(hours=hour) for hour in range(1, 5)]
    await enter(desk, case, member, hours[0], EntryKind.SIDPOL, detail={"number": "OD-1234"})
    await enter(desk, case, member, hours[1], EntryKind.STATUS, status=CaseStatus.DISMISSED)
    await enter(desk, case, member, hours[2], EntryKind.TRANSFER, detail={"from": str(here.id), "to": str(there.id)})
    async with desk.sessions.begin() as session:
        (await session.get_one(Case, case.id)).handling_station_id = there.id
        member = await session.get_one(StaffMember, member.id)
        member.station_id = there.id
    await enter(desk, case, member, hours[3], EntryKind.STATUS, status=CaseStatus.UNDER_REVIEW)
    async with desk.sessions() as session:
        day = case.filed_at.astimezone(LIMA).date()
        found = {one.station: one for one in await oversight.shares(session, since=day)}
    mine, theirs = found[here.name], found[there.name]
    assert (mine.filed, mine.unseen, mine.median, mine.dismissed, mine.reopened) == (1, 0, timedelta(hours=2), 1, 0)
    assert (theirs.filed, theirs.unseen, theirs.median, theirs.dismissed, theirs.reopened) == (1, 0, None, 0, 1)


def test_every_act_has_words() -> None:
    assert [act for act in Act if audit.said(act) == act] == []
