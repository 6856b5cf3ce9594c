"""The record of a conversation: opening and resuming it, its messages, its draft and its state."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.models import Case
from api.complaints.draft import Draft
from api.conversations.channels import deliveries
from api.conversations.models import Conversation, Message
from api.conversations.schemas import Choice, Document, MessageCreate, MessageRead, MessageReceived, State
from api.copies import links
from api.copies.models import Copy
from api.database import notify
from api.errors import ChoiceNotOffered, IdempotencyConflict, NotFound
from api.evidence import service as evidence
from api.security import DataKey, KeyRing, new_token, token_hash
from api.settings import settings
from documents.frame import Kind
from vocabulary.codes import new_code, normalise_code
from vocabulary.dialogue import Handover, Language
from vocabulary.sentences import sentence

CHANNEL = "conversation"
"""The notification channel; its payload is the conversation's id, or ``QUEUE``."""
QUEUE = "queue"
"""What is told when somebody begins to wait for a person or is taken from the queue."""


@dataclass(frozen=True)
class Said:
    """One thing that the bot, an operator or the system says."""

    text: str
    choices: Sequence[tuple[str, str]] = ()
    document: dict[str, str] | None = None

    def content(self) -> dict[str, Any]:
        return {"text": self.text, "choices": list(self.choices), "document": self.document}


async def open_conversation(
    session: AsyncSession, *, channel: str, language: Language, keys: KeyRing, at: datetime
) -> tuple[Conversation, str, str]:
    """A new conversation, its token and its resume code; both are known to the citizen alone."""
    token, resume_code = new_token(), new_code()
    conversation_id = uuid.uuid4()
    key, wrapped = keys.new_data_key(owner=str(conversation_id))
    conversation = Conversation(
        id=conversation_id,
        channel=channel,
        language=language,
        token_hash=token_hash(token),
        resume_hash=keys.keyed_hash(resume_code, purpose="resume"),
        data_key=wrapped,
        draft=_seal_draft(key, Draft()),
        handover=Handover.NONE,
        emergency=False,
        offered=[],
        last_seq=0,
        created_at=at,
        purge_at=at + timedelta(days=settings().draft_days),
    )
    session.add(conversation)
    await session.flush()
    return conversation, token, resume_code


async def resume(session: AsyncSession, *, typed_code: str, keys: KeyRing) -> tuple[Conversation, str, str]:
    """Go on with an earlier conversation; the older token dies. Raises ``NotFound``."""
    code = normalise_code(typed_code)
    if code is None:
        raise NotFound
    conversation = await session.scalar(
        select(Conversation)
        .where(Conversation.resume_hash == keys.keyed_hash(code, purpose="resume"))
        .with_for_update()
    )
    if conversation is None:
        raise NotFound
    token = new_token()
    conversation.token_hash = token_hash(token)
    await notify(session, CHANNEL, str(conversation.id))
    return conversation, token, code


async def by_token(session: AsyncSession, *, conversation_id: uuid.UUID, token: str) -> Conversation:
    """Raises ``NotFound`` where there is none or the token is another's."""
    found = await session.scalar(
        select(Conversation).where(Conversation.id == conversation_id, Conversation.token_hash == token_hash(token))
    )
    if found is None:
        raise NotFound
    return found


async def locked(session: AsyncSession, *, conversation_id: uuid.UUID) -> Conversation:
    """The conversation, its row locked until the transaction ends. Raises ``NotFound``."""
    found = await session.scalar(
        select(Conversation)
        .where(Conversation.id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def key_of(conversation: Conversation, keys: KeyRing) -> DataKey:
    return keys.unwrap(conversation.data_key, owner=str(conversation.id))


def _seal_draft(key: DataKey, draft: Draft) -> bytes:
    return key.seal(draft.model_dump_json(exclude_defaults=True).encode(), purpose="draft")


def draft_of(conversation: Conversation, key: DataKey) -> Draft:
    return Draft.model_validate_json(key.open(conversation.draft, purpose="draft"))


def set_draft(conversation: Conversation, draft: Draft, key: DataKey) -> None:
    conversation.draft = _seal_draft(key, draft)


async def store(
    session: AsyncSession, *, conversation_id: uuid.UUID, body: MessageCreate, keys: KeyRing, at: datetime
) -> Message:
    """Keep a citizen's message, to be answered after the commit; the same one again is the one kept.

    Raises ``IdempotencyConflict`` for the same id with another body, ``ChoiceNotOffered`` and, for files that are
    not the conversation's, ``NotFound``; nothing is stored then.
    """
    conversation = await locked(session, conversation_id=conversation_id)
    body_hash = hashlib.sha256(body.model_dump_json().encode()).digest()
    kept = await session.scalar(
        select(Message).where(
            Message.conversation_id == conversation.id, Message.client_message_id == body.client_message_id
        )
    )
    if kept is not None:
        if kept.body_hash not in (None, body_hash):  # None: what it said was taken out of the record
            raise IdempotencyConflict
        return kept
    titles = {choice: title for choice, title in conversation.offered}
    if body.choice is not None and body.choice not in titles:
        raise ChoiceNotOffered
    key = key_of(conversation, keys)
    names = []
    if body.attachment_ids:
        items = await evidence.of_conversation(session, conversation_id=conversation.id, ids=body.attachment_ids)
        names = [evidence.name_of(item, key) for item in items]
    elif isinstance(body, MessageReceived):
        names = [sentence("system.file", conversation.language)] * body.files_to_come
    message = _append(
        session,
        conversation=conversation,
        key=key,
        sender="citizen",
        content=body.model_dump(mode="json", exclude={"client_message_id"})
        | {"title": titles[body.choice] if body.choice else _sent(names, conversation.language)},
        at=at,
    )
    conversation.offered = []  # a second tap on a choice would answer the next question
    if body.attachment_ids and conversation.case_id and conversation.step is None:
        case = await session.get_one(Case, conversation.case_id)
        await evidence.attach_to_case(session, conversation_id=str(conversation.id), case=case)
    message.client_message_id = body.client_message_id
    message.body_hash = body_hash
    message.awaits_reply = conversation.handover != Handover.ACTIVE
    conversation.purge_at = at + timedelta(days=settings().draft_days)
    await notify(session, CHANNEL, str(conversation.id))
    await session.flush()
    return message


def add_file(message: Message, evidence_id: uuid.UUID, key: DataKey) -> None:
    """Note in a citizen's message that one of its files has come."""
    content = content_of(message, key)
    content["attachment_ids"] = [*content.get("attachment_ids", []), str(evidence_id)]
    content["files_to_come"] = max(content.get("files_to_come", 0) - 1, 0)
    message.content = key.seal_json(content, purpose=f"message:{message.seq}")


def _sent(names: Sequence[str], language: str) -> str:
    """What stands in the record for a message without words: the names of its files, or a place."""
    if names:
        return sentence("system.file_sent", language, names=", ".join(names))
    return sentence("system.location_sent", language)


def _append(
    session: AsyncSession,
    *,
    conversation: Conversation,
    key: DataKey,
    sender: str,
    content: dict[str, Any],
    at: datetime,
    reply_to: int | None = None,
) -> Message:
    """Add a message; the caller holds the conversation's row lock, which orders them."""
    conversation.last_seq += 1
    seq = conversation.last_seq
    message = Message(
        conversation_id=conversation.id,
        seq=seq,
        sender=sender,
        content=key.seal_json(content, purpose=f"message:{seq}"),
        created_at=at,
        reply_to=reply_to,
        awaits_reply=False,
    )
    session.add(message)
    return message


async def say(
    session: AsyncSession,
    *,
    conversation: Conversation,
    keys: KeyRing,
    sender: str,
    said: Sequence[Said],
    at: datetime,
    reply_to: int | None = None,
) -> list[Message]:
    """Add what is said to a conversation whose row is locked, and tell who listens."""
    key = key_of(conversation, keys)
    messages = [
        _append(
            session,
            conversation=conversation,
            key=key,
            sender=sender,
            content=one.content(),
            at=at,
            reply_to=reply_to,
        )
        for one in said
    ]
    await notify(session, CHANNEL, str(conversation.id))
    await session.flush()
    if conversation.contact is not None:
        await deliveries.queue(session, conversation=conversation, messages=messages, at=at)
    return messages


def paper_said(copy: Copy, case_number: str, language: str) -> Said:
    """The message that brings a paper."""
    name = "second_copy" if copy.kind == Kind.COMPLAINT_COPY and copy.number > 1 else copy.kind
    title = sentence(f"copies.{name}_title", language, case_number=case_number, number=copy.number)
    document = {"title": title, "verification_code": copy.verification_code}
    return Said(sentence(f"system.{copy.kind}_ready", language), document=document)


def content_of(message: Message, key: DataKey) -> dict[str, Any]:
    content: dict[str, Any] = key.open_json(message.content, purpose=f"message:{message.seq}")
    return content


def read(message: Message, *, key: DataKey, keys: KeyRing, at: datetime) -> MessageRead:
    """A message as its reader gets it; a document's link is made afresh and expires."""
    content = content_of(message, key)
    document = content.get("document")
    return MessageRead.model_validate(
        {
            "seq": message.seq,
            "sender": message.sender,
            "text": content.get("text") or content.get("title") or "",
            "choices": [Choice(id=i, title=title) for i, title in content.get("choices", [])],
            "document": Document(
                title=document["title"],
                media_type="application/pdf",
                verification_code=document["verification_code"],
                url=links.document_url(document["verification_code"], keys=keys, at=at),
            )
            if document
            else None,
            "created_at": message.created_at,
        }
    )


async def messages_after(session: AsyncSession, *, conversation_id: uuid.UUID, after: int) -> Sequence[Message]:
    """The messages after one, of those that are shown where the conversation is now."""
    shown = select(Conversation.shown_after).where(Conversation.id == conversation_id).scalar_subquery()
    query = select(Message).where(Message.conversation_id == conversation_id, Message.seq > after, Message.seq > shown)
    return (await session.scalars(query.order_by(Message.seq))).all()


async def record_of(session: AsyncSession, *, case: Case) -> Sequence[Message]:
    """What was said around a case: after the complaint that was filed before it in the same conversation and, where another
    followed, until its own filing. What belongs to another case is for who has that one."""
    query = select(Message).where(Message.conversation_id == uuid.UUID(case.key_owner))
    others = select(Case.filed_at).where(Case.key_owner == case.key_owner, Case.id != case.id)
    filed = (await session.scalars(others)).all()
    if earlier := [at for at in filed if at < case.filed_at]:
        query = query.where(Message.created_at > max(earlier))
    if len(earlier) < len(filed):
        query = query.where(Message.created_at <= case.filed_at)
    return (await session.scalars(query.order_by(Message.seq))).all()


async def replies_to(session: AsyncSession, *, message: Message) -> Sequence[Message]:
    query = select(Message).where(Message.conversation_id == message.conversation_id, Message.reply_to == message.seq)
    return (await session.scalars(query.order_by(Message.seq))).all()


async def state_of(session: AsyncSession, *, conversation: Conversation, key: DataKey) -> State:
    draft = draft_of(conversation, key)
    number = None
    if conversation.case_id is not None:
        number = await session.scalar(select(Case.number).where(Case.id == conversation.case_id))
    return State.model_validate(
        {
            "service": conversation.service,
            "step": conversation.step,
            "incident_type": draft.incident_type,
            "language": conversation.language,
            "handover": conversation.handover,
            "emergency": conversation.emergency,
            "draft": (draft if conversation.moved_at is None else Draft()).public(),
            "case_number": number,
        }
    )


def state_after(message: Message, key: DataKey) -> State | None:
    """The state as it was told with the answer to this message; None while it waits for one."""
    if message.state_after is None:
        return None
    return State.model_validate(key.open_json(message.state_after, purpose=f"state:{message.seq}"))


def remember_state(message: Message, state: State, key: DataKey) -> None:
    sealed = json.dumps(state.model_dump(mode="json"), ensure_ascii=False).encode()
    message.state_after = key.seal(sealed, purpose=f"state:{message.seq}")


async def queue_for_person(session: AsyncSession, *, conversation: Conversation, urgency: int, at: datetime) -> None:
    """Have a person answer; ``urgency`` as in ``Conversation``."""
    if conversation.handover == Handover.NONE:
        conversation.handover = Handover.QUEUED
        conversation.handover_at = at
        conversation.place_told = conversation.place_told_at = None
    conversation.urgency = max(conversation.urgency, urgency)
    await notify(session, CHANNEL, QUEUE)


def forget_words(message: Message, *, key: DataKey, language: str) -> None:
    """Take out of the record what a message said, also the hash that would tell it by trial; its files stay."""
    content = content_of(message, key)
    if content.get("text") or content.get("choice"):
        content |= {"text": None, "choice": None, "title": sentence("system.survey_answered", language)}
        message.content = key.seal_json(content, purpose=f"message:{message.seq}")
        message.body_hash = None


async def by_case(session: AsyncSession, *, case: Case) -> Conversation | None:
    """The conversation that filed a case, its row locked."""
    return await session.scalar(
        select(Conversation).where(Conversation.id == uuid.UUID(case.key_owner)).with_for_update()
    )


async def forget_token(session: AsyncSession, *, token: str) -> None:
    """End the session of a shared phone; the resume code still opens the conversation."""
    query = update(Conversation).where(Conversation.token_hash == token_hash(token)).values(token_hash=None)
    left = await session.scalar(query.returning(Conversation.id))
    if left is not None:
        await notify(session, CHANNEL, str(left))


async def forget_addresses(session: AsyncSession, *, at: datetime) -> None:
    """Forget from where conversations were opened, a day later."""
    old = Conversation.created_at < at - timedelta(days=1)
    query = update(Conversation).where(old, Conversation.address_hash.is_not(None)).values(address_hash=None)
    await session.execute(query)


async def pending(session: AsyncSession, *, conversation_id: uuid.UUID) -> str | None:
    """The message that is being answered, as the mark of what is done for it."""
    query = select(Message.id).where(Message.conversation_id == conversation_id, Message.awaits_reply)
    found = await session.scalar(query.order_by(Message.seq).limit(1))
    return f"message:{found}" if found else None


async def awaits_reply(session: AsyncSession, *, conversation_id: uuid.UUID) -> bool:
    """Whether a message of the conversation is still to be answered."""
    query = select(Message.id).where(Message.conversation_id == conversation_id, Message.awaits_reply).limit(1)
    return await session.scalar(query) is not None
