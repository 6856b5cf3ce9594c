"""The figures of the stations: computed by a job, read by pages."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import LIMA
from api.figures import comments, handling, opinions
from api.figures.models import StationFigures
from api.figures.schemas import Figures
from api.security import KeyRing
from api.stations.models import Station

MONTHS = 12


@dataclass(frozen=True)
class Row:
    """A station in the list of all, with what wants attention there; times in seconds, as ``Figures`` has them."""

    code: str
    name: str
    figures: Figures


def year_before(day: date) -> date:
    """The first of the month with which the twelve months begin that end with the month of ``day``."""
    months = day.year * 12 + day.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


async def refresh(session: AsyncSession, *, keys: KeyRing, at: datetime) -> None:
    """Compute everything anew, in place of what was computed before."""
    today = at.astimezone(LIMA).date()
    since = year_before(today)
    start = datetime(since.year, since.month, 1, tzinfo=LIMA)
    found = await handling.gather(session, since=start, at=at)
    await opinions.gather(session, figures=found, since=since, until=today.replace(day=1))
    found[None].themes = await comments.gather(session, since=since, until=today.replace(day=1), keys=keys)
    await session.execute(delete(StationFigures))
    session.add_all(
        StationFigures(station_id=station, content=figures.model_dump(mode="json"))
        for station, figures in found.items()
    )
    await session.flush()


async def of(session: AsyncSession, *, station_id: uuid.UUID | None) -> Figures | None:
    """The figures of a station, or of all; None where nothing was computed of it yet."""
    query = select(StationFigures.content).where(StationFigures.station_id.is_not_distinct_from(station_id))
    content: dict[str, Any] | None = await session.scalar(query)
    return None if content is None else Figures.model_validate(content)


async def by_station(session: AsyncSession) -> Sequence[Row]:
    """Every station that there are figures of, by its code: an order that says nothing of how well they do."""
    shown = StationFigures.content
    parts = ("computed_at", "since", "filed", "first_look", "open", "late", "overdue", "fall", "standing")
    query = (
        select(Station.code, Station.name, *(shown[name] for name in parts), shown["survey"]["score"])
        .join(Station, Station.id == StationFigures.station_id)
        .order_by(Station.code)
    )
    return [
        Row(code, name, Figures.model_validate(dict(zip(parts, told, strict=True)) | {"survey": {"score": score}}))
        for code, name, *told, score in await session.execute(query)
    ]
