"""A paper that the provider took and could not fetch reaches the citizen all the same, also where nobody told us so."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text

from api.conversations.channels import deliveries
from api.conversations.channels.base import Status, Word
from api.conversations.channels.twilio import whatsapp as twilio
from api.jobs import messaging, tasks
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import (
    Server,
    a_number,
    a_server,
    become,
    heard,
    parts_of,
    said,
    statuses,
)

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


async def a_paper_handed_over(desk: Desk, whatsapp: Emulators) -> tuple[str, uuid.UUID]:
    """The citizen's number and the conversation, once the provider knows what became of the paper."""
    number = a_number()
    async with httpx.AsyncClient(base_url=whatsapp.url) as telephone:
        await telephone.post("/telefono/mensajes", data={"number": number, "text": "hola"})
    conversation = await heard(desk, number)
    await said(desk, conversation, "Aquí está su copia.", document=PAPER)
    async with desk.sessions.begin() as session:  # the worker took it up
        lock = f"deliver:{conversation}"
        await session.execute(text("delete from procrastinate_jobs where lock = :lock"), {"lock": lock})
    await messaging.deliver(desk, conversation_id=str(conversation))
    await ends(whatsapp, number)
    return number, conversation


async def ends(whatsapp: Emulators, number: str) -> list[str]:
    """What became, at the provider, of each message that it was handed over, once it is decided."""
    async with httpx.AsyncClient() as asking:
        for _ in range(100):
            told = (await asking.get(f"{whatsapp.url}/messages.json", params={"to": number})).json()
            found = [str(one["status"]) for one in told]
            if set(found) <= {"failed", "delivered"}:
                return found
            await asyncio.sleep(0.1)
    raise AssertionError(found)


async def settled_after(desk: Desk, conversation: uuid.UUID, age: timedelta = deliveries.SETTLES * 2) -> str:
    """The status once the provider was asked what became of what it said nothing of for so long."""
    await become(desk, conversation, changed_at=datetime.now(UTC) - age)
    await tasks.settle_unknown(desk)
    (found,) = await statuses(desk, conversation)
    return found


async def test_a_paper_that_could_not_be_fetched_is_sent_again_though_no_callback_came(
    desk: Desk, whatsapp: Emulators, ours: Server
) -> None:
    number, conversation = await a_paper_handed_over(desk, whatsapp)
    assert await statuses(desk, conversation) == [Status.ACCEPTED]
    assert await settled_after(desk, conversation) == Status.QUEUED
    (again,) = await parts_of(desk, conversation)
    assert (again.error, again.provider_id) == ("63019", None)
    async with desk.sessions() as session:
        query = text("select scheduled_at > now() from procrastinate_jobs where lock = :lock and status = 'todo'")
        assert await session.scalar(query, {"lock": f"deliver:{conversation}"})
    ours.says(PATH, b"%PDF-1.7 a paper", kind="application/pdf")
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await ends(whatsapp, number) == ["failed", "delivered"]
    assert await settled_after(desk, conversation) == Status.DELIVERED
    assert len([head for head in ours.asked if head.startswith(f"GET {PATH}".encode())]) == 2


async def test_a_paper_that_can_never_be_fetched_is_given_up_for_staff_to_see(
    desk: Desk, whatsapp: Emulators, ours: Server
) -> None:
    _, conversation = await a_paper_handed_over(desk, whatsapp)
    await become(desk, conversation, tries=deliveries.TRIES)
    assert await settled_after(desk, conversation) == Status.GIVEN_UP
    (part,) = await parts_of(desk, conversation)
    assert part.error == "63019"


async def test_what_was_delivered_is_not_sent_again_by_a_late_word(
    desk: Desk, whatsapp: Emulators, ours: Server
) -> None:
    _, conversation = await a_paper_handed_over(desk, whatsapp)
    (part,) = await parts_of(desk, conversation)
    for word in (Word(Status.DELIVERED), Word(Status.QUEUED, "63019")):
        async with desk.sessions.begin() as session:
            await deliveries.move(
                session, try_id=part.try_id, provider_id=str(part.provider_id), word=word, at=datetime.now(UTC)
            )
    assert await statuses(desk, conversation) == [Status.DELIVERED]


@pytest.mark.parametrize("says", ["a status that we do not know", "that there is no such message"])
async def test_what_was_taken_and_never_told_of_is_given_up_after_an_hour(
    desk: Desk, whatsapp: Emulators, ours: Server, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    _, conversation = await a_paper_handed_over(desk, whatsapp)
    monkeypatch.delitem(twilio._STATUSES, "failed")
    if says == "that there is no such message":
        await become(desk, conversation, provider_id="SM" + "0" * 32)
    minute = timedelta(minutes=1)
    found = [await settled_after(desk, conversation, deliveries.WORD + late) for late in (-minute, minute)]
    assert found == [Status.ACCEPTED, Status.GIVEN_UP]
