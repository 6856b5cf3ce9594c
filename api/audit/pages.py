"""The auditor's pages: who saw or did what, whether the record is whole, and how the stations handle their cases."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from pydantic import BeforeValidator, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.access import Auditor
from api.audit import oversight, search
from api.audit import service as audit
from api.audit.search import Wanted
from api.audit.service import Act
from api.clock import LIMA
from api.console import page
from api.database import Session
from api.errors import NotFound
from api.staff.models import StaffMember
from vocabulary.codes import find_case_number

router = APIRouter(
    prefix="/staff/auditoria", include_in_schema=False, default_response_class=HTMLResponse, tags=["staff"]
)
_HERE = "audit"
_EXPORTS: dict[str, tuple[str, Callable[..., AsyncIterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", search.as_csv),
    "jsonl": ("application/x-ndjson", search.as_json_lines),
}
SPANS = (30, 90, 365)
"""Days that the shares may be of."""


def _given(value: object) -> object:
    """What a form leaves empty is not asked for."""
    return value.strip() or None if isinstance(value, str) else value


type Line = Annotated[Annotated[str, StringConstraints(max_length=100)] | None, BeforeValidator(_given), Query()]
type Day = Annotated[date | None, BeforeValidator(_given), Query()]


def _wanted(
    desde: Day = None, hasta: Day = None, quien: Line = None, acto: Line = None, caso: Line = None,
    antes: Annotated[int | None, Query(ge=1)] = None,
) -> Wanted:  # fmt: skip
    number = (find_case_number(caso) or caso) if caso else None
    return Wanted(desde, hasta, quien, acto, number, antes)


Asked = Annotated[Wanted, Depends(_wanted)]


def _address(wanted: Wanted, before: int | None = None) -> str:
    """The query that asks for the same entries."""
    given = {
        "desde": wanted.since, "hasta": wanted.until, "quien": wanted.actor, "acto": wanted.act,
        "caso": wanted.case_number, "antes": before,
    }  # fmt: skip
    return urlencode({name: str(value) for name, value in given.items() if value is not None})


async def _note(session: AsyncSession, member: StaffMember, act: Act, wanted: Wanted | None = None) -> None:
    """Reading the audit is an act too; of a case, it is one upon that case."""
    case = await search.case_of(session, number=wanted.case_number) if wanted and wanted.case_number else None
    subject = f"case:{case.id}" if case else "audit:all"
    audit.record(session, act, actor=f"staff:{member.id}", subject=subject, at=await clock.now(session))


async def _show(request: Request, member: StaffMember, session: AsyncSession, wanted: Wanted, **more: Any) -> Response:
    found = await search.find(session, wanted=wanted, limit=search.PAGE + 1)
    shown = found[: search.PAGE]
    older = _address(wanted, shown[-1].entry.id) if len(found) > search.PAGE else None
    acts = sorted(Act, key=audit.said)
    return page(
        request, "staff/audit/entries.html", member=member, here=_HERE, section="entries", wanted=wanted, found=shown,
        older=older, address=_address(wanted), acts=[(act.value, audit.said(act)) for act in acts], lima=LIMA, **more,
    )  # fmt: skip


@router.get("")
async def entries(request: Request, wanted: Asked, member: Auditor, session: Session) -> Response:
    """The entries that are asked for, the latest first; that they were read is written down."""
    await _note(session, member, Act.AUDIT_READ, wanted)
    return await _show(request, member, session, wanted)


@router.get("/exportar.{form}")
async def export(form: str, request: Request, wanted: Asked, member: Auditor, session: Session) -> Response:
    """All of them as a file; that it was made is written down before the first line leaves."""
    if form not in _EXPORTS:
        raise NotFound
    await _note(session, member, Act.AUDIT_EXPORTED, wanted)
    media_type, lines = _EXPORTS[form]

    async def content() -> AsyncIterator[str]:
        async with request.app.state.sessions() as reading:
            async for line in lines(reading, wanted=wanted):
                yield line

    name = f'attachment; filename="auditoria.{form}"'
    return StreamingResponse(content(), media_type=media_type, headers={"Content-Disposition": name})


@router.get("/cadena")
async def chain(request: Request, member: Auditor, session: Session) -> Response:
    """Where the chain ends."""
    return _chain(request, member, head=await audit.head(session), kept="")


@router.post("/cadena")
async def check(
    request: Request, member: Auditor, session: Session, kept: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Go through the whole chain, and hold it against an end that the auditor kept elsewhere."""
    known = audit.head_of(kept)
    if kept.strip() and known is None:
        return _chain(request, member, head=await audit.head(session), kept=kept, unreadable=True)
    found = await audit.check(session, kept=known)
    await _note(session, member, Act.AUDIT_CHECKED)
    return _chain(request, member, head=found.head, kept=kept, checked=found)


def _chain(request: Request, member: StaffMember, **context: Any) -> Response:
    return page(request, "staff/audit/chain.html", member=member, here=_HERE, section="chain", **context)


@router.get("/muestra")
async def sample(request: Request, member: Auditor, session: Session, dia: Day = None) -> Response:
    """The cases drawn of a day, yesterday if none is said."""
    today = (await clock.now(session)).astimezone(LIMA).date()
    day = min(dia or today - timedelta(days=1), today)
    drawn = await oversight.draw(session, day=day)
    await _note(session, member, Act.AUDIT_READ)
    return page(
        request, "staff/audit/sample.html", member=member, here=_HERE, section="sample", day=day, drawn=drawn,
        many=oversight.DRAWN, lima=LIMA,
    )  # fmt: skip


@router.get("/comisarias")
async def stations(request: Request, member: Auditor, session: Session, dias: int = SPANS[0]) -> Response:
    """How the stations handle their cases."""
    days = dias if dias in SPANS else SPANS[0]
    today = (await clock.now(session)).astimezone(LIMA).date()
    found = await oversight.shares(session, since=today - timedelta(days=days))
    return page(
        request, "staff/audit/stations.html", member=member, here=_HERE, section="stations", days=days, spans=SPANS,
        found=found,
    )  # fmt: skip
