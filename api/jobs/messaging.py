"""The worker's tasks for messaging channels."""

import asyncio
import uuid

from procrastinate import App, RetryStrategy

from api import clock, files, jobs
from api.conversations import service as conversations
from api.conversations.channels import deliveries, media, provider
from api.conversations.channels import service as channels
from api.conversations.channels.deliveries import Later
from api.conversations.models import Conversation
from api.evidence import service as evidence
from api.evidence.models import EvidenceItem
from api.evidence.transcriber import transcribe as transcribed
from api.jobs.desk import Desk
from api.settings import settings

_WAITED = 0.25
"""Seconds that a task waits itself, for the pace of all; longer ones are another run's."""
_PARTS = 20
"""What one run sends; then others have their turn."""


async def take_in(desk: Desk, *, inbound_id: str) -> None:
    """Put a message from a messaging channel into its conversation, and have it answered."""
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        conversation_id = await channels.take_in(session, inbound_id=uuid.UUID(inbound_id), keys=desk.keys, at=at)
    if conversation_id is not None:
        await desk.turns.wait(conversation_id, seconds=settings().turn_wait_seconds)


async def deliver(desk: Desk, *, conversation_id: str) -> None:
    """Send what a conversation has for its contact, part by part. Raises ``Later``, also where others are to be served."""
    identifier = uuid.UUID(conversation_id)
    for _ in range(_PARTS):
        try:
            more = await deliveries.deliver_next(
                desk.sessions, conversation_id=identifier, channel=provider.whatsapp(), keys=desk.keys
            )
        except Later as later:
            if later.seconds > _WAITED:
                raise
            await asyncio.sleep(later.seconds)
        else:
            if not more:
                return
    raise Later(0)


async def fetch_media(desk: Desk, *, media_id: str) -> None:
    """Fetch a file of a message. Raises ``Later``."""
    await media.fetch(desk.sessions, media_id=uuid.UUID(media_id), channel=provider.whatsapp(), keys=desk.keys)


async def transcribe(desk: Desk, *, evidence_id: str) -> None:
    """Have a machine say what a voice note says; nothing is held meanwhile. Raises ``NotTranscribed``."""
    async with desk.sessions() as session:
        item = await session.get(EvidenceItem, uuid.UUID(evidence_id))
        if item is None or item.transcript is not None:
            return
        conversation = await session.get_one(Conversation, item.conversation_id)
    key = conversations.key_of(conversation, desk.keys)
    words = await transcribed(await files.get(f"evidence/{item.id}", key=key), media_type=item.media_type)
    if words is not None:
        async with desk.sessions.begin() as session:
            await evidence.note_transcript(session, evidence_id=item.id, words=words, key=key)


async def give_notice(desk: Desk, *, conversation_id: str) -> None:
    """Tell a contact that something waits."""
    identifier = uuid.UUID(conversation_id)
    async with desk.sessions() as session:
        await deliveries.give_notice(session, conversation_id=identifier, channel=provider.whatsapp(), keys=desk.keys)


def register(app: App, desk: Desk) -> None:
    """Give the worker these tasks, by the names that they are deferred with."""
    brief = RetryStrategy(max_attempts=6, exponential_wait=2)  # two minutes, since what comes after waits too
    retry = RetryStrategy(max_attempts=12, exponential_wait=2)

    @app.task(name="take_in", retry=brief)
    async def _take_in(inbound_id: str) -> None:
        await take_in(desk, inbound_id=inbound_id)

    @app.task(name="deliver", retry=brief)
    async def _deliver(conversation_id: str) -> None:
        try:
            await deliver(desk, conversation_id=conversation_id)
        except Later as later:  # no error, so no try of this job is lost by it
            async with desk.sessions.begin() as session:
                await deliveries.put_off(session, conversation_id=uuid.UUID(conversation_id), seconds=later.seconds)

    @app.task(name="fetch_media", retry=brief)
    async def _fetch_media(media_id: str) -> None:
        try:
            await fetch_media(desk, media_id=media_id)
        except Later as later:
            async with desk.sessions.begin() as session:
                await jobs.defer(session, "fetch_media", after=later.seconds, media_id=media_id)

    @app.task(name="transcribe", retry=retry)
    async def _transcribe(evidence_id: str) -> None:
        await transcribe(desk, evidence_id=evidence_id)

    @app.task(name="give_notice", retry=retry)
    async def _give_notice(conversation_id: str) -> None:
        await give_notice(desk, conversation_id=conversation_id)
