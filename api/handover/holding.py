"""Who has a conversation, who may take it, and whether whoever took it may still have it."""

import uuid

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases import service as cases
from api.cases.models import Case
from api.conversations import scope
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.errors import ConversationTaken, NotFound
from api.handover.models import Attendance
from api.staff.models import StaffMember
from vocabulary.dialogue import Handover


def theirs(member: StaffMember) -> ColumnElement[bool]:
    """Which of the attendances of a member of staff are still theirs, of a query that joins ``Case`` by ``case_now``. What the
    citizen tells them meanwhile doesn't take it from them, though they could not take it now: nobody is left in the middle of
    telling of violence."""
    same = and_(Attendance.role == member.role, Attendance.station_id == member.station_id)
    return and_(same, or_(Case.id.is_(None), cases.readable_by(member)))


async def keeps(session: AsyncSession, *, attendance: Attendance, member: StaffMember) -> bool:
    """Whether who took a conversation may still have it: they are who they were then, and its case is still one of theirs."""
    if member.disabled_at is not None:
        return False
    query = select(Attendance.id).join(Conversation, Conversation.id == Attendance.conversation_id)
    query = query.outerjoin(Case, scope.case_now()).where(Attendance.id == attendance.id, theirs(member))
    return await session.scalar(query) is not None


async def may_take(session: AsyncSession, *, member: StaffMember, conversation_id: uuid.UUID) -> bool:
    """Whether a conversation is one that a member of staff may take."""
    query = select(Conversation.id).outerjoin(Case, scope.case_now())
    return await session.scalar(query.where(Conversation.id == conversation_id, scope.open_to(member))) is not None


async def waits(session: AsyncSession, *, conversation_id: uuid.UUID, member: StaffMember) -> bool:
    """Whether somebody waits whom a member of staff may take."""
    query = select(Conversation.id).outerjoin(Case, scope.case_now()).where(Conversation.id == conversation_id)
    query = query.where(Conversation.handover == Handover.QUEUED, scope.open_to(member))
    return await session.scalar(query) is not None


async def holder(session: AsyncSession, *, conversation_id: uuid.UUID) -> tuple[Attendance, StaffMember] | None:
    """Who has a conversation."""
    query = (
        select(Attendance, StaffMember)
        .join(StaffMember, StaffMember.id == Attendance.staff_id)
        .where(Attendance.conversation_id == conversation_id, Attendance.ended_at.is_(None))
    )
    found = (await session.execute(query)).one_or_none()
    return (found[0], found[1]) if found else None


async def held(session: AsyncSession, *, conversation_id: uuid.UUID, member: StaffMember) -> Attendance | None:
    """The attendance by which a member of staff has a conversation, and may have it."""
    current = await holder(session, conversation_id=conversation_id)
    if current is None or current[1].id != member.id:
        return None
    return current[0] if await keeps(session, attendance=current[0], member=member) else None


async def had(session: AsyncSession, *, conversation_id: uuid.UUID, member: StaffMember) -> bool:
    """Whether a member of staff has or had a conversation."""
    query = select(Attendance.id).where(Attendance.conversation_id == conversation_id, Attendance.staff_id == member.id)
    return await session.scalar(query.limit(1)) is not None


async def own(
    session: AsyncSession, *, conversation_id: uuid.UUID, member: StaffMember
) -> tuple[Conversation, Attendance]:
    """A conversation that a member of staff has, its row locked. Raises ``ConversationTaken`` where another has it whom they
    might relieve, and ``NotFound``, also where they took it and may have it no more."""
    conversation = await conversations.locked(session, conversation_id=conversation_id)
    if attendance := await held(session, conversation_id=conversation_id, member=member):
        return conversation, attendance
    current = await holder(session, conversation_id=conversation_id)
    if (
        current is not None
        and current[1].id != member.id
        and await may_take(session, member=member, conversation_id=conversation_id)
    ):
        raise ConversationTaken
    raise NotFound
