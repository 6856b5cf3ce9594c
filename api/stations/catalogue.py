"""The catalogue of stations: looking through it, changing one, and importing many from a CSV with a look at what would change."""

import csv
import io
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.database import advisory_lock, searched, without_accents
from api.errors import Malformed
from api.stations.models import Jurisdiction, Station
from vocabulary.dialogue import Language
from vocabulary.places import Place, all_districts, by_ubigeo

PAGE = 50
LARGEST = 1024 * 1024
"""Bytes of a CSV: all of Peru's stations are a tenth of it."""
_LONGEST = 120


class Named(NamedTuple):
    """A station as it is chosen from a list."""

    id: uuid.UUID
    code: str
    name: str

    @property
    def title(self) -> str:
        return f"{self.code} {self.name}"


class Line(NamedTuple):
    """A line of a catalogue. ``None`` leaves what a station has; ``real`` is whether it stops being a demonstration."""

    number: int
    code: str
    name: str
    ubigeos: tuple[str, ...]
    phone: str | None = None
    hours: str | None = None
    languages: tuple[Language, ...] | None = None
    real: bool = True


@dataclass
class Planned:
    """What a line would do: ``new`` or what it changes, in words; or why it can't be used."""

    number: int
    code: str
    name: str
    changes: list[str] = field(default_factory=list)
    problem: str = ""


def code_in(text: str) -> str:
    """The code that a choice from the list begins with."""
    return text.strip().partition(" ")[0]


async def names(session: AsyncSession) -> Sequence[Named]:
    """Every station, in the order of their names."""
    query = select(Station.id, Station.code, Station.name).order_by(Station.name, Station.code)
    return [Named(*row) for row in await session.execute(query)]


async def found(session: AsyncSession, *, text: str, demonstration: bool | None, page: int) -> Sequence[Station]:
    """Stations whose code begins so, or whose name or district has every word of a text, a page (from 1) at a time, and one
    more if there is a next."""
    query = select(Station).order_by(Station.name, Station.code)
    if text:
        words = searched(text).split()
        places = [one.ubigeo for one in all_districts() if all(word in searched(one.title) for word in words)]
        covering = select(Jurisdiction.station_id).where(Jurisdiction.ubigeo.in_(places))
        in_name = and_(*(without_accents(Station.name).contains(word, autoescape=True) for word in words))
        query = query.where(or_(Station.code.startswith(text, autoescape=True), in_name, Station.id.in_(covering)))
    if demonstration is not None:
        query = query.where(Station.demonstration == demonstration)
    return (await session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE))).all()


async def districts_of(session: AsyncSession, *, stations: Iterable[Station]) -> dict[uuid.UUID, list[Place]]:
    """The districts that each is competent for."""
    ids = [station.id for station in stations]
    query = select(Jurisdiction).where(Jurisdiction.station_id.in_(ids)).order_by(Jurisdiction.ubigeo)
    by_station: dict[uuid.UUID, list[Place]] = {station_id: [] for station_id in ids}
    for jurisdiction in await session.scalars(query):
        by_station[jurisdiction.station_id].append(by_ubigeo()[jurisdiction.ubigeo])
    return by_station


def read_districts(text: str) -> tuple[list[str], list[str]]:
    """The districts of a text with one a line, by code or by name, and the lines that name none or several."""
    ubigeos, unclear = [], []
    for line in filter(None, map(str.strip, text.splitlines())):
        wanted = searched(line)
        if code_in(line) in by_ubigeo():
            matches = [code_in(line)]
        else:
            matches = [p.ubigeo for p in all_districts() if wanted in (searched(p.district), searched(p.title))]
        if len(matches) == 1:
            ubigeos.append(matches[0])
        else:
            titles = ", ".join(f"{ubigeo} {by_ubigeo()[ubigeo].title}" for ubigeo in matches)
            unclear.append(f"{line}: hay varios ({titles})" if matches else f"{line}: no hay un distrito así")
    return list(dict.fromkeys(ubigeos)), unclear


async def change(
    session: AsyncSession, *, station: Station, name: str, phone: str, hours: str, languages: Sequence[Language],
    ubigeos: Sequence[str], real: bool, actor: str, at: datetime,
) -> list[str]:  # fmt: skip
    """Give a station these; answers what changed, in words.

    A district that another station had is taken from it. Raises ``Malformed`` for what can't be one.
    """
    if not name or max(map(len, (name, phone, hours))) > _LONGEST or not set(ubigeos) <= set(by_ubigeo()):
        raise Malformed
    await advisory_lock(session, "stations")
    line = Line(0, station.code, name, tuple(ubigeos), phone, hours, tuple(languages), real)
    owners, stations = await _owners(session), {one.id: one for one in await session.scalars(select(Station))}
    changes = _differences(line, station, owners, stations)
    mine = {ubigeo for ubigeo, owner in owners.items() if owner == station.id}
    if given_up := mine - set(ubigeos):
        await session.execute(delete(Jurisdiction).where(Jurisdiction.ubigeo.in_(given_up)))
        titles = ", ".join(sorted(by_ubigeo()[ubigeo].title for ubigeo in given_up))
        changes.append(f"deja {titles}, que pasa a la mesa central")
    await _apply(session, [(station, line)])
    if changes:
        audit.record(session, Act.STATION_CHANGED, actor=actor, subject=f"station:{station.code}", at=at)
    return changes


def decoded(content: bytes) -> str:
    """The text of a file as programs here write it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(text: str) -> tuple[list[Line], list[Planned]]:
    """The lines of a CSV (``code,name,ubigeos`` and, if they are there, ``phone,hours,languages``; ubigeos and languages separated
    by spaces; columns by commas or semicolons), and those that can't be used, with why."""
    lines: list[Line] = []
    wrong: list[Planned] = []
    codes: dict[str, int] = {}
    taken: dict[str, int] = {}
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error:
        return [], [Planned(reader.line_num, "", "", problem="no se puede leer como CSV")]
    if missing := [column for column in ("code", "name", "ubigeos") if column not in (reader.fieldnames or ())]:
        return [], [Planned(1, "", "", problem=f"faltan las columnas {', '.join(missing)}")]
    for number, row in rows:
        line = _line(number, row)
        problem = _problem(row, line)
        if not problem and line.code in codes:
            problem = f"el código ya está en la línea {codes[line.code]}"
        if not problem and (twice := [ubigeo for ubigeo in line.ubigeos if ubigeo in taken]):
            problem = f"el distrito {twice[0]} ya está en la línea {taken[twice[0]]}"
        if problem:
            wrong.append(Planned(number, line.code, line.name, problem=problem))
            continue
        codes[line.code] = number
        taken |= dict.fromkeys(line.ubigeos, number)
        lines.append(line)
    return lines, wrong


async def plan(session: AsyncSession, *, lines: Sequence[Line]) -> list[Planned]:
    """What importing would change, line by line."""
    stations = {station.id: station for station in await session.scalars(select(Station))}
    by_code = {station.code: station for station in stations.values()}
    owners = await _owners(session)
    return [
        Planned(line.number, line.code, line.name, _differences(line, by_code.get(line.code), owners, stations))
        for line in lines
    ]


async def import_lines(session: AsyncSession, *, lines: Sequence[Line], actor: str, at: datetime) -> list[Planned]:
    """Add and change real stations and give them their districts; answers what changed. Others stay as they are."""
    await advisory_lock(session, "stations")
    planned = await plan(session, lines=lines)
    by_code = {station.code: station for station in await session.scalars(select(Station))}
    new = [Station(code=line.code, name=line.name) for line in lines if line.code not in by_code]
    session.add_all(new)
    await session.flush()  # so that they have the defaults that a file may leave
    by_code |= {station.code: station for station in new}
    await _apply(session, [(by_code[line.code], line) for line in lines])
    audit.record(session, Act.STATIONS_IMPORTED, actor=actor, subject=f"stations:{len(lines)}", at=at)
    return planned


def _line(number: int, row: dict[str, str]) -> Line:
    def cell(column: str) -> str | None:
        return row[column].strip() if row.get(column) is not None else None

    languages = cell("languages")
    known = [one for one in Language if languages is not None and one.value in languages.split()]
    return Line(
        number=number,
        code=cell("code") or "",
        name=cell("name") or "",
        ubigeos=tuple(dict.fromkeys((cell("ubigeos") or "").split())),
        phone=cell("phone"),
        hours=cell("hours"),
        languages=tuple(known) if languages is not None else None,
    )


def _problem(row: dict[str, str], line: Line) -> str:
    if not (line.code.isascii() and line.code.isdigit() and 6 <= len(line.code) <= 8):
        return "el código debe tener de 6 a 8 dígitos"
    if not line.name:
        return "falta el nombre"
    if any(len(text or "") > _LONGEST for text in (line.name, line.phone, line.hours)):
        return f"un texto tiene más de {_LONGEST} letras"
    if unknown := [ubigeo for ubigeo in line.ubigeos if ubigeo not in by_ubigeo()]:
        return f"no existe el distrito {', '.join(unknown)}"
    if unknown := sorted(set((row.get("languages") or "").split()) - {one.value for one in Language}):
        return f"no existe el idioma {', '.join(unknown)}"
    return ""


async def _owners(session: AsyncSession) -> dict[str, uuid.UUID]:
    return {one.ubigeo: one.station_id for one in await session.scalars(select(Jurisdiction))}


def _differences(
    line: Line, station: Station | None, owners: dict[str, uuid.UUID], stations: dict[uuid.UUID, Station]
) -> list[str]:
    """What a line says that isn't so yet."""
    changes = []
    if station is None:
        changes.append("nueva")
    else:
        if station.name != line.name:
            changes.append(f"nombre: antes «{station.name}»")
        if station.demonstration and line.real:
            changes.append("deja de ser de demostración")
        for title, new, old in (("teléfono", line.phone, station.phone), ("horario", line.hours, station.hours)):
            if new is not None and new != old:
                changes.append(f"{title}: antes «{old}»" if old else f"{title} nuevo")
        if line.languages is not None and set(line.languages) != set(station.languages):
            changes.append("idiomas")
    for ubigeo in line.ubigeos:
        owner = stations.get(owners[ubigeo]) if ubigeo in owners else None
        if owner is None:
            changes.append(f"recibe {by_ubigeo()[ubigeo].title}")
        elif station is None or owner.id != station.id:
            changes.append(f"recibe {by_ubigeo()[ubigeo].title} de {owner.name}")
    return changes


async def _apply(session: AsyncSession, changed: Sequence[tuple[Station, Line]]) -> None:
    for station, line in changed:
        station.name, station.demonstration = line.name, bool(station.demonstration) and not line.real
        station.phone = station.phone if line.phone is None else line.phone
        station.hours = station.hours if line.hours is None else line.hours
        station.languages = station.languages if line.languages is None else [one.value for one in line.languages]
    await session.flush()
    given = {ubigeo: station.id for station, line in changed for ubigeo in line.ubigeos}
    await session.execute(delete(Jurisdiction).where(Jurisdiction.ubigeo.in_(given)))
    session.add_all(Jurisdiction(ubigeo=ubigeo, station_id=station_id) for ubigeo, station_id in given.items())
    await session.flush()
