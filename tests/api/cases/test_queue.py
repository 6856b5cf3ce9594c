"""The order of the queue, its filters and counts, and what a case is worth in time."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases import queue
from api.cases import service as cases
from api.cases.models import Case, CaseEntry
from api.cases.queue import Filters
from api.complaints import service as complaints
from api.errors import NotFound
from api.security import KeyRing
from api.staff import service as staff
from api.staff.models import StaffMember
from api.stations import service as stations
from api.stations.models import Station
from tests.api.complaints.test_filing import a_draft, a_source
from vocabulary.cases import FIRST_LOOK_LIMIT, CaseStatus, EntryKind, Role

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PLACE = {"ubigeo": "150132", "district": "San Juan de Lurigancho", "province": "Lima", "department": "Lima"}


@pytest.fixture(autouse=True)
async def others_are_elsewhere(session: AsyncSession) -> None:
    """What other tests left is another station's."""
    there = select(Station.id).where(Station.code == "150142").scalar_subquery()
    await session.execute(update(Case).values(handling_station_id=there))


async def a_member(session: AsyncSession, role: Role = Role.OFFICER, station: str = "150132") -> StaffMember:
    member, _ = await staff.add(
        session, login=uuid.uuid4().hex, name=f"Oficial {uuid.uuid4().hex[:6]}", role=role, station_code=station, at=AT
    )
    return member


async def a_case(session: AsyncSession, keys: KeyRing, hours: float = 0, **changes: Any) -> Case:
    """A case filed some hours before the present of the test."""
    at = AT - timedelta(hours=hours)
    told = {"incident_type": "theft", "place": PLACE} | changes
    return await complaints.file(session, draft=a_draft(at, **told), source=a_source(keys), keys=keys, at=at)


async def add(session: AsyncSession, case: Case, keys: KeyRing, kind: EntryKind, **said: Any) -> CaseEntry:
    return await cases.add_entry(session, case=case, kind=kind, at=AT, keys=keys, **{"actor": None} | said)


async def shown(session: AsyncSession, member: StaffMember, **filters: Any) -> list[str]:
    found = await queue.page(session, member=member, filters=Filters.model_validate(filters), at=AT)
    return [case.number for case in found.cases]


async def test_violence_comes_first_then_what_is_nearest_to_its_limit(session: AsyncSession, keys: KeyRing) -> None:
    officer = await a_member(session)
    young, old = await a_case(session, keys, 1), await a_case(session, keys, 23)
    late, violence = (
        await a_case(session, keys, 30),
        await a_case(session, keys, 0.1, incident_type="domestic_violence"),
    )
    seen = await a_case(session, keys, 90)
    await add(session, seen, keys, EntryKind.STATUS, actor=officer, status=CaseStatus.UNDER_REVIEW)
    assert await shown(session, officer) == [case.number for case in (violence, late, old, young, seen)]


async def test_a_report_to_the_court_keeps_a_looked_at_case_urgent_until_it_is_made(
    session: AsyncSession, keys: KeyRing
) -> None:
    officer = await a_member(session)
    reported, unreported = [await a_case(session, keys, 20 + n, incident_type="domestic_violence") for n in (0, 1)]
    for case in (reported, unreported):
        await add(session, case, keys, EntryKind.STATUS, actor=officer, status=CaseStatus.UNDER_REVIEW)
    fresh = await a_case(session, keys, incident_type="missing_person")
    reported.reported_at = AT
    await session.flush()
    assert await shown(session, officer) == [case.number for case in (unreported, fresh, reported)]


async def test_the_limit_of_the_order_is_the_limit_that_is_told(session: AsyncSession, keys: KeyRing) -> None:
    case = await a_case(session, keys, 5)
    rank = await session.scalar(select(Case.rank).where(Case.id == case.id))
    (limit,) = queue.limits_of(case, at=AT)
    due = case.filed_at + FIRST_LOOK_LIMIT
    assert rank == 200_000_000_000 + int(due.timestamp())
    assert limit.left == due - AT


@pytest.mark.parametrize(("hours", "soon", "past"), [(1, False, False), (3, True, False), (25, True, True)])
async def test_a_first_look_has_a_target_of_2_hours_and_a_limit_of_24(
    session: AsyncSession, keys: KeyRing, hours: int, soon: bool, past: bool
) -> None:
    case = await a_case(session, keys, hours)
    (limit,) = queue.limits_of(case, at=AT)
    assert (limit.name, limit.soon, limit.past) == ("first_look", soon, past)


@pytest.mark.parametrize(("hours", "soon", "past"), [(11, False, False), (12, True, False), (25, True, True)])
async def test_the_clock_of_the_law_alarms_at_12_hours(
    session: AsyncSession, keys: KeyRing, hours: int, soon: bool, past: bool
) -> None:
    case = await a_case(session, keys, hours, incident_type="domestic_violence")
    case.first_look_at = AT
    (limit,) = queue.limits_of(case, at=AT)
    assert (limit.name, limit.soon, limit.past) == ("report", soon, past)


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.REFERRED, CaseStatus.DISMISSED])
async def test_what_is_done_leaves_the_queue_until_the_citizen_asks(
    session: AsyncSession, keys: KeyRing, status: CaseStatus
) -> None:
    officer, case = await a_member(session), await a_case(session, keys)
    await add(session, case, keys, EntryKind.STATUS, actor=officer, status=status)
    assert await shown(session, officer) == []
    assert await shown(session, officer, status=status) == [case.number]
    asked = await add(session, case, keys, EntryKind.CITIZEN_REQUEST, note="¿Qué pasó?", detail={"about": "question"})
    assert await shown(session, officer) == [case.number]
    await add(session, case, keys, EntryKind.REPLY, actor=officer, detail={"answers": asked.number})
    assert await shown(session, officer) == []


async def test_a_question_stays_open_until_the_last_one_is_answered(session: AsyncSession, keys: KeyRing) -> None:
    officer, case = await a_member(session), await a_case(session, keys)
    first = await add(session, case, keys, EntryKind.CITIZEN_REQUEST, note="¿Uno?")
    second = await add(session, case, keys, EntryKind.CITIZEN_REQUEST, note="¿Dos?")
    await add(session, case, keys, EntryKind.REPLY, actor=officer, detail={"answers": first.number})
    assert case.asked_at == second.at
    await add(session, case, keys, EntryKind.REPLY, actor=officer, detail={"answers": second.number})
    assert case.asked_at is None


async def test_filters_narrow_the_queue(session: AsyncSession, keys: KeyRing) -> None:
    officer, other = await a_member(session), await a_member(session)
    plain = await a_case(session, keys, 50)
    mine = await a_case(session, keys, 3, incident_type="robbery")
    mine.assigned_to = officer.id
    violent = await a_case(session, keys, 2, incident_type="domestic_violence")
    known = await a_case(session, keys, 1)
    known.sidpol_number = uuid.uuid4().hex
    known.confirmed_type = "fraud"
    known.assigned_to = other.id
    await session.flush()
    await add(session, known, keys, EntryKind.STATUS, actor=officer, status=CaseStatus.INFORMATION_REQUESTED)
    for filters, wanted in (
        ({"kind": "robbery"}, [mine]),
        ({"kind": "fraud"}, [known]),
        ({"assigned": "me"}, [mine]),
        ({"assigned": str(other.id)}, [known]),
        ({"assigned": "nobody"}, [violent, plain]),
        ({"priority": "yes"}, [violent]),
        ({"status": "information_requested"}, [known]),
        ({"waiting": "citizen"}, [known]),
        ({"waiting": "report"}, [violent]),
        ({"waiting": "late"}, [plain]),
        ({"waiting": "first_look"}, [violent, plain, mine]),
        ({"sidpol": "missing"}, [violent, plain, mine]),
        ({"until": "2026-11-18"}, [plain]),
        ({"since": "2026-11-20", "kind": "robbery"}, [mine]),
        ({"district": "san juan de LURIGANCHO"}, [violent, plain, mine, known]),
        ({"district": "San Juan de Lurigancho (Lima, Lima)", "priority": "yes"}, [violent]),
        ({"district": "Ninguno"}, []),
    ):
        assert await shown(session, officer, **filters) == [case.number for case in wanted], filters


async def test_a_day_begins_at_midnight_in_lima(session: AsyncSession, keys: KeyRing) -> None:
    officer = await a_member(session)
    case = await a_case(session, keys, 11)  # 23:00 of the 19th in Lima, the 20th in UTC
    assert await shown(session, officer, since="2026-11-19", until="2026-11-19") == [case.number]
    assert await shown(session, officer, since="2026-11-20") == []


async def test_pages_follow_each_other_without_a_gap_while_cases_come_in(
    session: AsyncSession, keys: KeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    officer = await a_member(session)
    filed = [await a_case(session, keys, hours) for hours in (9, 8, 7, 7, 6)]
    seen: list[str] = []
    after: str | None = None
    while after is not None or not seen:
        found = await queue.page(session, member=officer, filters=Filters(after=after), at=AT)
        seen += [case.number for case in found.cases]
        after = found.after
        await a_case(session, keys, 10)  # which comes before all of them
    assert set(seen) == {case.number for case in filed}
    assert len(set(seen)) == len(seen)


async def test_another_station_s_cases_are_not_in_the_queue_and_an_auditor_sees_all(
    session: AsyncSession, keys: KeyRing
) -> None:
    case = await a_case(session, keys)
    assert await shown(session, await a_member(session, station="150101")) == []
    assert case.number in await shown(session, await a_member(session, Role.AUDITOR, "150101"))
    assert await shown(session, await a_member(session, Role.ADMINISTRATOR)) == []


async def test_the_counts_are_those_of_the_station(session: AsyncSession, keys: KeyRing) -> None:
    officer = await a_member(session)
    await a_case(session, keys, 50)
    mine = await a_case(session, keys, 1, incident_type="domestic_violence")
    mine.assigned_to = officer.id
    closed = await a_case(session, keys, 3)
    await add(session, closed, keys, EntryKind.STATUS, actor=officer, status=CaseStatus.CLOSED)
    counted = await queue.counts(session, member=officer, at=AT)
    assert {name: number for name, number in counted.items() if number} == {
        "open": 2, "registered": 2, "first_look": 2, "late": 1, "report": 1, "nobody": 1, "me": 1,
    }  # fmt: skip


async def test_filters_are_kept_per_member_and_a_name_is_one_filter(session: AsyncSession) -> None:
    officer, other = await a_member(session), await a_member(session)
    await queue.save(session, member=officer, name="Robos", filters=Filters(kind="robbery", after=None))
    await queue.save(session, member=officer, name="Robos", filters=Filters(kind="robbery", since=date(2026, 1, 2)))
    assert [(one.name, one.query) for one in await queue.saved(session, member=officer)] == [
        ("Robos", "kind=robbery&since=2026-01-02")
    ]
    await queue.forget(session, member=other, name="Robos")
    assert len(await queue.saved(session, member=officer)) == 1
    await queue.forget(session, member=officer, name="Robos")
    assert await queue.saved(session, member=officer) == []


async def test_nobody_keeps_more_filters_than_a_page_can_show(session: AsyncSession) -> None:
    officer = await a_member(session)
    for number in range(20):
        await queue.save(session, member=officer, name=str(number), filters=Filters(priority="yes"))
    await queue.save(session, member=officer, name="0", filters=Filters(priority="yes"))
    with pytest.raises(queue.TooManyFilters):
        await queue.save(session, member=officer, name="otro", filters=Filters(priority="yes"))


async def test_several_cases_are_assigned_at_once_and_what_changed_meanwhile_is_left(
    session: AsyncSession, keys: KeyRing
) -> None:
    head, officer = await a_member(session, Role.COMMISSIONER), await a_member(session)
    first, changed = await a_case(session, keys, 1), await a_case(session, keys, 2)
    elsewhere = await a_case(session, keys, 3, place=None)
    await add(session, changed, keys, EntryKind.NOTE, actor=officer, visible=False)
    chosen = {first.number: 1, changed.number: 1, elsewhere.number: 1}
    left = await queue.assign(session, chosen=chosen, to=officer.id, head=head, keys=keys, at=AT)
    assert sorted(left) == sorted([changed.number, elsewhere.number])
    assert (first.assigned_to, changed.assigned_to, elsewhere.assigned_to) == (officer.id, None, None)
    entry = (await cases.entries_of(session, case=first))[-1]
    assert (entry.kind, entry.visible, entry.detail) == ("assignment", False, {"to": str(officer.id)})
    assert first.first_look_at is None


@pytest.mark.parametrize(("role", "station"), [(Role.OPERATOR, "150132"), (Role.OFFICER, "150101")])
async def test_a_case_is_given_only_to_who_works_cases_at_the_station(
    session: AsyncSession, keys: KeyRing, role: Role, station: str
) -> None:
    head, case = await a_member(session, Role.COMMISSIONER), await a_case(session, keys)
    nobody = await a_member(session, role, station)
    with pytest.raises(NotFound):
        await queue.assign(session, chosen={case.number: 1}, to=nobody.id, head=head, keys=keys, at=AT)
    assert case.assigned_to is None


async def test_a_transferred_case_is_in_the_queue_of_its_new_station(session: AsyncSession, keys: KeyRing) -> None:
    officer, other = await a_member(session), await a_member(session, station="150101")
    case = await a_case(session, keys)
    case.handling_station_id = (await stations.by_code(session, code="150101")).id
    await session.flush()
    assert await shown(session, officer) == []
    assert await shown(session, other) == [case.number]
