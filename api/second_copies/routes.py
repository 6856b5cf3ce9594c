"""Copies at the station: an officer issues one for a person whom they have seen, or withdraws one."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, StringConstraints

from api import clock
from api.access import Officer, officer
from api.cases import service as cases
from api.cases.models import Case
from api.conversations.routes import Keys
from api.copies import service as copies
from api.database import Session
from api.errors import Forbidden, Malformed, NotFound, Unauthenticated, describes
from api.second_copies import service

router = APIRouter(prefix="/api/v1/cases/{case_number}/copies", tags=["copies"], dependencies=[Depends(officer)])

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
    number: int
    verification_code: str


class Withdrawal(_Body):
    """``replaced`` is whether another copy takes its place, which is then issued."""

    reason: Reason
    replaced: bool = False


async def _own_case(case_number: str, member: Officer, session: Session) -> Case:
    """A case of the officer's own station; another's does not exist for them."""
    case = await cases.by_number(session, number=case_number)
    if case.station_id != member.station_id:
        raise NotFound
    return case


OwnCase = Annotated[Case, Depends(_own_case, scope="function")]


@router.post("", status_code=201, response_model=CopyRead, responses=_RESPONSES)
async def issue(body: CopyCreate, case: OwnCase, member: Officer, session: Session, keys: Keys) -> CopyRead:
    """The next copy of a case, which the worker signs at once."""
    at = await clock.now(session)
    copy = await service.issue_by_officer(
        session, case=case, officer=member, reason=body.reason, in_person=body.in_person, keys=keys, at=at
    )
    return CopyRead(number=copy.number, verification_code=copy.verification_code)


@router.post("/{verification_code}/withdrawal", status_code=204, responses=_RESPONSES)
async def withdraw(
    body: Withdrawal, verification_code: str, case: OwnCase, member: Officer, session: Session, keys: Keys
) -> None:
    """Annul a copy, or replace it by a new one."""
    at = await clock.now(session)
    actor = f"staff:{member.id}"
    await copies.withdraw(session, case=case, typed_code=verification_code, replaced=body.replaced, actor=actor, at=at)
    await cases.add_entry(session, case=case, actor=member, at=at, keys=keys, note=body.reason)
    if body.replaced:
        await service.issue_by_officer(
            session, case=case, officer=member, reason=body.reason, in_person=False, keys=keys, at=at
        )
