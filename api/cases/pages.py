"""The page of a case at the console, the forms of what is done with it, and the calls that are due."""

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.access import Officer, Reader
from api.audit import service as audit
from api.audit.service import Act
from api.cases import acts, opening, reading, related, tasks
from api.cases import service as cases
from api.cases.models import Case
from api.cases.opening import OpenCase, WorkCase
from api.cases.schemas import FORMS, Call, CopyAsked, Reason
from api.complaints import service as complaints
from api.console import page
from api.conversations.routes import Keys
from api.copies import service as copies
from api.copies.models import Copy
from api.database import Session
from api.errors import ActNotAllowed, CaseChanged, ClassificationNeeded, Fault, Malformed, SidpolTaken
from api.evidence import service as evidence
from api.second_copies import service as second_copies
from api.security import KeyRing
from api.staff.models import StaffMember
from api.stations import catalogue
from documents.frame import Kind
from vocabulary.cases import Authority, CaseAct, Role
from vocabulary.incidents import IncidentType
from vocabulary.sentences import has_sentence, sentence

router = APIRouter(prefix="/staff", include_in_schema=False, default_response_class=HTMLResponse, tags=["console"])


def _typed[Form: BaseModel](form: type[Form], typed: dict[str, str]) -> Form:
    try:
        return form.model_validate(typed)
    except ValidationError as error:
        raise Malformed from error


async def _form(request: Request) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


@router.get("/casos/{number}")
async def show(
    case: OpenCase, member: Reader, request: Request, session: Session, keys: Keys, hecho: str = ""
) -> Response:
    """The whole case. ``hecho`` is what was just done."""
    at = await clock.now(session)
    _note_reading(session, case, member, at)
    found = await reading.read(session, case=case, member=member, keys=keys, at=at)
    done = f"labels.case_act_done.{hecho}"
    return page(
        request,
        "staff/case/page.html",
        member=member,
        here="queue",
        at=at,
        found=found,
        history=found.history,
        copy_waits=_copy_waits(case, [copy for copy, _ in found.papers]),
        calls=await tasks.of_case(session, case=case),
        reasons=await opening.reasons_of(session, case=case, keys=keys) if member.role == Role.AUDITOR else (),
        done=sentence(done) if hecho and has_sentence(done) else "",
        sections={
            "evidence": await evidence.shown(session, case=case, key=cases.key_of(case, keys)),
            "related": await related.of_case(session, case=case, member=member, keys=keys),
        },
        typed={},
        **await _choices(session, case, member),
    )


async def _choices(session: AsyncSession, case: Case, member: StaffMember) -> dict[str, Any]:
    """What the forms of a case are made of."""
    return {
        "case": case,
        "offered": [act for act in CaseAct if acts.may(case, member, act)],
        "handlers": await acts.handlers(session, case=case),
        "types": IncidentType,
        "authorities": Authority,
    }


def _note_reading(session: AsyncSession, case: Case, member: StaffMember, at: datetime) -> None:
    audit.record(session, Act.CASE_READ, actor=f"staff:{member.id}", subject=f"case:{case.id}", at=at)


def _copy_waits(case: Case, papers: list[Copy]) -> bool:
    """Whether the full copy follows an officer's look that has not been taken yet."""
    asked = any(copy.kind == Kind.COMPLAINT_COPY for copy in papers)
    return not (asked or case.anonymous or complaints.copy_at_once(case))


@router.get("/casos/{number}/motivo")
async def ask_reason(number: str, member: Reader, request: Request, session: Session) -> Response:
    case = await cases.readable(session, number=number, member=member)
    return await _reason_page(request, session, case, member)


@router.post("/casos/{number}/motivo")
async def give_reason(number: str, member: Reader, request: Request, session: Session, keys: Keys) -> Response:
    """Keep why a colleague's case is opened, and open it."""
    case = await cases.readable(session, number=number, member=member)
    typed = await _form(request)
    try:
        reason = _typed(Reason, typed).reason
    except Malformed as fault:
        return await _reason_page(request, session, case, member, typed=typed, fault=fault)
    at = await clock.now(session)
    await opening.give_reason(session, case=case, member=member, reason=reason, keys=keys, at=at)
    return RedirectResponse(f"/staff/casos/{case.number}", status_code=303)


async def _reason_page(
    request: Request,
    session: AsyncSession,
    case: Case,
    member: StaffMember,
    *,
    typed: dict[str, str] | None = None,
    fault: Fault | None = None,
    kept: str = "",
) -> Response:
    """``kept`` is what was written and not sent, since the case became a colleague's meanwhile."""
    return page(
        request,
        "staff/case/reason.html",
        member=member,
        here="queue",
        status=fault.status if fault else 200,
        case=case,
        who=await session.get(StaffMember, case.assigned_to) if case.assigned_to else None,
        typed=typed or {},
        wrong=typed is not None,
        kept=kept,
    )


@router.get("/casos/{number}/traslado")
async def choose_station(
    case: WorkCase,
    member: Officer,
    request: Request,
    session: Session,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The stations that a case may go to, by a part of their name or code."""
    if not acts.may(case, member, CaseAct.TRANSFER):
        raise ActNotAllowed
    found = await catalogue.found(session, text=q.strip(), demonstration=None, page=1) if q.strip() else ()
    return page(
        request,
        "staff/case/transfer.html",
        member=member,
        here="queue",
        case=case,
        asked=q,
        stations=[station for station in found if station.id != case.handling_station_id],
        typed={},
    )


@router.post("/casos/{number}/actos/{act}")
async def do(act: CaseAct, case: WorkCase, member: Officer, request: Request, session: Session, keys: Keys) -> Response:
    """Do what a form says; what can't be done is shown again with what was written and with what is new."""
    typed = await _form(request)
    at = await clock.now(session)
    try:
        async with session.begin_nested():
            form = _typed(FORMS[act], typed)
            await acts.perform(session, act=act, form=form, case=case, member=member, keys=keys, at=at)
    except (ActNotAllowed, CaseChanged, ClassificationNeeded, Malformed, SidpolTaken) as fault:
        await session.refresh(case)
        if not await opening.may_open(session, case=case, member=member, at=at):
            kept = typed.get("note") or typed.get("number", "")
            return await _reason_page(request, session, case, member, fault=fault, kept=kept)
        _note_reading(session, case, member, at)
        return await _again(request, session, act, case, member, typed, fault, keys)
    if act is CaseAct.TRANSFER:
        return RedirectResponse("/staff", status_code=303)
    return RedirectResponse(f"/staff/casos/{case.number}?hecho={act}", status_code=303)


async def _again(
    request: Request,
    session: AsyncSession,
    act: CaseAct,
    case: Case,
    member: StaffMember,
    typed: dict[str, str],
    fault: Fault,
    keys: KeyRing,
) -> Response:
    seen = typed.get("seen", "")
    last = int(seen) if seen.isdecimal() else case.last_entry
    asked = typed.get("station", "")
    return page(
        request,
        "staff/case/again.html",
        member=member,
        here="queue",
        status=fault.status,
        act=act,
        title=sentence(f"errors.{fault.code}.title"),
        detail=sentence(f"errors.{fault.code}.detail"),
        history=await reading.history_of(session, case=case, member=member, keys=keys, after=last),
        stations=await catalogue.found(session, text=asked, demonstration=None, page=1) if asked else (),
        typed=typed,
        **await _choices(session, case, member),
    )


@router.post("/casos/{number}/copia")
async def issue_copy(case: WorkCase, member: Officer, request: Request, session: Session, keys: Keys) -> Response:
    """Issue the full copy of a case whose kind waits for an officer's look, once."""
    form = _typed(CopyAsked, await _form(request))
    at = await clock.now(session)
    await cases.hold(session, case=case, member=member)
    if not _copy_waits(case, list(await copies.of_case(session, case=case))):
        raise ActNotAllowed
    await second_copies.issue_by_officer(
        session, case=case, officer=member, reason=form.reason, in_person=form.in_person, keys=keys, at=at
    )
    return RedirectResponse(f"/staff/casos/{case.number}?hecho=copy", status_code=303)


@router.get("/tareas")
async def due_calls(member: Officer, request: Request, session: Session) -> Response:
    """The calls that are due: one's own first, then the station's."""
    found = await tasks.open_tasks(session, member=member)
    return page(
        request,
        "staff/case/tasks.html",
        member=member,
        here="tasks",
        at=await clock.now(session),
        mine=[(task, case) for task, case in found if case.assigned_to == member.id],
        others=[(task, case) for task, case in found if case.assigned_to != member.id],
    )


@router.post("/casos/{number}/llamadas/{task_id}")
async def finish_call(
    task_id: uuid.UUID, case: WorkCase, member: Officer, request: Request, session: Session, keys: Keys
) -> Response:
    """Write down what came of a call."""
    form = _typed(Call, await _form(request))
    at = await clock.now(session)
    await tasks.finish(
        session, case=case, task_id=task_id, member=member, reached=form.reached, note=form.note, keys=keys, at=at
    )
    return RedirectResponse(f"/staff/casos/{case.number}?hecho=call", status_code=303)
