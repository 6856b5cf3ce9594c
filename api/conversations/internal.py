"""What the action server asks of a conversation during a turn. Each write may be done twice without harm."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from sqlalchemy import select

from api import clock
from api.access import internal
from api.cases import following
from api.cases.following import About, Following
from api.cases.models import Case
from api.challenges import service as challenges
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import drafting, service
from api.conversations.channels import media
from api.conversations.models import Conversation, Message
from api.conversations.routes import Keys
from api.copies import service as copies
from api.copies.service import Verdict
from api.database import Session
from api.errors import NotFound
from api.handover import callbacks
from api.handover import service as handover
from api.second_copies import service as second_copies
from api.stations import service as stations
from api.stations.models import Station
from documents.frame import NOT_FOR_CITIZENS

router = APIRouter(prefix="/internal", include_in_schema=False, dependencies=[internal])


async def _locked(conversation_id: uuid.UUID, session: Session) -> Conversation:
    return await service.locked(session, conversation_id=conversation_id)


LockedConversation = Annotated[Conversation, Depends(_locked, scope="function")]


async def _pending(conversation_id: uuid.UUID, session: Session) -> str | None:
    return await service.pending(session, conversation_id=conversation_id)


Pending = Annotated[str | None, Depends(_pending, scope="function")]
"""The message that is being answered: what is done for it once is done."""


def bound_to(conversation: Conversation) -> str:
    """Whose a one-time code, or a following, is that begins in a conversation."""
    return f"conversation:{conversation.id}"


class TurnRead(BaseModel):
    """The message being answered, and what is known so far. ``own`` is whether whoever writes has shown that the
    conversation is theirs: on the web by the token that it was opened with. A telephone number shows nothing, since the
    telephone may be in other hands, and neither does a conversation that came from one."""

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
    own: bool


def _own(conversation: Conversation) -> bool:
    return conversation.channel == "web" and conversation.moved_at is None


class Filed(BaseModel):
    """``code_sent_by`` is the channel by which a code was sent that proves the contact, or None."""

    case_number: str
    copy_follows: bool
    code_sent_by: str | None


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
    content = service.content_of(message, key) if message and message.sender == "citizen" else {}
    location = content.get("location") or {}
    state = await service.state_of(session, conversation=conversation, key=key)
    return TurnRead(
        draft=service.draft_of(conversation, key).model_dump(mode="json", exclude_defaults=True),
        text=content.get("text"),
        choice=content.get("choice"),
        latitude=location.get("latitude"),
        longitude=location.get("longitude"),
        attachments=len(content.get("attachment_ids") or ()) + content.get("files_to_come", 0),
        sent_at=message.created_at if message else await clock.now(session),
        language=conversation.language,
        handover=conversation.handover,
        case_number=state.case_number,
        own=_own(conversation),
    )


@router.put("/conversations/{conversation_id}/draft", status_code=204)
async def put_draft(conversation: LockedConversation, draft: Draft, session: Session, keys: Keys) -> None:
    await drafting.put(session, conversation=conversation, draft=draft, keys=keys, at=await clock.now(session))


@router.post("/conversations/{conversation_id}/complaint")
async def file_complaint(conversation: LockedConversation, session: Session, keys: Keys) -> Filed:
    key = service.key_of(conversation, keys)
    draft = service.draft_of(conversation, key)
    at = await clock.now(session)
    case = await complaints.file(
        session,
        draft=draft,
        source=complaints.Source(
            str(conversation.id), conversation.channel, conversation.data_key, key, conversation.language
        ),
        keys=keys,
        at=at,
    )
    conversation.case_id, conversation.reserved, conversation.reserved_for = case.id, False, None
    await media.add_to_case(session, conversation_id=conversation.id, case=case)
    sent_by = await second_copies.offer_verification(
        session,
        case=case,
        bound_to=bound_to(conversation),
        address_hash=conversation.address_hash,
        keys=keys,
        at=at,
    )
    if case.anonymous:
        conversation.address_hash = None
    return Filed(case_number=case.number, copy_follows=complaints.copy_at_once(case), code_sent_by=sent_by)


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
    """Whether somebody who may take it is on duty, and what the citizen is told of that."""

    on_duty: bool
    text: str


@router.post("/conversations/{conversation_id}/handover")
async def ask_for_person(conversation: LockedConversation, body: PersonAsked, session: Session) -> Duty:
    at = await clock.now(session)
    await service.queue_for_person(session, conversation=conversation, urgency=body.urgency, at=at)
    found = await handover.duty(session, conversation=conversation, at=at)
    handover.note_told(conversation, found, at=at)
    return Duty(on_duty=found.on_duty, text=found.text)


class CallAsked(BaseModel):
    """``phone`` in E.164; ``when`` as the citizen said it."""

    phone: str
    when: str


@router.post("/conversations/{conversation_id}/callback", status_code=204)
async def ask_for_call(conversation: LockedConversation, body: CallAsked, session: Session, keys: Keys) -> None:
    at = await clock.now(session)
    await callbacks.ask(session, conversation=conversation, phone=body.phone, when=body.when, keys=keys, at=at)


@router.get("/verifications/{verification_code}")
async def verification(verification_code: str, session: Session) -> Verdict:
    return await copies.verify_code(session, typed_code=verification_code)


class StationRead(BaseModel):
    name: str


class CaseAsked(BaseModel):
    """Another case than the one that the conversation filed, where its number is given and one of the other two."""

    case_number: str | None = None
    document_number: str | None = None
    receipt_code: str | None = None


@router.post("/conversations/{conversation_id}/following")
async def follow(conversation: LockedConversation, body: CaseAsked, session: Session, keys: Keys) -> Following:
    """How a case goes. Whoever filed it here or has the code of its receipt is told all and may write into it for a while;
    whoever knows its number and its complainant's document, only how it stands."""
    at, by = await clock.now(session), bound_to(conversation)
    if body.case_number is None:
        case = await session.get(Case, conversation.case_id) if conversation.case_id and _own(conversation) else None
    elif body.receipt_code is not None:
        tried = conversation.address_hash or keys.keyed_hash(by, purpose="address")
        await challenges.may_try(session, address_hash=tried, at=at)
        case = await following.by_receipt(session, number=body.case_number, code=body.receipt_code, keys=keys)
        if case is None:
            challenges.count_try(session, address_hash=tried, at=at)
    else:
        document = body.document_number or ""
        case = await complaints.by_complainant(
            session, number=body.case_number, document_number=document, keys=keys, at=at
        )
    if case is None:
        await session.commit()  # a wrong try counts, though it is answered by an error
        raise NotFound
    whole = body.case_number is None or body.receipt_code is not None
    if whole:
        await following.let_follow(session, conversation_id=conversation.id, case=case, at=at)
    return await following.follow(session, case=case, actor=by, keys=keys, at=at, whole=whole)


class CaseWords(BaseModel):
    about: Literal["answer"] | About
    text: str


@router.post("/conversations/{conversation_id}/following/words")
async def say_in_case(conversation: LockedConversation, body: CaseWords, session: Session, keys: Keys) -> StationRead:
    """Answer what the police asked, or ask something, in the case that was told of. The same text as the last one is taken once."""
    at = await clock.now(session)
    case = await following.followed(session, conversation_id=conversation.id, own=_own(conversation), keys=keys, at=at)
    if body.about == "answer":
        await following.answer(session, case=case, text=body.text, keys=keys, at=at)
    else:
        await following.ask(session, case=case, about=About(body.about), text=body.text, keys=keys, at=at)
    return StationRead(name=(await session.get_one(Station, case.handling_station_id)).name)


class Delivered(BaseModel):
    delivered: bool


@router.post("/conversations/{conversation_id}/papers")
async def deliver_again(conversation: LockedConversation, session: Session, keys: Keys) -> Delivered:
    """Put the receipt and the copy of the conversation's case into it once more, as far as they are issued."""
    case = await session.get(Case, conversation.case_id) if conversation.case_id else None
    if case is None:
        raise NotFound
    at = await clock.now(session)
    await complaints.request_supplements(session, case=case, at=at)
    issued = [
        copy
        for copy in await copies.of_case(session, case=case)
        if copy.issued_at and copy.kind not in NOT_FOR_CITIZENS
    ]
    said = [service.paper_said(copy, case.number, conversation.language) for copy in issued]
    if said:
        await service.say(session, conversation=conversation, keys=keys, sender="bot", said=said, at=at)
    return Delivered(delivered=bool(said))


@router.get("/stations/{ubigeo}")
async def station_of(ubigeo: str, session: Session) -> StationRead:
    return StationRead(name=(await stations.competent(session, ubigeo=ubigeo)).name)
