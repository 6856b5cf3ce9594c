"""Sending to contacts: kept in the transaction that has something to say, sent by the worker, sealed and soon deleted."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import jobs
from api.conversations.channels.twilio.sms import TwilioSms
from api.outbox.models import OutboxMessage
from api.outbox.senders import Channel, Sender, Smtp
from api.safe_hours import next_safe
from api.security import DataKey, KeyRing
from api.settings import settings

_KEPT = timedelta(days=1)
_CODE_LIFE = timedelta(minutes=10)
_PURPOSE = "outbox"


def contact_hash(address: str, keys: KeyRing) -> bytes:
    """What finds an address again, however it is written, without saying it."""
    return keys.keyed_hash(address.strip().lower(), purpose="contact")


@dataclass(frozen=True)
class Contact:
    """Where somebody can be reached: a number in E.164 or an e-mail address."""

    channel: Channel
    address: str

    def hashed(self, keys: KeyRing) -> bytes:
        """What finds the contact again without saying it."""
        return contact_hash(self.address, keys)


async def post(
    session: AsyncSession,
    *,
    contact: Contact,
    subject: str,
    text: str,
    keys: KeyRing,
    at: datetime,
    code: str | None = None,
    once: str | None = None,
    hours: str | None = None,
) -> None:
    """Have the worker send a message if this transaction commits. Of several with the same ``once`` the first is sent.

    ``hours`` is what whoever gets it said of when they may be written to ("" is by day); without, it is sent at any hour.
    """
    message_id = uuid.uuid4()
    key, wrapped = keys.new_data_key(owner=str(message_id))
    content = {"to": contact.address, "subject": subject, "text": text, "code": code, "hours": hours}
    kept = await session.scalar(
        insert(OutboxMessage)
        .values(
            id=message_id,
            channel=contact.channel,
            contact_hash=contact.hashed(keys),
            content=key.seal_json(content, purpose=_PURPOSE),
            data_key=wrapped,
            once=once,
            created_at=at,
        )
        .on_conflict_do_nothing(index_elements=["once"])
        .returning(OutboxMessage.id)
    )
    if kept is not None:
        await jobs.defer(session, "send_message", message_id=str(message_id))


def content_of(message: OutboxMessage, keys: KeyRing) -> dict[str, Any]:
    content: dict[str, Any] = _key_of(message, keys).open_json(message.content, purpose=_PURPOSE)
    return content


def _key_of(message: OutboxMessage, keys: KeyRing) -> DataKey:
    return keys.unwrap(message.data_key, owner=str(message.id))


def sender(channel: str) -> Sender:
    return Smtp(settings()) if channel == Channel.EMAIL else TwilioSms(settings())


async def send(session: AsyncSession, *, message_id: uuid.UUID, keys: KeyRing, at: datetime) -> None:
    """Send a message that was not sent yet, at an hour at which it may come. Raises ``NotSent``; then it stays to be sent."""
    message = await session.scalar(
        select(OutboxMessage).where(OutboxMessage.id == message_id).with_for_update(skip_locked=True)
    )
    if message is None or message.sent_at is not None:
        return
    content = content_of(message, keys)
    if content["code"] and at > message.created_at + _CODE_LIFE:
        return
    hours = content.get("hours")
    safe = at if hours is None else next_safe(hours, at)
    if safe is None:
        return
    if safe > at:  # whatever kept it until now, a night is not the time
        await jobs.defer(session, "send_message", after=(safe - at).total_seconds(), message_id=str(message_id))
        return
    await asyncio.to_thread(
        sender(message.channel).send, to=content["to"], subject=content["subject"], text=content["text"]
    )
    message.sent_at = at


async def sent_to(session: AsyncSession, *, address: str, keys: KeyRing) -> Sequence[OutboxMessage]:
    """What was sent to an address in the last day, in that order."""
    hashed = contact_hash(address, keys)
    query = select(OutboxMessage).where(OutboxMessage.contact_hash == hashed, OutboxMessage.sent_at.is_not(None))
    return (await session.scalars(query.order_by(OutboxMessage.sent_at))).all()


async def under_way(session: AsyncSession, *, at: datetime) -> bool:
    """Whether a message of the last minute is still to be sent."""
    recent = OutboxMessage.created_at > at - timedelta(minutes=1)
    query = select(OutboxMessage.id).where(recent, OutboxMessage.sent_at.is_(None))
    return await session.scalar(query.limit(1)) is not None


async def purge(session: AsyncSession, *, at: datetime) -> None:
    """Delete what was written more than a day ago: a code is worth nothing by then, and the contacts stay nowhere.

    What must not be said twice stays, without its content.
    """
    await session.execute(
        delete(OutboxMessage).where(OutboxMessage.created_at < at - _KEPT, OutboxMessage.once.is_(None))
    )
