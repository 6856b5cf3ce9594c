"""Queueing what a conversation says for its contact, and sending it in order."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import jobs
from api.conversations.channels.base import Channel, NotDelivered, parts
from api.conversations.channels.models import Delivery
from api.conversations.models import Conversation, Message
from api.copies import links
from api.security import KeyRing
from api.settings import settings

WINDOW = timedelta(hours=24)
"""WhatsApp: a business may write freely so long after the citizen's last message."""
_ORDER = ("queued", "held", "unknown", "sent", "delivered", "read")


class Status(StrEnum):
    """How far a part has come. ``HELD`` waits for the citizen to write; ``UNKNOWN`` may have been taken."""

    QUEUED = "queued"
    HELD = "held"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


async def queue(
    session: AsyncSession, *, conversation: Conversation, messages: Sequence[Message], at: datetime
) -> None:
    """Have what was said sent to the contact of a conversation, in this transaction, after all that was said before."""
    session.add_all(
        Delivery(message_id=message.id, part=0, status=Status.QUEUED, changed_at=at) for message in messages
    )
    await _defer(session, conversation)


async def _defer(session: AsyncSession, conversation: Conversation) -> None:
    lock = f"deliver:{conversation.id}"
    await jobs.defer(session, "deliver", lock=lock, conversation_id=str(conversation.id))


async def deliver_next(
    session: AsyncSession, *, conversation_id: uuid.UUID, channel: Channel, keys: KeyRing, at: datetime
) -> bool:
    """Send the first part of a conversation that waits; answers whether there may be another. Raises ``NotDelivered`` if it
    is to be tried again.

    What the provider may have taken is not sent again: its status callback says what became of it.
    """
    conversation = await session.get_one(Conversation, conversation_id)
    query = select(Delivery, Message).join(Message, Message.id == Delivery.message_id)
    query = query.where(Message.conversation_id == conversation_id, Delivery.status == Status.QUEUED)
    query = query.order_by(Message.seq, Delivery.part).limit(1).with_for_update(of=Delivery)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return False
    delivery, message = found
    delivery.changed_at = at
    if conversation.heard_at is None or at - conversation.heard_at > WINDOW:
        delivery.status = Status.HELD
        return True
    key = keys.unwrap(conversation.data_key, owner=str(conversation.id))
    content = key.open_json(message.content, purpose=f"message:{message.seq}")
    pieces = parts(content, document_url=_address(content, keys, at), limit=channel.limit)
    contact = key.open(conversation.contact or b"", purpose="contact").decode()
    try:
        delivery.provider_id = await asyncio.to_thread(
            channel.send, to=contact, part=pieces[delivery.part], delivery_id=str(delivery.id)
        )
        delivery.status = Status.SENT
    except NotDelivered as failure:
        if not (failure.unknown or failure.lasting):
            raise
        delivery.status = Status.UNKNOWN if failure.unknown else Status.FAILED
    following = delivery.part + 1
    if following < len(pieces):
        session.add(Delivery(message_id=message.id, part=following, status=Status.QUEUED, changed_at=at))
    return True


def _address(content: dict[str, Any], keys: KeyRing, at: datetime) -> str | None:
    """Where the document that a message brings is for a while, or None."""
    if not content.get("document"):
        return None
    path = links.document_url(content["document"]["verification_code"], keys=keys, at=at)
    return settings().public_url.rstrip("/") + path


async def release(session: AsyncSession, *, conversation: Conversation) -> None:
    """Send what was held until the citizen would write again."""
    query = select(Delivery).join(Message, Message.id == Delivery.message_id)
    query = query.where(Message.conversation_id == conversation.id, Delivery.status == Status.HELD)
    held = (await session.scalars(query)).all()
    for delivery in held:
        delivery.status = Status.QUEUED
    if held:
        await _defer(session, conversation)


async def move(
    session: AsyncSession, *, delivery_id: uuid.UUID | None, provider_id: str, status: Status, at: datetime
) -> None:
    """Take the provider's word on a part: its status only moves forward, and a failure is final."""
    by = Delivery.id == delivery_id if delivery_id else Delivery.provider_id == provider_id
    delivery = await session.scalar(select(Delivery).where(by).with_for_update())
    if delivery is None or delivery.status == Status.FAILED:
        return
    forward = status is Status.FAILED and delivery.status not in (Status.DELIVERED, Status.READ)
    if status is not Status.FAILED:
        forward = _ORDER.index(status) > _ORDER.index(delivery.status)
    if forward:
        delivery.status, delivery.changed_at = status, at
        delivery.provider_id = delivery.provider_id or provider_id
