"""The worker's tasks. Each looks at what is there before it acts, so that twice is as good as once."""

import hashlib
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.jobs import Status
from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, files, jobs
from api.audit import service as audit
from api.audit.service import Act
from api.cases import exports
from api.cases.models import Case
from api.challenges import service as challenges
from api.complaints import service as complaints
from api.conversations import service as conversations
from api.conversations import turns
from api.conversations.channels import deliveries, leftover, pace, provider
from api.conversations.channels import service as channels
from api.conversations.models import Conversation
from api.copies import keeping, papers
from api.copies import service as copies
from api.copies.models import Copy
from api.errors import NotFound
from api.evidence.models import EvidenceItem
from api.evidence.preview import NoPreview, make_preview
from api.handover import service as handover
from api.identity import service as identity
from api.jobs import messaging, notices, publishing, surveys
from api.jobs.desk import Desk, each
from api.outbox import service as outbox
from api.payments import service as payments
from api.register import service as public_register
from api.second_copies import service as second_copies
from api.settings import settings
from api.stations import service as stations
from api.stations.models import Station
from documents.frame import NOT_FOR_CITIZENS, Kind
from vocabulary.cases import Assurance

_log = logging.getLogger(__name__)
_SOON = RetryStrategy(max_attempts=30, wait=2, exponential_wait=2)
_STALLED = timedelta(seconds=60)


def make_app(connection_url: str) -> App:
    return App(connector=PsycopgConnector(conninfo=connection_url, max_size=12))  # each queue listens by one of its own


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
        contents = (
            await exports.gather(session, copy=copy, case=case, keys=desk.keys) if copy.kind == Kind.CASE_FILE else None
        )
        paper = await papers.signed_paper(
            copy, case=case, station=station, statement=statement, keys=desk.keys, at=at, contents=contents
        )
        if copy.kind == Kind.CASE_FILE:
            exports.note_issue(session, copy=copy, case=case, sha256=hashlib.sha256(paper.pdf).hexdigest(), at=at)
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
    at_station = copy.identity_assurance == Assurance.SEEN_BY_OFFICER or copy.kind in NOT_FOR_CITIZENS
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


async def issue_waiting(desk: Desk) -> None:
    """Issue the copies that waited for a key, once there is one."""
    async with desk.sessions() as session:
        left = await keeping.waiting(session, at=await clock.now(session))
    await each("copy not issued", left, lambda one: issue_copy(desk, copy_id=str(one)), otherwise=desk.put_off)


async def archive_copies(desk: Desk) -> None:
    """Make and renew the archive time-stamps that are due, each in a transaction of its own, as far as the authority
    answers."""

    async def archive(copy_id: uuid.UUID) -> bool:
        async with desk.sessions.begin() as session:
            return await keeping.archive(session, copy_id=copy_id, keys=desk.keys, at=await clock.now(session))

    async with desk.sessions() as session:
        left = await keeping.due(session, at=await clock.now(session))
    await each("copy not archived", left, archive, otherwise=desk.put_off)


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

    async def settle(payment_id: uuid.UUID) -> None:
        if await payments.is_paid(payment_id):
            async with desk.sessions.begin() as session:
                await second_copies.issue_paid(session, payment_id=payment_id, at=await clock.now(session))

    async with desk.sessions.begin() as session:
        left = [payment.id for payment in await payments.waiting(session, at=await clock.now(session))]
    await each("payment not settled", left, settle)


async def purge_sent(desk: Desk) -> None:
    """Forget what was sent, the codes that are over and the addresses that limits were kept by."""
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        await outbox.purge(session, at=at)
        await challenges.purge(session, at=at)
        await conversations.forget_addresses(session, at=at)
        await pace.forget(session, at=at)


async def index_cases(desk: Desk) -> None:
    """Note what cases are found by where that was not noted at once."""

    async def note(case_id: uuid.UUID) -> None:
        async with desk.sessions.begin() as session:
            await complaints.index_case(session, case_id=case_id, keys=desk.keys)

    async with desk.sessions() as session:
        left = await complaints.unindexed(session)
    await each("case not indexed", left, note)


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

    A disclosure of violence that was never confirmed goes to the restricted queue first, to the central desk where the office
    that it is for is not known. One that was told after a filing goes there too and is deleted with its case.
    """
    async with desk.sessions.begin() as session:
        at = await clock.now(session)
        due = await _due(session, at=at)
        for conversation in due:
            if conversation.disclosed and conversation.restricted_at is None:
                conversation.restricted_at = at
                if conversation.reserved_for is None:
                    central = await stations.by_code(session, code=stations.CENTRAL_CODE)
                    conversation.reserved, conversation.reserved_for = True, central.id
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
    told_since = and_(Conversation.reserved, Conversation.disclosed.is_not(None), Conversation.restricted_at.is_(None))
    query = select(Conversation).where(Conversation.purge_at < at, or_(Conversation.case_id.is_(None), told_since))
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


async def settle_unknown(desk: Desk) -> None:
    """Find out what became of what the provider may have taken."""

    async def settle(delivery_id: uuid.UUID) -> None:
        await deliveries.settle(desk.sessions, delivery_id=delivery_id, channel=provider.whatsapp(), keys=desk.keys)

    async with desk.sessions() as session:
        left = await deliveries.unsettled(session, at=await clock.now(session))
    await each("delivery not settled", left, settle)


async def forget_contacts(desk: Desk) -> None:
    """Forget the numbers of who reported anonymously."""
    async with desk.sessions.begin() as session:
        await channels.forget_contacts(session, at=await clock.now(session))


async def take_up_left(desk: Desk) -> None:
    """Have done again what messaging's tasks could not do until their tries ran out."""
    async with desk.sessions.begin() as session:
        await leftover.take_up(session, at=await clock.now(session))


async def keep_queue(desk: Desk) -> None:
    """Leave nobody hanging: put back whom nobody answers, and tell those who wait what changed for them."""

    async def put_back(conversation_id: uuid.UUID) -> None:
        async with desk.sessions.begin() as session:
            at = await clock.now(session)
            await handover.put_back(session, conversation_id=conversation_id, keys=desk.keys, at=at)

    async def tell(conversation_id: uuid.UUID) -> None:
        async with desk.sessions.begin() as session:
            at = await clock.now(session)
            await handover.tell_place(session, conversation_id=conversation_id, keys=desk.keys, at=at)

    async with desk.sessions() as session:
        left = await handover.left(session, at=await clock.now(session))
    await each("conversation not put back", left, put_back)
    async with desk.sessions() as session:
        waiting = await handover.queued(session, at=await clock.now(session))
    await each("place not told", waiting, tell)


_SWEEPS = (
    answer_left_over, publish_register, purge_drafts, issue_waiting, archive_copies, watch_key, ask_revocation, issue_paid,
    index_cases, purge_sent, settle_unknown, take_up_left, forget_contacts, surveys.forget_surveys, surveys.mix_surveys,
    surveys.forget_tallies, surveys.invite_to_surveys,
    notices.note_audit_head, notices.tell_waiting, keep_queue, publishing.release_open_data, publishing.refresh_figures,
)  # fmt: skip
_SELDOM = dict.fromkeys(
    (ask_revocation, surveys.mix_surveys, forget_contacts, notices.note_audit_head), "17 * * * *"
) | {
    take_up_left: "*/10 * * * *",
    surveys.invite_to_surveys: "*/10 * * * *",
    publishing.release_open_data: "20 8 * * *",
    publishing.refresh_figures: "47 * * * *",
}
"""When those run that do not run each minute."""


def _periodic(app: App, desk: Desk, sweep: Callable[[Desk], Awaitable[None]], *, cron: str) -> None:
    """Have a sweep run by the clock, and no second one beside it."""

    async def run(timestamp: int) -> None:
        async with desk.alone(sweep.__name__) as free:
            if free:
                await sweep(desk)

    task = app.task(name=sweep.__name__, queueing_lock=sweep.__name__, queue=jobs.SWEEPS)
    app.periodic(cron=cron)(task(run))


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

    @app.task(name="make_preview", retry=RetryStrategy(max_attempts=3, wait=5))
    async def _make_preview(evidence_id: str) -> None:
        await preview_evidence(desk, evidence_id=evidence_id)

    messaging.register(app, desk)
    notices.register(app, desk)

    for sweep in _SWEEPS:
        _periodic(app, desk, sweep, cron=_SELDOM.get(sweep, "* * * * *"))

    @app.periodic(cron="* * * * *")
    @app.task(name="retry_stalled", queueing_lock="retry_stalled", queue=jobs.SWEEPS, pass_context=True)
    async def _retry_stalled(context: JobContext, timestamp: int) -> None:
        await give_back_stalled(app)
