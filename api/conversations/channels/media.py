"""Files of messages from a messaging channel: fetched by the worker, kept as evidence, and said to be lost if they are."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from api import clock, jobs
from api.cases.models import Case
from api.conversations import service as conversations
from api.conversations.channels import fetching
from api.conversations.channels.base import Channel, Media, NotDelivered
from api.conversations.channels.deliveries import Later, backoff
from api.conversations.channels.fetching import NotFetched
from api.conversations.channels.models import InboundMedia
from api.conversations.models import Conversation, Message
from api.conversations.service import Said
from api.errors import TooLarge, UnknownMediaType
from api.evidence import service as evidence
from api.handover import service as handover
from api.security import KeyRing
from api.settings import settings
from vocabulary.dialogue import Handover
from vocabulary.sentences import sentence

TRIES = 8
HOPE = timedelta(days=1)
"""So long a file is fetched again that can't be kept."""
_PURPOSE = "inbound:media"


async def expect(
    session: AsyncSession, *, message: Message, conversation: Conversation, files: Sequence[Media], keys: KeyRing
) -> None:
    """Have the files of a message fetched if this transaction commits. What is sent while nothing is asked adds to the case
    that was filed; else it belongs to what is being told."""
    key = conversations.key_of(conversation, keys)
    case_id = conversation.case_id if conversation.step is None else None
    for file in files:
        row = InboundMedia(
            id=uuid.uuid4(),
            message_id=message.id,
            reference=key.seal(file.reference.encode(), purpose=_PURPOSE),
            case_id=case_id,
        )
        session.add(row)
        await session.flush()
        await jobs.defer(session, "fetch_media", media_id=str(row.id))


async def add_to_case(session: AsyncSession, *, conversation_id: uuid.UUID, case: Case) -> None:
    """What was sent for a complaint that is filed now, and is still to be fetched, belongs to its case."""
    messages = select(Message.id).where(Message.conversation_id == conversation_id)
    query = update(InboundMedia).where(InboundMedia.message_id.in_(messages), InboundMedia.case_id.is_(None))
    await session.execute(query.values(case_id=case.id))


async def fetch(
    sessions: async_sessionmaker[AsyncSession], *, media_id: uuid.UUID, channel: Channel, keys: KeyRing
) -> None:
    """Fetch a file and keep it with its message. Nothing is held meanwhile. Raises ``Later`` where it is to be tried again.

    What is not taken, or can't be had, is told to the citizen.
    """
    async with sessions.begin() as session:
        row = await session.get(InboundMedia, media_id, with_for_update=True)
        if row is None:
            return
        row.tries += 1
        tries = row.tries
        message = await session.get_one(Message, row.message_id)
        conversation = await session.get_one(Conversation, message.conversation_id)
        reference = conversations.key_of(conversation, keys).open(row.reference, purpose=_PURPOSE).decode()
        lost = await clock.now(session) > message.created_at + HOPE
    data, trouble = None, "system.file_lost"
    try:
        if not lost:
            remote = await asyncio.to_thread(channel.locate, reference)
            data = await fetching.fetch(remote, limit=settings().attachment_bytes)
    except (NotFetched, NotDelivered) as failure:
        if not failure.lasting and tries < TRIES:
            raise Later(backoff(tries)) from None
        trouble = "system.file_too_large" if failure.args == ("too large",) else trouble
    async with sessions.begin() as session:
        at = await clock.now(session)
        await _settle(session, media_id, message.conversation_id, reference, data, trouble, keys, at)


async def _settle(
    session: AsyncSession,
    media_id: uuid.UUID,
    conversation_id: uuid.UUID,
    reference: str,
    data: bytes | None,
    outcome: str,
    keys: KeyRing,
    at: datetime,
) -> None:
    conversation = await conversations.locked(session, conversation_id=conversation_id)
    row = await session.get(InboundMedia, media_id, with_for_update=True)
    if row is None:
        return
    message = await session.get_one(Message, row.message_id)
    await session.delete(row)
    key, values = conversations.key_of(conversation, keys), {}
    if data is not None:
        try:
            name = unquote(urlsplit(reference).path.rpartition("/")[2])
            item = await evidence.receive(
                session, conversation_id=conversation_id, key=key, name=name, data=data, at=at
            )
        except TooLarge:
            outcome = "system.file_too_large"
        except UnknownMediaType:
            outcome = "system.file_unknown"
        else:
            conversations.add_file(message, item.id, key)
            item.case_id = row.case_id
            if not item.media_type.startswith("audio/"):
                return
            if conversation.handover == Handover.ACTIVE:  # somebody is there who can hear it
                return
            found = await handover.duty(session, conversation=conversation, at=at)
            handover.note_told(conversation, found, at=at)
            values, outcome = {"duty": found.text}, "system.voice_kept"
    said = [Said(sentence(outcome, conversation.language, **values))]
    await conversations.say(session, conversation=conversation, keys=keys, sender="system", said=said, at=at)
