"""Jobs: deferred in the very transaction that needs them, done by the worker, each safe to do twice."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def defer(session: AsyncSession, name: str, **arguments: Any) -> None:
    """Have the worker do the task if, and only if, this transaction commits."""
    await session.execute(
        text(
            "select procrastinate_defer_jobs_v1(array["
            "row('default', :name, 0, null, null, cast(:arguments as jsonb), null)::procrastinate_job_to_defer_v1])"
        ),
        {"name": name, "arguments": json.dumps(arguments)},
    )
