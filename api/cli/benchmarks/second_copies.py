"""What a thousand requests for copies of one case at once cost each, and that their numbers have neither gaps nor doubles.

The floor is as many verifications of one copy at once, which only read. Both are wall time through the api, divided by
their number.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from api.cli.benchmarks.chat_turn import installation

_AT_ONCE = 1000
_DRAFT = {"incident_type": "theft", "narrative": "Me sacaron la billetera", "document_number": "45678912"}


def measure(_data: Path) -> tuple[float, float]:
    """Milliseconds a request and, as the floor, a verification. Raises ``RuntimeError`` if a number is wrong."""
    with installation() as (url, _):
        return asyncio.run(_measure(url))


async def _measure(url: str) -> tuple[float, float]:
    limits = httpx.Limits(max_connections=_AT_ONCE)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        made = (await client.post("/api/v1/testing/cases", json={"draft": _DRAFT})).raise_for_status().json()
        number = made["case_number"]
        body = {"role": "officer", "station_code": number.split("-")[0]}
        cookie = (await client.post("/api/v1/testing/staff", json=body)).raise_for_status().json()["cookie"]
        headers = {"Cookie": cookie, "Origin": url}

        async def verify() -> int:
            path = f"/api/v1/verifications/{made['verification_code']}"
            return int((await client.get(path)).raise_for_status().json()["copy_number"])

        async def issue() -> int:
            path = f"/api/v1/cases/{number}/copies"
            answer = await client.post(path, json={"reason": "Para un trámite"}, headers=headers)
            return int(answer.raise_for_status().json()["number"])

        floor, _ = await _at_once(verify)
        ours, numbers = await _at_once(issue)
        if sorted(numbers) != list(range(2, _AT_ONCE + 2)):
            raise RuntimeError("the numbers of the copies are not consecutive")
        return ours, floor


async def _at_once(work: Callable[[], Awaitable[int]]) -> tuple[float, list[int]]:
    begun = time.perf_counter()
    found = await asyncio.gather(*(work() for _ in range(_AT_ONCE)))
    return (time.perf_counter() - begun) * 1000 / _AT_ONCE, list(found)
