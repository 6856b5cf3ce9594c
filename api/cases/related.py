"""Cases that may belong together: found by what they name, or by when and where it happened; an officer joins them or sets a
proposal aside."""

import math
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz import fuzz, utils
from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.audit import service as audit
from api.audit.service import Act
from api.cases import service as cases
from api.cases.models import Case, CaseIdentifier, CaseLink
from api.complaints import service as complaints
from api.errors import NotFound
from api.security import KeyRing
from api.staff.models import StaffMember
from api.stations.models import Station
from api.stations.service import CENTRAL_CODE
from vocabulary.cases import EntryKind, Role
from vocabulary.incidents import DISCLOSURES, INTAKES, IncidentType, Office

NAMED = ("imei", "plate", "phone", "account")
"""Why two cases are proposed: both name the same one of these, or tell perhaps the same ``EVENT``."""
EVENT = "event"
_APART = timedelta(hours=2)
_NEAR_METRES = 300
_ALIKE = 80
_LOSSES = (IncidentType.LOST_DOCUMENT, IncidentType.LOST_PROPERTY)
"""What happens to one person alone: two of these are two events."""
_MOST = 50


@dataclass(frozen=True)
class Relation:
    """Another case, and why it is shown. ``case`` and ``why`` are empty for one of another station: of it only the number,
    the station and that there is a link are told."""

    number: str
    station: str
    case: Case | None
    why: tuple[str, ...]


@dataclass(frozen=True)
class Related:
    """The cases that were joined to one, and those that are proposed, latest first."""

    joined: Sequence[Relation]
    proposed: Sequence[Relation]


def may_be_told(case: Case, office: Station, station_id: uuid.UUID) -> bool:
    """Whether a station may learn that a case, which ``office`` has, exists at all.

    Not another station's case of family or sexual violence, nor a complaint of the police, nor an extortion that its
    complainant wanted seen outside the district: their bare existence may reach whoever must not know.
    """
    if office.id == station_id:
        return True
    kinds = {IncidentType(kind) for kind in (case.incident_type, case.confirmed_type) if kind}
    offices = {INTAKES[kind].office for kind in kinds}
    fled = Office.CHOSEN in offices and office.code == CENTRAL_CODE
    return not (kinds & DISCLOSURES or Office.INSPECTORATE in offices or fled)


async def of_case(session: AsyncSession, *, case: Case, member: StaffMember, keys: KeyRing) -> Related:
    """What a member of staff who reads a case is told of others."""
    why = await _named_alike(session, case)
    for same in await _perhaps_the_same(session, case, keys):
        why.setdefault(same, []).append(EVENT)
    decided = await _decided(session, case)
    found = await _with_stations(session, {*why, *(one for one, joined in decided.items() if joined)})
    joined: list[Relation] = []
    proposed: list[Relation] = []
    for other, office in found:
        if decided.get(other.id) is False:
            continue
        own = member.role == Role.AUDITOR or office.id == member.station_id
        if not own and not may_be_told(other, office, member.station_id):
            continue
        relation = Relation(
            number=other.number,
            station=office.name,
            case=other if own else None,
            why=tuple(why.get(other.id, ())) if own else (),
        )
        (joined if other.id in decided else proposed).append(relation)
    return Related(joined, proposed)


async def tellable(session: AsyncSession, *, numbers: Collection[str], member: StaffMember) -> set[str]:
    """Those of some cases' numbers of which a member of staff may know as things stand: a case or its reader may have moved
    since they were written down."""
    query = select(Case, Station).join(Station, Station.id == Case.handling_station_id).where(Case.number.in_(numbers))
    return {
        case.number
        for case, office in (await session.execute(query) if numbers else ())
        if member.role == Role.AUDITOR or may_be_told(case, office, member.station_id)
    }


async def join(
    session: AsyncSession, *, case: Case, number: str, member: StaffMember, reason: str, keys: KeyRing, at: datetime
) -> None:
    """Join a proposed case, with an entry in both; the reason stays with the cases of the officer's own station.

    Raises ``NotFound`` for a number that is not proposed and if the case left their station. Twice is once.
    """
    other, _ = await _proposed(session, case=case, number=number, member=member, keys=keys)
    for one in sorted((case, other), key=lambda one: one.id):  # so that two can't wait for each other
        await session.refresh(one, with_for_update=True)
    await cases.hold(session, case=case, member=member)
    office = await session.get_one(Station, other.handling_station_id)
    if not await _decide(session, case, other, joined=True, member=member, at=at):
        return
    home = await session.get_one(Station, case.handling_station_id)
    pairs = ((case, other, home, office), (other, case, office, home))
    for one, named, reads, comes_from in pairs:
        if not may_be_told(named, comes_from, reads.id):
            continue
        await cases.add_entry(
            session,
            case=one,
            kind=EntryKind.JOIN,
            actor=member,
            at=at,
            keys=keys,
            visible=False,
            note=reason if reads.id == member.station_id else None,
            detail={"case": named.number},
        )


async def dismiss(
    session: AsyncSession, *, case: Case, number: str, member: StaffMember, keys: KeyRing, at: datetime
) -> None:
    """Set a proposal aside for good. Raises ``NotFound`` for a number that is not proposed or a case that left their station."""
    await cases.hold(session, case=case, member=member)
    other, _ = await _proposed(session, case=case, number=number, member=member, keys=keys)
    if await _decide(session, case, other, joined=False, member=member, at=at):
        audit.record(session, Act.CASE_LINK_DISMISSED, actor=f"staff:{member.id}", subject=f"case:{case.id}", at=at)


async def _proposed(
    session: AsyncSession, *, case: Case, number: str, member: StaffMember, keys: KeyRing
) -> tuple[Case, Station]:
    related = await of_case(session, case=case, member=member, keys=keys)
    if number not in {one.number for one in related.proposed}:
        raise NotFound
    query = select(Case, Station).join(Station, Station.id == Case.handling_station_id).where(Case.number == number)
    other, office = (await session.execute(query)).one()
    return other, office


async def _decide(
    session: AsyncSession, case: Case, other: Case, *, joined: bool, member: StaffMember, at: datetime
) -> bool:
    """Whether this is the first to decide on the pair."""
    a_id, b_id = sorted((case.id, other.id))
    values = {"a_id": a_id, "b_id": b_id, "joined": joined, "decided_by": member.id, "decided_at": at}
    query = insert(CaseLink).values(values).on_conflict_do_nothing().returning(CaseLink.a_id)
    return await session.scalar(query) is not None


async def _decided(session: AsyncSession, case: Case) -> dict[uuid.UUID, bool]:
    """The other cases on which somebody decided, and whether they were joined."""
    query = select(CaseLink).where(or_(CaseLink.a_id == case.id, CaseLink.b_id == case.id))
    return {link.b_id if link.a_id == case.id else link.a_id: link.joined for link in await session.scalars(query)}


async def _named_alike(session: AsyncSession, case: Case) -> dict[uuid.UUID, list[str]]:
    """The latest other cases that name something that this one names, and what."""
    mine, theirs = aliased(CaseIdentifier), aliased(CaseIdentifier)
    query = (
        select(theirs.case_id, func.array_agg(theirs.kind.distinct()))
        .join(mine, and_(mine.keyed_hash == theirs.keyed_hash, mine.kind == theirs.kind))
        .join(Case, Case.id == theirs.case_id)
        .where(mine.case_id == case.id, theirs.case_id != case.id, theirs.kind.in_(NAMED))
        .group_by(theirs.case_id, Case.filed_at)
        .order_by(Case.filed_at.desc())
        .limit(_MOST)
    )
    return {other: sorted(kinds, key=NAMED.index) for other, kinds in await session.execute(query)}


async def _perhaps_the_same(session: AsyncSession, case: Case, keys: KeyRing) -> Sequence[uuid.UUID]:
    """Cases of the same kind at the same place within two hours."""
    kind = case.confirmed_type or case.incident_type
    if case.occurred_at is None or case.ubigeo is None or kind in _LOSSES:
        return []
    nearness = func.abs(func.extract("epoch", Case.occurred_at - case.occurred_at))
    query = (
        select(Case)
        .where(
            Case.ubigeo == case.ubigeo,
            Case.occurred_at.between(case.occurred_at - _APART, case.occurred_at + _APART),
            func.coalesce(Case.confirmed_type, Case.incident_type) == kind,
            Case.id != case.id,
        )
        .order_by(nearness)
        .limit(_MOST)
    )
    others = (await session.scalars(query)).all()
    if not others:
        return []
    here = (await complaints.complaint_of(session, case=case, keys=keys))["place"]
    return [
        other.id
        for other in others
        if same_place(here, (await complaints.complaint_of(session, case=other, keys=keys))["place"])
    ]


def same_place(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two places of one district may be the same: near each other where both have coordinates, else told in much the
    same words, with no number in both that differs."""
    points = [(place["latitude"], place["longitude"]) for place in (one, other)]
    if all(part is not None for point in points for part in point):
        return _metres(*points[0], *points[1]) <= _NEAR_METRES
    told = [utils.default_process(place["detail"] or "") for place in (one, other)]
    numbers = [set(re.findall(r"\d+", text)) for text in told]
    if not all(told) or (all(numbers) and not numbers[0] & numbers[1]):
        return False
    return fuzz.token_set_ratio(*told) >= _ALIKE


def _metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The way between two points that are near each other."""
    north = math.radians(other_latitude - latitude)
    east = math.radians(other_longitude - longitude) * math.cos(math.radians(latitude))
    return 6_371_000 * math.hypot(north, east)


async def _with_stations(session: AsyncSession, ids: set[uuid.UUID]) -> Sequence[tuple[Case, Station]]:
    query = select(Case, Station).join(Station, Station.id == Case.handling_station_id).where(Case.id.in_(ids))
    return [(case, office) for case, office in await session.execute(query.order_by(Case.filed_at.desc()))]
