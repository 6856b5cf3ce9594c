"""The database of an installation: started or joined, migrated, filled with what every one has."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config

from api.cli.errors import Trouble
from api.cli.postgres import joined
from api.database import driver_url, make_engine, make_sessions
from api.settings import ROOT, settings
from api.stations import service as stations


@contextlib.contextmanager
def running(data: Path) -> Iterator[str]:
    """The address of a database that answers: the given one, or the private one. Raises ``Trouble``."""
    if given := os.environ.get("DATABASE_URL"):
        try:
            psycopg.connect(given, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            detail = str(error).strip().splitlines()[0]
            raise Trouble("database_unreachable", detail=detail) from error
    with joined(data) as url:
        yield url


def migrations(url: str) -> Config:
    """The steps of the tables, on the database at ``url``."""
    config = Config(ROOT / "api" / "migrations" / "alembic.ini")
    config.set_main_option("sqlalchemy.url", driver_url(url).replace("%", "%%"))
    return config


def migrate(url: str) -> None:
    """Bring the tables to this version."""
    command.upgrade(migrations(url), "head")


async def prepare() -> None:
    """Give a new database the demonstration catalogue."""
    engine = make_engine(settings().database_url.get_secret_value())
    async with make_sessions(engine).begin() as session:
        await stations.ensure_demonstration(session)
    await engine.dispose()


def main() -> None:
    """Migrate the database that the settings name, and give a new one the demonstration catalogue."""
    migrate(settings().database_url.get_secret_value())
    asyncio.run(prepare())


if __name__ == "__main__":
    main()
