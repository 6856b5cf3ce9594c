"""What a citizen wrote is taken as they meant it: when they sent it, and a number as an answer where none was offered."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from api.conversations import service as conversations
from api.conversations.channels import service as channels
from api.conversations.channels.base import Status
from api.conversations.channels.models import Delivery, InboundMessage
from api.conversations.models import Conversation, Message
from api.jobs import tasks
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.complaints.test_filing import a_draft
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_message, a_number, an_app, file_complaint, heard, put_draft, said
from vocabulary.dialogue import Choice


async def last_said(desk: Desk, conversation_id: uuid.UUID) -> tuple[str | None, str | None, datetime]:
    """The text, the choice and the time of the citizen's last message."""
    async with desk.sessions() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        query = select(Message).where(Message.conversation_id == conversation_id, Message.sender == "citizen")
        message = (await session.scalars(query.order_by(Message.seq.desc()).limit(1))).one()
        content = conversations.content_of(message, conversations.key_of(conversation, desk.keys))
    return content["text"], content["choice"], message.created_at


@pytest.mark.parametrize(
    ("offered", "said", "text", "choice"),
    [
        ([(Choice.DONT_KNOW, "No sé"), (Choice.SKIP, "Prefiero no decirlo")], "2", "2", None),
        ([(Choice.NO, "No hubo")], "1", "1", None),
        ([(Choice.NO, "No hubo")], "no hubo", None, Choice.NO),
        ([(Choice.YES, "Sí"), (Choice.NO, "No")], "2", None, Choice.NO),
    ],
)
async def test_a_number_is_an_answer_where_the_choices_only_lead_out_of_the_question(
    desk: Desk, whatsapp: Emulators, offered: list[tuple[str, str]], said: str, text: str | None, choice: str | None
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, conversation)).offered = offered
    assert await heard(desk, number, text=said) == conversation
    assert (await last_said(desk, conversation))[:2] == (text, choice)


async def test_with_buttons_a_number_picks_nothing(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMISARIO_TWILIO_BUTTONS", "true")
    settings.cache_clear()
    number = a_number()
    conversation = await heard(desk, number)
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, conversation)).offered = [(Choice.YES, "Sí"), (Choice.NO, "No")]
    await heard(desk, number, text="2")
    assert (await last_said(desk, conversation))[:2] == ("2", None)


@pytest.mark.parametrize("late", [timedelta(hours=2), timedelta(hours=-2)])
async def test_what_is_taken_in_late_was_said_when_it_was_sent_and_never_in_the_future(
    desk: Desk, whatsapp: Emulators, late: timedelta
) -> None:
    kept = datetime(2026, 11, 20, 4, 30, tzinfo=UTC)  # 23:30 of the 19th in Lima
    inbound = a_message(a_number(), text="hoy me robaron", sent=int((kept - late).timestamp()))
    async with desk.sessions.begin() as session:
        await channels.receive(session, inbound=inbound, keys=desk.keys, at=kept)
    async with desk.sessions.begin() as session:
        query = select(InboundMessage.id).where(InboundMessage.provider_id == inbound.provider_id)
        found = (await session.scalars(query)).one()
        conversation = await channels.take_in(session, inbound_id=found, keys=desk.keys, at=kept + timedelta(hours=3))
        assert conversation is not None
        assert (await session.get_one(Conversation, conversation)).heard_at == min(kept, kept - late)
    assert (await last_said(desk, conversation))[2] == min(kept, kept - late)


@pytest.mark.parametrize(
    ("anonymous", "hours", "delivered", "forgotten"),
    [
        (True, 25, True, True), (True, 23, True, False), (True, 25, False, False), (True, 24 * 31, False, True),
        (False, 24 * 31, True, False),
    ],
)  # fmt: skip
async def test_the_number_of_who_reported_anonymously_is_forgotten_once_they_have_what_they_were_to_get(
    desk: Desk, whatsapp: Emulators, anonymous: bool, hours: int, delivered: bool, forgotten: bool
) -> None:
    number, at = a_number(), datetime.now(UTC) - timedelta(hours=hours)
    conversation = await heard(desk, number, at=at)
    await said(desk, conversation, "Su constancia")
    async with an_app() as client:
        kind = {"incident_type": "extortion", "full_name": None, "anonymous": True, "office": "station"}
        draft = a_draft(at, **(kind if anonymous else {})).model_dump(mode="json")
        await put_draft(client, conversation, **draft)
        await file_complaint(client, conversation)
    async with desk.sessions.begin() as session:
        ours = Delivery.message_id.in_(select(Message.id).where(Message.conversation_id == conversation))
        status = Status.READ if delivered else Status.HELD
        sid = f"SM{uuid.uuid4().hex}"
        await session.execute(update(Delivery).where(ours).values(status=status, provider_id=sid))
    await tasks.forget_contacts(desk)
    async with desk.sessions() as session:
        found = await session.get_one(Conversation, conversation)
        assert ((found.contact, found.contact_hash) == (None, None)) is forgotten
        query = select(InboundMessage.contact_hash).where(InboundMessage.conversation_id == conversation)
        assert ((await session.scalars(query)).all() == [b""]) is forgotten
        known = (await session.scalars(select(Delivery.provider_id).where(ours))).all()
        assert (known != [sid]) is forgotten
    assert (await heard(desk, number) != conversation) is forgotten
