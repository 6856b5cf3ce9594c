"""Wishes to be called, of those whom nobody could answer at once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case
from api.complaints import service as complaints
from api.conversations import scope
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.service import CHANNEL, QUEUE
from api.database import notify
from api.errors import NotFound
from api.handover.models import Callback
from api.security import KeyRing
from api.staff.models import StaffMember
from vocabulary.dialogue import Handover

type Outcome = Literal["reached", "not_reached", "not_needed"]


@dataclass(frozen=True)
class Call:
    """What whoever calls must know. ``safe_contact`` is what the citizen said of being reached without danger, ``discreet``
    whether nothing may be told to who else answers."""

    phone: str
    when: str
    name: str | None
    safe_contact: str | None
    discreet: bool


async def ask(
    session: AsyncSession, *, conversation: Conversation, phone: str, when: str, keys: KeyRing, at: datetime
) -> None:
    """Note that a citizen wants to be called; asked again, the later number and time are those that count. They go on waiting
    for a person meanwhile."""
    key = conversations.key_of(conversation, keys)
    content = key.seal_json({"phone": phone, "when": when}, purpose="callback")
    open_one = select(Callback).where(Callback.conversation_id == conversation.id, Callback.closed_at.is_(None))
    kept = await session.scalar(open_one)
    if kept is not None:
        kept.content = content
    else:
        session.add(Callback(conversation_id=conversation.id, content=content, asked_at=at))
    await notify(session, CHANNEL, QUEUE)


def _visible(member: StaffMember) -> Select[Callback, Conversation]:
    return (
        select(Callback, Conversation)
        .join(Conversation, Conversation.id == Callback.conversation_id)
        .outerjoin(Case, scope.case_now())
        .where(Callback.closed_at.is_(None), scope.open_to(member))
    )


async def listed(session: AsyncSession, *, member: StaffMember) -> Sequence[tuple[Callback, Conversation]]:
    """The calls that wait and a member of staff may make, the most urgent first, then the oldest."""
    query = _visible(member).order_by(-Conversation.urgency, Callback.asked_at, Callback.id)
    return [(callback, conversation) for callback, conversation in await session.execute(query)]


async def opened(
    session: AsyncSession, *, callback_id: uuid.UUID, member: StaffMember
) -> tuple[Callback, Conversation]:
    """A call that waits, its row locked. Raises ``NotFound``."""
    query = _visible(member).where(Callback.id == callback_id).with_for_update(of=(Conversation, Callback))
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def read(
    session: AsyncSession,
    *,
    callback: Callback,
    conversation: Conversation,
    member: StaffMember,
    keys: KeyRing,
    at: datetime,
) -> Call:
    """Whom to call and when; that it was read is written down."""
    key = conversations.key_of(conversation, keys)
    draft, content = conversations.draft_of(conversation, key), key.open_json(callback.content, purpose="callback")
    audit.record(session, Act.CALLBACK_READ, actor=f"staff:{member.id}", subject=f"callback:{callback.id}", at=at)
    discreet = conversation.reserved or complaints.is_reserved(draft)
    return Call(content["phone"], content["when"], draft.full_name, draft.safe_contact, discreet)


async def close(
    session: AsyncSession,
    *,
    callback: Callback,
    conversation: Conversation,
    member: StaffMember,
    outcome: Outcome,
    at: datetime,
) -> None:
    """Note how a call ended. Who was not reached is called again, and goes on waiting for a person; who was does not."""
    actor, subject = f"staff:{member.id}", f"callback:{callback.id}"
    if outcome == "not_reached":
        callback.tried_at = at
        audit.record(session, Act.CALLBACK_TRIED, actor=actor, subject=subject, at=at)
        return
    callback.closed_at, callback.closed_by, callback.outcome = at, member.id, outcome
    locked = await conversations.locked(session, conversation_id=conversation.id)
    if locked.handover == Handover.QUEUED:
        locked.handover, locked.handover_at = Handover.NONE, None
    audit.record(session, Act.CALLBACK_CLOSED, actor=actor, subject=subject, at=at)
    await notify(session, CHANNEL, QUEUE)
