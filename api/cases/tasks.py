"""Calls to complainants: planned when somebody takes a case up, done with an outcome."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases import service as cases
from api.cases.models import Case, CaseTask
from api.errors import ActNotAllowed, NotFound
from api.outbox.senders import Channel
from api.second_copies import service as second_copies
from api.security import KeyRing
from api.staff.models import StaffMember
from vocabulary.cases import CALL_AFTER, CALL_AGAIN, CALL_TRIES, OPEN, EntryKind


async def plan(session: AsyncSession, *, case: Case, keys: KeyRing) -> None:
    """Have the complainant called, once however often it is planned; not where no telephone is known to be safe."""
    if not await _may_be_called(session, case, keys):
        return
    due = [
        {"id": uuid.uuid4(), "case_id": case.id, "kind": kind, "attempt": 1, "due_at": case.filed_at + after}
        for kind, after in CALL_AFTER.items()
    ]
    await session.execute(insert(CaseTask).values(due).on_conflict_do_nothing())


async def _may_be_called(session: AsyncSession, case: Case, keys: KeyRing) -> bool:
    reach = await second_copies.reach(session, case=case, keys=keys)
    return any(contact.channel is Channel.SMS for contact in reach.safe)


async def open_tasks(session: AsyncSession, *, member: StaffMember) -> Sequence[tuple[CaseTask, Case]]:
    """The calls that are not done yet of the open cases that a member may read, the longest overdue first."""
    query = (
        select(CaseTask, Case)
        .join(Case, Case.id == CaseTask.case_id)
        .where(CaseTask.done_at.is_(None), Case.status.in_(OPEN), cases.readable_by(member))
        .order_by(CaseTask.due_at, CaseTask.id)
    )
    return [(task, case) for task, case in await session.execute(query)]


async def of_case(session: AsyncSession, *, case: Case) -> Sequence[CaseTask]:
    """The calls of a case that are not done yet."""
    query = select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.done_at.is_(None))
    return (await session.scalars(query.order_by(CaseTask.due_at))).all()


async def finish(
    session: AsyncSession,
    *,
    case: Case,
    task_id: uuid.UUID,
    member: StaffMember,
    reached: bool,
    note: str | None,
    keys: KeyRing,
    at: datetime,
) -> None:
    """Write down a call of a case; one that nobody answered is tried again, some times, while a telephone is known to be safe.

    Raises ``NotFound`` if it is not the case's or the case left their station, and ``ActNotAllowed`` if it is done.
    """
    await cases.hold(session, case=case, member=member)
    query = select(CaseTask).where(CaseTask.id == task_id, CaseTask.case_id == case.id).with_for_update()
    task = await session.scalar(query.execution_options(populate_existing=True))
    if task is None:
        raise NotFound
    if task.done_at is not None:
        raise ActNotAllowed
    task.done_at, task.done_by, task.reached = at, member.id, reached
    if not reached and task.attempt < CALL_TRIES and await _may_be_called(session, case, keys):
        session.add(CaseTask(case_id=case.id, kind=task.kind, attempt=task.attempt + 1, due_at=at + CALL_AGAIN))
    await cases.add_entry(
        session,
        case=case,
        kind=EntryKind.CALL,
        visible=False,
        actor=member,
        at=at,
        keys=keys,
        note=note,
        detail={"task": task.kind, "attempt": task.attempt, "reached": reached},
    )
