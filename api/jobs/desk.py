"""What the worker's tasks work with."""

import logging
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from api import clock
from api.conversations.turns import Turns
from api.copies import keeping
from api.security import KeyRing

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """What the tasks work with."""

    sessions: async_sessionmaker[AsyncSession]
    keys: KeyRing
    turns: Turns

    async def put_off(self, copy_id: uuid.UUID) -> None:
        """Try again later what can't be done for a copy now."""
        async with self.sessions.begin() as session:
            await keeping.put_off(session, copy_id=copy_id, at=await clock.now(session))

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[bool]:
        """Whether no other run of a periodic task is under way, in any process; held until the end, or the process's."""
        async with self.turns.locks.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            key = {"key": f"periodic:{name}"}
            free = await autocommit.scalar(text("select pg_try_advisory_lock(hashtextextended(:key, 0))"), key)
            try:
                yield bool(free)
            finally:
                if free:
                    await autocommit.execute(text("select pg_advisory_unlock(hashtextextended(:key, 0))"), key)


async def each(
    what: str,
    left: Sequence[uuid.UUID],
    work: Callable[[uuid.UUID], Awaitable[bool | None]],
    *,
    otherwise: Callable[[uuid.UUID], Awaitable[None]] | None = None,
) -> None:
    """Do something for each of several, until it answers False; what is wrong with one keeps no other waiting."""
    for one in left:
        try:
            if await work(one) is False:
                return
        except Exception as error:  # whatever it is, the others are to be done, and its text may hold personal data
            _log.error("%s %s: %s", what, one, type(error).__name__)
            if otherwise is not None:
                await otherwise(one)
