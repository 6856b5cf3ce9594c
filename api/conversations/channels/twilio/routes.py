"""Twilio's webhooks: nothing is taken that Twilio did not sign."""

import uuid

from fastapi import APIRouter, Request, Response

from api import clock
from api.access import twilio
from api.conversations.channels import deliveries, service
from api.conversations.channels.twilio import whatsapp
from api.database import Session
from api.errors import Forbidden, TooLarge, describes
from api.settings import settings

_MOST_BYTES = 64 * 1024
router = APIRouter(prefix="/webhooks/twilio", tags=["webhooks"], dependencies=[twilio], max_body_size=_MOST_BYTES)
_RESPONSES = describes(Forbidden, TooLarge)
_NOTHING_SAID = Response("<Response/>", media_type="text/xml").body


@router.post("/whatsapp", response_class=Response, responses=_RESPONSES)
async def receive(request: Request, session: Session) -> Response:
    """A message of a citizen; the answer goes out by itself."""
    form = await request.form()
    inbound = whatsapp.inbound(settings(), {name: str(value) for name, value in form.items()})
    if inbound is not None:
        at = await clock.now(session)
        await service.receive(session, inbound=inbound, keys=request.app.state.keys, at=at)
    return Response(_NOTHING_SAID, media_type="text/xml")


@router.post("/status", status_code=204, responses=_RESPONSES)
async def status(request: Request, session: Session, attempt: uuid.UUID | None = None) -> None:
    """What became of a message of ours."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    found = whatsapp.word(form.get("MessageStatus", ""), form.get("ErrorCode", ""))
    if found is not None and form.get("MessageSid"):
        at = await clock.now(session)
        await deliveries.move(session, try_id=attempt, provider_id=form["MessageSid"], word=found, at=at)
