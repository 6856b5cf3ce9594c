"""What the pages of figures cost over a whole simulated year, through the app and without a network.

The floor is the chat's page. How long the year and its figures took to make goes to standard error, with each page.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx

from api.cli import database
from api.cli.benchmarks import simulated_year
from api.cli.benchmarks.case_queue import busiest, console
from api.cli.postgres import Cluster, stop
from api.database import make_engine, make_sessions
from api.figures import service
from api.security import KeyRing
from api.settings import settings

_ROUNDS = 60


@contextmanager
def _installation() -> Iterator[str]:
    """A database of its own with the year in it, that the settings of this process name; the address."""
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster(Path(folder))
        server = cluster.start()
        try:
            os.environ |= {"DATABASE_URL": cluster.url(), "COMISARIO_DATA": folder, "COMISARIO_TESTING": "true"}
            settings.cache_clear()
            database.main()
            simulated_year.fill(cluster.url(), keys=KeyRing(settings().keys), at=datetime.now(UTC))
            yield cluster.url()
        finally:
            stop(server)


def measure(_data: Path) -> tuple[float, float]:
    """The slowest page of figures and, as the floor, the chat's; milliseconds at the 95th percentile."""
    begun = time.perf_counter()
    with _installation() as url:
        print(f"year made in {time.perf_counter() - begun:.1f} s", file=sys.stderr, flush=True)
        return asyncio.run(_measure(url))


async def _measure(url: str) -> tuple[float, float]:
    engine, begun = make_engine(url), time.perf_counter()
    async with make_sessions(engine).begin() as session:
        await service.refresh(session, keys=KeyRing(settings().keys), at=datetime.now(UTC))
    await engine.dispose()
    print(f"figures made in {time.perf_counter() - begun:.1f} s", file=sys.stderr, flush=True)
    station, worst, floor = busiest(url), 0.0, 0.0
    for role, path in (("officer", "/staff/cifras"), ("auditor", "/staff/cifras"), ("auditor", "/")):
        async with console(role, station, []) as at:
            taken = await _percentile(at.client, path)
        print(f"{role}, {path}: {taken:.1f} ms", file=sys.stderr, flush=True)
        if path == "/":
            floor = taken
        else:
            worst = max(worst, taken)
    return worst, floor


async def _percentile(client: httpx.AsyncClient, path: str) -> float:
    taken = []
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        (await client.get(path)).raise_for_status()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.quantiles(taken, n=20)[-1]
