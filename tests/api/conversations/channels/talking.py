"""Conversations on WhatsApp, as the worker takes them in and speaks in them."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import select, update

from api.app import create_app
from api.conversations import service as conversations
from api.conversations.channels import service as channels
from api.conversations.channels.base import Inbound
from api.conversations.channels.models import Delivery, InboundMessage
from api.conversations.models import Conversation, Message
from api.conversations.service import Said
from api.jobs.desk import Desk
from tests.api.conftest import Emulators


def a_number() -> str:
    return f"+519{uuid.uuid4().int % 10**8:08d}"


def a_message(number: str, **more: Any) -> Inbound:
    return Inbound(f"SM{uuid.uuid4().hex}", number, **more)


async def take(desk: Desk, inbound: Inbound, *, at: datetime | None = None) -> uuid.UUID | None:
    """A citizen's message taken in; the conversation that has something to answer."""
    at = at or datetime.now(UTC)
    async with desk.sessions.begin() as session:
        await channels.receive(session, inbound=inbound, keys=desk.keys, at=at)
    async with desk.sessions.begin() as session:
        query = select(InboundMessage.id).where(InboundMessage.provider_id == inbound.provider_id)
        (inbound_id,) = list(await session.scalars(query))
        return await channels.take_in(session, inbound_id=inbound_id, keys=desk.keys, at=at)


async def heard(desk: Desk, number: str, *, at: datetime | None = None, text: str = "hola") -> uuid.UUID:
    """A citizen's message taken in, without its answer."""
    found = await take(desk, a_message(number, text=text), at=at)
    assert found is not None
    return found


async def said(
    desk: Desk,
    conversation_id: uuid.UUID,
    *texts: str,
    document: dict[str, str] | None = None,
    at: datetime | None = None,
) -> None:
    async with desk.sessions.begin() as session:
        conversation = await conversations.locked(session, conversation_id=conversation_id)
        await conversations.say(
            session, conversation=conversation, keys=desk.keys, sender="bot",
            said=[Said(text, document=document) for text in texts], at=at or datetime.now(UTC),
        )  # fmt: skip


async def parts_of(desk: Desk, conversation_id: uuid.UUID) -> Sequence[Delivery]:
    """What is sent of a conversation, part by part."""
    async with desk.sessions() as session:
        query = select(Delivery).join(Message).where(Message.conversation_id == conversation_id)
        return (await session.scalars(query.order_by(Message.seq, Delivery.part))).all()


async def become(desk: Desk, conversation_id: uuid.UUID, **values: Any) -> None:
    """What is to be sent in a conversation as it might have come to be."""
    messages = select(Message.id).where(Message.conversation_id == conversation_id)
    async with desk.sessions.begin() as session:
        await session.execute(update(Delivery).where(Delivery.message_id.in_(messages)).values(**values))


async def statuses(desk: Desk, conversation_id: uuid.UUID) -> list[str]:
    return [part.status for part in await parts_of(desk, conversation_id)]


async def told(desk: Desk, conversation_id: uuid.UUID, *, sender: str = "system") -> list[str]:
    """What stands in a conversation from one of its senders."""
    async with desk.sessions() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        key = conversations.key_of(conversation, desk.keys)
        found = await conversations.messages_after(session, conversation_id=conversation_id, after=0)
        return [conversations.content_of(one, key).get("text") or "" for one in found if one.sender == sender]


@asynccontextmanager
async def an_app() -> AsyncIterator[httpx.AsyncClient]:
    """The api itself, asked without a network."""
    app = create_app()
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            yield client


async def as_staff(client: httpx.AsyncClient, *, role: str = "officer", station: str = "000000") -> None:
    """Ask as a member of staff from now on."""
    made = await client.post("/api/v1/testing/staff", json={"role": role, "station_code": station})
    client.headers.update({"Cookie": made.json()["cookie"], "Origin": str(client.base_url)})


_AS_ACTION_SERVER = {"Authorization": "Bearer internal-secret-of-the-tests"}


async def put_draft(client: httpx.AsyncClient, conversation_id: uuid.UUID, **draft: Any) -> None:
    """What the bot understood, as the action server writes it down."""
    path = f"/internal/conversations/{conversation_id}/draft"
    assert (await client.put(path, json=draft, headers=_AS_ACTION_SERVER)).status_code == 204


async def file_complaint(client: httpx.AsyncClient, conversation_id: uuid.UUID) -> str:
    """File what the draft holds; the number of its case."""
    answer = await client.post(f"/internal/conversations/{conversation_id}/complaint", headers=_AS_ACTION_SERVER)
    return str(answer.json()["case_number"])


class Server:
    """A provider's stand-in that answers each path with what a test says, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[bytes] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head)
        path = head.split()[1].decode().partition("?")[0]
        writer.write(self.answers.get(path, b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"))
        await writer.drain()
        writer.close()

    def says(self, path: str, body: bytes, *, status: int = 200, kind: str = "application/json") -> None:
        head = f"HTTP/1.1 {status} Told\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.answers[path] = head.encode() + body

    def leads(self, path: str, to: str) -> None:
        self.answers[path] = f"HTTP/1.1 307 Go\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


@asynccontextmanager
async def a_server() -> AsyncIterator[Server]:
    made = Server()
    listening = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield made


async def received(whatsapp: Emulators, number: str) -> list[str]:
    async with httpx.AsyncClient() as asking:
        answer = await asking.get(f"{whatsapp.url}/messages.json", params={"to": number})
    return [one["text"] for one in answer.json()]
