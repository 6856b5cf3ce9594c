"""What Twilio waits for in a rush of messages, and how long their answers then take.

For 60 seconds 100 messages a second come in on a fixed clock, whether or not those before were answered, so that a wait
is not hidden by asking less. The floor is the same rush at the route that says that the api is alive.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
from twilio.request_validator import RequestValidator

from api.cli.benchmarks.chat_turn import installation

_A_SECOND, _SECONDS, _FLOOR_SECONDS = 100, 60, 10
_CONTACTS = 200
_PATH, _TOKEN = "/webhooks/twilio/whatsapp", "emulated"
_DRAIN_SECONDS = 3600


def measure(_data: Path) -> tuple[float, float]:
    """Milliseconds at the 99th percentile, and the floor's. Raises ``RuntimeError`` if a message is lost or left."""
    with installation() as (url, reached):
        port = (Path(reached["COMISARIO_DATA"]) / "emulators" / "port").read_text()
        return asyncio.run(_measure(url, f"http://127.0.0.1:{port}"))


async def _measure(url: str, emulators: str) -> tuple[float, float]:
    limits = httpx.Limits(max_connections=500, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=120, limits=limits) as client:
        contacts = [f"+5190{number:07d}" for number in range(_CONTACTS)]
        for contact in contacts:  # whoever writes by the telephone may be written to
            await client.post(f"{emulators}/telefono/mensajes", data={"number": contact, "text": "hola"})
        before = await _answered(client, emulators, contacts, _CONTACTS)

        async def write(number: int) -> None:
            form = {
                "MessageSid": f"SM{uuid.uuid4().hex}", "From": f"whatsapp:{contacts[number % _CONTACTS]}",
                "To": "whatsapp:+15005550006", "Body": "gracias", "NumMedia": "0",
            }  # fmt: skip
            signature = RequestValidator(_TOKEN).compute_signature(url + _PATH, form)
            answer = await client.post(url + _PATH, data=form, headers={"X-Twilio-Signature": signature})
            answer.raise_for_status()

        async def look(number: int) -> None:
            (await client.get(f"{url}/healthz")).raise_for_status()

        floor = await _rush(look, _FLOOR_SECONDS)
        begun = time.perf_counter()
        ours = await _rush(write, _SECONDS)
        sent = _A_SECOND * _SECONDS
        await _answered(client, emulators, contacts, before + sent)
        drained = time.perf_counter() - begun - _SECONDS
        print(
            f"webhook_burst: {sent} mensajes contestados, los últimos {drained:.0f} s después de la ráfaga", flush=True
        )
        return ours, floor


async def _rush(work: Callable[[int], Awaitable[None]], seconds: int) -> float:
    """The 99th percentile of the milliseconds from when each was due until its answer."""
    begun = time.perf_counter()

    async def due(number: int) -> float:
        at = begun + number / _A_SECOND
        await asyncio.sleep(at - time.perf_counter())
        await work(number)
        return (time.perf_counter() - at) * 1000

    taken = sorted(await asyncio.gather(*(due(number) for number in range(_A_SECOND * seconds))))
    return taken[int(len(taken) * 0.99)]


async def _answered(client: httpx.AsyncClient, emulators: str, contacts: list[str], wanted: int) -> int:
    """Wait until the contacts got so many answers; answers how many there are."""
    deadline = time.perf_counter() + _DRAIN_SECONDS
    found = 0
    while time.perf_counter() < deadline:
        found = 0
        for contact in contacts:
            found += len((await client.get(f"{emulators}/messages.json", params={"to": contact})).json())
        if found >= wanted:
            return found
        await asyncio.sleep(10)
    raise RuntimeError(f"{wanted - found} messages were not answered")
