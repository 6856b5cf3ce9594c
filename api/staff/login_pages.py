"""Entering and leaving the console, in forms that work without JavaScript."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.access import Entering, Member, address_hash, from_our_pages, public
from api.audit.service import Act
from api.console import home_of, page
from api.database import Session
from api.errors import NotFound
from api.security import KeyRing
from api.settings import settings
from api.staff import attempts, cookies, devices, entering, factors, service
from api.staff.attempts import Origin
from api.staff.entering import Step
from api.staff.models import StaffLogin, StaffMember
from api.staff.passwords import SHORTEST, Weakness

router = APIRouter(default_response_class=HTMLResponse, include_in_schema=False, tags=["staff"])

WEAKNESSES = {
    Weakness.SHORT: f"La contraseña debe tener {SHORTEST} caracteres o más. Sirve una frase.",
    Weakness.REPETITIVE: "La contraseña repite casi siempre lo mismo. Elija otra.",
    Weakness.COMMON: "Esa contraseña es de las que se adivinan primero. Elija otra; sirve una frase.",
    Weakness.PERSONAL: "La contraseña no puede ser su nombre ni su usuario con números. Elija otra.",
    Weakness.SAME: "Esa es la contraseña que ya tenía. Elija una nueva.",
}

type Line = Annotated[str, Form(max_length=200)]
_STEP_PAGE = "/staff/entrar/paso"


def origin_of(request: Request) -> Origin:
    return Origin(address_hash(request, request.app.state.keys), request.cookies.get(cookies.DEVICE))


async def admitted(request: Request, login: str) -> timedelta | None:
    """Count a try, in a transaction of its own; after how long it may be made if not now."""
    async with request.app.state.sessions.begin() as session:
        at = await clock.now(session)
        return await attempts.admit(session, login=login, origin=origin_of(request), keys=request.app.state.keys, at=at)


def too_often(wait: timedelta) -> str:
    minutes = -(-int(wait.total_seconds()) // 60)
    when = "un minuto" if minutes <= 1 else f"{minutes} minutos"
    return f"Hubo muchos intentos. Espere {when} y vuelva a intentarlo."


@router.get("/staff/entrar", dependencies=[public])
async def login_form(request: Request, session: Session, ir: str = "") -> Response:
    token = request.cookies.get(service.COOKIE)
    member = await service.by_session(session, token=token, at=await clock.now(session)) if token else None
    if member is not None:
        return RedirectResponse(entering.own_path(ir) or home_of(member), status_code=303)
    return _login_page(request, wanted=ir)


@router.post("/staff/entrar", dependencies=[public, Depends(from_our_pages)])
async def log_in(request: Request, login: Line = "", password: Line = "", ir: str = Form("")) -> Response:
    """The first factor. What is said and done is the same for a login that nobody has."""
    login = login.strip().replace("\0", "")  # no login has one, and the database takes none
    if wait := await admitted(request, login):
        return _login_page(request, wanted=ir, login=login, problem=too_often(wait), status=429)
    async with request.app.state.sessions.begin() as session:
        token = await entering.by_password(
            session, login=login, password=password, wanted=ir, at=await clock.now(session)
        )
    if token is None:
        problem = "El usuario o la contraseña no son correctos."
        return _login_page(request, wanted=ir, login=login, problem=problem, status=401)
    answer = RedirectResponse(_STEP_PAGE, status_code=303)
    cookies.put(answer, cookies.LOGIN, token)
    return answer


@router.get(_STEP_PAGE)
async def step_form(request: Request, found: Entering, session: Session) -> Response:
    """Whatever is missing until the session."""
    login, member = found
    step = entering.next_step(login, member)
    if step is Step.DONE:
        return await enter(request, session, login, member, await clock.now(session))
    return _step_page(request, step, login, member)


@router.post(_STEP_PAGE)
async def take_step(
    request: Request, found: Entering, session: Session, step: Line = "", code: Line = "", password: Line = "",
    again: Line = "",
) -> Response:  # fmt: skip
    """What was typed counts for the step that it was typed for."""
    login, member = found
    keys, at = request.app.state.keys, await clock.now(session)
    missing = entering.next_step(login, member)
    if step != missing:
        return RedirectResponse(_STEP_PAGE, status_code=303)
    problem = ""
    if missing is Step.KNOWN:
        if wait := await admitted(request, member.login):
            problem = too_often(wait)
        elif not await entering.show_password(session, login=login, member=member, password=password, at=at):
            problem = "Esa no es su contraseña de este sistema."
    elif missing is Step.CODE:
        if wait := await admitted(request, member.login):
            problem = too_often(wait)
        elif not await entering.show_code(session, login=login, member=member, code=code, keys=keys, at=at):
            problem = "El código no es correcto o ya se usó. Espere al siguiente."
            if member.factor_failures >= factors.TRIES:
                problem = "Hubo demasiados códigos equivocados. Pida a un administrador que renueve su acceso."
    elif missing is Step.PASSWORD:
        if password != again:
            problem = "Las dos contraseñas no son iguales."
        elif weak := await entering.choose_password(session, member=member, password=password, at=at, login=login):
            problem = WEAKNESSES[weak]
    elif login.new_factor is None:
        return RedirectResponse(_STEP_PAGE, status_code=303)
    elif await factors.confirm(session, member=member, factor=login.new_factor, code=code, keys=keys, at=at):
        login.factor_shown = True
        codes = await factors.new_recovery_codes(session, member=member, keys=keys, at=at)
        return await enter(request, session, login, member, at, codes=codes)
    else:
        problem = "El código no es correcto. Revise que la hora de su teléfono sea la correcta."
    if problem:
        return _step_page(request, missing, login, member, problem=problem)
    if entering.next_step(login, member) is Step.DONE:
        return await enter(request, session, login, member, at)
    return RedirectResponse(_STEP_PAGE, status_code=303)


@router.post("/staff/salir")
async def log_out(request: Request, member: Member, session: Session) -> Response:
    await _close_former(request, session)
    answer = RedirectResponse("/staff/entrar", status_code=303)
    cookies.drop(answer, service.COOKIE)
    return answer


async def enter(
    request: Request, session: AsyncSession, login: StaffLogin, member: StaffMember, at: datetime,
    codes: list[str] | None = None,
) -> Response:  # fmt: skip
    """Open the session under a token of its own; new recovery codes are shown before anything else."""
    await _close_former(request, session)
    token, device = await entering.finish(
        session,
        login=login,
        member=member,
        origin=origin_of(request),
        device=devices.in_words(request.headers.get("user-agent", "")),
        keys=request.app.state.keys,
        at=at,
    )
    goal = login.wanted or home_of(member)
    answer: Response = (
        page(request, "staff/login/codes.html", member=None, codes=codes, goal=goal)
        if codes
        else RedirectResponse(goal, status_code=303)
    )
    cookies.put(answer, service.COOKIE, token)
    cookies.put(answer, cookies.DEVICE, device)
    cookies.drop(answer, cookies.LOGIN)
    return answer


async def _close_former(request: Request, session: AsyncSession) -> None:
    """End the session that the browser still holds."""
    if token := request.cookies.get(service.COOKIE):
        try:
            former = await service.session_of(session, token=token)
        except NotFound:
            return
        await service.close_session(session, opened=former, at=await clock.now(session), act=Act.LOGGED_OUT)


def _login_page(request: Request, *, wanted: str, login: str = "", problem: str = "", status: int = 200) -> Response:
    return page(
        request,
        "staff/login/password.html",
        member=None,
        status=status,
        login=login,
        wanted=entering.own_path(wanted) or "",
        problem=problem,
        provider=bool(settings().oidc_issuer),
    )


def _step_page(request: Request, step: Step, login: StaffLogin, member: StaffMember, *, problem: str = "") -> Response:
    keys: KeyRing = request.app.state.keys
    enrolment = None
    if step is Step.FACTOR:
        login.new_factor = login.new_factor or factors.new_factor(member, keys)
        enrolment = factors.enrolment(member, login.new_factor, keys)
    return page(
        request,
        f"staff/login/{step}_step.html",
        member=None,
        status=422 if problem else 200,
        step=step,
        login=member.login,
        enrolment=enrolment,
        problem=problem,
    )
