"""Opening a case and adding to it; a case changes only by entries."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case, CaseEntry, CaseIdentifier
from api.clock import LIMA
from api.errors import NotFound
from api.security import DataKey, KeyRing
from api.staff.models import StaffMember
from api.stations import service as stations
from vocabulary.cases import CaseStatus
from vocabulary.codes import case_number
from vocabulary.incidents import INTAKES, IncidentType


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
    session.add(CaseEntry(case_id=case.id, number=1, status=CaseStatus.REGISTERED, at=at))
    return case


async def by_dedup_key(session: AsyncSession, *, dedup_key: bytes) -> Case | None:
    return await session.scalar(select(Case).where(Case.dedup_key == dedup_key))


async def by_number(session: AsyncSession, *, number: str) -> Case:
    """Raises ``NotFound``."""
    case = await session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound
    return case


def identify(session: AsyncSession, *, case: Case, identifiers: Iterable[tuple[str, str]], keys: KeyRing) -> None:
    """Note the telephones, accounts, plates and IMEIs (kind, value) that a complaint names."""
    for kind, value in sorted(set(identifiers)):
        hashed = keys.keyed_hash(value, purpose=f"identifier:{kind}")
        session.add(CaseIdentifier(case_id=case.id, kind=kind, keyed_hash=hashed))


async def linked(session: AsyncSession, *, case: Case) -> Sequence[Case]:
    """Other cases that name a telephone, account, plate or IMEI of this one, latest first."""
    mine = select(CaseIdentifier.keyed_hash).where(CaseIdentifier.case_id == case.id)
    named = select(CaseIdentifier.case_id).where(CaseIdentifier.keyed_hash.in_(mine))
    query = select(Case).where(Case.id.in_(named), Case.id != case.id).order_by(Case.filed_at.desc())
    return (await session.scalars(query)).all()


async def status(session: AsyncSession, *, case: Case) -> CaseStatus:
    """The status that the last entry with one gave it."""
    found = await session.scalar(
        select(CaseEntry.status)
        .where(CaseEntry.case_id == case.id, CaseEntry.status.is_not(None))
        .order_by(CaseEntry.number.desc())
        .limit(1)
    )
    return CaseStatus(str(found))


async def add_entry(
    session: AsyncSession,
    *,
    case: Case,
    actor: StaffMember | None,
    at: datetime,
    keys: KeyRing,
    status: CaseStatus | None = None,
    note: str | None = None,
) -> None:
    """Add one event to the handling; the case's row is locked so that entries are numbered in order."""
    await session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    last = await session.scalar(select(func.max(CaseEntry.number)).where(CaseEntry.case_id == case.id))
    number = (last or 0) + 1
    session.add(
        CaseEntry(
            case_id=case.id,
            number=number,
            status=status,
            actor_id=actor.id if actor else None,
            note=key_of(case, keys).seal(note.encode(), purpose=f"entry:{number}") if note else None,
            at=at,
        )
    )
    audit.record(
        session,
        Act.CASE_ENTRY_ADDED,
        actor=f"staff:{actor.id}" if actor else f"case:{case.id}",
        subject=f"case:{case.id}",
        at=at,
    )


def key_of(case: Case, keys: KeyRing) -> DataKey:
    return keys.unwrap(case.data_key, owner=case.key_owner)
