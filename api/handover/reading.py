"""What of a conversation is before whoever has it: what belongs to its last case or to none yet, as far as they may know."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases import service as cases
from api.cases.models import Case
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.evidence import service as evidence
from api.evidence.models import EvidenceItem
from api.handover.models import Attendance
from api.staff.models import StaffMember

_AGAIN = timedelta(minutes=10)


def note_read(session: AsyncSession, *, attendance: Attendance, at: datetime) -> None:
    """Write down once that a conversation was opened, until it was closed for a while."""
    if attendance.read_at is None or at - attendance.read_at > _AGAIN:
        actor, subject = f"staff:{attendance.staff_id}", f"conversation:{attendance.conversation_id}"
        audit.record(session, Act.CONVERSATION_READ, actor=actor, subject=subject, at=at)
    attendance.read_at = at


async def case_of(session: AsyncSession, *, conversation: Conversation, member: StaffMember) -> Case | None:
    """The last case that a conversation filed, for whoever may read that."""
    return await session.scalar(select(Case).where(Case.id == conversation.case_id, cases.readable_by(member)))


async def messages(session: AsyncSession, *, conversation: Conversation, case: Case | None) -> Sequence[Message]:
    """What was said: around ``case``, as its page shows it, and since; without that, since the last filing. What belongs to an
    earlier case is for who has that one."""
    shown = await conversations.messages_after(session, conversation_id=conversation.id, after=0)
    if case is not None:
        around = {message.seq for message in await conversations.record_of(session, case=case)}
        return [message for message in shown if message.seq in around]
    if conversation.case_id is not None:
        filed = (await session.get_one(Case, conversation.case_id)).filed_at
        return [message for message in shown if message.created_at > filed]
    return shown


async def voice_notes(
    session: AsyncSession, *, conversation: Conversation, member: StaffMember
) -> Sequence[EvidenceItem]:
    """What the citizen said by voice, oldest first, with the same limits."""
    case = await case_of(session, conversation=conversation, member=member)
    own = (None, case.id if case else None)
    items = await evidence.of_conversation(session, conversation_id=conversation.id)
    return [item for item in items if item.media_type.startswith("audio/") and item.case_id in own]
