"""What was told of violence and never filed, before the head of the office that would have had it."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case
from api.conversations import scope
from api.conversations.models import Conversation
from api.errors import NotFound
from api.staff.models import StaffMember


def _visible(member: StaffMember) -> Select[Conversation]:
    query = select(Conversation).outerjoin(Case, scope.case_now()).where(Conversation.restricted_at.is_not(None))
    return query.where(Case.id.is_(None), scope.open_to(member))


async def listed(session: AsyncSession, *, member: StaffMember) -> Sequence[Conversation]:
    """Those that nobody has seen to yet first, then the latest."""
    query = _visible(member).order_by(Conversation.attended_at.is_not(None), Conversation.restricted_at.desc())
    return (await session.scalars(query)).all()


async def opened(
    session: AsyncSession, *, conversation_id: uuid.UUID, member: StaffMember, at: datetime
) -> Conversation:
    """One of them; that it was read is written down. Raises ``NotFound``."""
    conversation = await session.scalar(_visible(member).where(Conversation.id == conversation_id))
    if conversation is None:
        raise NotFound
    subject = f"conversation:{conversation.id}"
    audit.record(session, Act.CONVERSATION_READ, actor=f"staff:{member.id}", subject=subject, at=at)
    return conversation


async def attend(session: AsyncSession, *, conversation: Conversation, member: StaffMember, at: datetime) -> None:
    """Note that somebody has seen to it."""
    if conversation.attended_at is None:
        conversation.attended_at = at
        subject = f"conversation:{conversation.id}"
        audit.record(session, Act.DISCLOSURE_ATTENDED, actor=f"staff:{member.id}", subject=subject, at=at)
