"""Filing a complaint: one transaction, once, with numbers without gaps."""

import asyncio
import hashlib
import json
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from api.audit.models import AuditEntry
from api.cases import service as cases
from api.cases.models import Case, CaseEntry
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.complaints.models import Statement
from api.complaints.service import Source
from api.copies.models import Copy
from api.database import make_engine, make_sessions
from api.errors import NotComplete
from api.security import KeyRing, SealBroken
from vocabulary.cases import CaseStatus, EntryKind
from vocabulary.codes import find_case_number

NARRATIVE = "Me quitaron el celular en el paradero"


def a_draft(now: datetime, **changes: object) -> Draft:
    whole = {
        "incident_type": "robbery",
        "narrative": NARRATIVE,
        "full_name": "Rosa Quispe Huamán",
        "place": {"ubigeo": "150132", "district": "San Juan de Lurigancho", "province": "Lima", "department": "Lima"},
        "consented_at": now,
        "sworn_at": now,
    }
    return Draft.model_validate(whole | changes)


def a_source(keys: KeyRing) -> Source:
    owner = str(uuid.uuid4())
    key, wrapped = keys.new_data_key(owner=owner)
    return Source(owner, "web", wrapped, key)


async def file(session: AsyncSession, keys: KeyRing, now: datetime, **changes: object) -> Case:
    return await complaints.file(session, draft=a_draft(now, **changes), source=a_source(keys), keys=keys, at=now)


async def test_a_filed_complaint_has_the_number_of_its_district_s_station(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now)
    assert case.number.startswith("150132-2026-")
    assert find_case_number(case.number) == case.number
    assert case.status == CaseStatus.REGISTERED


async def test_what_happened_nowhere_known_goes_to_the_central_desk(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    assert (await file(session, keys, now, place=None)).number.startswith("000000-2026-")


async def test_the_year_of_a_number_is_that_of_lima(session: AsyncSession, keys: KeyRing) -> None:
    new_year_in_utc = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)
    assert (await file(session, keys, new_year_in_utc)).year == 2026


async def test_the_same_complaint_confirmed_twice_is_one_case(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    source = a_source(keys)
    first = await complaints.file(session, draft=a_draft(now), source=source, keys=keys, at=now)
    again = await complaints.file(session, draft=a_draft(now), source=source, keys=keys, at=now)
    assert again.id == first.id
    assert await session.scalar(select(func.count()).select_from(Case).where(Case.key_owner == source.owner)) == 1


async def test_a_second_complaint_of_the_same_conversation_is_another_case(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    source = a_source(keys)
    first = await complaints.file(session, draft=a_draft(now), source=source, keys=keys, at=now)
    second = await complaints.file(session, draft=a_draft(now, attempt=2), source=source, keys=keys, at=now)
    assert second.number != first.number


@pytest.mark.parametrize("missing", ["consented_at", "sworn_at", "incident_type", "narrative"])
async def test_without_consent_oath_kind_or_account_nothing_is_filed(
    session: AsyncSession, keys: KeyRing, now: datetime, missing: str
) -> None:
    with pytest.raises(NotComplete):
        await file(session, keys, now, **{missing: None})


async def test_the_statement_is_sealed_and_opens_to_what_was_said(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now)
    statement = (await session.scalars(select(Statement).where(Statement.case_id == case.id))).one()
    assert NARRATIVE.encode() not in statement.content
    content = (await complaints.statement_of(session, case=case, keys=keys)).content
    assert json.loads(content)["complaint"]["narrative"] == NARRATIVE
    assert hashlib.sha256(content).hexdigest() == statement.sha256


async def test_an_altered_statement_does_not_open(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    case = await file(session, keys, now)
    await session.execute(text("alter table statements disable trigger never_changed"))
    await session.execute(update(Statement).values(content=b"\0" * 60))
    with pytest.raises(SealBroken):
        await complaints.statement_of(session, case=case, keys=keys)


@pytest.mark.parametrize("change", ["update statements set sha256 = 'x'", "delete from statements"])
async def test_the_database_itself_refuses_to_change_a_statement(
    session: AsyncSession, keys: KeyRing, now: datetime, change: str
) -> None:
    await file(session, keys, now)
    with pytest.raises(DBAPIError, match="never changed"):
        await session.execute(text(change))


async def test_the_database_itself_refuses_to_change_the_audit(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    await file(session, keys, now)
    assert await session.scalar(select(func.count()).select_from(AuditEntry))
    with pytest.raises(DBAPIError, match="never changed"):
        await session.execute(text("delete from audit_entries"))


async def test_a_filing_asks_for_a_receipt_and_a_copy(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    case = await file(session, keys, now)
    numbers = (await session.scalars(select(Copy.number).where(Copy.case_id == case.id).order_by(Copy.number))).all()
    assert list(numbers) == [0, 1]


async def test_the_copy_is_made_only_after_the_receipt(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    case = await file(session, keys, now)
    receipt, copy = await session.scalars(select(Copy).where(Copy.case_id == case.id).order_by(Copy.number))
    jobs = text("select args->>'copy_id' from procrastinate_jobs where lock = :lock order by id")
    assert list(await session.scalars(jobs, {"lock": f"copies:{case.id}"})) == [str(receipt.id), str(copy.id)]


async def test_violence_gets_a_receipt_and_no_copy_before_an_officer_s_look(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now, incident_type="domestic_violence")
    assert list(await session.scalars(select(Copy.number).where(Copy.case_id == case.id))) == [0]


async def test_a_supplement_is_a_new_statement_and_the_first_stays(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now)
    before = await complaints.statement_of(session, case=case, keys=keys)
    for _ in range(2):
        await complaints.supplement(session, case=case, text="Recordé la placa", keys=keys, actor="x", at=now)
    assert await complaints.statement_of(session, case=case, keys=keys) == before
    statements = select(func.count()).select_from(Statement).where(Statement.case_id == case.id)
    assert await session.scalar(statements) == 2


async def test_entries_are_numbered_and_the_last_status_counts(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now)
    await cases.add_entry(
        session, case=case, kind=EntryKind.STATUS, actor=None, at=now, keys=keys, status=CaseStatus.UNDER_REVIEW
    )
    await cases.add_entry(session, case=case, kind=EntryKind.NOTE, actor=None, at=now, keys=keys, note="Se llamó")
    assert case.status == CaseStatus.UNDER_REVIEW
    numbers = await session.scalars(select(CaseEntry.number).where(CaseEntry.case_id == case.id))
    assert sorted(numbers) == [1, 2, 3]


async def test_forty_complaints_at_once_get_forty_numbers_without_a_gap(
    database_url: str, connection: object, keys: KeyRing
) -> None:
    engine: AsyncEngine = make_engine(database_url)
    sessions = make_sessions(engine)
    at = datetime(2031, 5, 1, tzinfo=UTC)

    async def one(fails: bool) -> None:
        async with sessions.begin() as session:
            await complaints.file(session, draft=a_draft(at), source=a_source(keys), keys=keys, at=at)
            if fails:
                await session.rollback()

    await asyncio.gather(*(one(fails=number % 5 == 0) for number in range(50)))
    async with sessions() as session:
        query = select(Case.sequence).where(Case.year == 2031).order_by(Case.sequence)
        assert list(await session.scalars(query)) == list(range(1, 41))
    await engine.dispose()


async def test_the_same_confirmation_from_ten_tabs_at_once_is_one_case(
    database_url: str, connection: object, keys: KeyRing
) -> None:
    engine: AsyncEngine = make_engine(database_url)
    sessions = make_sessions(engine)
    at = datetime(2032, 5, 1, tzinfo=UTC)
    source = a_source(keys)

    async def one() -> str:
        async with sessions.begin() as session:
            return (await complaints.file(session, draft=a_draft(at), source=source, keys=keys, at=at)).number

    assert len(set(await asyncio.gather(*(one() for _ in range(10))))) == 1
    await engine.dispose()
