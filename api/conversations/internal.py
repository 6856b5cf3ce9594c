"""What the action server asks of a conversation during a turn. Each write may be done twice without harm."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import select

from api import clock
from api.access import internal
from api.cases import service as cases
from api.cases.models import Case
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import service
from api.conversations.models import Conversation, Message
from api.conversations.routes import Keys
from api.copies import service as copies
from api.copies.service import Verdict
from api.database import Session
from api.errors import NotFound
from api.evidence import service as evidence
from api.staff import service as staff
from api.stations import service as stations
from vocabulary.dialogue import Handover
from vocabulary.incidents import DISCLOSURES, IncidentType

router = APIRouter(prefix="/internal", include_in_schema=False, dependencies=[internal])


async def _locked(conversation_id: uuid.UUID, session: Session) -> Conversation:
    return await service.locked(session, conversation_id=conversation_id)


LockedConversation = Annotated[Conversation, Depends(_locked, scope="function")]


class TurnRead(BaseModel):
    """The message being answered, and what is known so far."""

    draft: dict[str, Any]
    text: str | None
    choice: str | None
    latitude: float | None
    longitude: float | None
    attachments: int
    sent_at: datetime
    language: str
    handover: str
    case_number: str | None


class Filed(BaseModel):
    case_number: str
    copy_follows: bool


@router.get("/conversations/{conversation_id}/turn")
async def read_turn(conversation_id: uuid.UUID, session: Session, keys: Keys) -> TurnRead:
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound
    key = service.key_of(conversation, keys)
    message = await session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.awaits_reply)
        .order_by(Message.seq)
        .limit(1)
    )
    content = service.content_of(message, key) if message else {}
    location = content.get("location") or {}
    state = await service.state_of(session, conversation=conversation, key=key)
    return TurnRead(
        draft=service.draft_of(conversation, key).model_dump(mode="json", exclude_defaults=True),
        text=content.get("text"),
        choice=content.get("choice"),
        latitude=location.get("latitude"),
        longitude=location.get("longitude"),
        attachments=len(content.get("attachment_ids") or ()),
        sent_at=message.created_at if message else await clock.now(session),
        language=conversation.language,
        handover=conversation.handover,
        case_number=state.case_number,
    )


@router.put("/conversations/{conversation_id}/draft", status_code=204)
async def put_draft(conversation: LockedConversation, draft: Draft, session: Session, keys: Keys) -> None:
    service.set_draft(conversation, draft, service.key_of(conversation, keys))
    if draft.incident_type in DISCLOSURES and draft.incident_type != conversation.disclosed:
        conversation.disclosed = draft.incident_type
        if draft.incident_type is IncidentType.SEXUAL_VIOLENCE:
            await evidence.restrict(session, conversation_id=conversation.id)


@router.post("/conversations/{conversation_id}/complaint")
async def file_complaint(conversation: LockedConversation, session: Session, keys: Keys) -> Filed:
    key = service.key_of(conversation, keys)
    draft = service.draft_of(conversation, key)
    case = await complaints.file(
        session,
        draft=draft,
        source=complaints.Source(str(conversation.id), conversation.channel, conversation.data_key, key),
        keys=keys,
        at=await clock.now(session),
    )
    conversation.case_id = case.id
    return Filed(case_number=case.number, copy_follows=complaints.copy_at_once(case))


class SupplementCreate(BaseModel):
    text: str


@router.post("/conversations/{conversation_id}/supplement", status_code=204)
async def supplement(conversation: LockedConversation, body: SupplementCreate, session: Session, keys: Keys) -> None:
    """Add to the filed complaint of this conversation. The same text as the last one is taken once."""
    case = await session.get(Case, conversation.case_id) if conversation.case_id else None
    if case is None:
        raise NotFound
    await complaints.supplement(
        session,
        case=case,
        text=body.text,
        keys=keys,
        actor=f"conversation:{conversation.id}",
        at=await clock.now(session),
    )


class PersonAsked(BaseModel):
    """``urgency`` as in ``Conversation``."""

    urgency: Literal[0, 1, 2] = 0


class Duty(BaseModel):
    on_duty: bool


@router.post("/conversations/{conversation_id}/handover")
async def ask_for_person(conversation: LockedConversation, body: PersonAsked, session: Session) -> Duty:
    at = await clock.now(session)
    if conversation.handover == Handover.NONE:
        conversation.handover = Handover.QUEUED
        conversation.handover_at = at
    conversation.urgency = max(conversation.urgency, body.urgency)
    return Duty(on_duty=await staff.someone_on_duty(session, at=at))


@router.get("/verifications/{verification_code}")
async def verification(verification_code: str, session: Session) -> Verdict:
    return await copies.verify_code(session, typed_code=verification_code)


class StatusRead(BaseModel):
    status: str


@router.get("/conversations/{conversation_id}/case-status")
async def case_status(conversation_id: uuid.UUID, session: Session) -> StatusRead:
    """The status of the case that this very conversation filed."""
    query = select(Case).join(Conversation, Conversation.case_id == Case.id).where(Conversation.id == conversation_id)
    case = await session.scalar(query)
    if case is None:
        raise NotFound
    return StatusRead(status=await cases.status(session, case=case))


class StatusAsked(BaseModel):
    case_number: str
    document_number: str


@router.post("/case-status")
async def case_status_by_number(body: StatusAsked, session: Session, keys: Keys) -> StatusRead:
    """The status of a case for who knows its number and its complainant's document number."""
    at = await clock.now(session)
    case = await complaints.by_complainant(
        session, number=body.case_number, document_number=body.document_number, keys=keys, at=at
    )
    if case is None:
        raise NotFound
    return StatusRead(status=await cases.status(session, case=case))


class Delivered(BaseModel):
    delivered: bool


@router.post("/conversations/{conversation_id}/papers")
async def deliver_again(conversation: LockedConversation, session: Session, keys: Keys) -> Delivered:
    """Put the receipt and the copy of the conversation's case into it once more, as far as they are issued."""
    case = await session.get(Case, conversation.case_id) if conversation.case_id else None
    if case is None:
        raise NotFound
    issued = [copy for copy in await copies.of_case(session, case=case) if copy.issued_at]
    said = [
        service.paper_said(copy.number, copy.verification_code, case.number, conversation.language) for copy in issued
    ]
    if said:
        at = await clock.now(session)
        await service.say(session, conversation=conversation, keys=keys, sender="bot", said=said, at=at)
    return Delivered(delivered=bool(said))


class StationRead(BaseModel):
    name: str


@router.get("/stations/{ubigeo}")
async def station_of(ubigeo: str, session: Session) -> StationRead:
    return StationRead(name=(await stations.competent(session, ubigeo=ubigeo)).name)
