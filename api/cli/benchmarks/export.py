"""Releasing the simulated year, from the cases to the files; the floor is only reading what it is made of."""

import asyncio
import os
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from api.cli import database
from api.cli.benchmarks import simulated_year
from api.cli.postgres import Cluster, stop
from api.database import make_engine, make_sessions
from api.open_data import reading, service
from api.security import KeyRing
from api.settings import settings


def measure() -> tuple[float, float]:
    """Milliseconds of a release of the whole year, and of reading its complaints."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder))
        server = cluster.start()
        try:
            os.environ |= {"DATABASE_URL": cluster.url(), "COMISARIO_DATA": folder}
            settings.cache_clear()
            database.main()
            keys = KeyRing(settings().keys)
            keys.ensure()
            at = datetime.now(UTC)
            simulated_year.fill(cluster.url(), keys=keys, at=at)
            return asyncio.run(_measure(cluster.url(), at))
        finally:
            stop(server)


async def _measure(url: str, at: datetime) -> tuple[float, float]:
    engine = make_engine(url)
    async with make_sessions(engine).begin() as session:
        begun = time.perf_counter()
        first = await reading.first_day(session) or date.min
        await reading.complaints(session, begin=first, end=at.date(), real=False, at=at)
        read = time.perf_counter()
        await service.publish(session, at=at)
        released = time.perf_counter()
    await engine.dispose()
    return (released - read) * 1000, (read - begun) * 1000
