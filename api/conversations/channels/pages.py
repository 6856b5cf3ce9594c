"""The console's pages for messaging: the voice notes that somebody has to hear, and what did not reach a citizen."""

import uuid
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access import Officer, works
from api.clock import LIMA
from api.console import page
from api.conversations.channels import routes
from api.conversations.channels.routes import After, OwnVoiceNote
from api.conversations.routes import Keys
from api.database import Session
from api.errors import Forbidden, NotFound, Unauthenticated, describes

ROOT = "/staff/conversaciones"
router = APIRouter(
    prefix=ROOT,
    tags=["console"],
    dependencies=[Depends(works)],
    default_response_class=HTMLResponse,
    responses=describes(Unauthenticated, Forbidden, NotFound),
)


def _page(request: Request, name: str, member: Officer, **context: Any) -> Response:
    context |= {"root": ROOT, "shown_at": lambda moment: f"{moment.astimezone(LIMA):%d/%m %H:%M}"}
    name = f"staff/conversations/{name}.html"
    return page(request, name, member=member, here="conversations", **context)


@router.get("/voz")
async def voice_notes(request: Request, member: Officer, session: Session, after: After = None) -> Response:
    notes = await routes.list_voice_notes(member, session, after)
    return _page(request, "voice", member, tab="voice", notes=notes, full=len(notes) == routes.MOST)


@router.get("/voz/{evidence_id}")
async def transcript(
    evidence_id: uuid.UUID, request: Request, note: OwnVoiceNote, member: Officer, session: Session, keys: Keys
) -> Response:
    """What a machine wrote down of a voice note, for who asks to read it."""
    found = await routes.read_transcript(note, member, session, keys)
    return _page(request, "transcript", member, tab="voice", evidence_id=evidence_id, text=found.text)


@router.post("/voz/{evidence_id}")
async def heard(note: OwnVoiceNote, member: Officer, session: Session) -> Response:
    await routes.mark_heard(note, member, session)
    return RedirectResponse(f"{ROOT}/voz", status_code=303)


@router.get("/entregas")
async def undelivered(
    request: Request, member: Officer, session: Session, held: bool = False, after: After = None
) -> Response:
    rows = await routes.list_undelivered(member, session, held, after)
    return _page(request, "undelivered", member, tab="undelivered", rows=rows, held=held, full=len(rows) == routes.MOST)


@router.post("/entregas/{delivery_id}")
async def retry(delivery_id: uuid.UUID, member: Officer, session: Session) -> Response:
    await routes.retry(delivery_id, member, session)
    return RedirectResponse(f"{ROOT}/entregas", status_code=303)
