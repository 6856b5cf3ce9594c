"""Opening a case and adding to it; a case changes only by entries."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, false, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from api import jobs
from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case, CaseEntry, CaseNotice
from api.clock import LIMA
from api.database import notify
from api.errors import CaseChanged, NotFound
from api.security import DataKey, KeyRing
from api.staff.models import StaffMember
from api.stations import service as stations
from vocabulary.cases import LOOKS, PERMISSIONS, CaseStatus, EntryKind, Permission, Role
from vocabulary.codes import case_number
from vocabulary.incidents import INTAKES, IncidentType

CHANNEL = "cases"
"""The notification channel; its payloads are those of ``told_of``."""


def told_of(station_id: uuid.UUID | None) -> str:
    """The payload that tells of a change in the cases of a station or, with None, of any."""
    return f"station:{station_id or 'any'}"


async def tell(session: AsyncSession, *, station_id: uuid.UUID) -> None:
    """Tell whoever has the queue of a station before them that it changed, if and when this is committed."""
    for one in (station_id, None):
        await notify(session, CHANNEL, told_of(one))


async def open_case(
    session: AsyncSession,
    *,
    incident_type: str,
    ubigeo: str | None,
    channel: str,
    key_owner: str,
    data_key: bytes,
    dedup_key: bytes,
    at: datetime,
    station_code: str | None = None,
    anonymous: bool = False,
) -> Case:
    """Register a case with the next number of the competent station.

    ``dedup_key`` is unique: the caller looks it up first, under a lock of its own. ``station_code`` overrides
    the competence by place.
    """
    station = (
        await stations.by_code(session, code=station_code)
        if station_code
        else await stations.competent(session, ubigeo=ubigeo)
    )
    year = at.astimezone(LIMA).year
    intake = INTAKES[IncidentType(incident_type)]
    sequence = await stations.next_number(session, station=station, year=year)
    case = Case(
        number=case_number(station_code=station.code, year=year, sequence=sequence),
        station_id=station.id,
        handling_station_id=station.id,
        status=CaseStatus.REGISTERED,
        year=year,
        sequence=sequence,
        incident_type=incident_type,
        ubigeo=ubigeo,
        channel=channel,
        key_owner=key_owner,
        data_key=data_key,
        dedup_key=dedup_key,
        filed_at=at,
        priority=intake.priority,
        confidential=intake.confidential,
        anonymous=anonymous,
        report_due_at=at + intake.report_within if intake.report_within else None,
    )
    session.add(case)
    await session.flush()
    first = CaseEntry(case_id=case.id, number=1, kind=EntryKind.REGISTERED, visible=True, at=at)
    first.status, first.station_id = CaseStatus.REGISTERED, station.id
    session.add(first)
    await tell(session, station_id=case.handling_station_id)
    return case


async def by_dedup_key(session: AsyncSession, *, dedup_key: bytes) -> Case | None:
    return await session.scalar(select(Case).where(Case.dedup_key == dedup_key))


async def by_number(session: AsyncSession, *, number: str) -> Case:
    """Raises ``NotFound``."""
    case = await session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound
    return case


def readable_by(member: StaffMember) -> ColumnElement[bool]:
    """Which cases a member of staff may open: those that their station has; an auditor's are all. The one place that says so."""
    if member.role == Role.AUDITOR:
        return true()
    if Permission.READ_CASES not in PERMISSIONS[Role(member.role)]:
        return false()
    return Case.handling_station_id == member.station_id


async def readable(session: AsyncSession, *, number: str, member: StaffMember) -> Case:
    """Raises ``NotFound`` where there is none that they may open."""
    case = await session.scalar(select(Case).where(Case.number == number, readable_by(member)))
    if case is None:
        raise NotFound
    return case


async def hold(session: AsyncSession, *, case: Case, member: StaffMember) -> None:
    """Lock the row of a case in which a member of staff writes. Raises ``NotFound`` if it left their station meanwhile."""
    await session.refresh(case, with_for_update=True)
    if case.handling_station_id != member.station_id:
        raise NotFound


async def add_entry(
    session: AsyncSession,
    *,
    case: Case,
    kind: EntryKind,
    actor: StaffMember | None,
    at: datetime,
    keys: KeyRing,
    visible: bool = True,
    status: CaseStatus | None = None,
    note: str | None = None,
    detail: dict[str, Any] | None = None,
    seen: int | None = None,
) -> CaseEntry:
    """Add one event to the handling; the case's row is locked so that entries are numbered in order.

    ``seen`` is the last entry that whoever writes had before them. Raises ``CaseChanged`` if there is a later one, and
    ``NotFound`` for a member of a station that the case left; a join alone is entered in another station's case too.
    """
    if actor is None or kind is EntryKind.JOIN:
        await session.refresh(case, with_for_update=True)
    else:
        await hold(session, case=case, member=actor)
    if seen is not None and seen != case.last_entry:
        raise CaseChanged
    case.last_entry += 1
    case.status = status or case.status
    if visible and actor is not None and kind in LOOKS and case.first_look_at is None:
        case.first_look_at = at
    number = case.last_entry
    entry = CaseEntry(
        case_id=case.id,
        number=number,
        kind=kind,
        status=status,
        visible=visible,
        detail=detail,
        station_id=case.handling_station_id,
        actor_id=actor.id if actor else None,
        note=key_of(case, keys).seal(note.encode(), purpose=f"entry:{number}") if note else None,
        at=at,
    )
    session.add(entry)
    await session.flush()
    if kind is EntryKind.CITIZEN_REQUEST or "answers" in (detail or {}):
        asked = [
            one for one in unanswered(await entries_of(session, case=case)) if one.kind == EntryKind.CITIZEN_REQUEST
        ]
        case.asked_at = asked[0].at if asked else None
    await tell(session, station_id=case.handling_station_id)
    audit.record(
        session,
        Act.CASE_ENTRY_ADDED,
        actor=f"staff:{actor.id}" if actor else f"case:{case.id}",
        subject=f"case:{case.id}",
        at=at,
    )
    if visible and actor is not None:
        session.add(CaseNotice(entry_id=entry.id, due_at=at))
        await jobs.defer(session, "tell_citizen", lock=f"notices:{case.id}", entry_id=str(entry.id))
    return entry


async def entries_of(session: AsyncSession, *, case: Case, visible_only: bool = False) -> Sequence[CaseEntry]:
    """What happened in a case, in order."""
    query = select(CaseEntry).where(CaseEntry.case_id == case.id).order_by(CaseEntry.number)
    return (await session.scalars(query.where(CaseEntry.visible) if visible_only else query)).all()


def unanswered(entries: Sequence[CaseEntry]) -> Sequence[CaseEntry]:
    """What the citizen asked and no reply names, and what they were asked and have not answered since, oldest first."""
    replied = {entry.detail["answers"] for entry in entries if entry.detail and "answers" in entry.detail}
    told = max((entry.number for entry in entries if entry.kind == EntryKind.CITIZEN_ANSWER), default=0)
    return [
        entry
        for entry in entries
        if (entry.kind == EntryKind.CITIZEN_REQUEST and entry.number not in replied)
        or (entry.kind == EntryKind.INFORMATION_REQUEST and entry.number > told)
    ]


def note_of(entry: CaseEntry, key: DataKey) -> str | None:
    return key.open(entry.note, purpose=f"entry:{entry.number}").decode() if entry.note else None


def key_of(case: Case, keys: KeyRing) -> DataKey:
    return keys.unwrap(case.data_key, owner=case.key_owner)
