"""What an auditor looks at of the handling: shares by station beside the times to the first look, and cases drawn by lot."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import and_, case, exists, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql import ColumnElement

from api.audit.models import AuditHead
from api.audit.search import day_start
from api.cases.models import Case, CaseEntry
from api.stations.models import Station
from vocabulary.cases import LOOKS, CaseStatus, EntryKind

DRAWN = 10
"""Cases that are drawn of a day."""
_OVER = (CaseStatus.REFERRED, CaseStatus.CLOSED, CaseStatus.DISMISSED)


class Change(StrEnum):
    """What was done to a case that deserves a second look."""

    RECLASSIFIED = "reclassified"
    DISMISSED = "dismissed"
    REOPENED = "reopened"


@dataclass(frozen=True)
class Drawn:
    """A case drawn for a day, what was done to it then, and the station that did it, the last one if several did."""

    number: str
    station: str
    changes: Sequence[Change]
    at: datetime


@dataclass(frozen=True)
class Shares:
    """The cases filed since a day that a station has or had, and what was done to them while it had them; at
    ``unseen`` nobody has looked yet anywhere. ``median`` and ``slowest`` (nine of ten were quicker) are the times from the
    filing to the first look, of those looked at there first."""

    station: str
    filed: int
    unseen: int
    median: timedelta | None
    slowest: timedelta | None
    reclassified: int
    dismissed: int
    reopened: int


def _is(change: Change, entry: type[CaseEntry] = CaseEntry) -> ColumnElement[bool]:
    """Whether an entry is such a change."""
    if change is Change.DISMISSED:
        return entry.status == CaseStatus.DISMISSED
    if change is Change.RECLASSIFIED:
        detail = entry.detail
        return and_(entry.kind == EntryKind.CLASSIFICATION, detail["from"].astext != detail["to"].astext)
    earlier = aliased(CaseEntry)
    before = (
        select(earlier.status)
        .where(earlier.case_id == entry.case_id, earlier.number < entry.number, earlier.status.is_not(None))
        .order_by(earlier.number.desc())
        .limit(1)
        .correlate(entry)
        .scalar_subquery()
    )
    return and_(entry.status.is_not(None), entry.status.not_in(_OVER), before.in_(_OVER))


async def draw(session: AsyncSession, *, day: date) -> Sequence[Drawn] | None:
    """The cases drawn of those that were reclassified, dismissed or reopened on a day (in Lima); None while nothing is drawn.

    The lot is the first end of the audit's chain that was noted after the day, which nobody could know on it, and which
    the public register holds: whoever draws again gets the same cases.
    """
    since, until = day_start(day), day_start(day + timedelta(days=1))
    query = select(AuditHead.hash).where(AuditHead.noted_at >= until).order_by(AuditHead.noted_at, AuditHead.number)
    lot = await session.scalar(query.limit(1))
    if lot is None:
        return None
    found: dict[str, Drawn] = {}
    for change in Change:
        changed = select(Case.number, Station.name, CaseEntry.at).join(CaseEntry, CaseEntry.case_id == Case.id)
        changed = changed.join(Station, Station.id == CaseEntry.station_id).order_by(CaseEntry.at)
        of_day = changed.where(CaseEntry.at >= since, CaseEntry.at < until, _is(change))
        for number, station, at in await session.execute(of_day):
            known = found.get(number)
            changes = (*known.changes, change) if known else (change,)
            found[number] = Drawn(number, station, tuple(dict.fromkeys(changes)), max(at, known.at) if known else at)

    def place(one: Drawn) -> bytes:
        return hashlib.sha256(lot + f"{day.isoformat()}:{one.number}".encode()).digest()

    return sorted(found.values(), key=place)[:DRAWN]


async def shares(session: AsyncSession, *, since: date) -> Sequence[Shares]:
    """How each station handled the cases filed since a day, by its code."""
    own = select(CaseEntry.case_id, CaseEntry.station_id).join(Case, Case.id == CaseEntry.case_id)
    now = select(Case.id, Case.handling_station_id)
    held = union(*(query.where(Case.filed_at >= day_start(since)) for query in (own, now))).subquery()
    there = (CaseEntry.case_id == held.c.case_id, CaseEntry.station_id == held.c.station_id)
    look = (CaseEntry.kind.in_(LOOKS), CaseEntry.visible, CaseEntry.at == Case.first_look_at)
    took = case((exists().where(*there, *look), func.extract("epoch", Case.first_look_at - Case.filed_at)))

    def so_changed(change: Change) -> ColumnElement[int]:
        return func.count().filter(exists().where(*there, _is(change)))

    query = (
        select(
            Station.name,
            func.count(),
            func.count().filter(Case.first_look_at.is_(None)),
            func.percentile_cont(0.5).within_group(took),
            func.percentile_cont(0.9).within_group(took),
            *(so_changed(change) for change in Change),
        )
        .join(held, held.c.station_id == Station.id)
        .join(Case, Case.id == held.c.case_id)
        .group_by(Station.id)
        .order_by(Station.code)
    )
    return [
        Shares(name, filed, unseen, _span(median), _span(slowest), *changed)
        for name, filed, unseen, median, slowest, *changed in await session.execute(query)
    ]


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=float(seconds))
