"""One private PostgreSQL for the run, one database for each worker, made from a migrated template."""

import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.cli import database
from api.cli.postgres import Cluster, stop
from api.database import make_engine
from api.security import KeyRing
from api.settings import settings
from api.stations import service as stations

pytest_plugins = ("tests.e2e.browser",)
"""The browser's fixtures, for every room that has pages."""

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
_URL = "COMISARIO_TEST_DATABASE"


_connect = socket.socket.connect


def _connect_to_loopback(self: socket.socket, address: Any) -> None:
    """No test reaches a network: a connection leaves this process only for the loopback."""
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] != "localhost":
        assert ipaddress.ip_address(address[0]).is_loopback, f"a test reaches out to {address[0]}"
    _connect(self, address)


def pytest_configure(config: pytest.Config) -> None:
    """The process that hands out the tests starts the database; its workers find it in the environment."""
    socket.socket.connect = _connect_to_loopback
    if hasattr(config, "workerinput") or os.environ.get(_URL):
        return
    folder = Path(tempfile.mkdtemp(prefix="comisario-test-"))
    cluster = Cluster(folder)
    server = cluster.start()
    os.environ[_URL] = cluster.url("template")
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
        connection.execute("create database template")
        connection.execute("alter system set fsync = off")  # nothing of it outlives the run
        connection.execute("select pg_reload_conf()")
    database.migrate(cluster.url("template"))

    def clean_up() -> None:
        stop(server)
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(clean_up)


@pytest.fixture(scope="session")
def database_url(worker_id: str) -> str:
    """A migrated database of this worker's own."""
    template = os.environ[_URL]
    server = template.rpartition("/")[0]
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "{worker_id}"')
        connection.execute(f'create database "{worker_id}" template template')
    return f"{server}/{worker_id}"


@pytest.fixture(scope="session", autouse=True)
def installation(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation's settings: the worker's database and a data folder of its own."""
    data = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", database_url)
        patch.setenv("COMISARIO_DATA", str(data))
        patch.setenv("COMISARIO_TESTING", "true")
        patch.setenv("COMISARIO_INTERNAL_SECRET", "internal-secret-of-the-tests")
        settings.cache_clear()
        yield data
    settings.cache_clear()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def keys(installation: Path) -> KeyRing:
    return KeyRing(installation / "keys")


@pytest.fixture(scope="session")
async def connection(installation: Path, database_url: str) -> AsyncIterator[AsyncConnection]:
    engine = make_engine(database_url)
    async with AsyncSession(engine) as session, session.begin():
        await stations.ensure_demonstration(session)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


@pytest.fixture
async def session(connection: AsyncConnection) -> AsyncIterator[AsyncSession]:
    """A session whose work is rolled back at the end of the test."""
    outer = await connection.begin()
    async with AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
        yield session
    await outer.rollback()
