"""Two at once upon one case, in transactions of their own that really wait for each other."""

import asyncio
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
from vocabulary.cases import CaseAct, EntryKind


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
