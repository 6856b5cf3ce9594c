"""The worker's tasks. Each looks at what is there before it acts, so that twice is as good as once."""

import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.jobs import Status
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from api import clock, files
from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case
from api.challenges import service as challenges
from api.complaints import service as complaints
from api.conversations import service as conversations
from api.conversations import turns
from api.conversations.bot import Bot
from api.conversations.channels import deliveries
from api.conversations.channels import service as channels
from api.conversations.channels.twilio.whatsapp import TwilioWhatsapp
from api.conversations.models import Conversation
from api.conversations.turns import Turns
from api.copies import keeping, papers
from api.copies import service as copies
from api.copies.models import Copy
from api.database import make_engine, make_sessions
from api.errors import NotFound
from api.evidence.models import EvidenceItem
from api.evidence.preview import NoPreview, make_preview
from api.identity import service as identity
from api.outbox import service as outbox
from api.payments import service as payments
from api.register import service as public_register
from api.second_copies import service as second_copies
from api.security import KeyRing
from api.settings import settings
from api.stations.models import Station
from documents.frame import Kind
from vocabulary.cases import Assurance

_log = logging.getLogger(__name__)
_SOON = RetryStrategy(max_attempts=30, wait=2, exponential_wait=2)
_STALLED = timedelta(seconds=60)


@dataclass(frozen=True)
class Desk:
    """What the tasks work with."""

    sessions: async_sessionmaker[AsyncSession]
    keys: KeyRing
    turns: Turns

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[bool]:
        """Whether no other run of a periodic task is under way, in any process; held until the end, or the process's."""
        async with self.turns.locks.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            key = {"key": f"periodic:{name}"}
            free = await autocommit.scalar(text("select pg_try_advisory_lock(hashtextextended(:key, 0))"), key)
            try:
                yield bool(free)
            finally:
                if free:
                    await autocommit.execute(text("select pg_advisory_unlock(hashtextextended(:key, 0))"), key)


def make_app(connection_url: str) -> App:
    return App(connector=PsycopgConnector(conninfo=connection_url))


async def issue_copy(desk: Desk, *, copy_id: str) -> None:
    """Make, sign and keep the file of a copy, and put it into the conversation; all of it or nothing."""
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        copy = await copies.locked(session, copy_id=uuid.UUID(copy_id))
        if copy.issued_at is not None:
            return
        if (trouble := await keeping.can_sign(session, at=at)) is not None:
            _log.error("copy %s waits: the signing key is %s", copy.id, trouble)
            return
        case = await session.get_one(Case, copy.case_id)
        station = await session.get_one(Station, case.station_id)
        number = copy.number + 1 if copy.kind == Kind.SUPPLEMENTARY_STATEMENT else 1
        statement = await complaints.statement_of(session, case=case, number=number, keys=desk.keys)
        if copy.kind == Kind.COMPLAINT_COPY:
            await identity.look_up(session, case=case, keys=desk.keys)
            copy.identity_assurance = Assurance.best(copy.identity_assurance, case.identity_assurance)
        paper = await papers.signed_paper(copy, case=case, station=station, statement=statement, keys=desk.keys, at=at)
        await copies.register(session, copy=copy, case=case, paper=paper, keys=desk.keys, at=at)
        await _deliver(session, desk, case, copy)


async def _deliver(session: AsyncSession, desk: Desk, case: Case, copy: Copy) -> None:
    try:
        conversation = (
            await conversations.locked(session, conversation_id=copy.conversation_id)
            if copy.conversation_id
            else await conversations.by_case(session, case=case)
        )
    except NotFound:  # it was deleted meanwhile
        return
    at_station = copy.identity_assurance == Assurance.SEEN_BY_OFFICER or copy.kind == Kind.FAMILY_REPORT
    if conversation is None or at_station:
        return
    said = conversations.paper_said(copy, case.number, conversation.language)
    await conversations.say(
        session, conversation=conversation, keys=desk.keys, sender="bot", said=[said], at=await clock.now(session)
    )


async def send_code(desk: Desk, *, challenge_id: str) -> None:
    """Find out whom a one-time code goes to, if to anybody, and have it posted.

    The challenge's row is held only while the code is written down, which takes as long either way.
    """
    identifier = uuid.UUID(challenge_id)
    async with desk.sessions() as session:
        at = await clock.now(session)
        challenge = await challenges.to_send(session, challenge_id=identifier, at=at)
        if challenge is None:
            return
        case, contacts = await second_copies.whom_to_write(session, challenge=challenge, keys=desk.keys)
    async with desk.sessions.begin() as session:
        await challenges.arm(session, challenge_id=identifier, case=case, contacts=contacts, keys=desk.keys, at=at)


async def post_code(desk: Desk, *, challenge_id: str) -> None:
    """Post a one-time code."""
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        await challenges.post(session, challenge_id=uuid.UUID(challenge_id), keys=desk.keys, at=at)


async def send_message(desk: Desk, *, message_id: str) -> None:
    """Send a message of the outbox."""
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        await outbox.send(session, message_id=uuid.UUID(message_id), keys=desk.keys, at=at)


async def take_in(desk: Desk, *, inbound_id: str) -> None:
    """Put a message from a messaging channel into its conversation, and have it answered."""
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        conversation_id = await channels.take_in(session, inbound_id=uuid.UUID(inbound_id), keys=desk.keys, at=at)
    if conversation_id is not None:
        await desk.turns.wait(conversation_id, seconds=settings().turn_wait_seconds)


async def deliver(desk: Desk, *, conversation_id: str) -> None:
    """Send what a conversation has for its contact, part by part, each in a transaction of its own."""
    channel = TwilioWhatsapp(settings())
    more = True
    while more:
        async with desk.sessions.begin() as session:
            at = await clock.now(session)
            more = await deliveries.deliver_next(
                session, conversation_id=uuid.UUID(conversation_id), channel=channel, keys=desk.keys, at=at
            )


async def issue_waiting(desk: Desk) -> None:
    """Issue the copies that waited for a key, once there is one; one that can't be issued keeps no other waiting."""
    async with desk.sessions() as session:
        left = await keeping.waiting(session, at=await clock.now(session))
    for copy_id in left:
        try:
            await issue_copy(desk, copy_id=str(copy_id))
        except Exception as error:  # whatever is wrong with this one
            _log.error("copy %s can't be issued: %s", copy_id, type(error).__name__)
            async with desk.sessions.begin() as session:
                await keeping.put_off(session, copy_id=copy_id, at=await clock.now(session))


async def archive_copies(desk: Desk) -> None:
    """Make and renew the archive time-stamps that are due, each in a transaction of its own, as far as the authority
    answers."""
    async with desk.sessions() as session:
        left = await keeping.due(session, at=await clock.now(session))
    for copy_id in left:
        try:
            async with desk.sessions.begin() as session:
                if not await keeping.archive(session, copy_id=copy_id, keys=desk.keys, at=await clock.now(session)):
                    return
        except Exception as error:  # whatever is wrong with this one
            _log.error("copy %s can't be archived: %s", copy_id, type(error).__name__)
            async with desk.sessions.begin() as session:
                await keeping.put_off(session, copy_id=copy_id, at=await clock.now(session))


async def watch_key(desk: Desk) -> None:
    """Tell staff what they must know of the signing key."""
    async with desk.sessions.begin() as session:
        await keeping.warn(session, keys=desk.keys, at=await clock.now(session))


async def ask_revocation(desk: Desk) -> None:
    """Ask whether the signing certificate was revoked."""
    async with desk.sessions.begin() as session:
        await keeping.ask_revocation(session, at=await clock.now(session))


async def issue_paid(desk: Desk) -> None:
    """Issue the second copies whose fee was paid; the provider is asked while nothing is held."""
    async with desk.sessions.begin() as session:
        left = [payment.id for payment in await payments.waiting(session, at=await clock.now(session))]
    for payment_id in left:
        try:
            if await payments.is_paid(payment_id):
                async with desk.sessions.begin() as session:
                    await second_copies.issue_paid(session, payment_id=payment_id, at=await clock.now(session))
        except Exception as error:  # whatever is wrong with this one
            _log.error("payment %s can't be settled: %s", payment_id, type(error).__name__)


async def purge_sent(desk: Desk) -> None:
    """Forget what was sent, the codes that are over and the addresses that limits were kept by."""
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        await outbox.purge(session, at=at)
        await challenges.purge(session, at=at)
        await conversations.forget_addresses(session, at=at)


async def index_complainants(desk: Desk) -> None:
    """Note the complainant's document of cases that were filed before it was noted at once."""
    async with desk.sessions() as session:
        left = await complaints.unindexed(session)
    for case_id in left:
        try:
            async with desk.sessions.begin() as session:
                await complaints.index_complainant(session, case_id=case_id, keys=desk.keys)
        except Exception as error:  # whatever is wrong with this one
            _log.error("case %s can't be found by its document: %s", case_id, type(error).__name__)


async def preview_evidence(desk: Desk, *, evidence_id: str) -> None:
    """Keep a small re-encoded picture of an image, if it can be decoded within the limits."""
    async with desk.sessions.begin() as session:
        item = await session.get(EvidenceItem, uuid.UUID(evidence_id))
        if item is None or item.has_preview or item.restricted:
            return
        conversation = await session.get_one(Conversation, item.conversation_id)
        key = conversations.key_of(conversation, desk.keys)
        try:
            preview = await make_preview(await files.get(f"evidence/{item.id}", key=key))
        except NoPreview:  # none can be made within the limits
            return
        await files.put(f"previews/{item.id}", preview, key=key)
        item.has_preview = True


async def publish_register(desk: Desk) -> None:
    """Sign the public register's new state, if anything was filed or issued since the last."""
    async with desk.sessions.begin() as session:
        await public_register.publish(session, keys=desk.keys, at=await clock.now(session))


async def answer_left_over(desk: Desk) -> None:
    """Answer what a process that died left unanswered."""
    async with desk.sessions() as session:
        left = await turns.unanswered(session, before=await clock.now(session) - turns.STALE)
    for conversation_id in left:
        await desk.turns.wait(conversation_id, seconds=settings().turn_wait_seconds)


async def purge_drafts(desk: Desk) -> None:
    """Delete conversations without a case whose time has passed, with their messages and files.

    A disclosure of violence that was never confirmed goes to the restricted queue first.
    """
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        due = await _due(session, at=at)
        for conversation in due:
            if conversation.disclosed and conversation.restricted_at is None:
                conversation.restricted_at = at
                conversation.purge_at = at + timedelta(days=settings().disclosure_days)
                subject = f"conversation:{conversation.id}"
                audit.record(session, Act.DISCLOSURE_QUEUED, actor="worker", subject=subject, at=at)
                continue
            items = select(EvidenceItem.id).where(EvidenceItem.conversation_id == conversation.id)
            names = [f"{kind}/{i}" for i in await session.scalars(items) for kind in ("evidence", "previews")]
            await session.execute(delete(Conversation).where(Conversation.id == conversation.id))
            await files.delete(names)
            audit.record(session, Act.DRAFT_PURGED, actor="worker", subject=f"conversation:{conversation.id}", at=at)


async def _due(session: AsyncSession, *, at: object) -> Sequence[Conversation]:
    query = select(Conversation).where(Conversation.purge_at < at, Conversation.case_id.is_(None))
    return (await session.scalars(query.limit(100).with_for_update(skip_locked=True))).all()


async def give_back_stalled(app: App) -> None:
    """Give back what a worker that died was doing. A periodic one is only forgotten: its next run is on its way, and two
    may not wait at once."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED.total_seconds()):
        try:
            if job.queueing_lock is not None:
                await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
            else:
                await app.job_manager.retry_job(job)
        except Exception as error:  # another worker may have been first
            _log.warning("stalled job %s is not given back: %s", job.id, type(error).__name__)


def register(app: App, desk: Desk) -> None:
    """Give the worker its tasks, by the names that they are deferred with."""

    @app.task(name="issue_copy", retry=_SOON)
    async def _issue_copy(copy_id: str) -> None:
        await issue_copy(desk, copy_id=copy_id)

    @app.task(name="send_code", retry=_SOON)
    async def _send_code(challenge_id: str) -> None:
        await send_code(desk, challenge_id=challenge_id)

    @app.task(name="post_code", retry=_SOON)
    async def _post_code(challenge_id: str) -> None:
        await post_code(desk, challenge_id=challenge_id)

    @app.task(name="send_message", retry=RetryStrategy(max_attempts=9, wait=1, exponential_wait=2))
    async def _send_message(message_id: str) -> None:
        await send_message(desk, message_id=message_id)

    @app.task(name="take_in", retry=_SOON)
    async def _take_in(inbound_id: str) -> None:
        await take_in(desk, inbound_id=inbound_id)

    @app.task(name="deliver", retry=RetryStrategy(max_attempts=12, wait=1, exponential_wait=2))
    async def _deliver_messages(conversation_id: str) -> None:
        await deliver(desk, conversation_id=conversation_id)

    @app.task(name="make_preview", retry=RetryStrategy(max_attempts=3, wait=5))
    async def _make_preview(evidence_id: str) -> None:
        await preview_evidence(desk, evidence_id=evidence_id)

    @app.periodic(cron="* * * * *")
    @app.task(name="answer_left_over", queueing_lock="answer_left_over")
    async def _answer_left_over(timestamp: int) -> None:
        async with desk.alone("answer_left_over") as free:
            if free:
                await answer_left_over(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="publish_register", queueing_lock="publish_register")
    async def _publish_register(timestamp: int) -> None:
        async with desk.alone("publish_register") as free:
            if free:
                await publish_register(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="purge_drafts", queueing_lock="purge_drafts")
    async def _purge_drafts(timestamp: int) -> None:
        async with desk.alone("purge_drafts") as free:
            if free:
                await purge_drafts(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="issue_waiting", queueing_lock="issue_waiting")
    async def _issue_waiting(timestamp: int) -> None:
        async with desk.alone("issue_waiting") as free:
            if free:
                await issue_waiting(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="archive_copies", queueing_lock="archive_copies")
    async def _archive_copies(timestamp: int) -> None:
        async with desk.alone("archive_copies") as free:
            if free:
                await archive_copies(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="watch_key", queueing_lock="watch_key")
    async def _watch_key(timestamp: int) -> None:
        async with desk.alone("watch_key") as free:
            if free:
                await watch_key(desk)

    @app.periodic(cron="17 * * * *")
    @app.task(name="ask_revocation", queueing_lock="ask_revocation")
    async def _ask_revocation(timestamp: int) -> None:
        async with desk.alone("ask_revocation") as free:
            if free:
                await ask_revocation(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="issue_paid", queueing_lock="issue_paid")
    async def _issue_paid(timestamp: int) -> None:
        async with desk.alone("issue_paid") as free:
            if free:
                await issue_paid(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="index_complainants", queueing_lock="index_complainants")
    async def _index_complainants(timestamp: int) -> None:
        async with desk.alone("index_complainants") as free:
            if free:
                await index_complainants(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="purge_sent", queueing_lock="purge_sent")
    async def _purge_sent(timestamp: int) -> None:
        async with desk.alone("purge_sent") as free:
            if free:
                await purge_sent(desk)

    @app.periodic(cron="* * * * *")
    @app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
    async def _retry_stalled(context: JobContext, timestamp: int) -> None:
        await give_back_stalled(app)


async def work() -> None:
    """Run the worker until it is told to stop."""
    url = settings().database_url.get_secret_value()
    engine = make_engine(url)
    sessions = make_sessions(engine)
    keys = KeyRing(settings().keys)
    async with httpx.AsyncClient(base_url=settings().bot_url, timeout=30) as client:
        secret = settings().internal_secret.get_secret_value() or keys.internal_secret
        locks = make_engine(url)
        desk = Desk(sessions, keys, Turns(locks, sessions, Bot(client, secret), keys))
        app = make_app(url)
        register(app, desk)
        async with app.open_async():
            await app.run_worker_async(
                concurrency=4, fetch_job_polling_interval=2, shutdown_graceful_timeout=5, delete_jobs="successful"
            )
    await engine.dispose()
    await locks.dispose()
