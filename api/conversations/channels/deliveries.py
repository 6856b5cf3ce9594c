"""Queueing what a conversation says for its contact, and sending it in order."""

import asyncio
import logging
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from api import clock, jobs
from api.conversations.channels import pace
from api.conversations.channels.base import Channel, NotDelivered, Part, Status, Word, parts
from api.conversations.channels.models import Delivery
from api.conversations.models import Conversation, Message
from api.copies import links
from api.security import KeyRing
from api.settings import settings

_log = logging.getLogger(__name__)
WINDOW = timedelta(hours=24)
"""WhatsApp: a business may write freely so long after the citizen's last message."""
SETTLES = timedelta(seconds=60)
"""What the provider may have taken is asked for after so long without a word of it."""
WORD = timedelta(hours=1)
"""What the provider does not tell of is waited for so long."""
TRIES = 20
_BASE, _LONGEST = 1.0, 600.0
_ORDER = list(Status)
_chance = secrets.SystemRandom()

WAITING = (Status.QUEUED, Status.HELD, Status.GIVEN_UP, Status.UNKNOWN)
"""Not known to have been taken."""


class Later(Exception):
    """Sending goes on after so many ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True)
class _Claim:
    """A part that this process sends."""

    delivery_id: uuid.UUID
    try_id: uuid.UUID
    contact: str
    part: Part
    tries: int


async def queue(
    session: AsyncSession, *, conversation: Conversation, messages: Sequence[Message], at: datetime
) -> None:
    """Have what was said sent to the contact of a conversation, in this transaction, after all that was said before."""
    session.add_all(
        Delivery(message_id=message.id, part=0, status=Status.QUEUED, changed_at=at) for message in messages
    )
    await _defer(session, conversation.id)


async def _defer(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """Have it sent now, also where the next try was to come later: one job waits for each conversation."""
    if not await jobs.hasten(session, lock=_lock(conversation_id)):
        await jobs.defer(session, "deliver", lock=_lock(conversation_id), conversation_id=str(conversation_id))


async def put_off(session: AsyncSession, *, conversation_id: uuid.UUID, seconds: float) -> None:
    """Go on with sending after so many seconds, or with what waits by then."""
    lock, identifier = _lock(conversation_id), str(conversation_id)
    await session.get(Conversation, conversation_id, with_for_update=True)  # what is said now must not come behind this
    if not await jobs.waits(session, lock=lock):
        await jobs.defer(session, "deliver", lock=lock, after=seconds, conversation_id=identifier)


def _lock(conversation_id: uuid.UUID) -> str:
    return f"deliver:{conversation_id}"


async def deliver_next(
    sessions: async_sessionmaker[AsyncSession], *, conversation_id: uuid.UUID, channel: Channel, keys: KeyRing
) -> bool:
    """Send the first part of a conversation that waits; answers whether there may be another. Raises ``Later``.

    Nothing is held while the provider is asked: a part is ``UNKNOWN`` from before until it answers, and after a crash until
    a status callback or ``settle`` says what became of it. So none is lost, and none sent again that was taken.
    """
    async with sessions.begin() as session:
        at = await clock.now(session)
        claim = await _claim(session, conversation_id=conversation_id, channel=channel, keys=keys, at=at)
    if not isinstance(claim, _Claim):
        return claim
    provider_id, failure = None, None
    try:
        provider_id = await asyncio.to_thread(channel.send, to=claim.contact, part=claim.part, try_id=str(claim.try_id))
    except NotDelivered as error:
        failure = error
    async with sessions.begin() as session:
        await _note(session, claim, provider_id, failure, at=await clock.now(session))
    if failure is not None and not (failure.unknown or failure.lasting) and claim.tries < TRIES:
        raise Later(max(failure.after or 0, backoff(claim.tries)))
    return True


def backoff(tries: int) -> float:
    """Seconds before the next try: doubling, at most ten minutes, anywhere in the upper half so that not all come at once."""
    longest = min(_BASE * 2.0**tries, _LONGEST)
    return _chance.uniform(longest / 2, longest)


async def _claim(
    session: AsyncSession, *, conversation_id: uuid.UUID, channel: Channel, keys: KeyRing, at: datetime
) -> _Claim | bool:
    """The part to be sent now, or whether there may be another. Raises ``Later`` where one may not be sent yet."""
    conversation = await session.get(Conversation, conversation_id, with_for_update=True)
    if conversation is None:
        return False
    if conversation.contact is None:
        await drop(session, conversation_id=conversation_id)
        return False
    query = select(Delivery, Message).join(Message, Message.id == Delivery.message_id)
    query = query.where(Message.conversation_id == conversation_id, Delivery.status == Status.QUEUED)
    query = query.order_by(Message.seq, Delivery.part).limit(1).with_for_update(of=Delivery)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        return False
    delivery, message = found
    await _keep_order(session, conversation=conversation, before=message.seq, at=at)
    delivery.changed_at = at
    key = keys.unwrap(conversation.data_key, owner=str(conversation.id))
    contact = key.open(conversation.contact, purpose="contact").decode()
    if conversation.heard_at is None or at - conversation.heard_at > WINDOW:
        delivery.status = Status.HELD
        await _ask_for_notice(session, conversation=conversation, at=at)
        return True
    content = key.open_json(message.content, purpose=f"message:{message.seq}")
    pieces = _pieces(content, channel, keys, at)
    wait = await pace.take(session, contact=contact, keys=keys, at=at)
    if wait:
        raise Later(wait)
    delivery.status, delivery.tries = Status.UNKNOWN, delivery.tries + 1
    delivery.try_id, delivery.provider_id = uuid.uuid4(), None
    if delivery.part + 1 < len(pieces):
        following = {"message_id": message.id, "part": delivery.part + 1, "status": Status.QUEUED, "changed_at": at}
        await session.execute(insert(Delivery).values(following).on_conflict_do_nothing())
    part = pieces[min(delivery.part, len(pieces) - 1)]
    return _Claim(delivery.id, delivery.try_id, contact, part, delivery.tries)


async def _keep_order(session: AsyncSession, *, conversation: Conversation, before: int, at: datetime) -> None:
    """Raises ``Later`` where a part from before may still be on its way, until it is asked for.

    What may save somebody waits for nothing, and nobody who wrote since waits: what is told twice or in another order is
    better than silence.
    """
    if conversation.emergency or conversation.urgency or conversation.disclosed:
        return
    since = max(at - SETTLES, conversation.heard_at or at)
    query = select(func.max(Delivery.changed_at)).join(Message, Message.id == Delivery.message_id)
    query = query.where(Message.conversation_id == conversation.id, Message.seq <= before)
    open_since = await session.scalar(query.where(Delivery.status == Status.UNKNOWN, Delivery.changed_at > since))
    if open_since is not None:
        raise Later((open_since + SETTLES - at).total_seconds())


async def _note(
    session: AsyncSession, claim: _Claim, provider_id: str | None, failure: NotDelivered | None, *, at: datetime
) -> None:
    """Write down how a sending ended, unless a status callback was faster."""
    delivery = await session.get(Delivery, claim.delivery_id, with_for_update=True)
    if delivery is None or delivery.try_id != claim.try_id:
        return
    delivery.provider_id = delivery.provider_id or provider_id
    if delivery.status != Status.UNKNOWN:
        return
    delivery.error = str(failure) if failure else None
    if failure is None:
        delivery.status = Status.ACCEPTED
    elif failure.lasting:
        delivery.status, delivery.changed_at = Status.FAILED, at
    elif not failure.unknown:  # else it is as of when it was handed over
        delivery.status, delivery.changed_at = Status.QUEUED if claim.tries < TRIES else Status.GIVEN_UP, at


async def _ask_for_notice(session: AsyncSession, *, conversation: Conversation, at: datetime) -> None:
    """Have the contact told once, by a template that names nothing, that something waits; never where violence was told."""
    heard, noticed = conversation.heard_at, conversation.noticed_at
    if conversation.disclosed or (noticed and heard and noticed > heard):
        return
    conversation.noticed_at = at
    await jobs.defer(session, "give_notice", conversation_id=str(conversation.id))


async def give_notice(session: AsyncSession, *, conversation_id: uuid.UUID, channel: Channel, keys: KeyRing) -> None:
    """Send the template of ``_ask_for_notice``, unless violence was told or the citizen wrote meanwhile. Raises ``NotDelivered``
    where the provider did not take it and may another time."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None or conversation.contact is None or conversation.disclosed:
        return
    if conversation.heard_at and conversation.noticed_at and conversation.heard_at >= conversation.noticed_at:
        return
    key = keys.unwrap(conversation.data_key, owner=str(conversation.id))
    contact = key.open(conversation.contact, purpose="contact").decode()
    try:
        await asyncio.to_thread(channel.notify, to=contact)
    except NotDelivered as failure:
        if not (failure.lasting or failure.unknown):
            raise
        _log.error("a notice did not go out: %s", failure)


def _pieces(content: dict[str, Any], channel: Channel, keys: KeyRing, at: datetime) -> list[Part]:
    """A message as the channel carries it at a moment: the links to papers expire."""
    public_url = settings().public_url.rstrip("/")
    return parts(content, document_url=_address(content, keys, at), channel=channel, public_url=public_url)


def _address(content: dict[str, Any], keys: KeyRing, at: datetime) -> str | None:
    """Where the document that a message brings is for a while, or None."""
    if not content.get("document"):
        return None
    path = links.document_url(content["document"]["verification_code"], keys=keys, at=at)
    return settings().public_url.rstrip("/") + path


def _of(conversation_id: uuid.UUID) -> Any:
    return Delivery.message_id.in_(select(Message.id).where(Message.conversation_id == conversation_id))


async def release(session: AsyncSession, *, conversation_id: uuid.UUID, at: datetime) -> None:
    """Send what waited until the citizen would write again, and what nobody has said for a while whether it was taken."""
    silent = (Delivery.status == Status.UNKNOWN) & (Delivery.changed_at < at - SETTLES)
    query = update(Delivery).where(_of(conversation_id), Delivery.status.in_((Status.HELD, Status.GIVEN_UP)) | silent)
    anew = query.values(status=Status.QUEUED, tries=0, changed_at=at, try_id=None, provider_id=None)
    freed = await session.scalars(anew.returning(Delivery.id))
    if freed.all():
        await _defer(session, conversation_id)


async def send_again(session: AsyncSession, *, delivery_id: uuid.UUID, at: datetime) -> bool:
    """Try once more what was given up or refused; False if there is no such part."""
    query = select(Delivery).where(Delivery.id == delivery_id, Delivery.status.in_((Status.GIVEN_UP, Status.FAILED)))
    delivery = await session.scalar(query.with_for_update())
    if delivery is None:
        return False
    _queue_again(delivery, tries=0, at=at)
    await _defer(session, (await session.get_one(Message, delivery.message_id)).conversation_id)
    return True


async def drop(session: AsyncSession, *, conversation_id: uuid.UUID) -> None:
    """Forget what was not sent yet to a contact that the conversation has left."""
    await session.execute(delete(Delivery).where(_of(conversation_id), Delivery.status.in_(WAITING)))


async def forget(session: AsyncSession, *, conversation_id: uuid.UUID) -> None:
    """Forget what the provider knows the messages of a conversation by, and what was not sent of them."""
    await session.execute(delete(Delivery).where(_of(conversation_id), Delivery.status.in_(WAITING)))
    await session.execute(update(Delivery).where(_of(conversation_id)).values(provider_id=None))


async def unsettled(session: AsyncSession, *, at: datetime) -> Sequence[uuid.UUID]:
    """Parts of which nobody has said for a while whether they were taken or, then, whether they left: these last, the oldest first."""
    taken = (Delivery.status == Status.ACCEPTED) & Delivery.provider_id.is_not(None)
    query = select(Delivery.id).where((Delivery.status == Status.UNKNOWN) | taken, Delivery.changed_at < at - SETTLES)
    first = (Delivery.status == Status.ACCEPTED, Delivery.changed_at)  # others may wait behind what is unknown
    return (await session.scalars(query.order_by(*first).limit(100))).all()


async def settle(
    sessions: async_sessionmaker[AsyncSession], *, delivery_id: uuid.UUID, channel: Channel, keys: KeyRing
) -> None:
    """Ask the provider whether it took a part, and what became of one that it took; what it did not take is sent again, at most
    ``TRIES`` times. What it does not tell of is given up after ``WORD``. Raises ``NotDelivered``."""
    async with sessions.begin() as session:
        delivery = await session.get_one(Delivery, delivery_id)
        message = await session.get_one(Message, delivery.message_id)
        conversation = await session.get_one(Conversation, message.conversation_id)
        if conversation.contact is None:
            await drop(session, conversation_id=conversation.id)
    if delivery.status not in (Status.UNKNOWN, Status.ACCEPTED):
        return
    try:
        if delivery.provider_id is not None:
            provider_id, try_id = delivery.provider_id, delivery.try_id
            word = await asyncio.to_thread(channel.became, provider_id=provider_id)
            async with sessions.begin() as session:
                at = await clock.now(session)
                await move(session, try_id=try_id, provider_id=provider_id, word=word, at=at)
        elif conversation.contact is not None:
            key = keys.unwrap(conversation.data_key, owner=str(conversation.id))
            content = key.open_json(message.content, purpose=f"message:{message.seq}")
            contact = key.open(conversation.contact, purpose="contact").decode()
            pieces, since = _pieces(content, channel, keys, delivery.changed_at), delivery.changed_at
            part = pieces[min(delivery.part, len(pieces) - 1)]
            found = await asyncio.to_thread(channel.find, to=contact, part=part, since=since)
            await _recognise(sessions, delivery_id, found)
    except NotDelivered as failure:
        await _give_up(sessions, delivery_id)
        if not failure.lasting:
            raise


async def _recognise(sessions: async_sessionmaker[AsyncSession], delivery_id: uuid.UUID, found: Sequence[str]) -> None:
    """Take a part for one of those that the provider took and that are no other's, else have it sent again."""
    async with sessions.begin() as session:
        delivery = await session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.status != Status.UNKNOWN:
            return
        known = set(await session.scalars(select(Delivery.provider_id).where(Delivery.provider_id.in_(found))))
        taken = next((one for one in found if one not in known), None)
        delivery.provider_id, delivery.status = taken, Status.ACCEPTED
        if taken is None:
            delivery.status = Status.QUEUED if delivery.tries < TRIES else Status.GIVEN_UP
            delivery.changed_at = await clock.now(session)
        await _defer(session, (await session.get_one(Message, delivery.message_id)).conversation_id)


async def _give_up(sessions: async_sessionmaker[AsyncSession], delivery_id: uuid.UUID) -> None:
    async with sessions.begin() as session:
        at = await clock.now(session)
        silent = Delivery.status.in_((Status.UNKNOWN, Status.ACCEPTED)) & (Delivery.changed_at < at - WORD)
        query = update(Delivery).where(Delivery.id == delivery_id, silent)
        await session.execute(query.values(status=Status.GIVEN_UP, changed_at=at))


async def move(session: AsyncSession, *, try_id: uuid.UUID | None, provider_id: str, word: Word, at: datetime) -> None:
    """Take the provider's word on a part: its status only moves forward, and a failure is final. What it would not send since
    the citizen wrote too long ago is held, unless they have written meanwhile; what it could not fetch is sent again after
    a while. A word on an earlier try than the last says nothing."""
    by = Delivery.try_id == try_id if try_id else Delivery.provider_id == provider_id
    conversation = None
    if word.status in (Status.HELD, Status.QUEUED):  # locked before the part, as where it is claimed
        of_it = select(Conversation).join(Message, Message.conversation_id == Conversation.id).join(Delivery).where(by)
        conversation = await session.scalar(of_it.with_for_update(of=Conversation))
    delivery = await session.scalar(select(Delivery).where(by).with_for_update())
    if delivery is None or not _is_forward(delivery.status, word.status):
        return
    if (
        delivery.status == Status.UNKNOWN and word.status is not Status.QUEUED
    ):  # what comes after it may wait for this word
        message = await session.get_one(Message, delivery.message_id)
        await jobs.hasten(session, lock=_lock(message.conversation_id))
    delivery.error = word.error
    if conversation is not None and word.status is Status.QUEUED:
        _queue_again(delivery, tries=delivery.tries, at=at)
        if delivery.tries >= TRIES:
            delivery.status = Status.GIVEN_UP
            return
        await put_off(session, conversation_id=conversation.id, seconds=backoff(delivery.tries))
    elif conversation is not None and conversation.heard_at and conversation.heard_at > delivery.changed_at:
        _queue_again(delivery, tries=0, at=at)
        await _defer(session, conversation.id)
    else:
        delivery.status = word.status
        delivery.provider_id = delivery.provider_id or provider_id
        if word.status not in (Status.ACCEPTED, Status.SENT):  # these are as of when it was handed over
            delivery.changed_at = at


def _is_forward(status: str, word: Status) -> bool:
    if status in (Status.FAILED, Status.HELD):
        return False
    if word in (Status.FAILED, Status.HELD, Status.QUEUED):
        return status not in (Status.DELIVERED, Status.READ)
    return _ORDER.index(word) > _ORDER.index(Status(status))


def _queue_again(delivery: Delivery, *, tries: int, at: datetime) -> None:
    delivery.status, delivery.tries, delivery.changed_at = Status.QUEUED, tries, at
    delivery.try_id = delivery.provider_id = None
