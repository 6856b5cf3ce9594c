"""The administrator's pages of members of staff."""

import uuid
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api import clock
from api.access import Administrator, administers
from api.console import page
from api.database import Session
from api.errors import Fault, Malformed, NotFound
from api.settings import settings
from api.staff import factors, people, service
from api.staff.models import StaffMember
from api.staff.people import IdentityTaken, LastAdministrator, OwnAccount
from api.staff.service import LoginTaken
from api.stations import catalogue
from vocabulary.cases import Role
from vocabulary.dialogue import Fluency, Language

router = APIRouter(
    prefix="/staff/personal",
    default_response_class=HTMLResponse,
    dependencies=[Depends(administers)],
    include_in_schema=False,
    tags=["staff"],
)

type Line = Annotated[str, Form(max_length=120)]
type Languages = Annotated[Sequence[Language], Form()]
type Fluencies = Annotated[Sequence[Fluency | Literal[""]], Form()]

_PROBLEMS: dict[type[Fault], str] = {
    LoginTaken: "Ya hay alguien con ese usuario. Elija otro.",
    NotFound: "No hay una comisaría con ese código. Elíjala de la lista.",
    OwnAccount: "No puede desactivarse ni cambiar su propio rol o comisaría. Lo hace otro administrador.",
    LastAdministrator: "Es el único administrador que queda. Nombre a otro antes.",
    IdentityTaken: "Esa cuenta institucional ya está vinculada con otra persona.",
}
_TOLD = tuple(_PROBLEMS)


@router.get("")
async def people_list(
    request: Request,
    member: Administrator,
    session: Session,
    q: str = "",
    role: Role | Literal[""] = "",
    disabled: bool = False,
    after: str = "",
) -> Response:
    found = await people.found(session, text=q.strip(), role=role or None, disabled=disabled, after=after)
    return page(
        request,
        "staff/people/list.html",
        member=member,
        here="people",
        people=found,
        roles=list(Role),
        q=q,
        role=role,
        disabled=disabled,
        after=found[-1].member.login if len(found) == people.PAGE else "",
    )


@router.get("/nuevo")
async def new_form(request: Request, member: Administrator, session: Session) -> Response:
    return await _form(request, session, member, None)


@router.post("")
async def create(
    request: Request, member: Administrator, session: Session, role: Annotated[Role, Form()], login: Line = "",
    name: Line = "", station: Line = "", language: Languages = (), fluency: Fluencies = (),
) -> Response:  # fmt: skip
    typed = {"login": login.strip(), "name": name.strip(), "role": role, "station": station}
    spoken = _spoken(language, fluency)
    if not people.is_login(typed["login"]) or not typed["name"]:
        problem = (
            "El usuario tiene de 3 a 40 letras minúsculas, números, puntos o guiones, y el nombre no puede faltar."
        )
        return await _form(request, session, member, None, typed=typed, spoken=spoken, problem=problem)
    try:
        added, password = await service.add(
            session,
            login=typed["login"],
            name=typed["name"],
            role=role,
            station_code=catalogue.code_in(station),
            languages=_kept(spoken),
            at=await clock.now(session),
            actor=f"staff:{member.id}",
        )
    except _TOLD as fault:
        return await _form(request, session, member, None, typed=typed, spoken=spoken, problem=_PROBLEMS[type(fault)])
    return page(request, "staff/people/password.html", member=member, here="people", person=added, password=password)


@router.get("/{staff_id}")
async def person_form(
    staff_id: uuid.UUID, request: Request, member: Administrator, session: Session, hecho: str = ""
) -> Response:
    person = await service.by_id(session, staff_id=staff_id)
    return await _form(request, session, member, person, done=_DONE.get(hecho, ""))


@router.post("/{staff_id}")
async def change(
    staff_id: uuid.UUID, request: Request, member: Administrator, session: Session, role: Annotated[Role, Form()],
    name: Line = "", station: Line = "", language: Languages = (), fluency: Fluencies = (),
) -> Response:  # fmt: skip
    person = await service.by_id(session, staff_id=staff_id)
    typed, spoken = {"name": name.strip(), "role": role, "station": station}, _spoken(language, fluency)
    problem = "" if typed["name"] else "El nombre no puede faltar."
    if not problem:
        try:
            await people.change(
                session,
                member=person,
                name=typed["name"],
                role=role,
                station_code=catalogue.code_in(station),
                languages=spoken,
                by=member,
                at=await clock.now(session),
            )
        except _TOLD as fault:
            problem = _PROBLEMS[type(fault)]
    if problem:
        return await _form(request, session, member, person, typed=typed, spoken=spoken, problem=problem)
    return _back(person, "cambio")


@router.post("/{staff_id}/acceso")
async def renew_access(
    staff_id: uuid.UUID, request: Request, member: Administrator, session: Session, with_factor: Annotated[bool, Form()] = False
) -> Response:  # fmt: skip
    person = await service.by_id(session, staff_id=staff_id)
    password = await people.renew_access(
        session, member=person, with_factor=with_factor, actor=f"staff:{member.id}", at=await clock.now(session)
    )
    return page(request, "staff/people/password.html", member=member, here="people", person=person, password=password)


@router.post("/{staff_id}/desactivar")
async def disable(staff_id: uuid.UUID, request: Request, member: Administrator, session: Session) -> Response:
    person = await service.by_id(session, staff_id=staff_id)
    try:
        await people.disable(session, member=person, by=member, at=await clock.now(session))
    except _TOLD as fault:
        return await _form(request, session, member, person, problem=_PROBLEMS[type(fault)])
    return _back(person, "desactivado")


@router.post("/{staff_id}/activar")
async def enable(staff_id: uuid.UUID, member: Administrator, session: Session) -> Response:
    person = await service.by_id(session, staff_id=staff_id)
    await people.enable(session, member=person, by=member, at=await clock.now(session))
    return _back(person, "activado")


@router.post("/{staff_id}/institucional")
async def link(
    staff_id: uuid.UUID, request: Request, member: Administrator, session: Session, subject: Line = ""
) -> Response:
    """Raises ``NotFound`` where there is no provider."""
    issuer = settings().oidc_issuer
    if not issuer:
        raise NotFound
    person = await service.by_id(session, staff_id=staff_id)
    try:
        await people.link(
            session, member=person, issuer=issuer, subject=subject.strip(), by=member, at=await clock.now(session)
        )
    except _TOLD as fault:
        return await _form(request, session, member, person, problem=_PROBLEMS[type(fault)])
    return _back(person, "cuenta")


_DONE = {
    "cambio": "Los cambios se guardaron.",
    "desactivado": "Ya no puede entrar, y sus sesiones se cerraron.",
    "activado": "Puede entrar otra vez.",
    "cuenta": "La cuenta institucional quedó como la escribió.",
}


def _back(person: StaffMember, done: str) -> Response:
    return RedirectResponse(f"/staff/personal/{person.id}?hecho={done}", status_code=303)


def _spoken(language: Sequence[Language], fluency: Sequence[Fluency | Literal[""]]) -> dict[Language, Fluency]:
    """Each language stands beside its level, and nothing is said of most. Raises ``Malformed``."""
    if len(language) != len(fluency):
        raise Malformed
    return {one: Fluency(level) for one, level in zip(language, fluency, strict=True) if level}


def _kept(spoken: dict[Language, Fluency]) -> dict[str, str]:
    return {language.value: level.value for language, level in spoken.items()}


async def _form(
    request: Request, session: Session, member: StaffMember, person: StaffMember | None, *,
    typed: dict[str, str] | None = None, spoken: dict[Language, Fluency] | None = None, problem: str = "", done: str = "",
) -> Response:  # fmt: skip
    """The form of a member of staff, or of a new one, with what was typed into it."""
    stations = await catalogue.names(session)
    if person is not None and typed is None:
        own = next(station for station in stations if station.id == person.station_id)
        typed = {"name": person.name, "role": person.role, "station": own.title}
    return page(
        request,
        "staff/people/form.html",
        member=member,
        here="people",
        status=422 if problem else 200,
        person=person,
        typed=typed or {"role": Role.OFFICER},
        stations=stations,
        roles=list(Role),
        languages=[one for one in Language if one is not Language.SPANISH],
        fluencies=list(Fluency),
        spoken=_kept(spoken) if spoken is not None else (person.languages if person else {}),
        codes_left=await factors.recovery_codes_left(session, staff_id=person.id) if person else 0,
        provider=settings().oidc_issuer,
        problem=problem,
        done=done,
    )
