"""A command's own session with the installation's database."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from api.cli import database
from api.database import make_engine, make_sessions
from api.settings import settings


def with_session[T](data: Path, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do something in one transaction on the database of ``data``, which is joined or started for it."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with database.running(data) as url:
        os.environ["DATABASE_URL"] = url
        use(data)
        database.migrate(url)
        return asyncio.run(_run(url, work))


def use(data: Path) -> None:
    """Have the settings name this installation's folder."""
    os.environ["COMISARIO_DATA"] = str(data)
    settings.cache_clear()


async def _run[T](url: str, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    engine = make_engine(url)
    try:
        async with make_sessions(engine).begin() as session:
            return await work(session)
    finally:
        await engine.dispose()
