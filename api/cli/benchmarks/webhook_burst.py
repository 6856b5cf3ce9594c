"""What Twilio waits for in a rush of messages, and how long their answers then take.

For 60 seconds 100 messages a second come in on a fixed clock, whether or not those before were answered, so that a wait
is not hidden by asking less. The floor is the same rush at the route that says that the api is alive.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import SplitResult, urlencode, urlsplit

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
    address = urlsplit(url)
    contacts = [f"+5190{number:07d}" for number in range(_CONTACTS)]
    async with httpx.AsyncClient(timeout=120) as client:
        for contact in contacts:  # whoever writes by the telephone may be written to
            await client.post(f"{emulators}/telefono/mensajes", data={"number": contact, "text": "hola"})
        before = await _answered(client, emulators, contacts, _CONTACTS)
        floor = await _rush(address, [_request(address, "GET", "/healthz")] * (_A_SECOND * _FLOOR_SECONDS))
        messages = [_message(url, contacts[number % _CONTACTS]) for number in range(_A_SECOND * _SECONDS)]
        begun = time.perf_counter()
        ours = await _rush(address, messages)
        await _answered(client, emulators, contacts, before + len(messages))
        drained = time.perf_counter() - begun - _SECONDS
        print(
            f"webhook_burst: {len(messages)} mensajes contestados, los últimos {drained:.0f} s después de la ráfaga",
            flush=True,
        )
        return ours, floor


def _message(url: str, contact: str) -> bytes:
    form = {
        "MessageSid": f"SM{uuid.uuid4().hex}", "From": f"whatsapp:{contact}", "To": "whatsapp:+15005550006",
        "Body": "gracias", "NumMedia": "0",
    }  # fmt: skip
    signature = RequestValidator(_TOKEN).compute_signature(url + _PATH, form)
    return _request(urlsplit(url), "POST", _PATH, body=urlencode(form), signature=str(signature))


def _request(address: SplitResult, method: str, path: str, *, body: str = "", signature: str = "") -> bytes:
    head = (
        f"{method} {path} HTTP/1.1", f"Host: {address.netloc}", "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}", f"X-Twilio-Signature: {signature}", "Connection: close",
    )  # fmt: skip
    return "\r\n".join([*head, "", body]).encode()


async def _rush(address: SplitResult, requests: Sequence[bytes]) -> float:
    """The 99th percentile of the milliseconds from when each was due until the end of its answer."""
    begun = time.perf_counter()

    async def due(number: int, request: bytes) -> float:
        at = begun + number / _A_SECOND
        await asyncio.sleep(at - time.perf_counter())
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        if not answer.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 204 ")):
            raise RuntimeError(f"not taken: {answer[:40]!r}")
        return (time.perf_counter() - at) * 1000

    taken = sorted(await asyncio.gather(*(due(number, request) for number, request in enumerate(requests))))
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
