"""The queue of cases, their search, and the assignment of several at once. No list shows anything personal."""

import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Cookie, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import StringConstraints, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from sse_starlette import EventSourceResponse, ServerSentEvent

from api import clock
from api.access import Head, Member, Reader
from api.cases import queue
from api.cases import search as finding
from api.cases import service as cases
from api.cases.queue import Filters
from api.clock import LIMA
from api.console import home_of
from api.console import page as console_page
from api.database import Session
from api.errors import NotFound, Unauthenticated
from api.staff import service as staff
from api.staff.models import StaffMember
from vocabulary.cases import PERMISSIONS, CaseStatus, Permission, Role
from vocabulary.incidents import IncidentType
from vocabulary.places import by_ubigeo

router = APIRouter(prefix="/staff", tags=["console"], default_response_class=HTMLResponse)
_HEARTBEAT = 15.0
_CHOSEN = 200

type Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f]{1,60}$")]
type Said = Annotated[str, Form(max_length=500)]
type Chosen = Annotated[str, StringConstraints(pattern=r"^[0-9-]{1,40}:\d{1,9}$")]


@router.get("")
async def show(request: Request, member: Member, session: Session, filters: Annotated[Filters, Query()]) -> Response:
    """The queue; who reads no cases is sent to where they begin."""
    if Permission.READ_CASES not in PERMISSIONS[Role(member.role)]:
        return RedirectResponse(home_of(member), status_code=303)
    return await _queue(request, session, member, filters)


async def _queue(
    request: Request, session: AsyncSession, member: StaffMember, filters: Filters, **context: Any
) -> Response:
    at = await clock.now(session)
    return _page(
        request,
        "staff/queue/page.html",
        member,
        at=at,
        found=await queue.page(session, member=member, filters=filters, at=at),
        counts=await queue.counts(session, member=member, at=at),
        saved=await queue.saved(session, member=member),
        workers=await queue.workers(session, member=member),
        filters=filters,
        statuses=list(CaseStatus),
        kinds=list(IncidentType),
        **context,
    )


def _page(request: Request, name: str, member: StaffMember, **context: Any) -> Response:
    return console_page(
        request,
        name,
        member=member,
        here="queue",
        districts=by_ubigeo(),
        limits_of=queue.limits_of,
        lima=LIMA,
        longest=finding.LONGEST,
        **context,
    )


def _filters(said: str) -> Filters:
    """The filters of a page that a form comes from; what can't be read is none."""
    try:
        return Filters.model_validate(dict(parse_qsl(said)))
    except ValidationError:
        return Filters()


@router.post("/asignar")
async def assign(
    request: Request,
    member: Head,
    session: Session,
    to: Annotated[uuid.UUID | None, Form()] = None,
    case: Annotated[list[Chosen], Form(max_length=_CHOSEN)] = [],  # noqa: B006 - FastAPI copies it
    back: Said = "",
) -> Response:
    """Assign the chosen cases, each as it was shown; what changed meanwhile is told and stays."""
    filters = _filters(back)
    if to is None or not case:
        problem = "Elija al menos un caso y a quién asignarlo."
        return await _queue(request, session, member, filters, problem=problem)
    chosen = {number: int(seen) for number, _, seen in (one.partition(":") for one in case)}
    try:
        left = await queue.assign(
            session, chosen=chosen, to=to, head=member, keys=request.app.state.keys, at=await clock.now(session)
        )
    except NotFound:
        problem = "Esa persona no atiende casos en su comisaría."
        return await _queue(request, session, member, filters, problem=problem)
    return await _queue(request, session, member, filters, assigned=len(chosen) - len(left), left=left)


@router.post("/filtros")
async def save(
    request: Request, member: Reader, session: Session, name: Annotated[Name | None, Form()] = None, back: Said = ""
) -> Response:
    """Keep the filters of the page under a name."""
    filters = _filters(back)
    if name is None:
        return await _queue(request, session, member, filters, problem="Escriba un nombre para el filtro.")
    try:
        await queue.save(session, member=member, name=name, filters=filters)
    except queue.TooManyFilters:
        problem = "Ya tiene muchos filtros guardados. Borre uno y vuelva a intentarlo."
        return await _queue(request, session, member, filters, problem=problem)
    return RedirectResponse(f"/staff?{filters.query()}", status_code=303)


@router.post("/filtros/borrar")
async def forget(member: Reader, session: Session, name: Annotated[Name, Form()], back: Said = "") -> Response:
    await queue.forget(session, member=member, name=name)
    return RedirectResponse(f"/staff?{_filters(back).query()}", status_code=303)


@router.get("/buscar")
async def begin_search(request: Request, member: Reader, session: Session) -> Response:
    return _page(request, "staff/queue/search.html", member, at=await clock.now(session), typed="")


@router.post("/buscar")
async def search(
    request: Request,
    member: Reader,
    session: Session,
    typed: Annotated[str, Form(max_length=finding.LONGEST)] = "",
) -> Response:
    """What is looked for comes in the body, so that no address and no log has it."""
    at = await clock.now(session)
    if not typed.strip():
        return _page(request, "staff/queue/search.html", member, at=at, typed="", problem="Escriba qué busca.")
    found = await finding.search(session, typed=typed, member=member, keys=request.app.state.keys, at=at)
    return _page(request, "staff/queue/search.html", member, at=at, typed=typed, found=found)


@router.get("/eventos", response_class=EventSourceResponse)
async def events(
    request: Request, member: Reader, staff_session: Annotated[str | None, Cookie()] = None
) -> EventSourceResponse:
    """Says ``queue`` whenever the cases that one may open have changed, and nothing of them."""
    if staff_session is None:
        raise Unauthenticated
    return EventSourceResponse(_changes(request, member, staff_session))


async def _changes(request: Request, member: StaffMember, token: str) -> AsyncIterator[ServerSentEvent]:
    payload = cases.told_of(None if member.role == Role.AUDITOR else member.station_id)
    async with aclosing(request.app.state.listener.changes(payload, heartbeat=_HEARTBEAT)) as changes:
        async for changed in changes:
            async with request.app.state.sessions() as session:
                if not await staff.is_open(session, token=token, at=await clock.now(session)):
                    return
            if changed:
                yield ServerSentEvent("", event="queue")
