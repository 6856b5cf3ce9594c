"""Papers at the station: an officer issues a copy, withdraws one, or has the report to the family court printed."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, StringConstraints

from api import clock
from api.access import Officer, works
from api.cases import service as cases
from api.cases.models import Case
from api.conversations.routes import Keys
from api.copies import links
from api.copies import service as copies
from api.copies.models import Copy
from api.copies.templates import ReportDetails
from api.database import Session
from api.errors import Forbidden, Malformed, NotComplete, NotFound, Unauthenticated, describes
from api.second_copies import service
from api.security import KeyRing
from vocabulary.cases import EntryKind

router = APIRouter(prefix="/api/v1/cases/{case_number}", tags=["copies"], dependencies=[Depends(works)])

type Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]
_RESPONSES = describes(Unauthenticated, Forbidden, NotFound, Malformed)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CopyCreate(_Body):
    """``reason`` is what the copy is wanted for; ``in_person`` is whether the officer saw the person and their document.

    A copy that is not is delivered into the conversation that filed the case.
    """

    reason: Reason
    in_person: bool = True


class CopyRead(BaseModel):
    """``url`` is where the file is, a moment later."""

    number: int
    verification_code: str
    url: str


def _read(copy: Copy, keys: KeyRing, at: datetime) -> CopyRead:
    url = links.document_url(copy.verification_code, keys=keys, at=at)
    return CopyRead(number=copy.number, verification_code=copy.verification_code, url=url)


class Withdrawal(_Body):
    """``replaced`` is whether another copy takes its place, which is then issued; ``reason`` is kept with the case."""

    reason: Reason
    replaced: bool = False


async def _own_case(case_number: str, member: Officer, session: Session) -> Case:
    """A case of the officer's own station; another's does not exist for them."""
    return await cases.readable(session, number=case_number, member=member)


OwnCase = Annotated[Case, Depends(_own_case, scope="function")]


@router.post("/copies", status_code=201, response_model=CopyRead, responses=_RESPONSES | describes(NotComplete))
async def issue(body: CopyCreate, case: OwnCase, member: Officer, session: Session, keys: Keys) -> CopyRead:
    """The next copy of a case, which the worker signs at once."""
    at = await clock.now(session)
    copy = await service.issue_by_officer(
        session, case=case, officer=member, reason=body.reason, in_person=body.in_person, keys=keys, at=at
    )
    return _read(copy, keys, at)


@router.post("/family-report", status_code=201, response_model=CopyRead, responses=_RESPONSES | describes(NotComplete))
async def report(body: ReportDetails, case: OwnCase, member: Officer, session: Session, keys: Keys) -> CopyRead:
    """The report to the family court, with what the complaint says and what the officer adds."""
    at = await clock.now(session)
    copy = await service.report_to_court(session, case=case, officer=member, details=body, keys=keys, at=at)
    return _read(copy, keys, at)


@router.post("/copies/{verification_code}/withdrawal", status_code=204, responses=_RESPONSES | describes(NotComplete))
async def withdraw(
    body: Withdrawal, verification_code: str, case: OwnCase, member: Officer, session: Session, keys: Keys
) -> None:
    """Annul a paper, or replace a copy by a new one, which is delivered into the conversation. Twice is once."""
    at = await clock.now(session)
    valid = await copies.withdraw(
        session,
        case=case,
        typed_code=verification_code,
        replaced=body.replaced,
        actor=f"staff:{member.id}",
        at=at,
    )
    if not valid:
        return
    await cases.add_entry(
        session, case=case, kind=EntryKind.NOTE, visible=False, actor=member, at=at, keys=keys, note=body.reason
    )
    if body.replaced:
        await service.issue_by_officer(
            session, case=case, officer=member, reason=None, in_person=False, keys=keys, at=at
        )
