"""Jobs: deferred in the very transaction that needs them, done by the worker, each safe to do twice."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def defer(session: AsyncSession, name: str, *, lock: str | None = None, **arguments: Any) -> None:
    """Have the worker do the task if, and only if, this transaction commits.

    Tasks of one ``lock`` are done one after the other, in the order in which they were deferred.
    """
    await session.execute(
        text(
            "select procrastinate_defer_jobs_v1(array["
            "row('default', :name, 0, :lock, null, cast(:arguments as jsonb), null)::procrastinate_job_to_defer_v1])"
        ),
        {"name": name, "lock": lock, "arguments": json.dumps(arguments)},
    )
