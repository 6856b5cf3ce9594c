"""Cases that belong together: found by what they name and by what they tell, decided by an officer, told within the station."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry
from api.cases import exports, related
from api.cases import service as cases
from api.cases.models import Case, CaseLink
from api.cases.related import Related
from api.errors import NotFound
from api.jobs.desk import Desk
from api.security import KeyRing
from api.staff import service as staff
from api.staff.models import StaffMember
from api.stations import service as stations
from tests.api.cases.console import OTHER_STATION, a_console
from tests.api.complaints.test_filing import file
from tests.api.conversations.channels.talking import an_app, as_staff
from tests.api.evidence.test_evidence_pages import filed
from vocabulary.cases import EntryKind, Role

SJL, LIMA = "150132", "150101"
IMEI, PLATE, PHONE, ACCOUNT = (f"{kind}{uuid.uuid4().int}" for kind in "IPTC")
"""Named by no case of another test."""
WIESSE = {"ubigeo": SJL, "detail": "Paradero 10 de la avenida Wiesse"}
AT_EIGHT = {"date": "2026-10-03", "time": "20:00"}


def number(kind: str = "phone", value: str = PHONE) -> dict[str, Any]:
    return {"others_numbers": [{"kind": kind, "value": value}]}


def phone(**changes: str) -> dict[str, Any]:
    return {"items": [{"kind": "phone", **changes}]}


async def member(session: AsyncSession, now: datetime, *, role: Role = Role.OFFICER, station: str = SJL) -> StaffMember:
    login = uuid.uuid4().hex
    made, _ = await staff.add(session, login=login, name="Ana", role=role, station_code=station, at=now)
    return made


@pytest.fixture
async def officer(session: AsyncSession, now: datetime) -> StaffMember:
    return await member(session, now)


async def told(session: AsyncSession, keys: KeyRing, case: Case, member: StaffMember) -> Related:
    return await related.of_case(session, case=case, member=member, keys=keys)


async def proposed(session: AsyncSession, keys: KeyRing, case: Case, member: StaffMember) -> dict[str, tuple[str, ...]]:
    return {one.number: one.why for one in (await told(session, keys, case, member)).proposed}


@pytest.mark.parametrize(
    ("shared", "why"),
    [
        (phone(imei=IMEI), "imei"),
        ({"items": [{"kind": "vehicle", "plate": PLATE}]}, "plate"),
        (number(), "phone"),
        (number("account", ACCOUNT), "account"),
    ],
)
async def test_cases_that_name_the_same_thing_are_proposed_with_why(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember, shared: dict[str, Any], why: str
) -> None:
    first = await file(session, keys, now, **shared)
    second = await file(session, keys, now + timedelta(days=9), **shared)
    await file(session, keys, now)
    assert await proposed(session, keys, second, officer) == {first.number: (why,)}
    assert await proposed(session, keys, first, officer) == {second.number: (why,)}


async def test_a_telephone_and_an_account_of_the_same_digits_are_two_things(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember
) -> None:
    await file(session, keys, now, **number("account", PHONE))
    second = await file(session, keys, now, **number("phone", PHONE))
    assert await proposed(session, keys, second, officer) == {}


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"occurred_at": AT_EIGHT | {"time": "21:50"}}, True),
        ({"place": WIESSE | {"detail": "av. Wiesse, paradero 10"}}, True),
        ({"occurred_at": AT_EIGHT | {"time": "22:10"}}, False),
        ({"occurred_at": AT_EIGHT | {"date": "2026-10-02"}}, False),
        ({"occurred_at": {"date": "2026-10-03"}}, False),
        ({"incident_type": "theft"}, False),
        ({"place": WIESSE | {"detail": "Paradero 5 de la avenida Wiesse"}}, False),
        ({"place": WIESSE | {"detail": "Jirón Los Tulipanes"}}, False),
        ({"place": WIESSE | {"detail": None}}, False),
        ({"place": WIESSE | {"ubigeo": LIMA}}, False),
    ],
)
async def test_the_same_kind_at_the_same_place_within_two_hours_may_be_the_same_event(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember, changes: dict[str, Any], same: bool
) -> None:
    story = {"occurred_at": AT_EIGHT, "place": WIESSE}
    first = await file(session, keys, now, **story)
    second = await file(session, keys, now, **story | changes)
    found = await proposed(session, keys, first, officer)
    assert found == ({second.number: ("event",)} if same else {})


async def test_two_losses_at_one_place_are_two_events(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember
) -> None:
    story = {"occurred_at": AT_EIGHT, "place": WIESSE, "incident_type": "lost_document"}
    first = await file(session, keys, now, **story)
    await file(session, keys, now, **story)
    assert await proposed(session, keys, first, officer) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"latitude": -12.0, "longitude": -77.0}, {"latitude": -12.002, "longitude": -77.0}, True),
        ({"latitude": -12.0, "longitude": -77.0}, {"latitude": -12.004, "longitude": -77.0}, False),
        ({"detail": "Mercado Central", "latitude": -12.0, "longitude": -77.0}, {"detail": "el mercado central"}, True),
    ],
)
def test_coordinates_say_more_than_words(one: Mapping[str, Any], other: Mapping[str, Any], same: bool) -> None:
    blank = {"detail": None, "latitude": None, "longitude": None}
    assert related.same_place(blank | one, blank | other) is same


async def test_an_officer_joins_two_cases_and_both_say_so(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember
) -> None:
    first, second = await file(session, keys, now, **number()), await file(session, keys, now, **number())
    for _ in range(2):
        with_reason = {"reason": "El mismo número amenaza a los dos", "keys": keys, "at": now}
        if await proposed(session, keys, first, officer):
            await related.join(session, case=first, number=second.number, member=officer, **with_reason)
    for one, other in ((first, second), (second, first)):
        found = await told(session, keys, one, officer)
        assert [relation.number for relation in found.joined] == [other.number]
        assert found.proposed == []
        (entry,) = [e for e in await cases.entries_of(session, case=one) if e.kind == EntryKind.JOIN]
        assert entry.detail == {"case": other.number}
        assert not entry.visible
        assert cases.note_of(entry, cases.key_of(one, keys)) == "El mismo número amenaza a los dos"


async def test_a_proposal_that_was_set_aside_is_not_made_again_on_either_side(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember
) -> None:
    first, second = await file(session, keys, now, **number()), await file(session, keys, now, **number())
    await related.dismiss(session, case=second, number=first.number, member=officer, keys=keys, at=now)
    assert await proposed(session, keys, first, officer) == {}
    assert await proposed(session, keys, second, officer) == {}
    with pytest.raises(NotFound):
        await related.join(session, case=first, number=second.number, member=officer, reason="Sí", keys=keys, at=now)
    query = select(AuditEntry.act).where(AuditEntry.subject == f"case:{second.id}", AuditEntry.actor != "worker")
    assert "case_link_dismissed" in list(await session.scalars(query))


async def test_of_another_station_s_case_only_number_and_station_are_told(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember
) -> None:
    mine = await file(session, keys, now, **number())
    theirs = await file(session, keys, now, **number(), place={"ubigeo": LIMA})
    (relation,) = (await told(session, keys, mine, officer)).proposed
    assert (relation.number, relation.case, relation.why) == (theirs.number, None, ())
    assert relation.station == "Comisaría de Lima"
    auditor = await member(session, now, role=Role.AUDITOR)
    (relation,) = (await told(session, keys, mine, auditor)).proposed
    assert relation.case is theirs


async def test_a_reason_stays_in_the_station_of_whoever_wrote_it(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember
) -> None:
    mine = await file(session, keys, now, **number())
    theirs = await file(session, keys, now, **number(), place={"ubigeo": LIMA})
    await related.join(session, case=mine, number=theirs.number, member=officer, reason="Es él", keys=keys, at=now)
    *_, entry = await cases.entries_of(session, case=theirs)
    assert (entry.kind, entry.detail, entry.note) == (EntryKind.JOIN, {"case": mine.number}, None)


@pytest.mark.parametrize(
    "kept",
    [
        {"incident_type": "domestic_violence"},
        {"incident_type": "sexual_violence"},
        {"incident_type": "police_misconduct"},
        {"incident_type": "extortion", "office": "central"},
    ],
)
async def test_that_a_guarded_case_exists_reaches_no_other_station(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember, kept: dict[str, Any]
) -> None:
    mine = await file(session, keys, now, **number())
    guarded = await file(session, keys, now, **number(), **{"place": {"ubigeo": LIMA}} | kept)
    assert await proposed(session, keys, mine, officer) == {}
    with pytest.raises(NotFound):
        await related.join(session, case=mine, number=guarded.number, member=officer, reason="?", keys=keys, at=now)
    office = guarded.number.partition("-")[0]
    colleague = await member(session, now, station=office)
    await related.join(
        session, case=guarded, number=mine.number, member=colleague, reason="Es el mismo", keys=keys, at=now
    )
    assert [e.kind for e in await cases.entries_of(session, case=guarded)][-1] == EntryKind.JOIN
    assert [e.kind for e in await cases.entries_of(session, case=mine)] == [EntryKind.REGISTERED]
    assert (await told(session, keys, mine, officer)).joined == []


async def test_extortions_of_two_stations_by_one_number_find_each_other(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember
) -> None:
    story = {"incident_type": "extortion", "office": "station", **number()}
    mine = await file(session, keys, now, **story)
    theirs = await file(session, keys, now, **story, place={"ubigeo": LIMA})
    assert list(await proposed(session, keys, mine, officer)) == [theirs.number]


async def test_a_case_that_was_transferred_is_told_as_its_new_station_s(
    session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember
) -> None:
    mine, moved = await file(session, keys, now, **number()), await file(session, keys, now, **number())
    moved.handling_station_id = (await stations.by_code(session, code=LIMA)).id
    await session.flush()
    (relation,) = (await told(session, keys, mine, officer)).proposed
    assert (relation.station, relation.case) == ("Comisaría de Lima", None)


async def test_a_pair_stands_once(session: AsyncSession, keys: KeyRing, now: datetime, officer: StaffMember) -> None:
    small, great = sorted([(await file(session, keys, now)).id, (await file(session, keys, now)).id])
    session.add(CaseLink(a_id=great, b_id=small, joined=True, decided_by=officer.id, decided_at=now))
    with pytest.raises(IntegrityError, match="ck_case_links_one_way"):
        await session.flush()


async def test_only_an_officer_of_the_station_decides_at_the_console(desk: Desk) -> None:
    shared = number(value=f"+519{uuid.uuid4().int % 10**8:08d}")
    first, second = await filed(desk, **shared), await filed(desk, **shared)
    place = f"/staff/casos/{first.number}/relacionados/{second.number}"
    async with an_app() as client:
        for role, station, status in (("auditor", SJL, 403), ("operator", SJL, 403), ("officer", LIMA, 404)):
            await as_staff(client, role=role, station=station)
            assert (await client.post(f"{place}/union", data={"reason": "Es él"})).status_code == status
            assert (await client.post(f"{place}/descarte")).status_code == status
        await as_staff(client, station=SJL)
        assert (await client.post(f"{place}/union", data={"reason": "  "})).status_code == 422
        done = await client.post(f"{place}/union", data={"reason": "El mismo número"})
        assert (done.status_code, done.headers["location"]) == (303, f"/staff/casos/{first.number}#relacionados")
        assert (await client.post(f"{place}/descarte")).status_code == 404
    async with desk.sessions() as session:
        case = await session.get_one(Case, second.case_id)
        assert [e.kind for e in await cases.entries_of(session, case=case)][-1] == EntryKind.JOIN


async def test_the_moment_of_an_incident_is_that_of_lima(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    case = await file(session, keys, now, occurred_at=AT_EIGHT)
    assert case.occurred_at is not None
    assert case.occurred_at.isoformat() == "2026-10-03T20:00:00-05:00"
    assert (await file(session, keys, now, occurred_at={"date": "2026-10-03"})).occurred_at is None


async def test_after_a_transfer_a_join_names_no_guarded_case_and_keeps_its_reason(desk: Desk) -> None:
    async with a_console(desk) as console:
        shared = number(value=uuid.uuid4().hex)
        officer, auditor = await console.enters(), await console.enters(Role.AUDITOR)
        case, open_one = await console.files(**shared), await console.files(**shared)
        guarded = await console.files(incident_type="domestic_violence", **shared)
        await officer.opens(case)
        for other in (guarded, open_one):
            path = f"/staff/casos/{case.number}/relacionados/{other.number}/union"
            assert (await officer.client.post(path, data={"reason": "MOTIVO"})).status_code == 303
        page = await officer.opens(case)
        assert guarded.number in page
        assert "MOTIVO" in page
        await officer.did(case, "transfer", station=OTHER_STATION, note="le toca")
        colleague = await console.enters(station=OTHER_STATION)
        page = await colleague.opens(case)
        assert guarded.number not in page
        assert "MOTIVO" not in page
        assert open_one.number in page
        page = await auditor.opens(case)
        assert guarded.number in page
        assert "MOTIVO" in page
        async with desk.sessions.begin() as session:
            found, reader = (
                await session.get_one(Case, case.id),
                await session.get_one(StaffMember, colleague.member.id),
            )
            at = datetime.now(UTC)
            copy = await exports.request(session, case=found, member=reader, reason="Fiscal", keys=desk.keys, at=at)
            events = (await exports.gather(session, copy=copy, case=found, keys=desk.keys)).events
        printed = str([(event.what, event.note) for event in events])
        assert guarded.number not in printed
        assert "MOTIVO" not in printed
        assert open_one.number in printed
