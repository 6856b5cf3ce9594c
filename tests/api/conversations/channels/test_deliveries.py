"""What goes out by WhatsApp: in order, by Twilio's own client, and never lost on a provider that fails."""

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from api.conversations import service as conversations
from api.conversations.channels import deliveries, pace, provider
from api.conversations.channels.base import Part, Status, Word
from api.conversations.channels.deliveries import Later
from api.conversations.channels.models import Delivery, InboundMessage
from api.conversations.channels.twilio import client
from api.conversations.channels.twilio.whatsapp import TwilioWhatsapp
from api.conversations.channels.twilio.whatsapp import word as read_word
from api.conversations.models import Conversation, Message
from api.jobs import messaging
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import (
    Server,
    a_message,
    a_number,
    a_server,
    heard,
    received,
    said,
    statuses,
    take,
)


async def test_what_is_said_goes_out_in_order_and_once(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    long = "Esta es una oración. " * 150
    await said(desk, conversation, "primero", long, "tercero")
    for _ in range(2):
        await messaging.deliver(desk, conversation_id=str(conversation))
    told = await received(whatsapp, number)
    assert (told[0], told[-1], len(told)) == ("primero", "tercero", 4)
    assert " ".join(told[1:3]) == long.strip()
    assert set(await statuses(desk, conversation)) == {Status.ACCEPTED}


async def test_the_same_message_again_is_the_same_one(desk: Desk, whatsapp: Emulators) -> None:
    inbound = a_message(a_number(), text="hola")
    found = {await take(desk, inbound) for _ in range(3)}
    assert len(found) == 1
    async with desk.sessions() as session:
        query = select(Message).where(Message.conversation_id == found.pop(), Message.sender == "citizen")
        assert len((await session.scalars(query)).all()) == 1
        kept = await session.scalars(select(InboundMessage).where(InboundMessage.provider_id == inbound.provider_id))
        assert kept.one().content == b""


async def test_a_provider_that_is_down_loses_nothing(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno", "dos")
    with monkeypatch.context() as broken:
        broken.setenv("COMISARIO_TWILIO_URL", "http://127.0.0.1:9")
        settings.cache_clear()
        with pytest.raises(Later):
            await messaging.deliver(desk, conversation_id=str(conversation))
    settings.cache_clear()
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["uno", "dos"]


async def test_what_may_have_been_taken_is_not_sent_again_and_its_callback_settles_it(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await heard(desk, a_number())
    await said(desk, conversation, "uno")
    with socket.socket() as silent, monkeypatch.context() as slow:  # takes the request and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        slow.setattr(client, "_SECONDS", 0.5)
        slow.setenv("COMISARIO_TWILIO_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        settings.cache_clear()
        await messaging.deliver(desk, conversation_id=str(conversation))
    settings.cache_clear()
    assert await statuses(desk, conversation) == [Status.UNKNOWN]
    async with desk.sessions.begin() as session:
        (delivery,) = list(
            await session.scalars(select(Delivery.try_id).join(Message).where(Message.conversation_id == conversation))
        )
        await deliveries.move(
            session, try_id=delivery, provider_id="SMlate", word=Word(Status.DELIVERED), at=datetime.now(UTC)
        )
    assert await statuses(desk, conversation) == [Status.DELIVERED]


async def test_what_is_said_a_day_later_waits_until_the_citizen_writes(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number, at=datetime.now(UTC) - timedelta(hours=25))
    await said(desk, conversation, "su caso avanza")
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await statuses(desk, conversation) == [Status.HELD]
    assert await received(whatsapp, number) == []
    assert await heard(desk, number) == conversation
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["su caso avanza"]


async def test_what_the_provider_will_never_take_holds_nothing_else_up(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    async with desk.sessions.begin() as session:
        found = await session.get_one(Conversation, conversation)
        key = conversations.key_of(found, desk.keys)
        found.contact = key.seal(b"+0", purpose="contact")
    await said(desk, conversation, "uno")
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await statuses(desk, conversation) == [Status.FAILED]


async def test_a_status_only_moves_forward(desk: Desk, whatsapp: Emulators) -> None:
    conversation = await heard(desk, a_number())
    await said(desk, conversation, "uno")
    await messaging.deliver(desk, conversation_id=str(conversation))
    async with desk.sessions() as session:
        query = select(Delivery).join(Message).where(Message.conversation_id == conversation)
        known = str((await session.scalars(query)).one().provider_id)
    seen = []
    for status in (Status.READ, Status.DELIVERED, Status.SENT, Status.FAILED):
        async with desk.sessions.begin() as session:
            await deliveries.move(session, try_id=None, provider_id=known, word=Word(status), at=datetime.now(UTC))
        seen += await statuses(desk, conversation)
    assert seen == [Status.READ] * 4


async def test_of_takes_at_once_one_opens_the_conversation(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    assert len(set(await asyncio.gather(*(heard(desk, number) for _ in range(5))))) == 1


@pytest.fixture
async def failing(whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    """An installation whose provider answers what a test says."""
    async with a_server() as server:
        monkeypatch.setenv("COMISARIO_TWILIO_URL", server.url)
        settings.cache_clear()
        yield server


def refusing(server: Server, status: int, code: int) -> None:
    path = f"/2010-04-01/Accounts/{settings().twilio_account_sid}/Messages.json"
    server.says(path, b'{"code": %d, "message": "no", "status": %d}' % (code, status), status=status)


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (500, 20500), (503, 20503), (401, 20003)])
async def test_what_may_pass_is_tried_again_later_and_later_until_it_is_given_up_for_staff_to_see(
    desk: Desk, failing: Server, status: int, code: int
) -> None:
    conversation = await heard(desk, a_number())
    await said(desk, conversation, "uno")
    refusing(failing, status, code)
    waits = []
    for _ in range(deliveries.TRIES - 1):
        with pytest.raises(Later) as later:
            await messaging.deliver(desk, conversation_id=str(conversation))
        waits.append(later.value.seconds)
    assert await statuses(desk, conversation) == [Status.QUEUED]
    assert all(2**n / 2 <= wait <= min(2**n, 600) for n, wait in enumerate(waits[:9], start=1))
    assert all(300 <= wait <= 600 for wait in waits[10:])
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await statuses(desk, conversation) == [Status.GIVEN_UP]
    assert len(failing.asked) == deliveries.TRIES


async def test_two_waits_are_not_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({deliveries.backoff(5) for _ in range(20)}) == 20


async def test_what_was_given_up_goes_out_when_staff_ask_or_the_citizen_writes(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    for release in ("staff", "citizen"):
        await said(desk, conversation, f"para {release}")
        async with desk.sessions.begin() as session:
            found = await session.scalars(
                select(Delivery)
                .join(Message)
                .where(Message.conversation_id == conversation, Delivery.status == Status.QUEUED)
            )
            waiting = found.one()
            waiting.status, waiting.tries = Status.GIVEN_UP, deliveries.TRIES
        await messaging.deliver(desk, conversation_id=str(conversation))
        assert f"para {release}" not in await received(whatsapp, number)
        if release == "citizen":
            await heard(desk, number)
        else:
            async with desk.sessions.begin() as session:
                assert await deliveries.send_again(session, delivery_id=waiting.id, at=datetime.now(UTC))
        await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["para staff", "para citizen"]


async def test_what_a_crash_left_open_is_asked_for_and_sent_only_if_it_was_not_taken(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "se tomó", "no se tomó")
    send = TwilioWhatsapp.send

    def dies(self: TwilioWhatsapp, *, to: str, part: Part, try_id: str) -> str:
        if part.text == "se tomó":
            send(self, to=to, part=part, try_id=str(uuid.uuid4()))
        raise KeyboardInterrupt  # as nothing that catches an error sees

    with monkeypatch.context() as broken:
        broken.setattr(TwilioWhatsapp, "send", dies)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                await messaging.deliver(desk, conversation_id=str(conversation))
            async with desk.sessions.begin() as session:  # the citizen's next message lets the rest go out at once
                (await session.get_one(Conversation, conversation)).heard_at = datetime.now(UTC)
    assert await statuses(desk, conversation) == [Status.UNKNOWN, Status.UNKNOWN]
    async with desk.sessions() as session:
        later = datetime.now(UTC) + deliveries.SETTLES + timedelta(seconds=1)
        left = await deliveries.unsettled(session, at=later)
    for delivery_id in left:
        await deliveries.settle(desk.sessions, delivery_id=delivery_id, channel=provider.whatsapp(), keys=desk.keys)
    assert sorted(await statuses(desk, conversation)) == [Status.ACCEPTED, Status.QUEUED]
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["se tomó", "no se tomó"]


async def test_the_same_words_said_before_are_not_taken_for_those_that_a_crash_left_open(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "¿Está de acuerdo?")
    await messaging.deliver(desk, conversation_id=str(conversation))
    await said(desk, conversation, "¿Está de acuerdo?")

    def dies(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(TwilioWhatsapp, "send", dies)
        with pytest.raises(KeyboardInterrupt):
            await messaging.deliver(desk, conversation_id=str(conversation))
    async with desk.sessions() as session:
        later = datetime.now(UTC) + deliveries.SETTLES + timedelta(seconds=1)
        left = await deliveries.unsettled(session, at=later)
    for delivery_id in left:
        await deliveries.settle(desk.sessions, delivery_id=delivery_id, channel=provider.whatsapp(), keys=desk.keys)
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == ["¿Está de acuerdo?"] * 2


async def test_outside_the_window_one_template_says_that_something_waits_and_nothing_else(
    desk: Desk, failing: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_TWILIO_NOTICE", f"HX{'1' * 32}")
    settings.cache_clear()
    conversation = await heard(desk, a_number(), at=datetime.now(UTC) - timedelta(hours=30))
    await said(desk, conversation, "su caso avanza", "y hay una copia")
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await statuses(desk, conversation) == [Status.HELD, Status.HELD]
    async with desk.sessions() as session:
        query = text(
            "select count(*) from procrastinate_jobs where task_name = 'give_notice' and args->>'conversation_id' = :id"
        )
        assert await session.scalar(query, {"id": str(conversation)}) == 1
    path = f"/2010-04-01/Accounts/{settings().twilio_account_sid}/Messages.json"
    failing.says(path, b'{"sid": "SM1"}', status=201)
    await messaging.give_notice(desk, conversation_id=str(conversation))
    assert len(failing.asked) == 1


async def test_whoever_told_of_violence_is_sent_no_template(desk: Desk, whatsapp: Emulators) -> None:
    conversation = await heard(desk, a_number(), at=datetime.now(UTC) - timedelta(hours=30))
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, conversation)).disclosed = "domestic_violence"
    await said(desk, conversation, "su caso avanza")
    await messaging.deliver(desk, conversation_id=str(conversation))
    async with desk.sessions() as session:
        assert (await session.get_one(Conversation, conversation)).noticed_at is None


async def test_a_provider_that_says_the_window_is_over_has_the_part_held(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno")
    await messaging.deliver(desk, conversation_id=str(conversation))
    async with desk.sessions.begin() as session:
        (delivery,) = await session.scalars(
            select(Delivery).join(Message).where(Message.conversation_id == conversation)
        )
        found = read_word("failed", "63016")
        assert found is not None
        await deliveries.move(session, try_id=delivery.try_id, provider_id="SM1", word=found, at=datetime.now(UTC))
    assert await statuses(desk, conversation) == [Status.HELD]
    await heard(desk, number)
    assert await statuses(desk, conversation) == [Status.QUEUED]


async def test_one_contact_is_sent_so_much_at_once_and_all_so_many_a_second(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_WHATSAPP_PER_SECOND", "5")
    settings.cache_clear()
    at, number = datetime.now(UTC) + timedelta(hours=1), a_number()

    async def taken(contact: str, moment: datetime) -> float:
        async with desk.sessions.begin() as session:
            return await pace.take(session, contact=contact, keys=desk.keys, at=moment)

    others = [await taken(a_number(), at) for _ in range(12)]
    assert others[:10] == [0] * 10
    assert others[10] == pytest.approx(0.2)
    moments = [at + timedelta(minutes=5, seconds=n / 4) for n in range(30)]
    to_one = [await taken(number, moment) for moment in moments]
    assert to_one[:20] == [0] * 20
    assert max(to_one) > 0


async def test_a_clock_that_is_set_back_stops_nobody(desk: Desk, whatsapp: Emulators) -> None:
    number, at = a_number(), datetime.now(UTC)
    for moment in (at + timedelta(days=1), at):
        async with desk.sessions.begin() as session:
            assert await pace.take(session, contact=number, keys=desk.keys, at=moment) == 0
