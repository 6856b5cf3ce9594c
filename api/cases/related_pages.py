"""What an officer decides on the cases that are proposed beside one."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse
from pydantic import StringConstraints

from api import clock
from api.access import Officer
from api.cases import related
from api.cases.opening import WorkCase
from api.conversations.routes import Keys
from api.database import Session

router = APIRouter(tags=["console"], include_in_schema=False)

type Reason = Annotated[str, Form(), StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


@router.post("/staff/casos/{number}/relacionados/{other}/union")
async def join(
    other: str, case: WorkCase, member: Officer, session: Session, keys: Keys, reason: Reason
) -> RedirectResponse:
    at = await clock.now(session)
    await related.join(session, case=case, number=other, member=member, reason=reason, keys=keys, at=at)
    return RedirectResponse(f"/staff/casos/{case.number}#relacionados", status_code=303)


@router.post("/staff/casos/{number}/relacionados/{other}/descarte")
async def dismiss(other: str, case: WorkCase, member: Officer, session: Session, keys: Keys) -> RedirectResponse:
    at = await clock.now(session)
    await related.dismiss(session, case=case, number=other, member=member, keys=keys, at=at)
    return RedirectResponse(f"/staff/casos/{case.number}#relacionados", status_code=303)
