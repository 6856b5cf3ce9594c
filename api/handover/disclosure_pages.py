"""The head's pages of violence that was told and never filed."""

import uuid
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import clock
from api.access import Head, heads
from api.clock import LIMA
from api.console import page
from api.conversations import service as conversations
from api.conversations.routes import Keys
from api.database import Session
from api.errors import Forbidden, NotFound, Unauthenticated, describes
from api.handover import disclosures, noting, reading

_CONVERSATIONS = "/staff/conversaciones"
_ROOT = f"{_CONVERSATIONS}/sin-denuncia"
router = APIRouter(
    prefix=_ROOT,
    tags=["console"],
    dependencies=[Depends(heads)],
    default_response_class=HTMLResponse,
    responses=describes(Unauthenticated, Forbidden, NotFound),
)


def _page(request: Request, name: str, member: Head, **context: Any) -> Response:
    context |= {
        "root": _CONVERSATIONS,
        "tab": "disclosures",
        "shown_at": lambda moment: f"{moment.astimezone(LIMA):%d/%m %H:%M}",
    }
    return page(request, f"staff/conversations/{name}.html", member=member, here="conversations", **context)


@router.get("")
async def listed(request: Request, member: Head, session: Session) -> Response:
    return _page(request, "disclosures", member, rows=await disclosures.listed(session, member=member))


@router.get("/{disclosure_id}")
async def opened(disclosure_id: uuid.UUID, request: Request, member: Head, session: Session, keys: Keys) -> Response:
    at = await clock.now(session)
    conversation = await disclosures.opened(session, conversation_id=disclosure_id, member=member, at=at)
    key = conversations.key_of(conversation, keys)
    draft = conversations.draft_of(conversation, key)
    told = await reading.messages(session, conversation=conversation, case=None)
    return _page(
        request,
        "disclosure",
        member,
        conversation=conversation,
        safe_contact=draft.safe_contact,
        facts=noting.facts_of(draft),
        messages=[conversations.read(one, key=key, keys=keys, at=at) for one in told],
    )


@router.post("/{disclosure_id}")
async def attend(disclosure_id: uuid.UUID, member: Head, session: Session) -> Response:
    at = await clock.now(session)
    conversation = await disclosures.opened(session, conversation_id=disclosure_id, member=member, at=at)
    await disclosures.attend(session, conversation=conversation, member=member, at=at)
    return RedirectResponse(_ROOT, status_code=303)
