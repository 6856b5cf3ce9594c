"""Whose turn it is in the worker: nobody's many keep another's one waiting, and nothing slow keeps an answer waiting."""

import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession

from api import jobs
from api.conversations import service as conversations
from api.conversations.channels import deliveries
from api.conversations.channels.base import Status, Word
from api.conversations.channels.deliveries import Later
from api.conversations.channels.models import Delivery
from api.conversations.models import Conversation, Message
from api.evidence import service as evidence
from api.evidence.models import EvidenceItem
from api.jobs import messaging
from api.jobs.desk import Desk
from api.jobs.tasks import make_app, register
from api.jobs.working import AT_ONCE
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_number, heard, received, said, statuses


@pytest.fixture
async def nothing_to_do(desk: Desk) -> AsyncIterator[AsyncSession]:
    """A transaction in which no job waits but those that a test defers."""
    async with desk.sessions() as session:
        for name in ("events", "periodic_defers", "jobs"):
            await session.execute(delete(table(f"procrastinate_{name}")))
        yield session
        await session.rollback()


async def fetched(session: AsyncSession, *, slots: int) -> Sequence[str | None]:
    """What so many slots take up next; they are done with it at once."""
    taken = []
    for _ in range(slots):
        found = await session.execute(text("select id, lock from procrastinate_fetch_job_v2(null, null)"))
        taken.append(found.one())
    for job_id, _ in taken:
        if job_id is not None:
            await session.execute(text("select procrastinate_finish_job_v1(:id, 'succeeded', true)"), {"id": job_id})
    return [lock for _, lock in taken]


async def test_who_writes_once_does_not_wait_for_all_that_four_others_wrote(nothing_to_do: AsyncSession) -> None:
    for _ in range(100):
        for phone in range(4):
            await jobs.defer(nothing_to_do, "take_in", lock=f"take_in:flood{phone}", inbound_id="x")
    await jobs.defer(nothing_to_do, "take_in", lock="take_in:one", inbound_id="x")
    rounds = [await fetched(nothing_to_do, slots=4) for _ in range(3)]
    assert any("take_in:one" in taken for taken in rounds)


async def test_what_one_writes_is_done_in_the_order_in_which_it_came_however_many_wait(
    nothing_to_do: AsyncSession,
) -> None:
    done = []
    for number in range(30):
        await jobs.defer(nothing_to_do, "take_in", lock="take_in:one", inbound_id=str(number))
        if number % 3 == 2:
            query = "select id, args->>'inbound_id' from procrastinate_fetch_job_v2(null, null)"
            job_id, inbound_id = (await nothing_to_do.execute(text(query))).one()
            done.append(int(inbound_id))
            finish = text("select procrastinate_finish_job_v1(:id, 'succeeded', true)")
            await nothing_to_do.execute(finish, {"id": job_id})
    assert done == list(range(10))


async def test_what_takes_long_has_slots_of_its_own(nothing_to_do: AsyncSession) -> None:
    for name in ("take_in", "deliver", "issue_copy", "post_code", "fetch_media", "transcribe", "make_preview"):
        await jobs.defer(nothing_to_do, name)
    found = await nothing_to_do.execute(text("select queue_name, task_name from procrastinate_jobs"))
    queues: dict[str, set[str]] = {}
    for queue, name in found:
        queues.setdefault(queue, set()).add(name)
    assert queues == {
        jobs.USUAL: {"take_in", "deliver", "issue_copy", "post_code"},
        jobs.SLOW: {"fetch_media", "transcribe", "make_preview"},
    }


async def test_every_queue_that_a_task_may_be_in_is_worked_on(desk: Desk, database_url: str) -> None:
    app = make_app(database_url)
    register(app, desk)
    assert {task.queue for task in app.tasks.values()} | {jobs.SLOW} <= set(AT_ONCE) | {"builtin"}


async def test_a_conversation_with_much_to_be_sent_leaves_its_slot_to_others(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, *(f"renglón {n}" for n in range(40)))
    with pytest.raises(Later):
        await messaging.deliver(desk, conversation_id=str(conversation))
    assert 15 <= len(await received(whatsapp, number)) < 40


@pytest.fixture
async def down(whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMISARIO_TWILIO_URL", "http://127.0.0.1:9")
    settings.cache_clear()


async def waiting(desk: Desk, conversation_id: uuid.UUID) -> list[tuple[int, bool]]:
    """The jobs that will send for a conversation: how often each failed, and whether it waits for a moment."""
    query = text(
        "select attempts, scheduled_at > now() from procrastinate_jobs"
        " where task_name = 'deliver' and status = 'todo' and args->>'conversation_id' = :id"
    )
    async with desk.sessions() as session:
        found = await session.execute(query, {"id": str(conversation_id)})
        return [(attempts, bool(later)) for attempts, later in found]


async def test_a_wait_costs_no_try_and_is_over_when_the_citizen_writes(
    desk: Desk, down: None, database_url: str
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "uno")
    app = make_app(database_url)
    register(app, desk)
    async with desk.sessions.begin() as session:  # a worker took up what was deferred so far
        await session.execute(text("delete from procrastinate_jobs where task_name = 'deliver'"))
    for _ in range(13):
        await app.tasks["deliver"].func(conversation_id=str(conversation))
    assert await waiting(desk, conversation) == [(0, True)]
    assert await statuses(desk, conversation) == [Status.QUEUED]
    await heard(desk, number, text="¿sigue ahí?")
    await said(desk, conversation, "sí")
    assert await waiting(desk, conversation) == [(0, False)]


async def test_what_waits_for_a_word_on_the_part_before_goes_out_once_it_is_told(
    desk: Desk, whatsapp: Emulators, database_url: str
) -> None:
    conversation = await heard(desk, a_number(), at=datetime.now(UTC) - timedelta(hours=1))
    await said(desk, conversation, "uno", "dos")
    app = make_app(database_url)
    register(app, desk)
    async with desk.sessions.begin() as session:
        await session.execute(text("delete from procrastinate_jobs where task_name = 'deliver'"))
        query = select(Delivery).join(Message).where(Message.conversation_id == conversation).order_by(Message.seq)
        first = (await session.scalars(query.limit(1))).one()
        first.status, first.try_id, first.changed_at = Status.UNKNOWN, uuid.uuid4(), datetime.now(UTC)
    await app.tasks["deliver"].func(conversation_id=str(conversation))
    assert await waiting(desk, conversation) == [(0, True)]
    async with desk.sessions.begin() as session:
        await deliveries.move(
            session, try_id=first.try_id, provider_id="SM1", word=Word(Status.SENT), at=datetime.now(UTC)
        )
    assert await waiting(desk, conversation) == [(0, False)]


async def test_nothing_is_held_while_a_machine_listens_to_a_voice_note(
    desk: Desk, whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = await heard(desk, a_number())
    async with desk.sessions.begin() as session:
        key = conversations.key_of(await session.get_one(Conversation, conversation), desk.keys)
        voice = b"OggS" + bytes(range(200))
        at = datetime.now(UTC)
        item = await evidence.receive(session, conversation_id=conversation, key=key, name="", data=voice, at=at)
    open_meanwhile = []

    async def listens(data: bytes, *, media_type: str) -> str:
        open_meanwhile.append(desk.sessions.kw["bind"].pool.checkedout())
        return "me robaron"

    monkeypatch.setattr(messaging, "transcribed", listens)
    await messaging.transcribe(desk, evidence_id=str(item.id))
    async with desk.sessions() as session:
        assert evidence.transcript_of(await session.get_one(EvidenceItem, item.id), key) == "me robaron"
    assert open_meanwhile == [0]
