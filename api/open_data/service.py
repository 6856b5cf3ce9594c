"""Closing periods for good and releasing them, once each; and reading what was released."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Float, Integer, Select, cast, func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import LIMA
from api.database import advisory_lock
from api.errors import Malformed, NotFound
from api.open_data import datasets, packages, reading
from api.open_data.datasets import Values
from api.open_data.mapping import VERSION
from api.open_data.models import OpenDataFile, OpenDataPeriod, OpenDataRelease, OpenDataRow
from api.open_data.packages import About
from api.settings import settings


class NothingReal(Exception):
    """An authorised installation does not say from which day its cases are real (``COMISARIO_OPEN_DATA_SINCE``)."""


@dataclass(frozen=True)
class Period:
    """A month or a quarter; ``end`` is the day after it."""

    name: str
    begin: date
    end: date


async def publish(session: AsyncSession, *, at: datetime) -> OpenDataRelease | None:
    """Close what is old enough and not closed yet, and release it with all that was released before; None if there is nothing.

    What a period says is never computed again. Raises ``NothingReal``.
    """
    chosen = settings()
    if chosen.authorised and chosen.open_data_since is None:
        raise NothingReal
    await advisory_lock(session, "open data")
    first = await reading.first_day(session)
    if first is None:
        return None
    whole_from = chosen.open_data_since if chosen.authorised and chosen.open_data_since else date.min
    before = at.astimezone(LIMA).date() - timedelta(days=chosen.open_data_close_days)
    closed = set(await session.scalars(select(OpenDataPeriod.period)))
    months, quarters = (
        [one for one in _periods(first, before, many) if one.name not in closed and one.begin >= whole_from]
        for many in (1, 3)
    )
    if not months and not quarters:
        return None
    number = (await session.scalar(select(func.max(OpenDataRelease.number))) or 0) + 1
    of_kind = select(func.min(OpenDataRelease.k)).where(OpenDataRelease.demonstration.is_(not chosen.authorised))
    least = await session.scalar(of_kind)
    release = OpenDataRelease(
        number=number,
        released_at=at,
        demonstration=not chosen.authorised,
        mapping_version=VERSION,
        k=min(chosen.open_data_k, least or chosen.open_data_k),
    )
    session.add(release)
    await session.flush()
    for month in months:
        await _close_month(session, month, release)
    for quarter in quarters:
        await _close_quarter(session, quarter, release)
    await _make_files(session, release)
    return release


def _periods(first: date, before: date, many: int) -> Iterator[Period]:
    """The periods of so many months from the one of a day on that ended by ``before``."""
    year, month = first.year, first.month - (first.month - 1) % many
    while (end := date(year + (month - 1 + many) // 12, (month - 1 + many) % 12 + 1, 1)) <= before:
        yield Period(f"{year}-{month:02d}" if many == 1 else f"{year}-T{(month + 2) // 3}", date(year, month, 1), end)
        year, month = end.year, end.month


async def _close_month(session: AsyncSession, month: Period, release: OpenDataRelease) -> None:
    k, real = settings().open_data_k, not release.demonstration
    begin, end = month.begin, month.end
    rows = await reading.complaints(session, begin=begin, end=end, real=real, at=release.released_at)
    parts = datasets.base(rows, k=k)
    by_district, _ = await reading.offices(session)
    issues = await reading.issues(session, begin=begin, end=end, real=real)
    for dataset, made in (
        ("denuncias", datasets.complaints(parts, period=month.name)),
        ("denuncias_detalle", datasets.detailed(parts, period=month.name, k=k)),
        ("tiempos", datasets.service_times(parts, period=month.name, offices=by_district, k=k)),
        ("copias", datasets.copies(issues, period=month.name, k=k)),
    ):
        await _keep(session, dataset, month, release, made)


async def _close_quarter(session: AsyncSession, quarter: Period, release: OpenDataRelease) -> None:
    _, offices = await reading.offices(session)
    answered = await reading.opinions(session, begin=quarter.begin, end=quarter.end, real=not release.demonstration)
    made = datasets.surveys(answered, period=quarter.name, offices=offices, k=settings().open_data_k)
    await _keep(session, "encuestas", quarter, release, made)


async def _keep(
    session: AsyncSession, dataset: str, period: Period, release: OpenDataRelease, rows: Sequence[Values]
) -> None:
    session.add(OpenDataPeriod(dataset=dataset, period=period.name, release=release.number))
    await session.flush()
    kept = [
        {"dataset": dataset, "period": period.name, "position": at, "values": values} for at, values in enumerate(rows)
    ]
    if kept:
        await session.execute(insert(OpenDataRow), kept)


async def _make_files(session: AsyncSession, release: OpenDataRelease) -> None:
    tables = {}
    for dataset in packages.COLUMNS:
        tables[dataset] = [row.values for row in await session.scalars(_rows(release, dataset))]
    session.add_all(
        OpenDataFile(
            release=release.number,
            name=file.name,
            media_type=file.media_type,
            sha256=file.sha256,
            size=len(file.content),
            rows=file.rows,
            content=file.content,
        )
        for file in packages.files(about(release), tables)
    )
    await session.flush()


def about(release: OpenDataRelease) -> About:
    """What a release says of itself."""
    return About(
        number=release.number,
        released_at=release.released_at,
        demonstration=release.demonstration,
        mapping_version=release.mapping_version,
        k=release.k,
        publisher=settings().institution,
        url=settings().public_url,
    )


def _rows(release: OpenDataRelease, dataset: str) -> Select[OpenDataRow]:
    """The rows of a release: of its own kind alone, so that nothing made up stands beside what is real."""
    return (
        select(OpenDataRow)
        .join(
            OpenDataPeriod,
            (OpenDataPeriod.dataset == OpenDataRow.dataset) & (OpenDataPeriod.period == OpenDataRow.period),
        )
        .join(OpenDataRelease, OpenDataRelease.number == OpenDataPeriod.release)
        .where(
            OpenDataRow.dataset == dataset,
            OpenDataPeriod.release <= release.number,
            OpenDataRelease.demonstration == release.demonstration,
        )
        .order_by(OpenDataRow.period, OpenDataRow.position)
    )


async def releases(session: AsyncSession) -> Sequence[OpenDataRelease]:
    """All of them, the newest first; of an authorised installation only the real ones."""
    query = select(OpenDataRelease).order_by(OpenDataRelease.number.desc())
    if settings().authorised:
        query = query.where(OpenDataRelease.demonstration.is_(False))
    return (await session.scalars(query)).all()


async def release(session: AsyncSession, *, number: int) -> OpenDataRelease:
    """Raises ``NotFound``."""
    for one in await releases(session):
        if one.number == number:
            return one
    raise NotFound


async def files(session: AsyncSession, *, release: OpenDataRelease) -> Sequence[OpenDataFile]:
    """The files of a release, without their contents."""
    query = select(OpenDataFile).where(OpenDataFile.release == release.number).order_by(OpenDataFile.name)
    return (await session.scalars(query)).all()


async def content(session: AsyncSession, *, release: OpenDataRelease, name: str) -> tuple[OpenDataFile, bytes]:
    """A file with its bytes. Raises ``NotFound``."""
    query = select(OpenDataFile, OpenDataFile.content).where(
        OpenDataFile.release == release.number, OpenDataFile.name == name
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


async def periods(session: AsyncSession, *, release: OpenDataRelease) -> dict[str, list[str]]:
    """The periods that a release adds to the one before it, by data set: the whole difference, since the rest is the same."""
    query = select(OpenDataPeriod).where(OpenDataPeriod.release == release.number)
    found: dict[str, list[str]] = {}
    for one in await session.scalars(query.order_by(OpenDataPeriod.dataset, OpenDataPeriod.period)):
        found.setdefault(one.dataset, []).append(one.period)
    return found


@dataclass(frozen=True)
class Asked:
    """Which rows are wanted: of a year, a department and a modality, where they are given."""

    year: int | None = None
    department: str = ""
    modality: str = ""

    def of(self, query: Select[OpenDataRow]) -> Select[OpenDataRow]:
        wanted = {"DPTO_HECHO_NEW": self.department, "P_MODALIDADES": self.modality}
        for column, value in wanted.items():
            if value:
                query = query.where(OpenDataRow.values[column].astext == value)
        return query.where(OpenDataRow.period.startswith(f"{self.year}-")) if self.year else query


async def page(
    session: AsyncSession, *, release: OpenDataRelease, dataset: str, asked: Asked, cursor: str = "", limit: int = 100
) -> tuple[Sequence[Values], str | None]:
    """Rows in their order after a cursor, and the cursor of what follows. Raises ``NotFound`` and ``Malformed``."""
    if dataset not in packages.COLUMNS:
        raise NotFound
    query = asked.of(_rows(release, dataset))
    if cursor:
        if not (found := re.fullmatch(r"(\d{4}-(?:\d\d|T\d))\.(\d{1,9})", cursor, re.ASCII)):
            raise Malformed
        query = query.where(tuple_(OpenDataRow.period, OpenDataRow.position) > (found[1], int(found[2])))
    rows = (await session.scalars(query.limit(limit + 1))).all()
    following = f"{rows[limit - 1].period}.{rows[limit - 1].position}" if len(rows) > limit else None
    columns = packages.COLUMNS[dataset]
    return [{name: row.values[name] for name in columns} for row in rows[:limit]], following


async def by_month(session: AsyncSession, *, release: OpenDataRelease, asked: Asked) -> Sequence[tuple[str, int]]:
    """Complaints by month: sums of published rows."""
    rows = asked.of(_rows(release, "denuncias")).order_by(None).subquery()
    count = cast(rows.c["values"]["cantidad"].astext, Integer)
    query = select(rows.c.period, func.sum(count)).group_by(rows.c.period).order_by(rows.c.period)
    return [(period, int(many)) for period, many in await session.execute(query)]


async def choices(session: AsyncSession, *, release: OpenDataRelease) -> dict[str, list[str]]:
    """What the rows of complaints can be told apart by on the page."""
    rows = _rows(release, "denuncias").order_by(None).subquery()
    found = {}
    for name, column in (("department", "DPTO_HECHO_NEW"), ("modality", "P_MODALIDADES"), ("year", "ANIO")):
        value = rows.c["values"][column].astext
        found[name] = list(await session.scalars(select(value).distinct().order_by(value)))
    return found


async def sums(session: AsyncSession, *, release: OpenDataRelease, dataset: str, by: str) -> Sequence[tuple[str, int]]:
    """How many there are of each value of a column, the most first: sums of published rows."""
    rows = _rows(release, dataset).order_by(None).subquery()
    value, many = (
        rows.c["values"][by].astext.label("value"),
        func.sum(cast(rows.c["values"]["cantidad"].astext, Integer)),
    )
    query = select(value, many).group_by("value").order_by(many.desc(), "value")
    return [(name, int(total)) for name, total in await session.execute(query)]


async def opinions(session: AsyncSession, *, release: OpenDataRelease) -> Sequence[tuple[str, str, float, int]]:
    """Of each period and question of the surveys the mean of the published means, by how many answered, and how many."""
    rows = _rows(release, "encuestas").order_by(None).subquery()
    values = rows.c["values"]
    many = cast(values["respuestas"].astext, Integer)
    mean = func.sum(cast(values["valor"].astext, Float) * many) / func.sum(many)
    query = select(rows.c.period, values["pregunta"].astext.label("question"), mean, func.sum(many))
    query = query.where(values["medida"].astext == "promedio").group_by(rows.c.period, "question")
    told = await session.execute(query.order_by(rows.c.period, "question"))
    return [(period, question, float(value), int(people)) for period, question, value, people in told]
