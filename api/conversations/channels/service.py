"""Taking messages in: kept once before the provider is answered, put into their conversation in order by the worker."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import String, and_, cast, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api import jobs
from api.cases.models import Case
from api.conversations import service as conversations
from api.conversations.channels import base, deliveries, media, provider, transfer
from api.conversations.channels.base import Inbound, chosen
from api.conversations.channels.models import Delivery, InboundMessage
from api.conversations.channels.transfer import MESSAGING
from api.conversations.models import Conversation, Message
from api.conversations.schemas import MESSAGE_CAP, Location, MessageReceived
from api.conversations.service import Said
from api.database import advisory_lock
from api.outbox.service import contact_hash
from api.security import KeyRing
from api.settings import settings
from vocabulary.dialogue import Handover, Language
from vocabulary.sentences import sentence
from vocabulary.steps import SURVEY_STEPS

_PURPOSE = "inbound"
_SHORT = 3
"""Words of a mere no."""


async def receive(session: AsyncSession, *, inbound: Inbound, keys: KeyRing, at: datetime) -> None:
    """Keep a message, once for each of the provider's ids, and have the worker take it in after those before it. What was
    said in it was said when it was sent, which is not in the future."""
    await receive_all(session, messages=[inbound], keys=keys, at=at)


async def receive_all(session: AsyncSession, *, messages: Sequence[Inbound], keys: KeyRing, at: datetime) -> None:
    """Receive messages that came together, in their order."""
    kept = {}
    for inbound in sorted(messages, key=lambda one: one.provider_id):  # so that no two batches wait for each other
        if (inbound_id := await _keep(session, inbound, keys, at)) is not None:
            kept[inbound.provider_id] = inbound_id
    for inbound in messages:
        if (inbound_id := kept.pop(inbound.provider_id, None)) is not None:
            hashed = contact_hash(inbound.contact, keys)
            await have_taken_in(session, inbound_id=inbound_id, contact_hash=hashed)


async def _keep(session: AsyncSession, inbound: Inbound, keys: KeyRing, at: datetime) -> uuid.UUID | None:
    """The id of a message that is new."""
    message_id = uuid.uuid4()
    key, wrapped = keys.new_data_key(owner=str(message_id))
    kept: uuid.UUID | None = await session.scalar(
        insert(InboundMessage)
        .values(
            id=message_id,
            provider_id=inbound.provider_id,
            contact_hash=contact_hash(inbound.contact, keys),
            content=key.seal_json(asdict(inbound), purpose=_PURPOSE),
            data_key=wrapped,
            received_at=at if inbound.sent is None else min(at, datetime.fromtimestamp(inbound.sent, UTC)),
        )
        .on_conflict_do_nothing(index_elements=["provider_id"])
        .returning(InboundMessage.id)
    )
    return kept


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
    for one in {*theirs, conversation}:  # whoever writes is heard in all, and gets what waits in any
        one.heard_at = max(kept.received_at, one.heard_at or kept.received_at)
        await deliveries.release(session, conversation_id=one.id, at=at)
    if moved is not None:
        await transfer.go_on(session, conversation=moved, keys=keys, at=at)
        beside = transfer.without_code(inbound.text or "")
        if not (beside or inbound.media):
            return None
        if moved.arriving:
            again = [Said(sentence("system.say_it_again", moved.language))]
            await conversations.say(session, conversation=moved, keys=keys, sender="system", said=again, at=at)
            return None
        inbound = replace(inbound, text=beside)
    elif conversation.arriving:
        conversation, inbound = await _arrived(session, conversation, inbound, kept, keys, at)
        if not inbound.text and not inbound.media:
            return None
    if transfer.wants_the_web(inbound.text or ""):
        said = await transfer.way_to_the_web(session, conversation=conversation, keys=keys, at=at)
    elif transfer.is_over(inbound.text or ""):
        said = [Said(sentence("system.transfer_over", conversation.language))]
        if beside := transfer.without_code(inbound.text or ""):
            said += await _take(session, replace(inbound, text=beside), conversation, keys, kept.received_at)
    else:
        said = await _take(session, inbound, conversation, keys, kept.received_at)
    if said:
        await conversations.say(session, conversation=conversation, keys=keys, sender="system", said=said, at=at)
    return conversation.id


async def _arrived(
    session: AsyncSession,
    conversation: Conversation,
    inbound: Inbound,
    kept: InboundMessage,
    keys: KeyRing,
    at: datetime,
) -> tuple[Conversation, Inbound]:
    """Take the answer of who came by a code; answers where it goes on, and what is still to be taken in there."""
    text, choice = inbound.text or "", inbound.choice
    if await transfer.arrive(session, conversation=conversation, text=text, choice=choice, keys=keys, at=at):
        return conversation, replace(inbound, text=None)
    theirs = await _of_contact(session, kept.contact_hash)
    other = theirs[-1] if theirs else await _open(session, inbound, kept.contact_hash, keys, at)
    kept.conversation_id, other.heard_at = other.id, kept.received_at
    said = [Said(sentence("system.another_begins", other.language))]
    await conversations.say(session, conversation=other, keys=keys, sender="system", said=said, at=at)
    short = choice is not None or len(text.split()) <= _SHORT
    return other, replace(inbound, text=None if short else text, choice=None)


async def _take(
    session: AsyncSession, inbound: Inbound, conversation: Conversation, keys: KeyRing, at: datetime
) -> list[Said]:
    """Put what came into the conversation; answers what is to be said of it at once."""
    body = _body(inbound, conversation)
    if body is None:
        return [Said(sentence("system.kind_unknown", conversation.language))]
    is_voice = any(one.media_type.startswith("audio/") for one in inbound.media)
    if is_voice and conversation.step in SURVEY_STEPS:
        return [Said(sentence("system.voice_at_survey", conversation.language))]
    message = await conversations.store(session, conversation_id=conversation.id, body=body, keys=keys, at=at)
    await media.expect(session, message=message, conversation=conversation, files=inbound.media, keys=keys)
    if is_voice:
        await conversations.queue_for_person(session, conversation=conversation, urgency=1, at=at)
        if conversation.handover != Handover.ACTIVE:  # else somebody is there who can hear it
            return [Said(sentence("system.voice_received", conversation.language))]
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


async def forget_contacts(session: AsyncSession, *, at: datetime) -> None:
    """Forget the numbers that anonymous complaints came from, once nothing more may be written to them and nothing that
    they were to get waits, or the time of a draft has passed. Who writes again has a new conversation."""
    anonymous = cast(Conversation.id, String).in_(select(Case.key_owner).where(Case.anonymous))
    waiting = select(Message.conversation_id).join(Delivery).where(Delivery.status.in_(deliveries.WAITING))
    silent = Conversation.heard_at < at - deliveries.WINDOW
    over = Conversation.heard_at < at - timedelta(days=settings().draft_days)
    done = and_(Conversation.step.is_(None), Conversation.id.not_in(waiting))
    query = select(Conversation).where(Conversation.contact.is_not(None), anonymous, silent, or_(done, over))
    for conversation in await session.scalars(query.limit(100).with_for_update(skip_locked=True)):
        conversation.contact = conversation.contact_hash = None
        of_it = InboundMessage.conversation_id == conversation.id
        await session.execute(update(InboundMessage).where(of_it).values(contact_hash=b""))
        await deliveries.forget(session, conversation_id=conversation.id)


def _body(inbound: Inbound, conversation: Conversation) -> MessageReceived | None:
    """The message as the conversation takes it: a choice by its button, number, place or title, else what was said."""
    offered = [(choice, title) for choice, title in conversation.offered]
    text = (inbound.text or "").replace("\x00", "")[:MESSAGE_CAP]
    choice = inbound.choice if inbound.choice in {one for one, _ in offered} else None
    choice = choice or chosen(text, offered, numbered=base.is_numbered(offered, provider.whatsapp()))
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
