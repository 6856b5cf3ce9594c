"""``staff add`` and ``stations import``."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from api.cli.errors import Trouble
from api.cli.session import with_session
from api.errors import NotFound
from api.staff import service as staff
from api.staff.service import LoginTaken
from api.stations import service as stations
from api.stations.service import CatalogueError
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


def import_stations(file: Path, *, dry_run: bool, data: Path) -> int:
    """Import a catalogue, or with ``dry_run`` only say how many stations and districts it holds."""
    try:
        rows = stations.read_catalogue(file)
    except OSError as error:
        raise Trouble("no_such_file", path=file) from error
    except CatalogueError as error:
        raise Trouble("catalogue", detail=str(error)) from error
    if not dry_run:

        async def work(session: AsyncSession) -> int:
            await stations.ensure_demonstration(session)
            return await stations.import_catalogue(session, rows=rows, at=datetime.now(UTC))

        with_session(data, work)
    print(f"{len(rows)} comisarías, {sum(len(ubigeos) for _, _, ubigeos in rows)} distritos")
    return 0
