"""The testing surface: only with ``--testing``, never in production."""

import asyncio
import json
import uuid
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import select

from api import clock
from api.access import testing
from api.cases import service as cases
from api.cases.models import Case
from api.challenges import service as challenges
from api.complaints import service as complaints
from api.complaints.draft import Draft, PublicDraft
from api.conversations import service as conversations
from api.copies.models import Copy
from api.database import Session
from api.errors import Malformed
from api.outbox import service as outbox
from api.outbox.models import OutboxMessage
from api.staff import service as staff
from vocabulary.cases import CaseStatus, EntryKind, Role
from vocabulary.dialogue import Language

router = APIRouter(prefix="/api/v1/testing", tags=["testing"], dependencies=[testing], include_in_schema=False)
_COPY_SECONDS = 60
_SENDING_SECONDS = 8


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClockSet(_Body):
    now: AwareDatetime


class CaseCreate(_Body):
    draft: PublicDraft
    status: CaseStatus = CaseStatus.REGISTERED
    station_code: str | None = None


class CaseCreated(BaseModel):
    case_number: str
    verification_code: str | None


class StaffCreate(_Body):
    role: Role
    station_code: str


class StaffSessionRead(BaseModel):
    cookie: str


class OutboxItem(BaseModel):
    to: str
    channel: str
    text: str
    code: str | None
    document_url: str | None
    sent_at: datetime


@router.get("/outbox")
async def read_outbox(to: str, request: Request) -> list[OutboxItem]:
    """What was sent to a contact, once what is under way has been sent."""
    keys = request.app.state.keys
    for _ in range(_SENDING_SECONDS * 10):
        async with request.app.state.sessions() as session:
            at = await clock.now(session)
            if not await challenges.under_way(session, at=at) and not await outbox.under_way(session, at=at):
                break
        await asyncio.sleep(0.1)
    async with request.app.state.sessions() as session:
        found = await outbox.sent_to(session, address=to, keys=keys)
    return [_item(message, outbox.content_of(message, keys)) for message in found]


def _item(message: OutboxMessage, content: dict[str, Any]) -> OutboxItem:
    return OutboxItem(
        to=content["to"],
        channel=message.channel,
        text=content["text"],
        code=content["code"],
        document_url=content.get("document_url"),
        sent_at=message.sent_at or message.created_at,
    )


@router.put("/clock", status_code=204)
async def set_clock(body: ClockSet, session: Session) -> None:
    await clock.set_now(session, moment=body.now)


@router.post("/cases", status_code=201)
async def create_case(body: CaseCreate, request: Request) -> CaseCreated:
    """File a case at once, as a citizen on the web would have; answers when its copy is ready."""
    keys = request.app.state.keys
    async with request.app.state.sessions.begin() as session:
        at = await clock.now(session)
        conversation, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=keys, at=at
        )
        key = conversations.key_of(conversation, keys)
        told = json.loads(body.draft.model_dump_json())
        draft = Draft.model_validate(told | {"consented_at": at, "sworn_at": at})
        if not (draft.incident_type and draft.narrative):
            raise Malformed
        conversations.set_draft(conversation, draft, key)
        source = complaints.Source(str(conversation.id), "web", conversation.data_key, key)
        case = await complaints.file(
            session, draft=draft, source=source, keys=keys, at=at, station_code=body.station_code
        )
        conversation.case_id = case.id
        conversation.service = "complaint"
        if body.status is not CaseStatus.REGISTERED:
            await cases.add_entry(
                session, case=case, kind=EntryKind.STATUS, actor=None, at=at, keys=keys, status=body.status
            )
        wanted = 1 if complaints.copy_at_once(case) else None
    return CaseCreated(
        case_number=case.number,
        verification_code=await _issued(request, case, number=wanted) if wanted is not None else None,
    )


async def _issued(request: Request, case: Case, *, number: int) -> str | None:
    query = select(Copy).where(Copy.case_id == case.id, Copy.number == number, Copy.issued_at.is_not(None))
    for _ in range(_COPY_SECONDS * 10):
        async with request.app.state.sessions() as session:
            copy = await session.scalar(query)
        if copy is not None:
            return str(copy.verification_code)
        await asyncio.sleep(0.1)
    return None


@router.post("/staff")
async def create_staff(body: StaffCreate, session: Session) -> StaffSessionRead:
    """A new member of staff and the cookie of an open session."""
    at: datetime = await clock.now(session)
    login = f"{body.role}-{uuid.uuid4().hex[:8]}"
    member, _ = await staff.add(session, login=login, name=login, role=body.role, station_code=body.station_code, at=at)
    token = await staff.open_session(session, member=member, at=at)
    return StaffSessionRead(cookie=f"{staff.COOKIE}={token}")
