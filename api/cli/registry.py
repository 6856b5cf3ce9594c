"""``staff add``, ``staff reset`` and ``stations import``."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from api.cli.errors import Trouble
from api.cli.session import with_session
from api.errors import NotFound
from api.staff import people
from api.staff import service as staff
from api.staff.service import LoginTaken
from api.stations import catalogue
from api.stations import service as stations
from api.stations.catalogue import Planned
from vocabulary.cases import Role


def add_staff(*, login: str, name: str, role: Role, station_code: str, data: Path) -> int:
    """Prints the first password, once; it must be changed at the first login."""

    async def work(session: AsyncSession) -> str:
        await stations.ensure_demonstration(session)
        _, password = await staff.add(
            session, login=login, name=name, role=role, station_code=station_code, at=datetime.now(UTC)
        )
        return password

    try:
        print(with_session(data, work))
    except LoginTaken as error:
        raise Trouble("staff_exists", login=login) from error
    except NotFound as error:
        raise Trouble("unknown_station", code=station_code) from error
    return 0


def renew_access(*, login: str, data: Path) -> int:
    """Prints a new first password, once, and has a new second factor set up: for who can ask no administrator."""

    async def work(session: AsyncSession) -> str:
        member = await staff.by_login(session, login=login)
        return await people.renew_access(
            session, member=member, with_factor=True, actor="command", at=datetime.now(UTC)
        )

    try:
        print(with_session(data, work))
    except NotFound as error:
        raise Trouble("unknown_login", login=login) from error
    return 0


def import_stations(file: Path, *, dry_run: bool, data: Path) -> int:
    """Import a catalogue and print, line by line, what changes; with ``dry_run`` nothing is changed."""
    try:
        lines, wrong = catalogue.read(catalogue.decoded(file.read_bytes()))
    except OSError as error:
        raise Trouble("no_such_file", path=file) from error
    if wrong:
        raise Trouble("catalogue", detail="; ".join(f"línea {one.number}: {one.problem}" for one in wrong))

    async def work(session: AsyncSession) -> list[Planned]:
        await stations.ensure_demonstration(session)
        if dry_run:
            return await catalogue.plan(session, lines=lines)
        return await catalogue.import_lines(session, lines=lines, actor="command", at=datetime.now(UTC))

    for planned in with_session(data, work):
        if planned.changes:
            print(f"línea {planned.number}: {planned.code} {planned.name}: {'; '.join(planned.changes)}")
    print(f"{len(lines)} comisarías, {sum(len(line.ubigeos) for line in lines)} distritos")
    return 0
