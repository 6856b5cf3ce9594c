"""Taking messages in: kept once before the provider is answered, put into their conversation in order by the worker."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import jobs
from api.conversations import service as conversations
from api.conversations.channels import deliveries, media, transfer
from api.conversations.channels.base import Inbound, chosen
from api.conversations.channels.models import InboundMessage
from api.conversations.channels.transfer import MESSAGING
from api.conversations.models import Conversation
from api.conversations.schemas import MESSAGE_CAP, Location, MessageReceived
from api.conversations.service import Said
from api.database import advisory_lock
from api.outbox.service import contact_hash
from api.security import KeyRing
from vocabulary.dialogue import Language
from vocabulary.sentences import sentence

_PURPOSE = "inbound"


async def receive(session: AsyncSession, *, inbound: Inbound, keys: KeyRing, at: datetime) -> None:
    """Keep a message, once for each of the provider's ids, and have the worker take it in after those before it."""
    message_id = uuid.uuid4()
    key, wrapped = keys.new_data_key(owner=str(message_id))
    hashed = contact_hash(inbound.contact, keys)
    kept = await session.scalar(
        insert(InboundMessage)
        .values(
            id=message_id,
            provider_id=inbound.provider_id,
            contact_hash=hashed,
            content=key.seal_json(asdict(inbound), purpose=_PURPOSE),
            data_key=wrapped,
            received_at=at,
        )
        .on_conflict_do_nothing(index_elements=["provider_id"])
        .returning(InboundMessage.id)
    )
    if kept is not None:
        await have_taken_in(session, inbound_id=kept, contact_hash=hashed)


async def have_taken_in(session: AsyncSession, *, inbound_id: uuid.UUID, contact_hash: bytes) -> None:
    """Have the worker take in a kept message of a contact, after those that wait."""
    await jobs.defer(session, "take_in", lock=f"take_in:{contact_hash.hex()}", inbound_id=str(inbound_id))


async def take_in(session: AsyncSession, *, inbound_id: uuid.UUID, keys: KeyRing, at: datetime) -> uuid.UUID | None:
    """Put a kept message into the conversation of its contact, which is opened if there is none; answers its id, to be
    answered after the commit. None if there is nothing to answer."""
    kept = await session.scalar(select(InboundMessage).where(InboundMessage.id == inbound_id).with_for_update())
    if kept is None:
        return None
    if kept.conversation_id is not None:
        return kept.conversation_id
    content = keys.unwrap(kept.data_key, owner=str(kept.id)).open_json(kept.content, purpose=_PURPOSE)
    inbound = Inbound.of(content)
    await advisory_lock(session, f"contact:{kept.contact_hash.hex()}")
    moved = await transfer.to_messaging(
        session, text=inbound.text or "", contact=inbound.contact, contact_hash=kept.contact_hash, keys=keys, at=at
    )
    theirs = await _of_contact(session, kept.contact_hash)
    conversation = moved or (theirs[-1] if theirs else await _open(session, inbound, kept.contact_hash, keys, at))
    kept.conversation_id = conversation.id
    kept.content = kept.data_key = b""  # the conversation has it now, and its key alone opens it
    for one in theirs or [conversation]:  # whoever writes is heard in all, and gets what waits in any
        one.heard_at = kept.received_at
        await deliveries.release(session, conversation_id=one.id, at=at)
    if moved is not None:
        await transfer.go_on(session, conversation=moved, keys=keys, at=at)
        return None
    if transfer.wants_the_web(inbound.text or ""):
        said = await transfer.way_to_the_web(session, conversation=conversation, keys=keys, at=at)
    elif transfer.is_over(inbound.text or ""):
        said = [Said(sentence("system.transfer_over", conversation.language))]
    else:
        said = await _take(session, inbound, conversation, keys, at)
    if said:
        await conversations.say(session, conversation=conversation, keys=keys, sender="system", said=said, at=at)
    return conversation.id


async def _take(
    session: AsyncSession, inbound: Inbound, conversation: Conversation, keys: KeyRing, at: datetime
) -> list[Said]:
    """Put what came into the conversation; answers what is to be said of it at once."""
    body = _body(inbound, conversation)
    if body is None:
        return [Said(sentence("system.kind_unknown", conversation.language))]
    message = await conversations.store(session, conversation_id=conversation.id, body=body, keys=keys, at=at)
    await media.expect(session, message=message, conversation=conversation, files=inbound.media, keys=keys)
    if any(one.media_type.startswith("audio/") for one in inbound.media):
        conversations.queue_for_person(conversation, urgency=1, at=at)
        return [Said(sentence("system.voice_kept", conversation.language))]
    return []


async def _of_contact(session: AsyncSession, hashed: bytes) -> Sequence[Conversation]:
    """The conversations of a contact, their rows locked in one order; the one that goes on is the last."""
    query = select(Conversation).where(Conversation.channel == MESSAGING, Conversation.contact_hash == hashed)
    found = await session.scalars(query.order_by(Conversation.id).with_for_update())
    return sorted(found, key=lambda one: one.moved_at or one.created_at)


async def _open(session: AsyncSession, inbound: Inbound, hashed: bytes, keys: KeyRing, at: datetime) -> Conversation:
    conversation, _, _ = await conversations.open_conversation(
        session, channel=MESSAGING, language=Language.SPANISH, keys=keys, at=at
    )
    conversation.token_hash = None  # nobody holds one
    transfer.bind(conversation, contact=inbound.contact, contact_hash=hashed, keys=keys)
    return conversation


def _body(inbound: Inbound, conversation: Conversation) -> MessageReceived | None:
    """The message as the conversation takes it: a choice by its button, number, place or title, else what was said."""
    offered = [(choice, title) for choice, title in conversation.offered]
    text = (inbound.text or "").replace("\x00", "")[:MESSAGE_CAP]
    choice = inbound.choice if inbound.choice in {one for one, _ in offered} else chosen(text, offered)
    located = inbound.latitude is not None and inbound.longitude is not None
    if not (choice or text.strip() or located or inbound.media):
        return None
    location = Location(latitude=inbound.latitude or 0, longitude=inbound.longitude or 0) if located else None
    return MessageReceived(
        client_message_id=inbound.provider_id[:64],
        text=None if choice else text or None,
        choice=choice,
        location=location,
        files_to_come=len(inbound.media),
    )
