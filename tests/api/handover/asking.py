"""Citizens who ask for a person, and members of staff in front of the console."""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import delete, select, update

from api.audit.models import AuditEntry
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.handover.models import Attendance, Callback
from api.jobs.desk import Desk
from api.staff.models import StaffMember, StaffSession
from api.stations import service as stations
from vocabulary.cases import Role

ROOT = "/staff/conversaciones"
_INTERNAL = {"Authorization": "Bearer internal-secret-of-the-tests"}


@dataclass
class Operator:
    """One member of staff at the console."""

    client: httpx.AsyncClient
    cookie: str
    id: uuid.UUID
    name: str

    async def get(self, path: str = "", **more: Any) -> httpx.Response:
        return await self.client.get(f"{ROOT}{path}", headers={"Cookie": self.cookie, "Accept": "text/html"}, **more)

    async def post(self, path: str, **form: Any) -> httpx.Response:
        headers = {"Cookie": self.cookie, "Origin": str(self.client.base_url), "Accept": "text/html"}
        return await self.client.post(f"{ROOT}{path}", data=form, headers=headers)

    async def take(self, conversation_id: uuid.UUID) -> httpx.Response:
        return await self.post(f"/{conversation_id}/tomar")

    async def say(self, conversation_id: uuid.UUID, text: str, message_id: uuid.UUID | None = None) -> httpx.Response:
        return await self.post(f"/{conversation_id}/mensajes", text=text, message_id=message_id or uuid.uuid4())


async def an_operator(
    desk: Desk,
    client: httpx.AsyncClient,
    *,
    name: str = "Rosa Quispe",
    role: Role = Role.OPERATOR,
    station: str = "000000",
) -> Operator:
    made = await client.post("/api/v1/testing/staff", json={"role": role, "station_code": station})
    cookie = made.json()["cookie"]
    async with desk.sessions.begin() as session:
        query = select(StaffMember).order_by(StaffMember.created_at.desc()).limit(1)
        member = await session.scalar(query)
        assert member is not None
        member.name = name
    return Operator(client, cookie, member.id, name)


async def nobody_there(desk: Desk) -> None:
    """As at night: nobody is at the console, and nobody waits or is attended from earlier tests."""
    async with desk.sessions.begin() as session:
        await session.execute(update(StaffSession).values(seen_at=datetime(2020, 1, 1, tzinfo=UTC)))
        await session.execute(update(Conversation).values(handover="none", front=False))
        await session.execute(delete(Attendance))
        await session.execute(delete(Callback))


async def gone(desk: Desk, operator: Operator) -> None:
    """The operator's session ended."""
    async with desk.sessions.begin() as session:
        await session.execute(delete(StaffSession).where(StaffSession.staff_id == operator.id))


@dataclass
class Asking:
    """A citizen on the web."""

    client: httpx.AsyncClient
    id: uuid.UUID
    headers: dict[str, str]

    async def say(self, text: str) -> dict[str, Any]:
        body = {"client_message_id": uuid.uuid4().hex, "text": text}
        path = f"/api/v1/conversations/{self.id}/messages"
        answer = await self.client.post(path, json=body, headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def messages(self, sender: str) -> list[str]:
        answer = await self.client.get(f"/api/v1/conversations/{self.id}/messages", headers=self.headers)
        return [one["text"] for one in answer.json()["messages"] if one["sender"] == sender]

    async def state(self) -> dict[str, Any]:
        answer = await self.client.get(f"/api/v1/conversations/{self.id}", headers=self.headers)
        found: dict[str, Any] = answer.json()["state"]
        return found

    async def ask(self, *, urgency: int = 0) -> dict[str, Any]:
        """Ask for a person, as the bot does it."""
        path = f"/internal/conversations/{self.id}/handover"
        found: dict[str, Any] = (await self.client.post(path, json={"urgency": urgency}, headers=_INTERNAL)).json()
        return found

    async def put_draft(self, **draft: Any) -> None:
        path = f"/internal/conversations/{self.id}/draft"
        assert (await self.client.put(path, json=draft, headers=_INTERNAL)).status_code == 204

    async def files(self, **draft: Any) -> str:
        """File a complaint, as the bot does it; the number of its case."""
        at = datetime.now(UTC).isoformat()
        await self.put_draft(**{"incident_type": "theft", "narrative": "Me robaron", "full_name": "Rosa Mamani"} | draft,
                             consented_at=at, sworn_at=at)  # fmt: skip
        answer = await self.client.post(f"/internal/conversations/{self.id}/complaint", headers=_INTERNAL)
        assert answer.status_code == 200, answer.text
        number: str = answer.json()["case_number"]
        return number

    async def ask_for_call(self, phone: str, when: str) -> None:
        path = f"/internal/conversations/{self.id}/callback"
        asked = {"phone": phone, "when": when}
        assert (await self.client.post(path, json=asked, headers=_INTERNAL)).status_code == 204


async def a_citizen(client: httpx.AsyncClient, *, language: str = "es") -> Asking:
    opened = (await client.post("/api/v1/conversations", json={"channel": "web", "language": language})).json()
    return Asking(client, uuid.UUID(opened["id"]), {"Authorization": f"Bearer {opened['token']}"})


async def acts(desk: Desk, subject: str) -> list[str]:
    """What the audit says of something, in order."""
    async with desk.sessions() as session:
        query = select(AuditEntry.act).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
        return list(await session.scalars(query))


def waiting_in(page: str) -> list[uuid.UUID]:
    """Whom the queue shows, in its order."""
    return [uuid.UUID(found) for found in re.findall(rf"{ROOT}/([0-9a-f-]{{36}})/tomar", page)]


def mine_in(page: str) -> list[uuid.UUID]:
    return [uuid.UUID(found) for found in re.findall(rf'href="{ROOT}/([0-9a-f-]{{36}})"', page)]


async def reserved_for(desk: Desk, conversation_id: uuid.UUID, station: str) -> None:
    async with desk.sessions.begin() as session:
        conversation = await conversations.locked(session, conversation_id=conversation_id)
        conversation.reserved_for = (await stations.by_code(session, code=station)).id


def app_of(client: httpx.AsyncClient) -> Any:
    """The application that a client asks without a network."""
    transport: Any = client._transport
    return transport.app


async def first_event(client: httpx.AsyncClient, operator: Operator, path: str, work: Any) -> str:
    """The name of the first event that comes of some work."""
    app = app_of(client)
    async with listening(app, operator, path) as names, asyncio.timeout(10):
        await names.get()  # what is there already
        await work()
        return await names.get()


@asynccontextmanager
async def listening(app: Any, operator: Operator, path: str) -> AsyncIterator[asyncio.Queue[str]]:
    """The names of the events of an open page."""
    names: asyncio.Queue[str] = asyncio.Queue()
    task = asyncio.create_task(_listen(app, operator, path, names))
    try:
        yield names
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):  # the one asked for above
            await task


async def _listen(app: Any, operator: Operator, path: str, names: asyncio.Queue[str]) -> None:
    """Read a stream of events past the client, which would wait for its end."""
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        for name in re.findall(r"event: (\w+)", message.get("body", b"").decode()):
            names.put_nowait(name)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": f"{ROOT}{path}", "raw_path": f"{ROOT}{path}".encode(), "root_path": "", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"cookie", operator.cookie.encode()), (b"sec-fetch-dest", b"empty")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip
    await app(scope, receive, send)
