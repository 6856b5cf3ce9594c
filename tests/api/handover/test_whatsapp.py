"""By WhatsApp a person answers as on the web: what they write is sent to the phone, or waits until its owner writes."""

import uuid
from datetime import UTC, datetime, timedelta

import httpx

from api.conversations import service as conversations
from api.conversations.channels.base import Media
from api.conversations.channels.deliveries import Status
from api.conversations.models import Conversation
from api.jobs import messaging, tasks
from api.jobs.desk import Desk
from tests.api.conftest import Emulators
from tests.api.conversations.channels.conftest import whatsapp as whatsapp  # the fixture
from tests.api.conversations.channels.talking import a_message, a_number, heard, received, statuses, take, told
from tests.api.handover.asking import Operator, an_operator
from vocabulary.sentences import sentence


async def a_talk(desk: Desk, client: httpx.AsyncClient, whatsapp: Emulators) -> tuple[str, uuid.UUID, Operator]:
    number, at = a_number(), datetime.now(UTC)
    async with httpx.AsyncClient() as phone:  # Twilio opens its window too
        files = {"number": (None, number), "text": (None, "hola")}
        await phone.post(f"{whatsapp.url}/telefono/mensajes", files=files)
    conversation_id = await heard(desk, number, at=at)
    operator = await an_operator(desk, client)
    async with desk.sessions.begin() as session:
        conversation = await conversations.locked(session, conversation_id=conversation_id)
        await conversations.queue_for_person(session, conversation=conversation, urgency=0, at=at)
    assert (await operator.take(conversation_id)).status_code == 303
    return number, conversation_id, operator


async def test_both_write_and_the_bot_keeps_still(desk: Desk, client: httpx.AsyncClient, whatsapp: Emulators) -> None:
    number, conversation_id, operator = await a_talk(desk, client, whatsapp)
    await operator.say(conversation_id, "¿Está a salvo?")
    await messaging.deliver(desk, conversation_id=str(conversation_id))
    here, asked = (await received(whatsapp, number))[-2:]
    assert here.startswith("Ya está aquí Rosa")
    assert asked == "¿Está a salvo?"
    await take(desk, a_message(number, text="sí, en mi casa"))
    async with desk.sessions() as session:
        assert not await conversations.awaits_reply(session, conversation_id=conversation_id)
    assert "sí, en mi casa" in (await operator.get(f"/{conversation_id}/vivo")).text


async def test_outside_the_window_it_waits_and_the_operator_is_told(
    desk: Desk, client: httpx.AsyncClient, whatsapp: Emulators
) -> None:
    number, conversation_id, operator = await a_talk(desk, client, whatsapp)
    await messaging.deliver(desk, conversation_id=str(conversation_id))
    async with desk.sessions.begin() as session:
        conversation = await conversations.locked(session, conversation_id=conversation_id)
        conversation.heard_at = datetime.now(UTC) - timedelta(hours=25)
    assert "queda en espera hasta que escriba" in (await operator.get(f"/{conversation_id}")).text
    await operator.say(conversation_id, "¿Sigue ahí?")
    await messaging.deliver(desk, conversation_id=str(conversation_id))
    assert (await statuses(desk, conversation_id))[-1] == Status.HELD
    await take(desk, a_message(number, text="sí"))
    await messaging.deliver(desk, conversation_id=str(conversation_id))
    assert (await received(whatsapp, number))[-1] == "¿Sigue ahí?"


async def test_a_voice_note_to_a_person_is_not_answered_by_a_machine_that_cannot_hear(
    desk: Desk, client: httpx.AsyncClient, whatsapp: Emulators
) -> None:
    number, conversation_id, _ = await a_talk(desk, client, whatsapp)
    await take(desk, a_message(number, media=(Media("http://127.0.0.1/nothing", "audio/ogg"),)))
    assert sentence("system.voice_received") not in await told(desk, conversation_id)


async def test_nothing_is_told_of_a_place_where_it_would_only_wait(
    desk: Desk, client: httpx.AsyncClient, whatsapp: Emulators
) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=25)
    conversation_id = await heard(desk, a_number(), at=long_ago)
    async with desk.sessions.begin() as session:
        conversation = await conversations.locked(session, conversation_id=conversation_id)
        await conversations.queue_for_person(session, conversation=conversation, urgency=0, at=long_ago)
    await tasks.keep_queue(desk)
    assert await told(desk, conversation_id) == []
    async with desk.sessions() as session:
        assert (await session.get_one(Conversation, conversation_id)).place_told_at is None
