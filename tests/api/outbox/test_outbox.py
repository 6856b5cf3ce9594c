"""Messages leave once, by the real clients, and a provider that is down loses none."""

import traceback
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.cli.postgres import free_port
from api.jobs import tasks
from api.jobs.desk import Desk
from api.outbox import service as outbox
from api.outbox.models import OutboxMessage
from api.outbox.senders import Channel, NotSent, available
from api.outbox.service import Contact
from api.settings import settings
from tests.api.conftest import Emulators


async def posted(desk: Desk, contact: Contact, text: str, *, once: str | None = None, code: str | None = None) -> None:
    async with desk.sessions.begin() as session:
        await outbox.post(
            session, contact=contact, subject="Aviso", text=text, code=code, once=once, keys=desk.keys,
            at=datetime.now(UTC),
        )  # fmt: skip


async def waiting(desk: Desk, contact: Contact) -> list[OutboxMessage]:
    async with desk.sessions() as session:
        query = select(OutboxMessage).where(OutboxMessage.contact_hash == contact.hashed(desk.keys))
        return list(await session.scalars(query.where(OutboxMessage.sent_at.is_(None))))


async def work(desk: Desk, contact: Contact) -> None:
    for message in await waiting(desk, contact):
        await tasks.send_message(desk, message_id=str(message.id))


def an_address() -> Contact:
    return Contact(Channel.EMAIL, f"{uuid.uuid4().hex[:8]}@example.com")


async def test_a_message_is_sent_once_however_often_the_job_runs(desk: Desk, emulators: Emulators) -> None:
    contact, text = an_address(), f"mensaje {uuid.uuid4()}"
    await posted(desk, contact, text)
    (message,) = await waiting(desk, contact)
    for _ in range(3):
        await tasks.send_message(desk, message_id=str(message.id))
    assert emulators.page().count(text) == 1


@pytest.mark.parametrize("channel", Channel)
async def test_a_provider_that_is_down_loses_no_message(
    channel: Channel, desk: Desk, emulators: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = Contact(channel, "+51987000111") if channel is Channel.SMS else an_address()
    text = f"mensaje {uuid.uuid4()}"
    nowhere = free_port()
    with monkeypatch.context() as broken:
        broken.setenv("COMISARIO_SMTP_URL", f"smtp://127.0.0.1:{nowhere}")
        broken.setenv("COMISARIO_TWILIO_URL", f"http://127.0.0.1:{nowhere}")
        settings.cache_clear()
        await posted(desk, contact, text)
        with pytest.raises(NotSent):
            await work(desk, contact)
    settings.cache_clear()
    await work(desk, contact)
    assert emulators.page().count(text) == 1


async def test_what_twilio_refuses_is_not_taken_for_sent(desk: Desk, emulators: Emulators) -> None:
    contact = Contact(Channel.SMS, f"{uuid.uuid4().int % 10**9}")  # not E.164: Twilio's error 21211
    await posted(desk, contact, "mensaje")
    with pytest.raises(NotSent) as refused:
        await work(desk, contact)
    assert contact.address not in "".join(traceback.format_exception(refused.value))
    assert len(await waiting(desk, contact)) == 1


async def test_of_several_messages_on_one_thing_the_first_is_sent(desk: Desk, emulators: Emulators) -> None:
    contact, thing = an_address(), f"thing:{uuid.uuid4()}"
    for text in ("primero", "segundo"):
        await posted(desk, contact, f"{text} {thing}", once=thing)
    await work(desk, contact)
    assert f"primero {thing}" in emulators.page()
    assert f"segundo {thing}" not in emulators.page()


async def test_a_code_that_is_worth_nothing_any_more_is_not_sent(desk: Desk, emulators: Emulators) -> None:
    contact, text = an_address(), f"mensaje {uuid.uuid4()}"
    await posted(desk, contact, text, code="123456")
    (message,) = await waiting(desk, contact)
    async with desk.sessions.begin() as session:
        late = datetime.now(UTC) + timedelta(minutes=11)
        await outbox.send(session, message_id=message.id, keys=desk.keys, at=late)
    assert text not in emulators.page()


def test_what_is_not_set_up_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    assert available(settings()) == frozenset()
    monkeypatch.setenv("COMISARIO_SMTP_URL", "smtps://mail.example:465")
    settings.cache_clear()
    assert available(settings()) == {Channel.EMAIL}
    settings.cache_clear()
