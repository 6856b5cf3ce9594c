"""The administrator's pages of stations."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from fastapi.responses import HTMLResponse, Response

from api import clock
from api.access import Administrator, administers
from api.console import page
from api.database import Session
from api.errors import Malformed, TooLarge
from api.staff.models import StaffMember
from api.stations import catalogue, service
from api.stations.models import Station
from vocabulary.dialogue import Language

router = APIRouter(
    prefix="/staff/comisarias",
    default_response_class=HTMLResponse,
    dependencies=[Depends(administers)],
    include_in_schema=False,
    tags=["stations"],
)

type Line = Annotated[str, Form(max_length=120)]
_HERE = "stations"
_OTHER_LANGUAGES = [one for one in Language if one is not Language.SPANISH]


@router.get("")
async def station_list(
    request: Request,
    member: Administrator,
    session: Session,
    q: Annotated[str, Query(max_length=100)] = "",
    demonstration: Literal["", "true", "false"] = "",
    number: Annotated[int, Query(ge=1, le=10_000, alias="page")] = 1,
) -> Response:
    wanted = {"true": True, "false": False}.get(demonstration)
    found = await catalogue.found(session, text=q.strip(), demonstration=wanted, page=number)
    shown = found[: catalogue.PAGE]
    return page(
        request,
        "staff/stations/list.html",
        member=member,
        here=_HERE,
        stations=shown,
        districts=await catalogue.districts_of(session, stations=shown),
        more=len(found) > len(shown),
        number=number,
        q=q,
        demonstration=demonstration,
    )


@router.get("/importar")
async def import_form(request: Request, member: Administrator) -> Response:
    return page(request, "staff/stations/import.html", member=member, here=_HERE)


@router.post("/importar")
async def look_at_import(
    request: Request, member: Administrator, session: Session, file: Annotated[UploadFile | str, File()] = ""
) -> Response:
    """What a CSV would change, line by line; nothing is changed. Raises ``TooLarge``."""
    if isinstance(file, str) or not file.filename:
        return page(
            request, "staff/stations/import.html", member=member, here=_HERE, status=422, problem="Elija un archivo."
        )
    content = await file.read(catalogue.LARGEST + 1)
    if len(content) > catalogue.LARGEST:
        raise TooLarge
    return await _plan_page(request, session, member, catalogue.decoded(content))


@router.post("/importar/aplicar")
async def do_import(
    request: Request, member: Administrator, session: Session,
    content: Annotated[str, Form(max_length=catalogue.LARGEST)] = "",
) -> Response:  # fmt: skip
    """What was looked at is imported as a whole or, if a line is wrong, not at all."""
    lines, wrong = catalogue.read(content)
    if wrong or not lines:
        return await _plan_page(request, session, member, content)
    at = await clock.now(session)
    planned = await catalogue.import_lines(session, lines=lines, actor=f"staff:{member.id}", at=at)
    changed = [one for one in planned if one.changes]
    return page(
        request,
        "staff/stations/import.html",
        member=member,
        here=_HERE,
        planned=changed,
        imported=True,
        unchanged=len(planned) - len(changed),
    )


@router.get("/{code}")
async def station_form(code: str, request: Request, member: Administrator, session: Session) -> Response:
    return await _form(request, session, member, await service.by_code(session, code=code))


@router.post("/{code}")
async def change(
    code: str, request: Request, member: Administrator, session: Session, name: Line = "", phone: Line = "",
    hours: Line = "", language: Annotated[Sequence[Language], Form()] = (), real: Annotated[bool, Form()] = False,
    districts: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:  # fmt: skip
    station = await service.by_code(session, code=code)
    name, phone, hours = name.strip(), phone.strip(), hours.strip()
    typed = {"name": name, "phone": phone, "hours": hours, "languages": language, "districts": districts}
    ubigeos, unclear = catalogue.read_districts(districts)
    if unclear:
        problem = "No se guardó nada. Revise los distritos: " + "; ".join(unclear) + "."
        return await _form(request, session, member, station, typed=typed, problem=problem)
    try:
        changes = await catalogue.change(
            session, station=station, name=name, phone=phone, hours=hours, languages=language, ubigeos=ubigeos,
            real=real, actor=f"staff:{member.id}", at=await clock.now(session),
        )  # fmt: skip
    except Malformed:
        return await _form(request, session, member, station, typed=typed, problem="El nombre no puede faltar.")
    done = f"Se guardó: {'; '.join(changes)}." if changes else "No había nada que cambiar."
    return await _form(request, session, member, station, done=done)


async def _plan_page(request: Request, session: Session, member: StaffMember, content: str) -> Response:
    lines, wrong = catalogue.read(content)
    planned = await catalogue.plan(session, lines=lines)
    changed = [one for one in planned if one.changes]
    return page(
        request,
        "staff/stations/import.html",
        member=member,
        here=_HERE,
        status=422 if wrong else 200,
        planned=sorted([*changed, *wrong], key=lambda one: one.number),
        unchanged=len(planned) - len(changed),
        wrong=len(wrong),
        content=content,
    )


async def _form(
    request: Request, session: Session, member: StaffMember, station: Station, *,
    typed: Mapping[str, object] | None = None, problem: str = "", done: str = "",
) -> Response:  # fmt: skip
    places = (await catalogue.districts_of(session, stations=[station]))[station.id]
    shown = {
        "name": station.name,
        "phone": station.phone,
        "hours": station.hours,
        "languages": station.languages,
        "districts": "\n".join(f"{place.ubigeo} {place.title}" for place in places),
    }
    return page(
        request,
        "staff/stations/form.html",
        member=member,
        here=_HERE,
        status=422 if problem else 200,
        station=station,
        typed=typed or shown,
        languages=_OTHER_LANGUAGES,
        problem=problem,
        done=done,
    )
