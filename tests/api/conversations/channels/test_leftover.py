"""What a worker could not do until its tries ran out is done later, said to be lost, or deleted, and never forgotten."""

import logging
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from api.conversations.channels import service as channels
from api.conversations.channels.base import Media, Status
from api.conversations.channels.media import HOPE
from api.conversations.channels.models import Delivery, InboundMedia, InboundMessage
from api.conversations.models import Conversation, Message
from api.jobs import messaging, tasks
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_message, a_number, heard, received, said, statuses, take, told
from vocabulary.sentences import sentence


async def ran_out(desk: Desk) -> None:
    """Every try of every job was in vain."""
    async with desk.sessions.begin() as session:
        await session.execute(text("update procrastinate_jobs set status = 'failed' where status = 'todo'"))


async def due(desk: Desk, task: str, value: uuid.UUID) -> int:
    """How many jobs will do a task for a row."""
    query = text(
        "select count(*) from procrastinate_jobs, jsonb_each_text(args) as given"
        " where task_name = :task and status = 'todo' and given.value = :value"
    )
    async with desk.sessions() as session:
        return int(await session.scalar(query, {"task": task, "value": str(value)}) or 0)


async def kept(desk: Desk, *, age: timedelta) -> uuid.UUID:
    """A message that nobody takes in."""
    inbound = a_message(a_number(), text="algo muy privado")
    async with desk.sessions.begin() as session:
        await channels.receive(session, inbound=inbound, keys=desk.keys, at=datetime.now(UTC) - age)
        query = select(InboundMessage.id).where(InboundMessage.provider_id == inbound.provider_id)
        found = (await session.scalars(query)).one()
    await ran_out(desk)
    return found


async def test_a_message_that_could_not_be_taken_in_is_tried_again_and_staff_s_log_says_so(
    desk: Desk, whatsapp: Emulators, caplog: pytest.LogCaptureFixture
) -> None:
    inbound_id = await kept(desk, age=timedelta(minutes=6))
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            await tasks.take_up_left(desk)
    assert await due(desk, "take_in", inbound_id) == 1
    assert re.search("nobody worked on [1-9][0-9]* messages received", caplog.text)
    assert "privado" not in caplog.text


async def test_a_message_that_could_never_be_taken_in_is_deleted_as_a_draft_is(desk: Desk, whatsapp: Emulators) -> None:
    inbound_id = await kept(desk, age=timedelta(days=settings().draft_days, minutes=1))
    await tasks.take_up_left(desk)
    async with desk.sessions() as session:
        assert await session.get(InboundMessage, inbound_id) is None


async def test_what_waits_to_be_sent_without_anybody_at_it_is_sent(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno")
    await ran_out(desk)
    old = datetime.now(UTC) - timedelta(minutes=6)
    messages = select(Message.id).where(Message.conversation_id == conversation)
    async with desk.sessions.begin() as session:
        await session.execute(update(Delivery).where(Delivery.message_id.in_(messages)).values(changed_at=old))
    for _ in range(2):
        await tasks.take_up_left(desk)
    assert await due(desk, "deliver", conversation) == 1


async def test_a_file_is_fetched_again_and_after_a_day_said_to_be_lost(desk: Desk, whatsapp: Emulators) -> None:
    photo = Media("https://api.twilio.com/x", "image/jpeg")
    conversation = await take(desk, a_message(a_number(), media=(photo,)))
    assert conversation is not None
    await ran_out(desk)
    await tasks.take_up_left(desk)
    async with desk.sessions.begin() as session:
        query = select(InboundMedia).join(Message).where(Message.conversation_id == conversation)
        row = (await session.scalars(query)).one()
        (await session.get_one(Message, row.message_id)).created_at = datetime.now(UTC) - HOPE - timedelta(minutes=1)
    assert await due(desk, "fetch_media", row.id) == 1
    await messaging.fetch_media(desk, media_id=str(row.id))
    assert await told(desk, conversation) == [sentence("system.file_lost")]
    async with desk.sessions() as session:
        assert await session.get(InboundMedia, row.id) is None


@pytest.mark.parametrize("words", ["\x00", "\x00\x00 "])
async def test_a_message_of_nothing_but_a_nul_is_taken_in(desk: Desk, whatsapp: Emulators, words: str) -> None:
    conversation = await take(desk, a_message(a_number(), text=words))
    assert conversation is not None
    assert await told(desk, conversation) == [sentence("system.kind_unknown")]


async def test_what_waits_in_an_earlier_conversation_is_sent_when_its_contact_writes(
    desk: Desk, whatsapp: Emulators
) -> None:
    number, old = a_number(), datetime.now(UTC) - timedelta(hours=30)
    earlier = await heard(desk, number, at=old)
    await said(desk, earlier, "su copia de la primera denuncia")
    await messaging.deliver(desk, conversation_id=str(earlier))
    assert await statuses(desk, earlier) == [Status.HELD]
    other = await heard(desk, a_number())
    async with desk.sessions.begin() as session:  # as one that came from the web is bound to its contact
        mine = await session.get_one(Conversation, earlier)
        later = await session.get_one(Conversation, other)
        later.contact_hash, later.moved_at = mine.contact_hash, datetime.now(UTC)
    assert await heard(desk, number, text="¿hola?") == other
    await messaging.deliver(desk, conversation_id=str(earlier))
    assert await received(whatsapp, number) == ["su copia de la primera denuncia"]
