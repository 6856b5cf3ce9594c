"""One's own account: password, second factor, recovery codes, and where one is logged in."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import clock
from api.access import Member, staff_member
from api.audit.service import Act
from api.clock import LIMA
from api.console import page
from api.database import Session
from api.errors import NotFound, Unauthenticated
from api.staff import cookies, entering, factors, passwords, service
from api.staff.login_pages import WEAKNESSES, Line, admitted, too_often
from api.staff.models import StaffMember, StaffSession

router = APIRouter(
    prefix="/staff/cuenta",
    default_response_class=HTMLResponse,
    dependencies=[Depends(staff_member)],
    include_in_schema=False,
    tags=["staff"],
)
_WRONG = "Esa no es su contraseña actual."


async def _this_session(
    member: Member, session: Session, staff_session: Annotated[str | None, Cookie()] = None
) -> StaffSession:
    """Raises ``Unauthenticated``."""
    if staff_session is None:
        raise Unauthenticated
    return await service.session_of(session, token=staff_session)


Opened = Annotated[StaffSession, Depends(_this_session, scope="function")]


@router.get("")
async def account(request: Request, member: Member, opened: Opened, session: Session, hecho: str = "") -> Response:
    return await _account_page(request, session, member, opened, done=_DONE.get(hecho, ""))


@router.post("/contrasena")
async def change_password(
    request: Request, member: Member, opened: Opened, session: Session, current: Line = "", password: Line = "",
    again: Line = "",
) -> Response:  # fmt: skip
    """Whoever changes the password stays; every other session ends."""
    at = await clock.now(session)
    problem = await _not_theirs(request, member, current)
    if not problem and password != again:
        problem = "Las dos contraseñas nuevas no son iguales."
    if not problem and (weak := await entering.choose_password(session, member=member, password=password, at=at)):
        problem = WEAKNESSES[weak]
    if problem:
        return await _account_page(request, session, member, opened, problem=problem)
    await service.close_sessions(session, member=member, at=at, actor=f"staff:{member.id}", but=opened)
    return _back("contrasena")


@router.post("/segundo")
async def begin_factor(
    request: Request, member: Member, opened: Opened, session: Session, current: Line = ""
) -> Response:
    """The former second factor holds until the new one is confirmed."""
    if problem := await _not_theirs(request, member, current):
        return await _account_page(request, session, member, opened, problem=problem)
    opened.new_factor = factors.new_factor(member, request.app.state.keys)
    return _factor_page(request, member, opened.new_factor)


@router.post("/segundo/confirmar")
async def confirm_factor(
    request: Request, member: Member, opened: Opened, session: Session, code: Line = ""
) -> Response:  # fmt: skip
    keys, at, factor = request.app.state.keys, await clock.now(session), opened.new_factor
    if factor is None:
        return _back()
    if not await factors.confirm(session, member=member, factor=factor, code=code, keys=keys, at=at):
        return _factor_page(request, member, factor, problem="El código no es correcto. Escriba el que ve ahora.")
    opened.new_factor = None
    await service.close_sessions(session, member=member, at=at, actor=f"staff:{member.id}", but=opened)
    return _back("segundo")


@router.post("/codigos")
async def renew_recovery_codes(
    request: Request, member: Member, opened: Opened, session: Session, current: Line = ""
) -> Response:  # fmt: skip
    if problem := await _not_theirs(request, member, current):
        return await _account_page(request, session, member, opened, problem=problem)
    keys, at = request.app.state.keys, await clock.now(session)
    codes = await factors.new_recovery_codes(session, member=member, keys=keys, at=at)
    return page(request, "staff/account/codes.html", member=member, codes=codes)


@router.post("/sesiones/otras/cerrar")
async def close_others(member: Member, opened: Opened, session: Session) -> Response:
    at = await clock.now(session)
    await service.close_sessions(session, member=member, at=at, actor=f"staff:{member.id}", but=opened)
    return _back("sesiones")


@router.post("/sesiones/{session_id}/cerrar")
async def close_one(session_id: uuid.UUID, member: Member, opened: Opened, session: Session) -> Response:
    """Raises ``NotFound`` for another's session."""
    at = await clock.now(session)
    found = [one for one in await service.sessions_of(session, member=member, at=at) if one.id == session_id]
    if not found:
        raise NotFound
    await service.close_session(session, opened=found[0], at=at, act=Act.SESSION_CLOSED)
    if found[0] is not opened:
        return _back("sesion")
    answer = RedirectResponse("/staff/entrar", status_code=303)
    cookies.drop(answer, service.COOKIE)
    return answer


_DONE = {
    "contrasena": "Su contraseña es la nueva. Sus otras sesiones se cerraron.",
    "segundo": "Desde ahora valen los códigos de la aplicación que acaba de configurar. Sus otras sesiones se cerraron.",
    "sesion": "La sesión se cerró.",
    "sesiones": "Sus otras sesiones se cerraron.",
}


def _back(done: str = "") -> Response:
    return RedirectResponse(f"/staff/cuenta?hecho={done}" if done else "/staff/cuenta", status_code=303)


async def _not_theirs(request: Request, member: StaffMember, current: str) -> str:
    """What keeps somebody who found an open session from taking the account over; guesses count as tries to log in."""
    if wait := await admitted(request, member.login):
        return too_often(wait)
    return "" if await passwords.is_right(member.password_hash, current) else _WRONG


async def _account_page(
    request: Request, session: Session, member: StaffMember, opened: StaffSession, *, problem: str = "", done: str = ""
) -> Response:
    at = await clock.now(session)
    sessions = [
        {
            "id": one.id,
            "device": one.device or "Un navegador",
            "opened": f"{one.opened_at.astimezone(LIMA):%d/%m/%Y, %H:%M}",
            "seen": f"{one.seen_at.astimezone(LIMA):%d/%m/%Y, %H:%M}",
            "this": one is opened,
        }
        for one in await service.sessions_of(session, member=member, at=at)
    ]
    return page(
        request,
        "staff/account/account.html",
        member=member,
        status=422 if problem else 200,
        problem=problem,
        done=done,
        sessions=sessions,
        codes_left=await factors.recovery_codes_left(session, staff_id=member.id),
    )


def _factor_page(request: Request, member: StaffMember, factor: bytes, *, problem: str = "") -> Response:
    return page(
        request,
        "staff/account/factor.html",
        member=member,
        status=422 if problem else 200,
        problem=problem,
        enrolment=factors.enrolment(member, factor, request.app.state.keys),
    )
