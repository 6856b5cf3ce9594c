"""What an open page is told of changes. That it is open counts as being on duty, and not as using the console."""

import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing

from fastapi import Request
from sse_starlette import ServerSentEvent

from api import clock
from api.conversations.models import Conversation
from api.conversations.service import QUEUE
from api.handover import holding
from api.staff import service as staff

_HEARTBEAT = 15.0


async def queue_changes(request: Request, token: str) -> AsyncIterator[ServerSentEvent]:
    """Says that the queue changed, as long as the session lasts."""
    async with aclosing(request.app.state.listener.changes(QUEUE, heartbeat=_HEARTBEAT)) as changes:
        async for _ in changes:
            async with request.app.state.sessions.begin() as session:
                at = await clock.now(session)
                if await staff.by_session(session, token=token, at=at, used=False) is None:
                    return
            yield ServerSentEvent("{}", event="changed")


async def talk_changes(request: Request, conversation_id: uuid.UUID, token: str) -> AsyncIterator[ServerSentEvent]:
    """Says that something changed in a conversation, and that the reader has it no more."""
    seen: object = None
    async with aclosing(request.app.state.listener.changes(str(conversation_id), heartbeat=_HEARTBEAT)) as changes:
        async for _ in changes:
            async with request.app.state.sessions.begin() as session:
                member = await staff.by_session(session, token=token, at=await clock.now(session), used=False)
                has_it = member and await holding.held(session, conversation_id=conversation_id, member=member)
                conversation = await session.get(Conversation, conversation_id)
            if conversation is None or not has_it:
                yield ServerSentEvent("{}", event="over")
                return
            now = (conversation.last_seq, conversation.draft, conversation.step)
            if now != seen:
                seen = now
                yield ServerSentEvent("{}", event="changed")
