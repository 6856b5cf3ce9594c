"""Which station is competent, and the next number it gives."""

import uuid

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import NotFound
from api.stations.models import Jurisdiction, Station, StationCounter
from vocabulary.places import Place, all_districts

CENTRAL_CODE = "000000"
"""The desk that takes what happened nowhere known, and what its complainant wants seen outside their district."""

INSPECTORATE_CODE = "000001"
"""The Inspectoría, which takes complaints of the police."""


async def competent(session: AsyncSession, *, ubigeo: str | None) -> Station:
    """The station of the district where it happened; without one, the central desk."""
    found = await session.scalar(
        select(Station).join(Jurisdiction, Jurisdiction.station_id == Station.id).where(Jurisdiction.ubigeo == ubigeo)
    )
    return found or await by_code(session, code=CENTRAL_CODE)


async def by_code(session: AsyncSession, *, code: str) -> Station:
    """Raises ``NotFound``."""
    station = await session.scalar(select(Station).where(Station.code == code))
    if station is None:
        raise NotFound
    return station


async def next_number(session: AsyncSession, *, station: Station, year: int) -> int:
    """The next number of the station in the year; its row stays locked until the transaction ends, so none is lost."""
    return (
        await session.execute(
            insert(StationCounter)
            .values(station_id=station.id, year=year, last=1)
            .on_conflict_do_update(index_elements=["station_id", "year"], set_={"last": StationCounter.last + 1})
            .returning(StationCounter.last)
        )
    ).scalar_one()


async def ensure_demonstration(session: AsyncSession) -> None:
    """Make the two desks that always are, and fill an empty catalogue with one station a district; each is marked as a
    demonstration."""
    for code, name in ((CENTRAL_CODE, "Mesa central de denuncias"), (INSPECTORATE_CODE, "Inspectoría de la Policía")):
        values = {"id": uuid.uuid4(), "code": code, "name": name, "demonstration": True}
        await session.execute(insert(Station).values(values).on_conflict_do_nothing(index_elements=["code"]))
    if await session.scalar(select(func.count()).select_from(Jurisdiction)):
        return
    stations = [(_demonstration(district), district) for district in all_districts()]
    session.add_all(station for station, _ in stations)
    await session.flush()
    session.add_all(Jurisdiction(ubigeo=district.ubigeo, station_id=station.id) for station, district in stations)


def _demonstration(district: Place) -> Station:
    return Station(code=district.ubigeo, name=f"Comisaría de {district.district}", demonstration=True)
