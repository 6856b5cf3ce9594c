"""What the action server asks of a conversation during a turn. Each write may be done twice without harm."""

import uuid
from datetime import datetime
from typing import Annotated, Any

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
from vocabulary.dialogue import Handover

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
async def put_draft(conversation: LockedConversation, draft: Draft, keys: Keys) -> None:
    service.set_draft(conversation, draft, service.key_of(conversation, keys))


@router.post("/conversations/{conversation_id}/complaint")
async def file_complaint(conversation: LockedConversation, session: Session, keys: Keys) -> Filed:
    key = service.key_of(conversation, keys)
    draft = service.draft_of(conversation, key)
    case = await complaints.file(
        session,
        draft=draft,
        source=complaints.Source(str(conversation.id), conversation.channel, conversation.data_key, key),
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


@router.post("/conversations/{conversation_id}/handover", status_code=204)
async def ask_for_person(conversation: LockedConversation, session: Session) -> None:
    if conversation.handover == Handover.NONE:
        conversation.handover = Handover.QUEUED
        conversation.handover_at = await clock.now(session)


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
