"""What became of a part: told by the provider of one try and not of another, asked for, and given up in the end."""

import asyncio
import logging
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from api.conversations import service as conversations
from api.conversations.channels import deliveries, pace, provider, transfer
from api.conversations.channels.base import NotDelivered, Status, Word
from api.conversations.channels.deliveries import Later
from api.conversations.channels.models import Delivery
from api.conversations.channels.twilio.client import make_client
from api.conversations.channels.twilio.whatsapp import TwilioWhatsapp
from api.conversations.models import Conversation
from api.conversations.service import Said
from api.jobs import messaging, tasks
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_number, become, heard, parts_of, received, said, statuses


async def word(desk: Desk, handed_over: Delivery, status: Status) -> None:
    """The provider's word on the try that a part stood at."""
    async with desk.sessions.begin() as session:
        await deliveries.move(
            session,
            try_id=handed_over.try_id,
            provider_id=str(handed_over.provider_id),
            word=Word(status),
            at=datetime.now(UTC),
        )


async def deliver(desk: Desk, conversation_id: uuid.UUID) -> None:
    await messaging.deliver(desk, conversation_id=str(conversation_id))


async def test_a_late_word_on_an_earlier_try_does_not_stop_a_part_that_waits_to_be_sent_again(
    desk: Desk, whatsapp: Emulators
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno")
    await deliver(desk, conversation)
    (first,) = await parts_of(desk, conversation)
    await word(desk, first, Status.HELD)
    await heard(desk, number)
    await word(desk, first, Status.SENT)
    assert await statuses(desk, conversation) == [Status.QUEUED]
    await deliver(desk, conversation)
    assert await received(whatsapp, number) == ["uno", "uno"]


async def test_a_repeated_failure_of_an_earlier_try_does_not_have_a_part_sent_a_third_time(
    desk: Desk, whatsapp: Emulators
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno")
    await deliver(desk, conversation)
    (first,) = await parts_of(desk, conversation)
    await word(desk, first, Status.HELD)
    await heard(desk, number)
    await deliver(desk, conversation)
    await word(desk, first, Status.HELD)
    await heard(desk, number)
    await deliver(desk, conversation)
    assert await received(whatsapp, number) == ["uno", "uno"]
    (second,) = await parts_of(desk, conversation)
    assert second.try_id != first.try_id
    await word(desk, second, Status.READ)
    assert await statuses(desk, conversation) == [Status.READ]


async def test_who_writes_while_a_part_is_being_held_is_sent_it(desk: Desk, whatsapp: Emulators) -> None:
    number, now = a_number(), datetime.now(UTC)
    conversation = await heard(desk, number, at=now - timedelta(hours=30))
    await said(desk, conversation, "algo")
    async with desk.sessions.begin() as session:
        await deliveries._claim(
            session, conversation_id=conversation, channel=provider.whatsapp(), keys=desk.keys, at=now
        )
        writes = asyncio.create_task(heard(desk, number, text="¿hola?"))
        await asyncio.wait([writes], timeout=1)  # it waits for what is being decided
    await writes
    await deliver(desk, conversation)
    assert await statuses(desk, conversation) == [Status.ACCEPTED]


async def test_a_conversation_may_move_to_the_web_while_it_is_being_sent(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await heard(desk, a_number(), at=datetime.now(UTC) - timedelta(hours=30))
    await said(desk, conversation, "algo")
    async with desk.sessions.begin() as session:
        found = await conversations.locked(session, conversation_id=conversation)
        code = await transfer.offer(session, conversation=found, keys=desk.keys, at=datetime.now(UTC))
    ask_for_notice, decided = deliveries._ask_for_notice, asyncio.Event()

    async def slowly(session: Any, **more: Any) -> None:
        decided.set()
        await asyncio.sleep(0.5)
        await ask_for_notice(session, **more)

    async def moves() -> None:
        await decided.wait()
        async with desk.sessions.begin() as session:
            await transfer.to_web(session, typed_code=code, nonce=None, keys=desk.keys, at=datetime.now(UTC))

    monkeypatch.setattr(deliveries, "_ask_for_notice", slowly)
    await asyncio.gather(deliver(desk, conversation), moves())
    assert await statuses(desk, conversation) == []


async def test_nothing_stays_unknown_of_a_conversation_that_left_its_contact(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno")
    await become(desk, conversation, status=Status.UNKNOWN, changed_at=datetime.now(UTC) - timedelta(days=3))
    async with desk.sessions.begin() as session:
        found = await conversations.locked(session, conversation_id=conversation)
        code = await transfer.offer(session, conversation=found, keys=desk.keys, at=datetime.now(UTC))
        await transfer.to_web(session, typed_code=code, nonce=None, keys=desk.keys, at=datetime.now(UTC))
    assert await statuses(desk, conversation) == []


async def test_a_hundred_parts_that_nobody_can_be_asked_for_keep_no_other_from_being_settled(
    desk: Desk, whatsapp: Emulators
) -> None:
    left, other = await heard(desk, a_number()), await heard(desk, a_number())
    await said(desk, left, *(f"renglón {n}" for n in range(100)))
    await said(desk, other, "urgente")
    await become(desk, left, status=Status.UNKNOWN, changed_at=datetime.now(UTC) - timedelta(days=3))
    await become(desk, other, status=Status.UNKNOWN, changed_at=datetime.now(UTC) - timedelta(hours=2))
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, left)).contact = None
    for _ in range(2):
        await tasks.settle_unknown(desk)
    assert await statuses(desk, other) == [Status.QUEUED]
    assert await statuses(desk, left) == []


async def test_a_part_that_is_never_taken_is_given_up_after_as_many_tries_as_any(
    desk: Desk, whatsapp: Emulators
) -> None:
    conversation = await heard(desk, a_number())
    await said(desk, conversation, "uno")
    seen = []
    for tries in (deliveries.TRIES - 1, deliveries.TRIES):
        long_ago = datetime.now(UTC) - deliveries.SETTLES * 2
        await become(desk, conversation, status=Status.UNKNOWN, changed_at=long_ago, tries=tries)
        await tasks.settle_unknown(desk)
        seen += await statuses(desk, conversation)
    assert seen == [Status.QUEUED, Status.GIVEN_UP]


async def test_what_a_provider_does_not_tell_of_is_given_up_after_an_hour_and_can_be_sent_again_by_staff(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await heard(desk, a_number())
    await said(desk, conversation, "uno")
    seen = []

    def silent(*_: object, **__: object) -> list[str]:
        raise NotDelivered("no answer in time", unknown=True)

    monkeypatch.setattr(TwilioWhatsapp, "find", silent)
    for age in (deliveries.WORD - timedelta(minutes=1), deliveries.WORD + timedelta(minutes=1)):
        await become(desk, conversation, status=Status.UNKNOWN, changed_at=datetime.now(UTC) - age)
        await tasks.settle_unknown(desk)
        seen += await statuses(desk, conversation)
    assert seen == [Status.UNKNOWN, Status.GIVEN_UP]
    (part,) = await parts_of(desk, conversation)
    async with desk.sessions.begin() as session:
        assert await deliveries.send_again(session, delivery_id=part.id, at=datetime.now(UTC))


async def one_open(desk: Desk, number: str, *, age: timedelta) -> uuid.UUID:
    """A conversation of whose first part nobody knows whether it was taken, and whose second waits."""
    conversation = await heard(desk, number, at=datetime.now(UTC) - timedelta(hours=1))
    await said(desk, conversation, "uno", "dos")
    first, _ = await parts_of(desk, conversation)
    values = {"status": Status.UNKNOWN, "changed_at": datetime.now(UTC) - age, "try_id": uuid.uuid4()}
    async with desk.sessions.begin() as session:
        await session.execute(update(Delivery).where(Delivery.id == first.id).values(values))
    return conversation


async def test_no_part_goes_out_before_one_that_may_still_be_on_its_way(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await one_open(desk, number, age=timedelta(seconds=10))
    with pytest.raises(Later) as later:
        await deliver(desk, conversation)
    assert 40 < later.value.seconds <= 50
    assert await received(whatsapp, number) == []
    (first, _) = await parts_of(desk, conversation)
    await word(desk, first, Status.SENT)
    await deliver(desk, conversation)
    assert await received(whatsapp, number) == ["dos"]


async def test_a_part_of_which_nobody_tells_keeps_the_next_waiting_for_a_minute_only(
    desk: Desk, whatsapp: Emulators
) -> None:
    number = a_number()
    conversation = await one_open(desk, number, age=deliveries.SETTLES + timedelta(seconds=1))
    await deliver(desk, conversation)
    assert await received(whatsapp, number) == ["dos"]


@pytest.mark.parametrize("danger", [{"emergency": True}, {"urgency": 1}, {"disclosed": "domestic_violence"}])
async def test_what_may_save_somebody_waits_for_no_other_part(
    desk: Desk, whatsapp: Emulators, danger: dict[str, Any]
) -> None:
    number = a_number()
    conversation = await one_open(desk, number, age=timedelta(seconds=1))
    async with desk.sessions.begin() as session:
        await session.execute(update(Conversation).where(Conversation.id == conversation).values(danger))
    await deliver(desk, conversation)
    assert await received(whatsapp, number) == ["dos"]


async def test_who_writes_waits_for_nothing_and_gets_what_nobody_told_of_for_a_minute(
    desk: Desk, whatsapp: Emulators
) -> None:
    number, other = a_number(), a_number()
    young = await one_open(desk, number, age=timedelta(seconds=30))
    old = await one_open(desk, other, age=deliveries.SETTLES + timedelta(seconds=1))
    for writes, conversation in ((number, young), (other, old)):
        await heard(desk, writes, text="¿sigue ahí?")
        await deliver(desk, conversation)
    assert await received(whatsapp, number) == ["dos"]
    assert await received(whatsapp, other) == ["uno", "dos"]


async def a_notice_waits(desk: Desk, number: str) -> uuid.UUID:
    conversation = await heard(desk, number, at=datetime.now(UTC) - timedelta(hours=30))
    await said(desk, conversation, "su caso avanza")
    await deliver(desk, conversation)
    return conversation


async def test_a_notice_that_may_have_been_taken_is_not_told_twice(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    conversation = await a_notice_waits(desk, a_number())
    for failure, again in (
        (NotDelivered("no answer in time", unknown=True), False),
        (NotDelivered("400 21211", lasting=True), False),
        (NotDelivered("503 20503"), True),
    ):

        def fails(*_: object, failure: NotDelivered = failure, **__: object) -> None:
            raise failure

        monkeypatch.setattr(TwilioWhatsapp, "notify", fails)
        if again:
            with pytest.raises(NotDelivered):
                await messaging.give_notice(desk, conversation_id=str(conversation))
        else:
            with caplog.at_level(logging.ERROR):
                await messaging.give_notice(desk, conversation_id=str(conversation))
    assert [one.levelname for one in caplog.records] == ["ERROR", "ERROR"]


async def test_no_notice_goes_to_who_told_of_violence_or_wrote_since_it_was_asked_for(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed: list[str] = []
    monkeypatch.setattr(TwilioWhatsapp, "notify", lambda *_, to: noticed.append(to))
    told, wrote, neither = a_number(), a_number(), a_number()
    waiting = {contact: await a_notice_waits(desk, contact) for contact in (told, wrote, neither)}
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, waiting[told])).disclosed = "domestic_violence"
    await heard(desk, wrote)
    for conversation in waiting.values():
        await messaging.give_notice(desk, conversation_id=str(conversation))
    assert noticed == [neither]


async def test_a_limit_that_is_forgotten_meanwhile_stops_nobody(desk: Desk, whatsapp: Emulators) -> None:
    number, now = a_number(), datetime.now(UTC)
    async with desk.sessions.begin() as session:
        await pace.take(session, contact=number, keys=desk.keys, at=now - timedelta(hours=1))
    async with desk.sessions.begin() as forgets:
        await pace.forget(forgets, at=now)

        async def takes() -> float:
            async with desk.sessions.begin() as session:
                return await pace.take(session, contact=number, keys=desk.keys, at=now)

        taking = asyncio.create_task(takes())
        await asyncio.wait([taking], timeout=1)
    assert await taking == 0


async def test_choices_go_out_also_after_their_content_was_deleted_at_twilio(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_TWILIO_BUTTONS", "true")
    settings.cache_clear()
    number = a_number()
    conversation = await heard(desk, number)
    for question in ("¿Está a salvo?", "¿Vio a alguien?"):
        async with desk.sessions.begin() as session:
            found = await conversations.locked(session, conversation_id=conversation)
            asked = [Said(question, choices=[("yes", "Sí"), ("no", "No")])]
            at = datetime.now(UTC)
            await conversations.say(session, conversation=found, keys=desk.keys, sender="bot", said=asked, at=at)
        await deliver(desk, conversation)
        account = make_client(settings())
        for content in await asyncio.to_thread(account.content.v1.contents.list):
            await asyncio.to_thread(content.delete)
    assert await statuses(desk, conversation) == [Status.ACCEPTED, Status.ACCEPTED]
    assert await received(whatsapp, number) == ["¿Está a salvo?", "¿Vio a alguien?"]
