"""What leaves a case at the console: its whole file as a signed paper, and the sheet for SIDPOL."""

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints

from api import clock
from api.access import Officer, Reader
from api.audit import service as audit
from api.audit.service import Act
from api.cases import exports, sidpol
from api.cases.opening import OpenCase, WorkCase
from api.console import page
from api.conversations.routes import Keys
from api.copies import service as copies
from api.database import Session
from api.errors import NotFound

router = APIRouter(
    prefix="/staff/casos/{number}", include_in_schema=False, default_response_class=HTMLResponse, tags=["console"]
)

type Reason = Annotated[str, Form(), StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


@router.get("/expediente")
async def list_files(case: OpenCase, member: Reader, request: Request, session: Session) -> Response:
    """The files that were made of a case, and the form that has another made."""
    made = await exports.of_case(session, case=case)
    waits = any(copy.issued_at is None for copy in made)
    return page(request, "staff/case/exports.html", member=member, here="queue", case=case, made=made, waits=waits)


@router.post("/expediente")
async def make_file(case: WorkCase, member: Officer, session: Session, keys: Keys, reason: Reason) -> Response:
    at = await clock.now(session)
    await exports.request(session, case=case, member=member, reason=reason, keys=keys, at=at)
    return RedirectResponse(f"/staff/casos/{case.number}/expediente", status_code=303)


@router.get("/expediente/{copy_number}.pdf")
async def download_file(copy_number: int, case: OpenCase, member: Reader, session: Session, keys: Keys) -> Response:
    """A file that was made, as it was signed."""
    at = await clock.now(session)
    for copy in await exports.of_case(session, case=case):
        if copy.number == copy_number and copy.issued_at:
            pdf = await copies.file_of(session, copy=copy, case=case, keys=keys)
            audit.record(session, Act.COPY_DOWNLOADED, actor=f"staff:{member.id}", subject=f"copy:{copy.id}", at=at)
            name = f"expediente-{case.number}-{copy.number}.pdf"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return Response(pdf, media_type="application/pdf", headers=headers)
    raise NotFound


@router.get("/sidpol")
async def show_sheet(case: OpenCase, member: Reader, request: Request, session: Session, keys: Keys) -> Response:
    """What is typed into SIDPOL, field by field."""
    at = await clock.now(session)
    audit.record(session, Act.CASE_READ, actor=f"staff:{member.id}", subject=f"case:{case.id}", at=at)
    fields = await sidpol.sheet(session, case=case, keys=keys)
    parts = [(part, list(group)) for part, group in groupby(fields, key=lambda field: field.part)]
    return page(request, "staff/case/sidpol.html", member=member, here="queue", case=case, parts=parts)


@router.get("/sidpol.csv")
async def download_sheet(case: OpenCase, member: Reader, session: Session, keys: Keys) -> Response:
    at = await clock.now(session)
    audit.record(session, Act.CASE_EXPORTED, actor=f"staff:{member.id}", subject=f"case:{case.id}", at=at)
    content = sidpol.as_csv(case, await sidpol.sheet(session, case=case, keys=keys))
    headers = {"Content-Disposition": f'attachment; filename="sidpol-{case.number}.csv"'}
    return Response(content.encode(), media_type="text/csv; charset=utf-8", headers=headers)
