"""What goes out by WhatsApp: in order, by Twilio's own client, and never lost on a provider that fails."""

import asyncio
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select

from api.conversations import service as conversations
from api.conversations.channels import deliveries
from api.conversations.channels import service as channels
from api.conversations.channels.base import Inbound
from api.conversations.channels.deliveries import Later, Status
from api.conversations.channels.models import Delivery, InboundMessage
from api.conversations.channels.twilio import client
from api.conversations.models import Conversation, Message
from api.conversations.service import Said
from api.jobs import messaging
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conftest import Emulators


@pytest.fixture
def whatsapp(emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulators]:
    monkeypatch.setenv("COMISARIO_TWILIO_WHATSAPP_FROM", "+15005550006")
    settings.cache_clear()
    yield emulators
    settings.cache_clear()


def a_number() -> str:
    return f"+519{uuid.uuid4().int % 10**8:08d}"


async def heard(desk: Desk, number: str, *, at: datetime | None = None, provider_id: str | None = None) -> uuid.UUID:
    """A citizen's message taken in, without its answer."""
    at = at or datetime.now(UTC)
    inbound = Inbound(provider_id or f"SM{uuid.uuid4().hex}", number, text="hola")
    async with desk.sessions.begin() as session:
        await channels.receive(session, inbound=inbound, keys=desk.keys, at=at)
    async with desk.sessions.begin() as session:
        query = select(InboundMessage.id).where(InboundMessage.provider_id == inbound.provider_id)
        (inbound_id,) = list(await session.scalars(query))
        found = await channels.take_in(session, inbound_id=inbound_id, keys=desk.keys, at=at)
    assert found is not None
    return found


async def said(desk: Desk, conversation_id: uuid.UUID, *texts: str, at: datetime | None = None) -> None:
    async with desk.sessions.begin() as session:
        conversation = await conversations.locked(session, conversation_id=conversation_id)
        await conversations.say(
            session, conversation=conversation, keys=desk.keys, sender="bot", said=[Said(text) for text in texts],
            at=at or datetime.now(UTC),
        )  # fmt: skip


async def statuses(desk: Desk, conversation_id: uuid.UUID) -> list[str]:
    async with desk.sessions() as session:
        query = select(Delivery.status).join(Message).where(Message.conversation_id == conversation_id)
        return list(await session.scalars(query.order_by(Message.seq, Delivery.part)))


async def received(whatsapp: Emulators, number: str) -> list[str]:
    async with httpx.AsyncClient() as asking:
        answer = await asking.get(f"{whatsapp.url}/messages.json", params={"to": number})
    return [one["text"] for one in answer.json()]


async def test_what_is_said_goes_out_in_order_and_once(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    long = "Esta es una oración. " * 150
    await said(desk, conversation, "primero", long, "tercero")
    for _ in range(2):
        await messaging.deliver(desk, conversation_id=str(conversation))
    told = await received(whatsapp, number)
    assert (told[0], told[-1], len(told)) == ("primero", "tercero", 4)
    assert " ".join(told[1:3]) == long.strip()
    assert set(await statuses(desk, conversation)) == {Status.SENT}


async def test_the_same_message_again_is_the_same_one(desk: Desk, whatsapp: Emulators) -> None:
    number, provider_id = a_number(), f"SM{uuid.uuid4().hex}"
    found = {await heard(desk, number, provider_id=provider_id) for _ in range(3)}
    assert len(found) == 1
    async with desk.sessions() as session:
        query = select(Message).where(Message.conversation_id == found.pop(), Message.sender == "citizen")
        assert len((await session.scalars(query)).all()) == 1
        kept = await session.scalars(select(InboundMessage).where(InboundMessage.provider_id == provider_id))
        assert kept.one().content == b""


async def test_a_provider_that_is_down_loses_nothing(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno", "dos")
    with monkeypatch.context() as broken:
        broken.setenv("COMISARIO_TWILIO_URL", "http://127.0.0.1:9")
        settings.cache_clear()
        with pytest.raises(Later):
            await messaging.deliver(desk, conversation_id=str(conversation))
    settings.cache_clear()
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["uno", "dos"]


async def test_what_may_have_been_taken_is_not_sent_again_and_its_callback_settles_it(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await heard(desk, a_number())
    await said(desk, conversation, "uno")
    with socket.socket() as silent, monkeypatch.context() as slow:  # takes the request and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        slow.setattr(client, "_SECONDS", 0.5)
        slow.setenv("COMISARIO_TWILIO_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        settings.cache_clear()
        await messaging.deliver(desk, conversation_id=str(conversation))
    settings.cache_clear()
    assert await statuses(desk, conversation) == [Status.UNKNOWN]
    async with desk.sessions.begin() as session:
        (delivery,) = list(
            await session.scalars(select(Delivery.id).join(Message).where(Message.conversation_id == conversation))
        )
        await deliveries.move(
            session, delivery_id=delivery, provider_id="SMlate", status=Status.DELIVERED, at=datetime.now(UTC)
        )
    assert await statuses(desk, conversation) == [Status.DELIVERED]


async def test_what_is_said_a_day_later_waits_until_the_citizen_writes(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number, at=datetime.now(UTC) - timedelta(hours=25))
    await said(desk, conversation, "su caso avanza")
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await statuses(desk, conversation) == [Status.HELD]
    assert await received(whatsapp, number) == []
    assert await heard(desk, number) == conversation
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["su caso avanza"]


async def test_what_the_provider_will_never_take_holds_nothing_else_up(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    async with desk.sessions.begin() as session:
        found = await session.get_one(Conversation, conversation)
        key = conversations.key_of(found, desk.keys)
        found.contact = key.seal(b"+0", purpose="contact")
    await said(desk, conversation, "uno")
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await statuses(desk, conversation) == [Status.FAILED]


async def test_a_status_only_moves_forward(desk: Desk, whatsapp: Emulators) -> None:
    conversation = await heard(desk, a_number())
    await said(desk, conversation, "uno")
    await messaging.deliver(desk, conversation_id=str(conversation))
    async with desk.sessions() as session:
        query = select(Delivery).join(Message).where(Message.conversation_id == conversation)
        known = str((await session.scalars(query)).one().provider_id)
    seen = []
    for status in (Status.READ, Status.DELIVERED, Status.SENT, Status.FAILED):
        async with desk.sessions.begin() as session:
            await deliveries.move(session, delivery_id=None, provider_id=known, status=status, at=datetime.now(UTC))
        seen += await statuses(desk, conversation)
    assert seen == [Status.READ] * 4


async def test_of_takes_at_once_one_opens_the_conversation(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    assert len(set(await asyncio.gather(*(heard(desk, number) for _ in range(5))))) == 1
