"""The worker's tasks that tell citizens what happens in their cases, and the register where the audit ends."""

import uuid

from procrastinate import App, RetryStrategy

from api import clock
from api.audit import service as audit
from api.cases import notices
from api.jobs.desk import Desk, each


async def tell_citizen(desk: Desk, *, entry_id: str) -> None:
    """Tell a citizen of an entry if its hour has come."""
    async with desk.sessions.begin() as session:
        await notices.tell(session, entry_id=uuid.UUID(entry_id), keys=desk.keys, at=await clock.now(session))


async def tell_waiting(desk: Desk) -> None:
    """Tell citizens of what waited for a safe hour, or was told by no job; each in a transaction of its own."""

    async def put_off(entry_id: uuid.UUID) -> None:
        async with desk.sessions.begin() as session:
            await notices.put_off(session, entry_id=entry_id, at=await clock.now(session))

    async with desk.sessions() as session:
        left = await notices.due(session, at=await clock.now(session))
    await each("citizen not told", left, lambda one: tell_citizen(desk, entry_id=str(one)), otherwise=put_off)


async def note_audit_head(desk: Desk) -> None:
    """Have the public register take in where the audit's chain ends, so that a rewrite of all of it shows."""
    async with desk.sessions.begin() as session:
        await audit.note_head(session, at=await clock.now(session))


def register(app: App, desk: Desk) -> None:
    """Give the worker these tasks, by the names that they are deferred with."""

    @app.task(name="tell_citizen", retry=RetryStrategy(max_attempts=12, exponential_wait=2))
    async def _tell_citizen(entry_id: str) -> None:
        await tell_citizen(desk, entry_id=entry_id)
