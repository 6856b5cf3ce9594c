"""Jobs: deferred in the very transaction that needs them, done by the worker, each safe to do twice."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

USUAL, SLOW, SWEEPS = "default", "slow", "sweeps"
"""The queues. What may take minutes, and what the clock starts, have their own, so that no answer waits for them."""
_SLOW_TASKS = ("fetch_media", "make_preview", "transcribe")


async def defer(
    session: AsyncSession, name: str, *, lock: str | None = None, after: float = 0, **arguments: Any
) -> None:
    """Have the worker do the task if, and only if, this transaction commits, ``after`` so many seconds at the earliest.

    Tasks of one ``lock`` are done one after the other, in the order in which they were deferred. The more of them wait, the
    later comes the next, so that who brings many keeps nobody waiting who brings one.
    """
    await session.execute(
        text(
            "select procrastinate_defer_jobs_v1(array[row(:queue, :name, least(-count(*), min(priority))::integer, :lock,"
            " null, cast(:arguments as jsonb), case when :after > 0 then now() + make_interval(secs => :after) end"
            ")::procrastinate_job_to_defer_v1]) from procrastinate_jobs where lock = :lock and status in ('todo', 'doing')"
        ),
        {
            "queue": SLOW if name in _SLOW_TASKS else USUAL,
            "name": name,
            "lock": lock,
            "after": after,
            "arguments": json.dumps(arguments),
        },
    )


async def hasten(session: AsyncSession, *, lock: str) -> bool:
    """Have a task of the lock that waits done now, once this transaction commits; False if none waits, or it is being taken up."""
    query = (
        "update procrastinate_jobs set scheduled_at = null where id in (select id from procrastinate_jobs"
        " where lock = :lock and status = 'todo' for update skip locked) returning id"
    )
    return bool((await session.execute(text(query), {"lock": lock})).all())


async def waits(session: AsyncSession, *, lock: str) -> bool:
    """Whether a task of the lock waits to be done."""
    query = "select exists (select from procrastinate_jobs where lock = :lock and status = 'todo')"
    return bool(await session.scalar(text(query), {"lock": lock}))
