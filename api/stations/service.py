"""Which station is competent, and the next number it gives."""

import csv
import unicodedata
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
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


async def named(session: AsyncSession, *, text: str) -> Sequence[Station]:
    """The first stations whose code or name has every word of a text, whatever its capitals and accents."""
    said = func.translate(func.lower(Station.code + " " + Station.name), "áéíóúüñ", "aeiouun")
    letters = unicodedata.normalize("NFD", text.lower())
    words = "".join(c for c in letters if not unicodedata.combining(c)).split()
    query = select(Station).where(*(said.contains(word, autoescape=True) for word in words))
    return (await session.scalars(query.order_by(Station.name, Station.code).limit(30))).all()


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


class CatalogueError(ValueError):
    """A line of an imported catalogue is not usable; the message says which and why, in Spanish."""


def read_catalogue(path: Path) -> list[tuple[str, str, list[str]]]:
    """Rows ``code,name,ubigeos`` of a CSV (ubigeos separated by spaces). Raises ``CatalogueError``."""
    known = {district.ubigeo for district in all_districts()}
    rows: list[tuple[str, str, list[str]]] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            code, name = (row.get("code") or "").strip(), (row.get("name") or "").strip()
            ubigeos = (row.get("ubigeos") or "").split()
            if not (code.isdigit() and 6 <= len(code) <= 8):
                raise CatalogueError(f"línea {line}: el código «{code}» debe tener de 6 a 8 dígitos")
            if not name:
                raise CatalogueError(f"línea {line}: falta el nombre")
            if unknown := [u for u in ubigeos if u not in known]:
                raise CatalogueError(f"línea {line}: no existe el distrito {', '.join(unknown)}")
            rows.append((code, name, ubigeos))
    return rows


async def import_catalogue(session: AsyncSession, *, rows: Iterable[tuple[str, str, list[str]]], at: datetime) -> int:
    """Add or rename real stations and give them their districts; answers how many. Demonstration ones stay for the rest."""
    count = 0
    for code, name, ubigeos in rows:
        station_id = (
            await session.execute(
                insert(Station)
                .values(code=code, name=name, demonstration=False)
                .on_conflict_do_update(index_elements=["code"], set_={"name": name, "demonstration": False})
                .returning(Station.id)
            )
        ).scalar_one()
        await session.execute(delete(Jurisdiction).where(Jurisdiction.ubigeo.in_(ubigeos)))
        session.add_all(Jurisdiction(ubigeo=ubigeo, station_id=station_id) for ubigeo in ubigeos)
        await session.flush()
        count += 1
    audit.record(session, Act.STATIONS_IMPORTED, actor="command", subject=f"stations:{count}", at=at)
    return count
