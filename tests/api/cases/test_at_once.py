"""Two at once upon one case, in transactions of their own that really wait for each other."""

import asyncio
import html
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text

from api.cases import acts, tasks
from api.cases import service as cases
from api.cases.models import Case, CaseLink
from api.cases.schemas import Transfer
from api.copies import service as copies
from api.evidence import service as evidence
from api.evidence.models import CustodyEntry
from api.staff.models import StaffMember
from tests.api.cases.console import OTHER_STATION, Console, Person
from vocabulary.cases import CaseAct, CaseStatus, EntryKind, Role


async def _waiting(console: Console, number: int) -> None:
    """Until so many wait for a lock in this database."""
    async with console.desk.sessions() as session:
        query = text(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        for _ in range(300):
            if await session.scalar(query) == number:
                return
            await session.rollback()
            await asyncio.sleep(0.05)
    pytest.fail(f"never did {number} wait")


@asynccontextmanager
async def _transferring(console: Console, case: Case, person: Person, reason: str) -> AsyncIterator[None]:
    """The case is transferred once whoever writes in it meanwhile waits."""
    async with console.desk.sessions.begin() as session:
        found = await session.get_one(Case, case.id)
        await acts.perform(
            session,
            act=CaseAct.TRANSFER,
            form=Transfer(seen=found.last_entry, note=reason, station=OTHER_STATION),
            case=found,
            member=await session.get_one(StaffMember, person.member.id),
            keys=console.desk.keys,
            at=datetime.now(UTC),
        )
        await session.flush()
        yield


async def _with_a_file(console: Console, number: str) -> tuple[Case, uuid.UUID]:
    """A case of theft that names a telephone, with a file."""
    case = await console.files(others_numbers=[{"kind": "phone", "value": number}])
    async with console.desk.sessions.begin() as session:
        key = cases.key_of(case, console.desk.keys)
        item = await evidence.receive(
            session,
            conversation_id=uuid.UUID(case.key_owner),
            key=key,
            name="chat.pdf",
            data=b"%PDF-1.4\n%%EOF\n",
            at=datetime.now(UTC),
        )
        item.case_id = case.id
        return case, item.id


async def test_nothing_is_written_in_a_case_that_just_left_the_station_and_nothing_new_of_it_is_shown(
    console: Console,
) -> None:
    number = f"+519{uuid.uuid4().int % 10**8:08d}"
    officer = await console.enters()
    case, item = await _with_a_file(console, number)
    alike = await console.files(others_numbers=[{"kind": "phone", "value": number}])
    unlike = await console.files(others_numbers=[{"kind": "phone", "value": number}])
    await officer.did(case, "take")
    async with console.desk.sessions() as session:
        (call, _) = await tasks.of_case(session, case=case)
        papers = len(await copies.of_case(session, case=case))
    at, api = f"/staff/casos/{case.number}", f"/api/v1/cases/{case.number}"
    forms: list[tuple[str, dict[str, object]]] = [
        (f"{at}/actos/note", {"seen": 2, "note": "escrita tarde"}),
        (f"{at}/actos/close", {"seen": 2, "note": "escrita tarde"}),
        (f"{at}/llamadas/{call.id}", {"reached": "false", "note": "escrita tarde"}),
        (f"{at}/expediente", {"reason": "Lo pide la fiscalía"}),
        (f"{at}/relacionados/{alike.number}/union", {"reason": "El mismo teléfono"}),
        (f"{at}/relacionados/{unlike.number}/descarte", {}),
        (f"{at}/evidencias/{item}/entrega", {"to": "Fiscalía", "document": "Oficio 1", "reason": "La pidió"}),
        (f"{at}/evidencias/{item}/comprobacion", {}),
    ]
    async with _transferring(console, case, officer, "Es pariente del denunciado"):
        posts = [asyncio.create_task(officer.client.post(path, data=typed)) for path, typed in forms]
        copy = {"reason": "trámite", "in_person": True}
        posts.append(asyncio.create_task(officer.client.post(f"{api}/copies", json=copy)))
        await _waiting(console, len(posts))
    answers = await asyncio.gather(*posts)
    assert [answer.status_code for answer in answers] == [404] * len(posts)
    assert not any("pariente" in answer.text for answer in answers)
    assert [entry.kind for entry in (await console.entries(case))[2:]] == [EntryKind.NOTE, EntryKind.TRANSFER]
    async with console.desk.sessions() as session:
        assert len(await copies.of_case(session, case=case)) == papers
        assert not list(await session.scalars(select(CaseLink).where(CaseLink.decided_by == officer.member.id)))
        handled = select(CustodyEntry.act).where(CustodyEntry.evidence_id == item)
        assert list(await session.scalars(handled)) == ["received"]
        assert call.id in [one.id for one in await tasks.of_case(session, case=case)]


A_FORM: dict[CaseAct, dict[str, object]] = {
    CaseAct.TAKE: {}, CaseAct.ASSIGN: {}, CaseAct.REVIEW: {}, CaseAct.CLASSIFY: {"incident_type": "robbery"},
    CaseAct.ASK: {"note": ""}, CaseAct.REPLY: {"note": "", "answers": 2}, CaseAct.NOTE: {"note": ""}, CaseAct.ACCEPT: {"note": ""},
    CaseAct.REFER: {"note": "", "authority": "prosecutor"}, CaseAct.CLOSE: {"note": ""}, CaseAct.DISMISS: {"note": ""},
    CaseAct.REOPEN: {"note": ""}, CaseAct.TRANSFER: {"note": "", "station": OTHER_STATION}, CaseAct.SIDPOL: {"number": ""},
}  # fmt: skip
"""What each act needs; an empty one is each officer's own words."""
STANDS = {CaseAct.REVIEW: CaseStatus.REGISTERED, CaseAct.REOPEN: CaseStatus.CLOSED}


@pytest.mark.parametrize("act", CaseAct)
async def test_of_two_at_once_one_is_taken_and_the_other_is_told_and_keeps_their_words(
    act: CaseAct, console: Console
) -> None:
    people = [await console.enters(Role.COMMISSIONER) for _ in range(2)]
    case = await console.files()
    await console.citizen(case, EntryKind.CITIZEN_REQUEST, "¿Cuándo me llaman?", about="question")
    async with console.desk.sessions.begin() as session:
        found = await session.get_one(Case, case.id)
        found.status, found.confirmed_type = STANDS.get(act, CaseStatus.UNDER_REVIEW), "theft"
    for person in people:
        await person.opens(case)
    number = uuid.uuid4().int % 10**10
    words = {"note": ("Lo vi <primero>", "Lo vi <después>"), "number": (f"OD-{number:010d}-1", f"OD-{number:010d}-2")}
    typed = [{k: v or words[k][which] for k, v in A_FORM[act].items()} for which in range(2)]
    if act is CaseAct.ASSIGN:
        typed = [{"to": person.member.id} for person in people]
    async with console.desk.sessions.begin() as session:
        await session.get_one(Case, case.id, with_for_update=True)
        posts = [
            asyncio.create_task(person.does(case, act, seen=2, **form))
            for person, form in zip(people, typed, strict=True)
        ]
        await _waiting(console, 2)
    answers = await asyncio.gather(*posts)
    lost = 0 if answers[1].status_code == 303 else 1
    assert answers[1 - lost].status_code == 303
    entries = (await console.entries(case))[2:]
    assert [entry.actor_id for entry in entries] == [people[1 - lost].member.id] * (2 if act is CaseAct.TRANSFER else 1)
    if act is CaseAct.TRANSFER:
        assert answers[lost].status_code == 404
        return
    assert answers[lost].status_code == 409
    for name in A_FORM[act].keys() & words.keys():
        assert html.escape(words[name][lost]) in answers[lost].text
