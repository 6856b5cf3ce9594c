"""The queue of a station's cases: in which order they want attention, which of them, and whose they become."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from sqlalchemy import ColumnElement, Row, Select, delete, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from api.cases import acts
from api.cases import service as cases
from api.cases.index import fold
from api.cases.models import Case, SavedFilter
from api.cases.schemas import Assign
from api.clock import LIMA
from api.errors import ActNotAllowed, CaseChanged, Fault, NotFound
from api.security import KeyRing
from api.staff import service as staff
from api.staff.models import StaffMember
from vocabulary.cases import (
    DONE,
    FIRST_LOOK_LIMIT,
    FIRST_LOOK_TARGET,
    REPORT_ALARM,
    CaseAct,
    CaseStatus,
    Permission,
)
from vocabulary.incidents import IncidentType
from vocabulary.places import all_districts

PAGE = 50
"""Cases on a page."""

ARCHIVE = 400_000_000_000
"""The rank from which on nothing more is expected of the station; below it are the open cases."""

_SAVED = 20


class TooManyFilters(Fault):
    """A member of staff keeps as many filters as there may be."""

    status, code = 409, "too_many_filters"


def _blank(value: object) -> object:
    """A field of a form that was left empty says nothing."""
    return value or None


type Typed = Annotated[str, StringConstraints(max_length=100)]
type Cursor = Annotated[str, StringConstraints(pattern=r"^\d{1,15}\.[0-9a-f-]{36}$")]


class Filters(BaseModel):
    """What the queue is narrowed to, as its address says it; nothing said is every open case.

    ``assigned`` is ``me``, ``nobody`` or a member's id; ``waiting`` is what a case waits for: an officer's first look, the
    report to the court, either of them past its limit, an answer to the citizen, or the citizen's; ``after`` is where the page before ended.
    """

    model_config = ConfigDict(extra="ignore")

    status: Annotated[CaseStatus | Literal["all"] | None, BeforeValidator(_blank)] = None
    kind: Annotated[IncidentType | None, BeforeValidator(_blank)] = None
    district: Annotated[Typed | None, BeforeValidator(_blank)] = None
    assigned: Annotated[Literal["me", "nobody"] | uuid.UUID | None, BeforeValidator(_blank)] = None
    priority: Annotated[Literal["yes"] | None, BeforeValidator(_blank)] = None
    waiting: Annotated[
        Literal["first_look", "report", "late", "question", "citizen"] | None, BeforeValidator(_blank)
    ] = None
    since: Annotated[dt.date | None, BeforeValidator(_blank)] = None
    until: Annotated[dt.date | None, BeforeValidator(_blank)] = None
    sidpol: Annotated[Literal["missing"] | None, BeforeValidator(_blank)] = None
    after: Annotated[Cursor | None, BeforeValidator(_blank)] = None

    def query(self, **changes: object) -> str:
        """The query of the address that says the same, with changes; of the first page, unless ``after`` is given."""
        said = self.model_dump(mode="json", exclude_none=True, exclude={"after"}) | changes
        return urlencode({name: value for name, value in said.items() if value})

    @property
    def narrow(self) -> bool:
        return self.query() != ""

    @property
    def ubigeos(self) -> list[str]:
        """The districts of that name, written with or without its province."""
        return _by_name().get(fold(self.district or "").strip(), [])

    def conditions(self, member: StaffMember, at: datetime) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [cases.readable_by(member)]
        if self.status is None:
            found.append(Case.rank < ARCHIVE)
        elif self.status != "all":
            found.append(Case.status == self.status)
        if self.kind:
            found.append(func.coalesce(Case.confirmed_type, Case.incident_type) == self.kind)
        if self.district:
            found.append(Case.ubigeo.in_(self.ubigeos))
        if self.assigned == "nobody":
            found.append(Case.assigned_to.is_(None))
        elif self.assigned:
            found.append(Case.assigned_to == (member.id if self.assigned == "me" else self.assigned))
        if self.priority:
            found.append(Case.priority.is_(True))
        if self.waiting:
            found.append(_waiting(at)[self.waiting])
        if self.since:
            found.append(Case.filed_at >= _midnight(self.since))
        if self.until:
            found.append(Case.filed_at < _midnight(self.until) + timedelta(days=1))
        if self.sidpol:
            found.append(Case.sidpol_number.is_(None))
        if self.after:
            rank, _, last = self.after.partition(".")
            found.append(tuple_(Case.rank, Case.id) > tuple_(literal(int(rank)), literal(uuid.UUID(last))))
        return found


@cache
def _by_name() -> dict[str, list[str]]:
    """The districts by their names, alone and with province and department."""
    named: dict[str, list[str]] = {}
    for place in all_districts():
        for name in (place.district, place.title):
            named.setdefault(fold(name), []).append(place.ubigeo)
    return named


def _waiting(at: datetime) -> dict[str, ColumnElement[bool]]:
    """That a case waits for something, by its name."""
    unseen = Case.first_look_at.is_(None)
    unreported = Case.report_due_at.is_not(None) & Case.reported_at.is_(None)
    return {
        "first_look": unseen,
        "report": unreported,
        "late": or_(unseen & (Case.filed_at < at - FIRST_LOOK_LIMIT), unreported & (Case.report_due_at < at)),
        "question": Case.asked_at.is_not(None),
        "citizen": Case.status == CaseStatus.INFORMATION_REQUESTED,
    }


def _midnight(day: dt.date) -> datetime:
    return datetime.combine(day, time(), LIMA)


@dataclass(frozen=True)
class Limit:
    """A time within which something must be done: ``first_look`` or ``report``.

    ``left`` is what is left of it, and ``before`` what is left of the target or until the alarm that comes before;
    negative once they are past.
    """

    name: str
    left: timedelta
    before: timedelta

    @property
    def past(self) -> bool:
        return self.left < timedelta()

    @property
    def soon(self) -> bool:
        return self.before <= timedelta()


def limits_of(case: "Case | Row[*tuple[Any, ...]]", *, at: datetime) -> list[Limit]:
    """The limits that run for a case, the nearest first; none once it is done."""
    if case.status in DONE:
        return []
    found = []
    if case.first_look_at is None:
        left = case.filed_at + FIRST_LOOK_LIMIT - at
        found.append(Limit("first_look", left, left - FIRST_LOOK_LIMIT + FIRST_LOOK_TARGET))
    if case.report_due_at is not None and case.reported_at is None:
        left = case.report_due_at - at
        found.append(Limit("report", left, left - REPORT_ALARM))
    return sorted(found, key=lambda limit: limit.left)


_assignee = aliased(StaffMember)
COLUMNS = (
    Case.number, Case.last_entry, func.coalesce(Case.confirmed_type, Case.incident_type).label("kind"),
    Case.confirmed_type, Case.ubigeo, Case.filed_at, Case.status, Case.priority, Case.confidential, Case.asked_at,
    Case.first_look_at, Case.report_due_at, Case.reported_at, Case.sidpol_number, Case.rank, Case.id,
    _assignee.name.label("assignee"),
)  # fmt: skip
"""What a list shows of a case: nothing personal."""


def listed(found: Select[uuid.UUID]) -> Select[*tuple[Any, ...]]:
    """The cases of some ids, as a list shows them."""
    ids = found.subquery()
    return (
        select(*COLUMNS)
        .join(ids, ids.c.id == Case.id)
        .outerjoin(_assignee, _assignee.id == Case.assigned_to)
        .order_by(Case.rank, Case.id)
    )


@dataclass(frozen=True)
class Page:
    """Cases in the order in which they want attention; ``after`` is where the next page begins, if there is one."""

    cases: Sequence[Row[*tuple[Any, ...]]]
    after: str | None


async def page(session: AsyncSession, *, member: StaffMember, filters: Filters, at: datetime) -> Page:
    """The cases that a member of staff may open, as the filters say."""
    ids = select(Case.id).where(*filters.conditions(member, at)).order_by(Case.rank, Case.id).limit(PAGE + 1)
    rows = (await session.execute(listed(ids))).all()
    after = f"{rows[PAGE - 1].rank}.{rows[PAGE - 1].id}" if len(rows) > PAGE else None
    return Page(rows[:PAGE], after)


async def counts(session: AsyncSession, *, member: StaffMember, at: datetime) -> dict[str, int]:
    """How many open cases there are in each state, and how many want what, by the names of states and of what is wanted."""
    wanted = {status.value: Case.status == status for status in CaseStatus} | _waiting(at)
    wanted |= {"nobody": Case.assigned_to.is_(None), "me": Case.assigned_to == member.id}
    columns = [func.count().filter(condition).label(name) for name, condition in wanted.items()]
    query = select(func.count().label("open"), *columns).where(cases.readable_by(member), Case.rank < ARCHIVE)
    return dict((await session.execute(query)).one()._mapping)


async def workers(session: AsyncSession, *, member: StaffMember) -> Sequence[StaffMember]:
    """Whom a case of a member's station may be assigned to."""
    return await staff.of_station(session, station_id=member.station_id, permission=Permission.WORK_CASES)


async def assign(
    session: AsyncSession,
    *,
    chosen: dict[str, int],
    to: uuid.UUID,
    head: StaffMember,
    keys: KeyRing,
    at: datetime,
) -> list[str]:
    """Assign cases (the last entry that each was shown with, by number) to a member of the head's station.

    Answers the numbers of those with which nothing was done: they changed meanwhile, are theirs already, or no longer the
    station's. Raises ``NotFound`` for a member who is not of the station or does not work cases.
    """
    if to not in {worker.id for worker in await workers(session, member=head)}:
        raise NotFound
    left = []
    for number, seen in sorted(chosen.items()):  # in one order, so that two who do it at once wait for each other
        try:
            case = await cases.readable(session, number=number, member=head)
            form = Assign(seen=seen, to=to)
            await acts.perform(session, act=CaseAct.ASSIGN, form=form, case=case, member=head, keys=keys, at=at)
        except (ActNotAllowed, CaseChanged, NotFound):
            left.append(number)
    return left


async def saved(session: AsyncSession, *, member: StaffMember) -> Sequence[SavedFilter]:
    query = select(SavedFilter).where(SavedFilter.staff_id == member.id).order_by(SavedFilter.name)
    return (await session.scalars(query)).all()


async def save(session: AsyncSession, *, member: StaffMember, name: str, filters: Filters) -> None:
    """Keep filters under a name; another of that name is replaced. Raises ``TooManyFilters``."""
    kept = {one.name for one in await saved(session, member=member)}
    if name not in kept and len(kept) >= _SAVED:
        raise TooManyFilters
    query = filters.query()
    await session.execute(
        insert(SavedFilter)
        .values(staff_id=member.id, name=name, query=query)
        .on_conflict_do_update(index_elements=["staff_id", "name"], set_={"query": query})
    )


async def forget(session: AsyncSession, *, member: StaffMember, name: str) -> None:
    await session.execute(delete(SavedFilter).where(SavedFilter.staff_id == member.id, SavedFilter.name == name))
