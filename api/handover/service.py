"""Who waits for a person, who has whom, and what the citizen is told of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, not_, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case
from api.conversations import scope
from api.conversations import service as conversations
from api.conversations.channels.deliveries import WINDOW
from api.conversations.models import Conversation, Message
from api.conversations.service import CHANNEL, QUEUE, Said
from api.database import notify
from api.errors import ConversationTaken, NotFound
from api.handover import holding
from api.handover.models import Attendance
from api.security import KeyRing
from api.settings import settings
from api.staff import service as staff
from api.staff.models import StaffMember
from api.stations.models import Station
from vocabulary.dialogue import Choice, Handover
from vocabulary.sentences import sentence

SILENCE = timedelta(minutes=10)
"""Who has a conversation and leaves its citizen without a word for so long has it no more."""
_PAUSE = timedelta(minutes=5)
"""The least between two words on somebody's place."""
_MOST = 200


class Ended(StrEnum):
    """How a member's having of a conversation ended."""

    RETURNED = "returned"
    ENDED = "ended"
    PASSED = "passed"
    LOST = "lost"


@dataclass(frozen=True)
class Duty:
    """Whether somebody who may take a conversation is at the console, how many wait before it, and both in words."""

    on_duty: bool
    ahead: int
    text: str


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits, as the queue shows it: nothing personal. ``kind`` is the kind of incident; ``writable`` is False where
    WhatsApp lets nobody write before the citizen does."""

    id: uuid.UUID
    urgency: int
    front: bool
    since: datetime
    language: str
    channel: str
    service: str | None
    kind: str | None
    writable: bool


def languages_of(member: StaffMember) -> frozenset[str]:
    """The languages that a member of staff speaks."""
    return frozenset(member.languages)


def is_writable(conversation: Conversation, at: datetime) -> bool:
    """Whether what is written now reaches the citizen now: WhatsApp's window is open, or it is no such channel."""
    if conversation.contact is None:
        return True
    return conversation.heard_at is not None and at - conversation.heard_at <= WINDOW


async def waiting(
    session: AsyncSession, *, member: StaffMember, language: str | None, keys: KeyRing, at: datetime
) -> Sequence[Waiting]:
    """Who waits for a person and may be taken by a member of staff: the most urgent first, then whom somebody left, then whose
    language they speak, then who came first; with ``language`` those of that one."""
    spoken = languages_of(member)
    query = (
        select(Conversation)
        .outerjoin(Case, scope.case_now())
        .where(Conversation.handover == Handover.QUEUED, scope.open_to(member))
        .order_by(*_first(), Conversation.language.not_in(spoken), *_then())
        .limit(_MOST)
    )
    if language is not None:
        query = query.where(Conversation.language == language)
    return [_shown(one, keys, at) for one in await session.scalars(query)]


def _first() -> tuple[ColumnElement[int], ColumnElement[bool]]:
    return -Conversation.urgency, not_(Conversation.front)


def _then() -> tuple[ColumnElement[datetime | None], ColumnElement[uuid.UUID]]:
    return Conversation.handover_at.expression, Conversation.id.expression


def _shown(conversation: Conversation, keys: KeyRing, at: datetime) -> Waiting:
    draft = conversations.draft_of(conversation, conversations.key_of(conversation, keys))
    return Waiting(
        id=conversation.id,
        urgency=conversation.urgency,
        front=conversation.front,
        since=conversation.handover_at or conversation.created_at,
        language=conversation.language,
        channel=conversation.channel,
        service=conversation.service,
        kind=draft.incident_type,
        writable=is_writable(conversation, at),
    )


async def had_by(session: AsyncSession, *, member: StaffMember) -> Sequence[tuple[Attendance, Conversation, bool]]:
    """The conversations that a member of staff has, and of each whether the citizen waits for a word."""
    query = (
        select(Attendance, Conversation)
        .join(Conversation, Conversation.id == Attendance.conversation_id)
        .outerjoin(Case, scope.case_now())
        .where(Attendance.staff_id == member.id, Attendance.ended_at.is_(None), holding.theirs(member))
        .order_by(Attendance.taken_at)
    )
    return [
        (attendance, conversation, await _unanswered_since(session, attendance) is not None)
        for attendance, conversation in await session.execute(query)
    ]


async def able(session: AsyncSession, *, conversation: Conversation, at: datetime) -> Sequence[StaffMember]:
    """Who is on duty and may take a conversation."""
    present = await staff.on_duty(session, at=at)
    return [one for one in present if await holding.may_take(session, member=one, conversation_id=conversation.id)]


async def duty(session: AsyncSession, *, conversation: Conversation, at: datetime) -> Duty:
    """What whoever waits can honestly be told."""
    await session.flush()
    language = conversation.language
    if not await able(session, conversation=conversation, at=at):
        hours = settings().operator_hours
        told = [sentence("talk.off_duty", language)]
        told += [sentence("handover.hours", language, hours=hours)] if hours else []
        return Duty(False, 0, " ".join([*told, sentence("handover.call_offer", language)]))
    mine = (-conversation.urgency, not conversation.front, conversation.handover_at, conversation.id)
    before = tuple_(*_first(), *_then()) < mine
    query = select(func.count()).select_from(Conversation).where(Conversation.handover == Handover.QUEUED, before)
    ahead = await session.scalar(query) or 0
    return Duty(True, ahead, f"{sentence('talk.on_duty', language)} {place_text(ahead, language)}")


def place_text(ahead: int, language: str) -> str:
    if ahead == 0:
        return sentence("handover.place_next", language)
    return (
        sentence("handover.place_one", language)
        if ahead == 1
        else sentence("handover.place_many", language, count=ahead)
    )


def note_told(conversation: Conversation, found: Duty, *, at: datetime) -> None:
    """Remember what whoever waits was told of their place."""
    conversation.place_told = found.ahead if found.on_duty else None
    conversation.place_told_at = at


def first_name(member: StaffMember) -> str:
    """What the citizen is told of who is there."""
    return member.name.split()[0]


async def take(
    session: AsyncSession, *, conversation_id: uuid.UUID, member: StaffMember, keys: KeyRing, at: datetime
) -> None:
    """Have somebody who waits; of two who take at once one does. Again it changes nothing.

    Raises ``NotFound`` where nobody waits whom they may take, and ``ConversationTaken`` where another has them.
    """
    conversation = await conversations.locked(session, conversation_id=conversation_id)
    current = await holding.holder(session, conversation_id=conversation_id)
    if current is not None and current[1].id == member.id:
        return
    if not await holding.may_take(session, member=member, conversation_id=conversation_id):
        raise NotFound
    if current is not None:
        raise ConversationTaken
    if conversation.handover != Handover.QUEUED:
        raise NotFound
    conversation.handover, conversation.front, conversation.offered = Handover.ACTIVE, False, []
    waits = (Message.conversation_id == conversation_id) & Message.awaits_reply
    await session.execute(update(Message).where(waits).values(awaits_reply=False))  # a person answers them now
    await _begin(session, conversation=conversation, member=member, key="handover.here", keys=keys, at=at)


async def _begin(
    session: AsyncSession, *, conversation: Conversation, member: StaffMember, key: str, keys: KeyRing, at: datetime
) -> None:
    """Note who has a conversation from now on, and tell its citizen."""
    who = {"staff_id": member.id, "role": member.role, "station_id": member.station_id}
    session.add(Attendance(conversation_id=conversation.id, taken_at=at, **who))
    station = await session.get_one(Station, member.station_id)
    text = sentence(key, conversation.language, name=first_name(member), station=station.name)
    await _tell(session, conversation, text, keys, at)
    subject = f"conversation:{conversation.id}"
    audit.record(session, Act.CONVERSATION_TAKEN, actor=f"staff:{member.id}", subject=subject, at=at)
    await notify(session, CHANNEL, QUEUE)


async def _tell(
    session: AsyncSession, conversation: Conversation, text: str, keys: KeyRing, at: datetime, *, callback: bool = False
) -> Message:
    choices = [(Choice.CALLBACK.value, sentence("talk.choices.callback", conversation.language))] if callback else []
    kept = [one for one in conversation.offered if one[0] not in dict(choices)]
    conversation.offered = [*kept, *choices]
    (message,) = await conversations.say(
        session, conversation=conversation, keys=keys, sender="system", said=[Said(text, choices)], at=at
    )
    return message


async def speak(
    session: AsyncSession,
    *,
    conversation: Conversation,
    attendance: Attendance,
    text: str,
    message_id: uuid.UUID,
    keys: KeyRing,
    at: datetime,
) -> None:
    """Say something to the citizen as a person, once for each ``message_id``."""
    mark = f"operator:{message_id}"
    said = select(Message.id).where(Message.conversation_id == conversation.id, Message.client_message_id == mark)
    if await session.scalar(said) is not None:
        return
    (message,) = await conversations.say(
        session, conversation=conversation, keys=keys, sender="operator", said=[Said(text)], at=at
    )
    message.client_message_id = mark
    attendance.spoke_at = at


async def leave(
    session: AsyncSession,
    *,
    conversation: Conversation,
    attendance: Attendance,
    member: StaffMember,
    to_bot: bool,
    keys: KeyRing,
    at: datetime,
) -> None:
    """Stop having a conversation; ``to_bot`` has the bot put its open question again, once this is committed."""
    how = Ended.RETURNED if to_bot else Ended.ENDED
    await _close(session, attendance, how, actor=f"staff:{member.id}", at=at)
    conversation.handover, conversation.handover_at = Handover.NONE, None
    text = sentence(f"handover.{how}", conversation.language, name=first_name(member))
    message = await _tell(session, conversation, text, keys, at)
    message.awaits_reply = to_bot


async def pass_on(
    session: AsyncSession,
    *,
    conversation: Conversation,
    attendance: Attendance,
    to: uuid.UUID,
    keys: KeyRing,
    at: datetime,
) -> None:
    """Give a conversation to somebody else on duty who may have it. Raises ``NotFound``."""
    other = next((one for one in await able(session, conversation=conversation, at=at) if one.id == to), None)
    if other is None or other.id == attendance.staff_id:
        raise NotFound
    await _close(session, attendance, Ended.PASSED, actor=f"staff:{attendance.staff_id}", at=at)
    await session.flush()
    await _begin(session, conversation=conversation, member=other, key="handover.passed", keys=keys, at=at)


async def _close(session: AsyncSession, attendance: Attendance, how: Ended, *, actor: str, at: datetime) -> None:
    attendance.ended_at, attendance.ended_how = at, how
    subject = f"conversation:{attendance.conversation_id}"
    audit.record(session, Act.CONVERSATION_LEFT, actor=actor, subject=subject, at=at)
    await notify(session, CHANNEL, QUEUE)


async def _unanswered_since(session: AsyncSession, attendance: Attendance) -> datetime | None:
    """Since when the citizen waits for a word of who has the conversation."""
    if attendance.spoke_at is None:
        return attendance.taken_at
    query = select(func.min(Message.created_at)).where(
        Message.conversation_id == attendance.conversation_id,
        Message.sender == "citizen",
        Message.created_at > attendance.spoke_at,
    )
    return await session.scalar(query)


async def left(session: AsyncSession, *, at: datetime) -> Sequence[uuid.UUID]:
    """Conversations whose member of staff may have them no more, has no session any more, or left the citizen waiting for
    ``SILENCE``."""
    found = []
    query = select(Attendance, StaffMember).join(StaffMember, StaffMember.id == Attendance.staff_id)
    for attendance, member in await session.execute(query.where(Attendance.ended_at.is_(None))):
        since = await _unanswered_since(session, attendance)
        silent = since is not None and at - since > SILENCE
        there = await staff.has_session(session, staff_id=member.id, at=at)
        if silent or not there or not await holding.keeps(session, attendance=attendance, member=member):
            found.append(attendance.conversation_id)
    return found


async def put_back(session: AsyncSession, *, conversation_id: uuid.UUID, keys: KeyRing, at: datetime) -> None:
    """Put whom nobody answers back into the queue, in front, and say so; looked at again, since a word may have come."""
    conversation = await conversations.locked(session, conversation_id=conversation_id)
    current = await holding.holder(session, conversation_id=conversation_id)
    if current is None or conversation_id not in await left(session, at=at):
        return
    await _close(session, current[0], Ended.LOST, actor="worker", at=at)
    conversation.handover, conversation.front = Handover.QUEUED, True
    found = await duty(session, conversation=conversation, at=at)
    note_told(conversation, found, at=at)
    text = sentence("handover.lost", conversation.language, duty=found.text)
    await _tell(session, conversation, text, keys, at, callback=not found.on_duty)


async def queued(session: AsyncSession, *, at: datetime) -> Sequence[uuid.UUID]:
    """Who waits and was told nothing of their place lately."""
    quiet = or_(Conversation.place_told_at.is_(None), Conversation.place_told_at < at - _PAUSE)
    query = select(Conversation.id).where(Conversation.handover == Handover.QUEUED, quiet)
    return (await session.scalars(query.order_by(*_first(), *_then()))).all()


async def tell_place(session: AsyncSession, *, conversation_id: uuid.UUID, keys: KeyRing, at: datetime) -> None:
    """Tell whoever waits what changed: that somebody came on duty or nobody is any more, that they are the next, or that half of
    those before them are gone. Nothing else, and nothing where WhatsApp would not carry it."""
    conversation = await conversations.locked(session, conversation_id=conversation_id)
    if conversation.handover != Handover.QUEUED or not is_writable(conversation, at):
        return
    found = await duty(session, conversation=conversation, at=at)
    before, never = conversation.place_told, conversation.place_told_at is None
    place = place_text(found.ahead, conversation.language)
    if found.on_duty and before is None:
        text = sentence("handover.came_on_duty", conversation.language, place=place)
    elif found.on_duty and before is not None and found.ahead <= before // 2 and found.ahead != before:
        text = sentence("handover.moved_up", conversation.language, place=place)
    elif not found.on_duty and (before is not None or never):
        text = sentence("handover.nobody_left", conversation.language, duty=found.text)
    else:
        return
    note_told(conversation, found, at=at)
    await _tell(session, conversation, text, keys, at, callback=not found.on_duty)
