"""What a worker tried in vain until its tries ran out, or lost: found in the tables themselves and tried again."""

import logging
import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, cast, column, delete, exists, select, table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from api import jobs
from api.conversations.channels import deliveries, service
from api.conversations.channels.base import Status
from api.conversations.channels.models import Delivery, InboundMedia, InboundMessage
from api.conversations.models import Message
from api.settings import settings

_log = logging.getLogger(__name__)
_OLD = timedelta(minutes=5)
_TASKS = ("take_in", "deliver", "fetch_media")
_JOBS = table("procrastinate_jobs", column("status"), column("task_name"), column("args", JSONB))


def _idle(task: str, argument: str, row_id: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[bool]:
    """That no job which waits or runs does a task for a row."""
    due = cast(_JOBS.c.status, String).in_(("todo", "doing")) & (_JOBS.c.task_name == task)
    return ~exists().where(due, _JOBS.c.args[argument].astext == cast(row_id, String))


async def take_up(session: AsyncSession, *, at: datetime) -> None:
    """Have done again what nobody works on: messages to be taken in or sent, and files to be fetched. What could not be
    taken in for as long as a draft is kept is deleted, and how much waits is logged."""
    past = InboundMessage.received_at < at - timedelta(days=settings().draft_days)
    await session.execute(delete(InboundMessage).where(InboundMessage.conversation_id.is_(None), past))
    await session.execute(delete(_JOBS).where(cast(_JOBS.c.status, String) == "failed", _JOBS.c.task_name.in_(_TASKS)))
    kept = select(InboundMessage).where(
        InboundMessage.conversation_id.is_(None), InboundMessage.received_at < at - _OLD
    )
    kept = kept.where(_idle("take_in", "inbound_id", InboundMessage.id)).order_by(InboundMessage.received_at)
    said = select(Message.conversation_id).join(Delivery, Delivery.message_id == Message.id).distinct()
    said = said.where(Delivery.status == Status.QUEUED, Delivery.changed_at < at - _OLD)
    said = said.where(_idle("deliver", "conversation_id", Message.conversation_id)).order_by(Message.conversation_id)
    messages = (await session.scalars(kept)).all()
    fetched = select(InboundMedia.id).where(_idle("fetch_media", "media_id", InboundMedia.id))
    files = (await session.scalars(fetched)).all()
    conversations = (await session.scalars(said)).all()
    for message in messages:
        await service.have_taken_in(session, inbound_id=message.id, contact_hash=message.contact_hash)
    for media_id in files:
        await jobs.defer(session, "fetch_media", media_id=str(media_id))
    for conversation_id in conversations:
        await deliveries.put_off(session, conversation_id=conversation_id, seconds=0)
    if messages or files or conversations:
        _log.error(
            "nobody worked on %d messages received, %d files to be fetched and what %d conversations have to be sent",
            len(messages), len(files), len(conversations),
        )  # fmt: skip
