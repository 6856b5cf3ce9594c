"""What staff see of messaging: what could not be delivered, and the voice notes that somebody has to hear."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement, and_, not_, or_, select

from api import clock, files
from api.access import Officer, officer
from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case
from api.conversations import service as conversations
from api.conversations.channels import deliveries
from api.conversations.channels.deliveries import Status
from api.conversations.channels.models import Delivery
from api.conversations.models import Conversation, Message
from api.conversations.routes import Keys
from api.database import Session
from api.errors import Forbidden, NotFound, Unauthenticated, describes
from api.evidence import service as evidence
from api.evidence.models import EvidenceItem
from api.staff.models import StaffMember
from vocabulary.cases import Role

router = APIRouter(prefix="/api/v1", tags=["messaging"], dependencies=[Depends(officer)])
_RESPONSES = describes(Unauthenticated, Forbidden, NotFound)
_MOST = 200


class Undelivered(BaseModel):
    """A part of a message that did not reach the citizen: ``held`` until they write again, more than 24 hours after their
    last message; ``unknown`` whether the provider took it; ``given_up`` after many tries; ``failed`` for good. ``error``
    is the provider's code."""

    id: uuid.UUID
    case_number: str | None
    status: Literal["held", "unknown", "given_up", "failed"]
    since: datetime
    error: str | None


class VoiceNote(BaseModel):
    """A statement by voice that nobody has heard yet; ``transcribed`` is whether a machine wrote down what it says."""

    id: uuid.UUID
    case_number: str | None
    received_at: datetime
    transcribed: bool


class Transcript(BaseModel):
    """What a machine made of a statement by voice, which nobody checked."""

    text: str


def _within(member: StaffMember) -> ColumnElement[bool]:
    """What an officer may see: the cases of their station, and what is no case yet."""
    return or_(Case.id.is_(None), Case.station_id == member.station_id)


def _may_hear(member: StaffMember) -> ColumnElement[bool]:
    """What an officer may hear: of no case yet only what is not closed, and what is reserved for the commissioners of their
    station."""
    closed = or_(EvidenceItem.restricted, Conversation.disclosed.is_not(None), Conversation.reserved)
    addressed = and_(member.role == Role.COMMISSIONER, Conversation.reserved_for == member.station_id)
    return or_(Case.station_id == member.station_id, and_(Case.id.is_(None), or_(not_(closed), addressed)))


@router.get("/undelivered", response_model=list[Undelivered], responses=_RESPONSES)
async def list_undelivered(member: Officer, session: Session) -> Sequence[Undelivered]:
    """What the citizens were not told, the oldest first."""
    query = (
        select(Delivery, Case.number)
        .join(Message, Message.id == Delivery.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Case, Case.id == Conversation.case_id)
        .where(Delivery.status.in_((Status.HELD, Status.UNKNOWN, Status.GIVEN_UP, Status.FAILED)), _within(member))
        .order_by(Delivery.changed_at)
        .limit(_MOST)
    )
    return [
        Undelivered.model_validate(
            {"id": one.id, "case_number": number, "status": one.status, "since": one.changed_at, "error": one.error}
        )
        for one, number in await session.execute(query)
    ]


@router.post("/undelivered/{delivery_id}/retry", status_code=204, responses=_RESPONSES)
async def retry(delivery_id: uuid.UUID, member: Officer, session: Session) -> None:
    """Try once more what was given up or failed."""
    query = (
        select(Delivery.id)
        .join(Message, Message.id == Delivery.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .outerjoin(Case, Case.id == Conversation.case_id)
        .where(Delivery.id == delivery_id, _within(member))
    )
    found = await session.scalar(query)
    at = await clock.now(session)
    if found is None or not await deliveries.send_again(session, delivery_id=found, at=at):
        raise NotFound


@router.get("/voice-notes", response_model=list[VoiceNote], responses=_RESPONSES)
async def list_voice_notes(member: Officer, session: Session) -> Sequence[VoiceNote]:
    """What was said by voice and nobody heard yet, the oldest first."""
    query = (
        select(EvidenceItem, Case.number)
        .join(Conversation, Conversation.id == EvidenceItem.conversation_id)
        .outerjoin(Case, Case.id == EvidenceItem.case_id)
        .where(EvidenceItem.media_type.startswith("audio/"), EvidenceItem.heard_at.is_(None), _may_hear(member))
        .order_by(EvidenceItem.received_at)
        .limit(_MOST)
    )
    return [
        VoiceNote(
            id=item.id,
            case_number=number,
            received_at=item.received_at,
            transcribed=item.transcript is not None,
        )
        for item, number in await session.execute(query)
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


@router.get("/voice-notes/{evidence_id}", response_class=Response, responses=_RESPONSES)
async def hear(note: OwnVoiceNote, member: Officer, session: Session, keys: Keys) -> Response:
    """The sound itself, as a file; that it was opened is written down."""
    item, conversation = note
    data = await files.get(f"evidence/{item.id}", key=conversations.key_of(conversation, keys))
    at = await clock.now(session)
    audit.record(session, Act.EVIDENCE_OPENED, actor=f"staff:{member.id}", subject=f"evidence:{item.id}", at=at)
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
