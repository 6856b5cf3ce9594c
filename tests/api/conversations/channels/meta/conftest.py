"""The app's real routes over HTTP, set up with a stand-in for Meta's Cloud API."""

import asyncio
import json
import socket
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import select

from api.app import create_app
from api.conversations import service as conversations
from api.conversations.channels.meta.webhooks import known_by
from api.conversations.channels.models import Delivery, InboundMessage
from api.conversations.models import Conversation, Message
from api.conversations.service import Said
from api.jobs import messaging
from api.jobs.desk import Desk
from api.settings import settings
from emulators import meta as stand_in
from tests.api.conftest import Emulators

VERIFY_TOKEN = "chosen"


@dataclass(frozen=True)
class Meta:
    """A citizen's telephone, Meta's stand-in and our webhook."""

    url: str
    webhook: str
    desk: Desk
    number: str

    async def ask(self, method: str, path: str, **more: Any) -> Any:
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.request(method, f"{self.url}/test/{path}", **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    async def post(
        self, *, body: bytes | None = None, headers: Mapping[str, str] | Mapping[str, bytes] | None = None, **told: Any
    ) -> int:
        """Call the webhook as Meta does, or else with another body or headers; answers the status."""
        body = json.dumps(stand_in.payload(**told)).encode() if body is None else body
        async with httpx.AsyncClient(timeout=30) as client:
            answer = await client.post(
                self.webhook, content=body, headers=stand_in.signature(body) if headers is None else headers
            )
        return answer.status_code

    def message(self, *, sender: str | None = None, **content: Any) -> dict[str, Any]:
        number = (sender or self.number).removeprefix("+")
        return {"id": stand_in.new_id(), "from": number, "timestamp": str(int(time.time())), **content}

    async def kept(self, message: dict[str, Any]) -> InboundMessage | None:
        async with self.desk.sessions() as session:
            query = select(InboundMessage).where(InboundMessage.provider_id == known_by(message["id"]))
            return await session.scalar(query)

    async def take_in(self, message: dict[str, Any]) -> Conversation:
        """Have the worker take a kept message in, without the bot."""
        kept = await self.kept(message)
        assert kept is not None
        await messaging.take_in(self.desk, inbound_id=str(kept.id))
        async with self.desk.sessions() as session:
            taken = await session.get_one(InboundMessage, kept.id)
            return await session.get_one(Conversation, taken.conversation_id)

    async def heard(self) -> Conversation:
        """A conversation with whoever has the telephone."""
        message = self.message(type="order", order={})
        assert await self.post(messages=[message]) == 200
        conversation = await self.take_in(message)
        await messaging.deliver(self.desk, conversation_id=str(conversation.id))
        return conversation

    async def say(self, conversation: Conversation, *said: Said) -> None:
        """Have the bot say something; what it offers can be chosen."""
        async with self.desk.sessions.begin() as session:
            found = await conversations.locked(session, conversation_id=conversation.id)
            found.offered = list(said[-1].choices)
            at = found.heard_at or found.created_at
            await conversations.say(session, conversation=found, keys=self.desk.keys, sender="bot", said=said, at=at)

    async def deliver(self, conversation: Conversation) -> None:
        await messaging.deliver(self.desk, conversation_id=str(conversation.id))

    async def sent(self) -> list[dict[str, Any]]:
        """What reached the telephone after the answer to its first message."""
        told: list[dict[str, Any]] = await self.ask("GET", "sent", params={"to": self.number.removeprefix("+")})
        return told[1:]

    async def deliveries(self, conversation: Conversation) -> list[Delivery]:
        """What was said after the answer to the first message."""
        async with self.desk.sessions() as session:
            query = select(Delivery).join(Message).where(Message.conversation_id == conversation.id)
            return list(await session.scalars(query.order_by(Message.seq, Delivery.part)))[1:]

    async def said(self, conversation: Conversation, sender: str) -> list[dict[str, Any]]:
        async with self.desk.sessions() as session:
            query = select(Message).where(Message.conversation_id == conversation.id, Message.sender == sender)
            found = await session.scalars(query.order_by(Message.seq))
            key = conversations.key_of(conversation, self.desk.keys)
            return [conversations.content_of(one, key) for one in found]


@pytest.fixture(scope="session")
async def app_url(installation: Path) -> AsyncIterator[str]:
    """The app, answering as long as the tests run."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(create_app(), log_config=None, ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        await serving


@pytest.fixture
def set_up(emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COMISARIO_META_PHONE_NUMBER_ID", stand_in.NUMBER_ID)
    monkeypatch.setenv("COMISARIO_META_WHATSAPP_FROM", "+15550783881")
    monkeypatch.setenv("COMISARIO_META_TOKEN", stand_in.TOKEN)
    monkeypatch.setenv("COMISARIO_META_APP_SECRET", stand_in.APP_SECRET)
    monkeypatch.setenv("COMISARIO_META_VERIFY_TOKEN", VERIFY_TOKEN)
    monkeypatch.setenv("COMISARIO_META_NOTICE", "algo_espera")
    monkeypatch.setenv("COMISARIO_META_URL", f"{emulators.url}/meta")
    monkeypatch.setenv("COMISARIO_TURN_WAIT_SECONDS", "0")  # there is no bot to wait for
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
async def meta(set_up: None, emulators: Emulators, app_url: str, desk: Desk) -> Meta:
    webhook = f"{app_url}/webhooks/meta/whatsapp"
    found = Meta(f"{emulators.url}/meta", webhook, desk, f"+519{uuid.uuid4().int % 10**8:08d}")
    await found.ask("PUT", "webhook", json={"address": webhook})
    return found
