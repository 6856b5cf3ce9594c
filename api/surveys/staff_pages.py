"""The console's page of surveys: the address and the poster of a station, and what every version asks."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response

from api import clock
from api.access import Asker, asks
from api.console import page
from api.database import Session
from api.errors import NotFound
from api.settings import settings
from api.staff.models import StaffMember
from api.stations import catalogue
from api.stations import service as stations
from api.stations.models import Station
from documents import poster
from vocabulary import questionnaires
from vocabulary.cases import PERMISSIONS, Permission, Role

router = APIRouter(
    prefix="/staff/encuestas",
    default_response_class=HTMLResponse,
    dependencies=[Depends(asks)],
    include_in_schema=False,
    tags=["surveys"],
)
_HERE = "surveys"


@router.get("")
async def overview(
    request: Request,
    member: Asker,
    session: Session,
    q: Annotated[str, Query(max_length=100)] = "",
    number: Annotated[int, Query(ge=1, le=10_000, alias="page")] = 1,
) -> Response:
    """The stations whose posters a member of staff may print: their own, or any by an administrator."""
    if _sees_all(member):
        found = await catalogue.found(session, text=q.strip(), demonstration=None, page=number)
    else:
        found = [await session.get_one(Station, member.station_id)]
    shown = found[: catalogue.PAGE]
    return page(
        request,
        "staff/surveys/list.html",
        member=member,
        here=_HERE,
        stations=[(station, _address(station)) for station in shown],
        everything=_sees_all(member),
        more=len(found) > len(shown),
        number=number,
        q=q,
        surveys=questionnaires.published(),
    )


@router.get("/carteles/{code}.pdf")
async def print_poster(code: str, member: Asker, session: Session) -> Response:
    """Raises ``NotFound`` for another's station."""
    station = await stations.by_code(session, code=code)
    if not _sees_all(member) and station.id != member.station_id:
        raise NotFound
    sheet = poster.Poster(
        station_name=station.name,
        demonstration=station.demonstration,
        url=_address(station),
        made_at=await clock.now(session),
    )
    return Response(
        await run_in_threadpool(poster.render, sheet),
        media_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="cartel-{station.code}.pdf"'},
    )


@router.get("/{survey}/{version}")
async def preview(survey: str, version: int, request: Request, member: Asker) -> Response:
    """What a version asks, as a citizen sees it; nothing can be sent. Raises ``NotFound``."""
    found = next((one for one in questionnaires.published() if (one.id, one.version) == (survey, version)), None)
    if found is None:
        raise NotFound
    asked = questionnaires.current(found.id) == found
    return page(
        request,
        "staff/surveys/preview.html",
        member=member,
        here=_HERE,
        survey=found,
        asked=asked,
        longest=questionnaires.LONGEST,
    )


def _sees_all(member: StaffMember) -> bool:
    return Permission.ADMINISTER in PERMISSIONS[Role(member.role)]


def _address(station: Station) -> str:
    return f"{settings().public_url}/encuesta/{station.code}"
