"""What violence and danger need of a case, a conversation and a file."""

import uuid
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases import service as cases
from api.cases.models import Case
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.complaints.service import Source
from api.copies import service as copies
from api.security import KeyRing
from api.staff import service as staff
from vocabulary.cases import Role

FACTS = {
    "narrative": "Me amenazan desde ese número",
    "full_name": "Rosa Quispe Huamán",
    "document_number": "45678912",
    "place": {"ubigeo": "150132"},
}


async def file(session: AsyncSession, keys: KeyRing, now: datetime, kind: str, **changes: object) -> Case:
    owner = str(uuid.uuid4())
    key, wrapped = keys.new_data_key(owner=owner)
    told = FACTS | {"incident_type": kind, "consented_at": now, "sworn_at": now} | changes
    source = Source(owner, "web", wrapped, key)
    return await complaints.file(session, draft=Draft.model_validate(told), source=source, keys=keys, at=now)


async def test_violence_in_the_family_has_priority_and_the_court_s_clock(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now, "domestic_violence")
    assert (case.priority, case.confidential) == (True, True)
    assert case.report_due_at == now + timedelta(hours=24)


async def test_a_lost_document_waits_its_turn_and_has_no_clock(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now, "lost_document")
    assert (case.priority, case.confidential, case.report_due_at) == (False, False, None)


async def test_misconduct_never_goes_to_the_station_of_the_place(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    assert (await file(session, keys, now, "police_misconduct")).number.startswith("000001-")


@pytest.mark.parametrize(("office", "station"), [("central", "000000-"), ("station", "150132-")])
async def test_extortion_goes_where_its_complainant_chose(
    session: AsyncSession, keys: KeyRing, now: datetime, office: str, station: str
) -> None:
    assert (await file(session, keys, now, "extortion", office=office)).number.startswith(station)


async def test_a_suspect_s_number_links_the_cases_that_name_it(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    number = {"others_numbers": [{"kind": "phone", "value": "+51911222333"}]}
    first = await file(session, keys, now, "extortion", **number)
    second = await file(session, keys, now + timedelta(hours=1), "extortion", **number)
    await file(session, keys, now, "extortion")
    assert [case.id for case in await cases.linked(session, case=second)] == [first.id]


async def test_an_anonymous_report_has_a_receipt_and_no_copy(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now, "cybercrime", anonymous=True, full_name=None, document_number=None)
    assert [copy.number for copy in await copies.of_case(session, case=case)] == [copies.RECEIPT]


async def test_a_case_is_told_of_to_whoever_gives_its_document_and_not_to_who_guesses(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now, "theft")

    async def found(document: str, at: datetime) -> Case | None:
        return await complaints.by_complainant(session, number=case.number, document_number=document, keys=keys, at=at)

    assert await found("45678912", now) is case
    for _ in range(5):
        assert await found("11111111", now) is None
    assert await found("45678912", now) is None
    assert await found("45678912", now + timedelta(hours=2)) is case


async def test_a_confidential_case_is_told_of_to_nobody_by_its_number(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    case = await file(session, keys, now, "domestic_violence")
    told = await complaints.by_complainant(session, number=case.number, document_number="45678912", keys=keys, at=now)
    assert told is None


async def test_somebody_is_on_duty_only_while_they_are_at_the_console(session: AsyncSession, now: datetime) -> None:
    assert not await staff.on_duty(session, at=now)
    member, _ = await staff.add(session, login="ana", name="Ana", role=Role.OPERATOR, station_code="000000", at=now)
    await staff.open_session(session, member=member, at=now)
    assert await staff.on_duty(session, at=now + timedelta(minutes=5))
    assert not await staff.on_duty(session, at=now + timedelta(minutes=11))
