"""Answering: one turn at a time per conversation, retried until the bot has answered."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from api import clock
from api.conversations import service
from api.conversations.bot import Bot, BotFailed, BotSilent, Turn
from api.conversations.models import Conversation, Message
from api.conversations.service import Said
from api.security import KeyRing
from api.settings import settings
from vocabulary.dialogue import RETURNED_INTENT, Handover, Service
from vocabulary.sentences import sentence
from vocabulary.steps import SURVEY_STEPS

_log = logging.getLogger(__name__)
_PAUSES = (0.2, 0.5, 1, 1, 2)
_UNREADABLE_SECONDS = 120
_GIVE_UP_SECONDS = 300
"""A turn that failed this long is left to the worker's sweep, which tries it again each minute."""


@dataclass
class Turns:
    """The runner of this process. Another process that has the same conversation waits on the same lock.

    ``locks`` is an engine of their own, so that turns that hold one never wait for each other's connections.
    """

    locks: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    bot: Bot
    keys: KeyRing
    _running: dict[uuid.UUID, asyncio.Task[None]] = field(default_factory=dict)

    async def wait(self, conversation_id: uuid.UUID, *, seconds: float) -> None:
        """See that the conversation's messages get answered, and wait for it at most so long."""
        deadline = asyncio.get_running_loop().time() + seconds
        while (left := deadline - asyncio.get_running_loop().time()) > 0 and await self._next(conversation_id):
            task = self._running.get(conversation_id)
            if task is None or task.done():
                task = asyncio.create_task(self._run(conversation_id), name="turn")
                self._running[conversation_id] = task
                task.add_done_callback(lambda done: self._forget(conversation_id, done))
            await asyncio.wait({task}, timeout=left)
            if task.done() and (task.cancelled() or task.exception()):
                return

    def _forget(self, conversation_id: uuid.UUID, task: asyncio.Task[None]) -> None:
        if self._running.get(conversation_id) is task:
            del self._running[conversation_id]
        if not task.cancelled() and (error := task.exception()):
            _log.error("turn of conversation %s failed: %s", conversation_id, type(error).__name__)

    async def close(self) -> None:
        """Let the turns under way end, a few seconds at most; what is left is answered after the next start."""
        if self._running:
            _, pending = await asyncio.wait(set(self._running.values()), timeout=3)
            for task in pending:
                task.cancel()

    @asynccontextmanager
    async def _alone(self, conversation_id: uuid.UUID) -> AsyncIterator[None]:
        """Hold the conversation over all processes, without a transaction that would block its rows."""
        async with self.locks.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            key = {"key": f"turn:{conversation_id}"}
            await autocommit.execute(text("select pg_advisory_lock(hashtextextended(:key, 0))"), key)
            try:
                yield
            finally:
                await autocommit.execute(text("select pg_advisory_unlock(hashtextextended(:key, 0))"), key)

    async def _run(self, conversation_id: uuid.UUID) -> None:
        loop = asyncio.get_running_loop()
        started, tries = loop.time(), 0
        while message := await self._next(conversation_id):
            current = message
            try:
                async with self._alone(conversation_id):
                    while fresh := await self._next(conversation_id):
                        current = fresh
                        await self._answer(conversation_id, current)
                        started, tries = loop.time(), 0
            except BotSilent as silent:
                waited = loop.time() - started
                if isinstance(silent, BotFailed) and waited > _UNREADABLE_SECONDS:
                    await self._pass_over(conversation_id, current)
                    started = loop.time()
                elif waited > settings().turn_notice_seconds - 2:
                    await self._say_it_takes_longer(conversation_id, current)
                if waited > _GIVE_UP_SECONDS:
                    return
                await asyncio.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
                tries += 1

    async def _next(self, conversation_id: uuid.UUID) -> Message | None:
        async with self.sessions() as session:
            return await session.scalar(
                select(Message)
                .where(Message.conversation_id == conversation_id, Message.awaits_reply)
                .order_by(Message.seq)
                .limit(1)
            )

    async def _answer(self, conversation_id: uuid.UUID, message: Message) -> None:
        async with self.sessions() as session:
            conversation = await session.get_one(Conversation, conversation_id)
            key = service.key_of(conversation, self.keys)
            given_back = message.sender != "citizen"  # by a person: the bot goes on where it was
            content = {"choice": RETURNED_INTENT} if given_back else service.content_of(message, key)
            asking = asyncio.create_task(self._ask(conversation, content))
        notice = settings().turn_notice_seconds
        done, _ = await asyncio.wait({asking}, timeout=notice)
        if not done:
            await self._say_it_takes_longer(conversation_id, message)
        await self._record(conversation_id, message, await asking)

    async def _ask(self, conversation: Conversation, content: dict[str, Any] | None) -> Turn:
        content = content or {}
        return await self.bot.turn(
            conversation_id=str(conversation.id),
            text=content.get("text"),
            choice=content.get("choice"),
            opening=not content,
            step=conversation.step,
            dialogue=conversation.dialogue,
        )

    async def open(self, session: AsyncSession, *, conversation: Conversation, at: datetime) -> None:
        """Greet. The greeting is the bot's; while the bot is silent, the system says that it will come."""
        try:
            turn = await self._ask(conversation, None)
        except BotSilent:
            await self._greet_without_bot(session, conversation, at)
            return
        _adopt(conversation, turn)
        await service.say(session, conversation=conversation, keys=self.keys, sender="bot", said=turn.said, at=at)

    async def _greet_without_bot(self, session: AsyncSession, conversation: Conversation, at: datetime) -> None:
        said = [Said(sentence("system.opening_without_bot", conversation.language))]
        await service.say(session, conversation=conversation, keys=self.keys, sender="system", said=said, at=at)

    async def _record(self, conversation_id: uuid.UUID, message: Message, turn: Turn) -> None:
        async with self.sessions.begin() as session:
            at = await clock.now(session)
            conversation = await service.locked(session, conversation_id=conversation_id)
            if conversation.handover == Handover.ACTIVE:  # a person took it meanwhile, and this message with it
                return
            message = await session.merge(message)
            asked = conversation.step
            _adopt(conversation, turn)
            await service.say(
                session,
                conversation=conversation,
                keys=self.keys,
                sender="bot",
                said=turn.said,
                at=at,
                reply_to=message.seq,
            )
            message.awaits_reply = False
            key = service.key_of(conversation, self.keys)
            opinion = asked in SURVEY_STEPS and message.sender == "citizen"
            if opinion and not (conversation.emergency or conversation.service == Service.COMPLAINT):
                service.forget_words(message, key=key, language=conversation.language)
            state = await service.state_of(session, conversation=conversation, key=key)
            service.remember_state(message, state, key)

    async def _say_it_takes_longer(self, conversation_id: uuid.UUID, message: Message) -> None:
        """Say once for a message that its answer takes longer."""
        async with self.sessions.begin() as session:
            at = await clock.now(session)
            conversation = await service.locked(session, conversation_id=conversation_id)
            later = await service.messages_after(session, conversation_id=conversation_id, after=message.seq)
            told = conversation.handover == Handover.ACTIVE or any(one.sender == "system" for one in later)
            if not told:
                said = [Said(sentence("system.takes_longer", conversation.language))]
                await service.say(session, conversation=conversation, keys=self.keys, sender="system", said=said, at=at)

    async def _pass_over(self, conversation_id: uuid.UUID, message: Message) -> None:
        """A message that the bot can't do keeps no later one waiting: it stays in the record, and is said to."""
        _log.error("message %s of conversation %s was passed over", message.seq, conversation_id)
        async with self.sessions.begin() as session:
            at = await clock.now(session)
            conversation = await service.locked(session, conversation_id=conversation_id)
            if conversation.handover == Handover.ACTIVE:
                return
            message = await session.merge(message)
            message.awaits_reply = False
            said = [Said(sentence("system.passed_over", conversation.language))]
            await service.say(
                session,
                conversation=conversation,
                keys=self.keys,
                sender="system",
                said=said,
                at=at,
                reply_to=message.seq,
            )


def _adopt(conversation: Conversation, turn: Turn) -> None:
    slots = turn.dialogue["slots"]
    conversation.dialogue = turn.dialogue
    conversation.service = slots.get("service")
    conversation.step = turn.dialogue["step"]
    conversation.emergency = bool(slots.get("emergency"))
    conversation.offered = [choice for one in turn.said for choice in one.choices]


async def unanswered(session: AsyncSession, *, before: datetime) -> Sequence[uuid.UUID]:
    """Conversations with a message that has waited since ``before``."""
    query = select(Message.conversation_id).where(Message.awaits_reply, Message.created_at < before).distinct()
    return (await session.scalars(query)).all()


STALE = timedelta(seconds=30)
"""A message unanswered for so long has lost its process."""
