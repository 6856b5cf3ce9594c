"""A paper that the provider took and could not fetch reaches the citizen all the same, also where nobody told us so."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select, text, update

from api.conversations import service as conversations
from api.conversations.channels import deliveries
from api.conversations.channels.base import Status, Word
from api.conversations.channels.models import Delivery
from api.conversations.models import Message
from api.conversations.service import Said
from api.jobs import messaging, tasks
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import Server, a_number, a_server, heard, statuses

CODE = "7KQ2M9XH4TRBWC3E"
PAPER = {"title": "Copia", "verification_code": CODE, "media_type": "application/pdf"}
PATH = f"/api/v1/documents/{CODE}/pdf"


@pytest.fixture
async def ours(whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """Where the provider fetches papers from us."""
    async with a_server() as server:
        monkeypatch.setenv("COMISARIO_PUBLIC_URL", server.url)
        settings.cache_clear()
        yield server


async def a_paper_handed_over(desk: Desk, whatsapp: Emulators) -> tuple[str, Delivery]:
    number = a_number()
    async with httpx.AsyncClient(base_url=whatsapp.url) as telephone:
        await telephone.post("/telefono/mensajes", data={"number": number, "text": "hola"})
    conversation_id = await heard(desk, number)
    async with desk.sessions.begin() as session:
        conversation = await conversations.locked(session, conversation_id=conversation_id)
        said = [Said("Aquí está su copia.", document=PAPER)]
        await conversations.say(
            session, conversation=conversation, keys=desk.keys, sender="bot", said=said, at=datetime.now(UTC)
        )
        lock = f"deliver:{conversation_id}"
        await session.execute(text("delete from procrastinate_jobs where lock = :lock"), {"lock": lock})
    await messaging.deliver(desk, conversation_id=str(conversation_id))
    await become_of(whatsapp, number)
    return number, await the_part(desk, conversation_id)


async def become_of(whatsapp: Emulators, number: str) -> list[str]:
    """What the provider knows of what it was handed over, once it knows."""
    async with httpx.AsyncClient() as asking:
        for _ in range(100):
            told = (await asking.get(f"{whatsapp.url}/messages.json", params={"to": number})).json()
            found = [str(one["status"]) for one in told]
            if set(found) <= {"failed", "delivered"}:
                return found
            await asyncio.sleep(0.1)
    raise AssertionError(found)


async def the_part(desk: Desk, conversation_id: object) -> Delivery:
    async with desk.sessions() as session:
        query = select(Delivery).join(Message).where(Message.conversation_id == conversation_id)
        return (await session.scalars(query)).one()


async def conversation_of(desk: Desk, part: Delivery) -> object:
    async with desk.sessions() as session:
        return (await session.get_one(Message, part.message_id)).conversation_id


async def a_minute_later(desk: Desk, part: Delivery) -> None:
    """Ask the provider what became of what it said nothing of."""
    async with desk.sessions.begin() as session:
        long_ago = datetime.now(UTC) - deliveries.SETTLES * 2
        await session.execute(update(Delivery).where(Delivery.id == part.id).values(changed_at=long_ago))
    await tasks.settle_unknown(desk)


async def test_a_paper_that_could_not_be_fetched_is_sent_again_though_no_callback_came(
    desk: Desk, whatsapp: Emulators, ours: Server
) -> None:
    number, part = await a_paper_handed_over(desk, whatsapp)
    conversation = await conversation_of(desk, part)
    assert part.status == Status.ACCEPTED
    await a_minute_later(desk, part)
    again = await the_part(desk, conversation)
    assert (again.status, again.error, again.provider_id) == (Status.QUEUED, "63019", None)
    async with desk.sessions() as session:
        query = text("select scheduled_at > now() from procrastinate_jobs where lock = :lock and status = 'todo'")
        assert await session.scalar(query, {"lock": f"deliver:{conversation}"})
    ours.says(PATH, b"%PDF-1.7 a paper", kind="application/pdf")
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await become_of(whatsapp, number) == ["failed", "delivered"]
    await a_minute_later(desk, part)
    assert await statuses(desk, conversation) == [Status.DELIVERED]
    assert len([head for head in ours.asked if head.startswith(b"GET /api/v1/documents/")]) == 2


async def test_a_paper_that_can_never_be_fetched_is_given_up_for_staff_to_see(
    desk: Desk, whatsapp: Emulators, ours: Server
) -> None:
    _, part = await a_paper_handed_over(desk, whatsapp)
    async with desk.sessions.begin() as session:
        await session.execute(update(Delivery).where(Delivery.id == part.id).values(tries=deliveries.TRIES))
    await a_minute_later(desk, part)
    found = await the_part(desk, await conversation_of(desk, part))
    assert (found.status, found.error) == (Status.GIVEN_UP, "63019")


async def test_what_was_delivered_is_not_sent_again_by_a_late_word(
    desk: Desk, whatsapp: Emulators, ours: Server
) -> None:
    _, part = await a_paper_handed_over(desk, whatsapp)
    for word in (Word(Status.DELIVERED), Word(Status.QUEUED, "63019")):
        async with desk.sessions.begin() as session:
            await deliveries.move(
                session, try_id=part.try_id, provider_id=str(part.provider_id), word=word, at=datetime.now(UTC)
            )
    assert (await the_part(desk, await conversation_of(desk, part))).status == Status.DELIVERED
