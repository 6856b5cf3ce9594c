"""Opening a case at the console: a colleague's only with a reason, which stays with the case."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.access import Officer, Reader
from api.cases import service as cases
from api.cases.models import Case, CaseOpening
from api.database import Session
from api.errors import ReasonNeeded
from api.security import KeyRing
from api.staff.models import StaffMember
from vocabulary.cases import Role

_ASKED_AGAIN = timedelta(hours=8)
_PAGE_LIVES = timedelta(hours=18)
"""For how long whoever opened a case may send in what they wrote on its page: a reason's time and a session's after it."""
_PURPOSE = "opening"


async def may_open(session: AsyncSession, *, case: Case, member: StaffMember, at: datetime) -> bool:
    """Whether a case that they may read opens without a reason now: nobody or they themselves have it, they gave one in
    the last hours, or they are who looks at what the others do."""
    if case.assigned_to in (None, member.id) or member.role == Role.AUDITOR:
        return True
    return await _opened(session, case, member, since=at - _ASKED_AGAIN, reasoned=True)


async def _opened(
    session: AsyncSession, case: Case, member: StaffMember, *, since: datetime, reasoned: bool = False
) -> bool:
    query = select(CaseOpening.id).where(
        CaseOpening.case_id == case.id, CaseOpening.staff_id == member.id, CaseOpening.at > since
    )
    query = query.where(CaseOpening.reason.is_not(None)) if reasoned else query
    return await session.scalar(query.limit(1)) is not None


async def give_reason(
    session: AsyncSession, *, case: Case, member: StaffMember, reason: str, keys: KeyRing, at: datetime
) -> None:
    """Keep why somebody opens a colleague's case; it is good for some hours."""
    sealed = cases.key_of(case, keys).seal(reason.encode(), purpose=_PURPOSE)
    session.add(CaseOpening(case_id=case.id, staff_id=member.id, reason=sealed, at=at))
    await session.flush()


async def reasons_of(session: AsyncSession, *, case: Case, keys: KeyRing) -> Sequence[tuple[CaseOpening, str, str]]:
    """Why colleagues opened a case and their names, latest first."""
    key = cases.key_of(case, keys)
    query = select(CaseOpening, StaffMember.name).join(StaffMember, StaffMember.id == CaseOpening.staff_id)
    query = query.where(CaseOpening.case_id == case.id, CaseOpening.reason.is_not(None))
    found = await session.execute(query.order_by(CaseOpening.at.desc()))
    return [(one, key.open(one.reason, purpose=_PURPOSE).decode(), name) for one, name in found if one.reason]


async def _open_case(number: str, member: Reader, session: Session) -> Case:
    case, at = await cases.readable(session, number=number, member=member), await clock.now(session)
    if not await may_open(session, case=case, member=member, at=at):
        raise ReasonNeeded(case.number)
    if not await _opened(session, case, member, since=at - _ASKED_AGAIN):
        session.add(CaseOpening(case_id=case.id, staff_id=member.id, at=at))
    return case


OpenCase = Annotated[Case, Depends(_open_case, scope="function")]
"""The case of the path's ``number``, for who may read it now. Raises ``NotFound`` and, for a colleague's case without a
reason, ``ReasonNeeded``. The audit entry that tells what was read is the route's."""


async def _work_case(number: str, member: Officer, session: Session) -> Case:
    case, at = await cases.readable(session, number=number, member=member), await clock.now(session)
    if await _opened(session, case, member, since=at - _PAGE_LIVES):
        return case  # a colleague may have taken it since: what was written on the open page must not be lost
    if not await may_open(session, case=case, member=member, at=at):
        raise ReasonNeeded(case.number)
    return case


WorkCase = Annotated[Case, Depends(_work_case, scope="function")]
"""The same for an officer who writes; who opened the case today may, even if it became a colleague's meanwhile."""
