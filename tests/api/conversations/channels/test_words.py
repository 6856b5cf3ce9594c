"""What the provider says of a part counts for the sending that it is of, whenever it comes."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.conversations.channels import deliveries, provider
from api.conversations.channels import service as channels
from api.conversations.channels.base import NotDelivered, Part, Status, Word
from api.conversations.channels.models import Delivery, InboundMessage
from api.conversations.channels.twilio.whatsapp import TwilioWhatsapp
from api.jobs import messaging
from api.jobs.desk import Desk
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_message, a_number, heard, parts_of, received, said, statuses


async def _hear(desk: Desk, delivery: Delivery, provider_id: str, *words: Status) -> None:
    for word in words:
        async with desk.sessions.begin() as session:
            await deliveries.move(
                session, try_id=delivery.try_id, provider_id=provider_id, word=Word(word), at=datetime.now(UTC)
            )


@pytest.mark.parametrize("word", [Status.FAILED, Status.HELD])
async def test_late_words_on_a_refused_sending_change_nothing_of_the_next_one(
    desk: Desk, whatsapp: Emulators, word: Status
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno")
    await messaging.deliver(desk, conversation_id=str(conversation))
    (first,) = await parts_of(desk, conversation)
    assert first.provider_id is not None
    await _hear(desk, first, first.provider_id, word)
    if word == Status.HELD:
        await heard(desk, number)
    else:
        async with desk.sessions.begin() as session:
            assert await deliveries.send_again(session, delivery_id=first.id, at=datetime.now(UTC))
    await _hear(desk, first, first.provider_id, Status.SENT, word)
    assert await statuses(desk, conversation) == [Status.QUEUED]
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["uno", "uno"]
    (second,) = await parts_of(desk, conversation)
    assert second.provider_id not in (None, first.provider_id)
    await _hear(desk, first, first.provider_id, Status.SENT, word)
    assert await statuses(desk, conversation) == [Status.ACCEPTED]
    await _hear(desk, second, str(second.provider_id), Status.DELIVERED)
    assert await statuses(desk, conversation) == [Status.DELIVERED]


async def test_what_was_held_though_the_citizen_has_written_since_is_sent_again_at_once(
    desk: Desk, whatsapp: Emulators
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno")
    await messaging.deliver(desk, conversation_id=str(conversation))
    (part,) = await parts_of(desk, conversation)
    await heard(desk, number)
    await _hear(desk, part, str(part.provider_id), Status.HELD)
    assert await statuses(desk, conversation) == [Status.QUEUED]
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["uno", "uno"]


async def test_what_may_have_been_taken_is_asked_for_from_when_it_was_handed_over(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await heard(desk, a_number())
    await said(desk, conversation, "uno")
    taken: list[datetime] = []
    asked: list[datetime] = []

    def answers_too_late(self: TwilioWhatsapp, *, to: str, part: Part, try_id: str) -> str:
        taken.append(datetime.now(UTC))
        raise NotDelivered("no answer in time", unknown=True)

    def find(self: TwilioWhatsapp, *, to: str, part: Part, since: datetime) -> list[str]:
        asked.append(since)
        return ["SMtaken"]

    monkeypatch.setattr(TwilioWhatsapp, "send", answers_too_late)
    monkeypatch.setattr(TwilioWhatsapp, "find", find)
    await messaging.deliver(desk, conversation_id=str(conversation))
    (part,) = await parts_of(desk, conversation)
    await deliveries.settle(desk.sessions, delivery_id=part.id, channel=provider.whatsapp(), keys=desk.keys)
    assert await statuses(desk, conversation) == [Status.ACCEPTED]
    assert asked[0] <= taken[0]


async def test_what_the_citizen_writes_while_a_part_is_being_held_lets_it_go(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number, at=datetime.now(UTC) - timedelta(hours=25))
    await said(desk, conversation, "uno")
    inbound, at = a_message(number, text="hola"), datetime.now(UTC)
    async with desk.sessions.begin() as session:
        await channels.receive(session, inbound=inbound, keys=desk.keys, at=at)
    async with desk.sessions.begin() as session:
        query = select(InboundMessage.id).where(InboundMessage.provider_id == inbound.provider_id)
        kept = (await session.scalars(query)).one()
        await channels.take_in(session, inbound_id=kept, keys=desk.keys, at=at)
        sending = asyncio.create_task(messaging.deliver(desk, conversation_id=str(conversation)))
        await asyncio.wait({sending}, timeout=0.5)  # it had all the time to look before this is written down
    await sending
    assert await received(whatsapp, number) == ["uno"]
