"""What staff see of messaging: what could not be delivered, and the voice notes that somebody has to hear."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from api import clock, errors
from api.access import Officer, works
from api.audit import service as audit
from api.audit.service import Act
from api.cases import service as cases
from api.cases.models import Case
from api.conversations import scope
from api.conversations import service as conversations
from api.conversations.channels import deliveries
from api.conversations.channels.base import Status
from api.conversations.channels.models import Delivery
from api.conversations.models import Conversation, Message
from api.conversations.routes import Keys
from api.database import Session
from api.errors import Forbidden, Malformed, NotFound, Unauthenticated, describes
from api.evidence import custody
from api.evidence import service as evidence
from api.evidence.models import EvidenceItem
from api.staff.models import StaffMember
from vocabulary.cases import CustodyAct

router = APIRouter(prefix="/api/v1", tags=["messaging"], dependencies=[Depends(works)])
_RESPONSES = describes(Unauthenticated, Forbidden, NotFound)
_LISTED = describes(Unauthenticated, Forbidden, Malformed)
MOST = 200
"""Rows of a page of a list."""
_URGENCIES = ("0", "1", "2")


class Undelivered(BaseModel):
    """A part of a message that did not reach the citizen: ``held`` until they write again, more than 24 hours after their
    last message; ``unknown`` whether the provider took it; ``given_up`` after many tries; ``failed`` for good. ``error``
    is the provider's code, ``cursor`` the place in the list."""

    id: uuid.UUID
    case_number: str | None
    urgency: int
    cursor: str
    status: Literal["held", "unknown", "given_up", "failed"]
    since: datetime
    error: str | None


class VoiceNote(BaseModel):
    """A statement by voice that nobody has heard yet; ``transcribed`` is whether a machine wrote down what it says,
    ``cursor`` the place in the list."""

    id: uuid.UUID
    case_number: str | None
    urgency: int
    cursor: str
    received_at: datetime
    transcribed: bool


class Transcript(BaseModel):
    """What a machine made of a statement by voice, which nobody checked."""

    text: str


After = Annotated[str | None, Query(description="The cursor of the last one of the page before.")]


def _cursor(urgency: int, since: datetime, identifier: uuid.UUID) -> str:
    return f"{urgency}~{since.isoformat()}~{identifier}"


def _page[*T](
    query: Select[*T],
    after: str | None,
    since: InstrumentedAttribute[datetime],
    identifier: InstrumentedAttribute[uuid.UUID],
) -> Select[*T]:
    """One page of a list, the most urgent first, then the oldest. Raises ``Malformed`` for what is no cursor."""
    order = (-Conversation.urgency, since, identifier)
    if after is not None:
        try:
            urgency, moment, last = after.split("~")
            place = (-_URGENCIES.index(urgency), datetime.fromisoformat(moment), uuid.UUID(last))
        except ValueError:
            raise Malformed from None
        query = query.where(tuple_(*order) > place)
    return query.order_by(*order).limit(MOST)


def _within(member: StaffMember) -> ColumnElement[bool]:
    """What an officer may see: the cases of their station, and what is no case yet."""
    return or_(Case.id.is_(None), cases.readable_by(member))


def _may_hear(member: StaffMember) -> ColumnElement[bool]:
    """What an officer may hear: as of the conversation it came in, and of no case yet no file that is closed by itself."""
    return scope.open_to(member, EvidenceItem.restricted.expression)


@router.get("/undelivered", response_model=list[Undelivered], responses=_LISTED)
async def list_undelivered(
    member: Officer, session: Session, held: bool = False, after: After = None
) -> Sequence[Undelivered]:
    """What the citizens were not told, the most urgent first, then the oldest; apart from it (``held``) what only waits for
    them to write."""
    listed = (Status.HELD,) if held else (Status.UNKNOWN, Status.GIVEN_UP, Status.FAILED)
    query = (
        select(Delivery, Case.number, Conversation.urgency)
        .join(Message, Message.id == Delivery.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Case, scope.case_now())
        .where(Delivery.status.in_(listed), _within(member))
    )
    page = _page(query, after, Delivery.changed_at, Delivery.id)
    return [
        Undelivered.model_validate(
            {
                "id": one.id,
                "case_number": number,
                "urgency": urgency,
                "cursor": _cursor(urgency, one.changed_at, one.id),
                "status": one.status,
                "since": one.changed_at,
                "error": one.error,
            }
        )
        for one, number, urgency in await session.execute(page)
    ]


@router.post("/undelivered/{delivery_id}/retry", status_code=204, responses=_RESPONSES)
async def retry(delivery_id: uuid.UUID, member: Officer, session: Session) -> None:
    """Try once more what was given up or failed."""
    query = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Case, scope.case_now())
        .where(Delivery.id == delivery_id, _within(member))
    )
    found = await session.scalar(query)
    at = await clock.now(session)
    if found is None or not await deliveries.send_again(session, delivery_id=found, at=at):
        raise NotFound


@router.get("/voice-notes", response_model=list[VoiceNote], responses=_LISTED)
async def list_voice_notes(member: Officer, session: Session, after: After = None) -> Sequence[VoiceNote]:
    """What was said by voice and nobody heard yet, the most urgent first, then the oldest."""
    query = (
        select(EvidenceItem, Case.number, Conversation.urgency)
        .join(Conversation, Conversation.id == EvidenceItem.conversation_id)
        .outerjoin(Case, Case.id == EvidenceItem.case_id)
        .where(EvidenceItem.media_type.startswith("audio/"), EvidenceItem.heard_at.is_(None), _may_hear(member))
    )
    page = _page(query, after, EvidenceItem.received_at, EvidenceItem.id)
    return [
        VoiceNote(
            id=item.id,
            case_number=number,
            urgency=urgency,
            cursor=_cursor(urgency, item.received_at, item.id),
            received_at=item.received_at,
            transcribed=item.transcript is not None,
        )
        for item, number, urgency in await session.execute(page)
    ]


async def _own_voice_note(
    evidence_id: uuid.UUID, member: Officer, session: Session
) -> tuple[EvidenceItem, Conversation]:
    query = (
        select(EvidenceItem, Conversation)
        .join(Conversation, Conversation.id == EvidenceItem.conversation_id)
        .outerjoin(Case, Case.id == EvidenceItem.case_id)
        .where(EvidenceItem.id == evidence_id, EvidenceItem.media_type.startswith("audio/"), _may_hear(member))
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


OwnVoiceNote = Annotated[tuple[EvidenceItem, Conversation], Depends(_own_voice_note, scope="function")]


@router.get(
    "/voice-notes/{evidence_id}",
    response_class=Response,
    responses=_RESPONSES | describes(errors.EvidenceAltered),
)
async def hear(note: OwnVoiceNote, member: Officer, request: Request, session: Session, keys: Keys) -> Response:
    """The sound itself, as a file; that it was opened is written down."""
    item, conversation = note
    key, at = conversations.key_of(conversation, keys), await clock.now(session)
    data = await custody.handle(session, item=item, act=CustodyAct.OPENED, actor=member, key=key, at=at)
    if data is None:  # no error, which would undo that it was written down
        return errors.told(request, errors.EvidenceAltered)
    return Response(data, media_type=item.media_type, headers={"Content-Disposition": "attachment"})


@router.get("/voice-notes/{evidence_id}/transcript", responses=_RESPONSES)
async def read_transcript(note: OwnVoiceNote, member: Officer, session: Session, keys: Keys) -> Transcript:
    """What a machine made of it, where one did; that it was read is written down."""
    item, conversation = note
    text = evidence.transcript_of(item, conversations.key_of(conversation, keys))
    if text is None:
        raise NotFound
    at = await clock.now(session)
    audit.record(session, Act.EVIDENCE_OPENED, actor=f"staff:{member.id}", subject=f"evidence:{item.id}", at=at)
    return Transcript(text=text)


@router.post("/voice-notes/{evidence_id}/heard", status_code=204, responses=_RESPONSES)
async def mark_heard(note: OwnVoiceNote, member: Officer, session: Session) -> None:
    """Say that it was heard: it leaves the list. The citizen goes on waiting for a person, whose answer this is not."""
    item, _ = note
    at = await clock.now(session)
    item.heard_at = item.heard_at or at
    audit.record(session, Act.STATEMENT_HEARD, actor=f"staff:{member.id}", subject=f"evidence:{item.id}", at=at)
