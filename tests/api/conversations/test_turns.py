"""What becomes of a message that the bot can't do, and of one while the bot is away."""

import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api.conversations import service, turns
from api.conversations.bot import Bot
from api.conversations.schemas import MessageCreate
from api.conversations.turns import Turns
from api.database import make_engine, make_sessions
from api.security import KeyRing
from vocabulary.dialogue import Language
from vocabulary.sentences import sentence

DONE = {"said": [{"text": "Le escucho.", "choices": []}], "dialogue": {"slots": {}, "loop": None, "step": None}}


@pytest.fixture
async def runner(
    database_url: str, connection: AsyncConnection, keys: KeyRing
) -> AsyncIterator[Callable[[Callable[[httpx.Request], httpx.Response]], Turns]]:
    """Turns against a bot that answers as told."""
    engine, locks = make_engine(database_url), make_engine(database_url)

    def make(answer: Callable[[httpx.Request], httpx.Response]) -> Turns:
        client = httpx.AsyncClient(base_url="http://127.0.0.1", transport=httpx.MockTransport(answer))
        return Turns(locks, make_sessions(engine), Bot(client, "secret"), keys)

    yield make
    await engine.dispose()
    await locks.dispose()


async def a_conversation(runner: Turns, *texts: str) -> uuid.UUID:
    at = datetime.now(UTC)
    async with runner.sessions.begin() as session:
        conversation, _, _ = await service.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=runner.keys, at=at
        )
    for text in texts:
        async with runner.sessions.begin() as session:
            body = MessageCreate(client_message_id=text, text=text)
            await service.store(session, conversation_id=conversation.id, body=body, keys=runner.keys, at=at)
    return conversation.id


async def said(runner: Turns, conversation_id: uuid.UUID) -> list[str]:
    async with runner.sessions() as session:
        found = await service.messages_after(session, conversation_id=conversation_id, after=0)
        at = datetime.now(UTC)
        conversation = await session.get_one(turns.Conversation, conversation_id)
        key = service.key_of(conversation, runner.keys)
        return [service.read(m, key=key, keys=runner.keys, at=at).text for m in found if m.sender != "citizen"]


async def test_a_message_that_the_bot_can_t_do_keeps_no_later_one_waiting(
    runner: Callable[..., Turns], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_UNREADABLE_SECONDS", 0)
    monkeypatch.setattr(turns, "_PAUSES", (0,))
    working = runner(lambda request: httpx.Response(502 if b"imposible" in request.content else 200, json=DONE))
    conversation_id = await a_conversation(working, "imposible", "hola")
    await working.wait(conversation_id, seconds=10)
    assert await said(working, conversation_id) == [sentence("system.passed_over"), "Le escucho."]


async def test_while_the_bot_is_away_it_is_said_once_and_the_message_waits(
    runner: Callable[..., Turns], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_UNREADABLE_SECONDS", 0)
    monkeypatch.setattr(turns, "_PAUSES", (0.01,))
    monkeypatch.setattr(turns.settings(), "turn_notice_seconds", 2)
    answers = iter([503] * 20 + [200])
    away = runner(lambda request: httpx.Response(next(answers), json=DONE))
    conversation_id = await a_conversation(away, "hola")
    await away.wait(conversation_id, seconds=10)
    assert await said(away, conversation_id) == [sentence("system.takes_longer"), "Le escucho."]
