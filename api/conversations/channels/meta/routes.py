"""Meta's webhook: nothing is taken that Meta did not sign.

Meta brings again for days what is not answered with 200. That is right while our database is down, and for nothing else:
what can't be read today could not be read tomorrow either.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response

from api import clock
from api.access import SignedByMeta, meta
from api.conversations.channels import deliveries, service
from api.conversations.channels.meta import webhooks
from api.database import Session
from api.errors import Forbidden, TooLarge, describes
from api.settings import settings

router = APIRouter(prefix="/webhooks/meta", tags=["webhooks"])
_MOST_BYTES = 4 * 1024 * 1024
"""Meta sends 3 MB at most."""


@router.get("/whatsapp", response_class=PlainTextResponse, dependencies=[meta], responses=describes(Forbidden))
async def confirm(challenge: Annotated[str, Query(alias="hub.challenge")] = "") -> str:
    """That the webhook is ours, when it is set up."""
    return challenge


@router.post("/whatsapp", response_class=Response, max_body_size=_MOST_BYTES, responses=describes(Forbidden, TooLarge))
async def receive(request: Request, body: SignedByMeta, session: Session) -> Response:
    """Messages of citizens, and what became of ours; answers go out by themselves."""
    messages, statuses = webhooks.read(settings(), body)
    at = await clock.now(session)
    await service.receive_all(session, messages=messages, keys=request.app.state.keys, at=at)
    for told in sorted(statuses, key=lambda one: one.provider_id):  # in one order, so that no two wait for each other
        await deliveries.move(session, try_id=told.try_id, provider_id=told.provider_id, word=told.word, at=at)
    return Response()
