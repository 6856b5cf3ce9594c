"""The staff's page of figures: of their own station; an auditor sees all together and each."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Reader
from api.console import page
from api.conversations.routes import Keys
from api.database import Session
from api.errors import NotFound
from api.figures import comments, service, showing
from api.stations import service as stations
from api.stations.models import Station
from vocabulary.cases import PERMISSIONS, Permission, Role

router = APIRouter(prefix="/staff/cifras", include_in_schema=False, default_response_class=HTMLResponse, tags=["staff"])


@router.get("")
async def figures(
    request: Request, member: Reader, session: Session, keys: Keys, comisaria: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """The figures of a station, or of all for an auditor who names none. Raises ``NotFound`` for another's station."""
    sees_all = Permission.READ_AUDIT in PERMISSIONS[Role(member.role)]
    station: Station | None = None
    if not sees_all or comisaria:
        own = await session.get_one(Station, member.station_id)
        station = await stations.by_code(session, code=comisaria) if comisaria else own
        if not sees_all and station.id != own.id:
            raise NotFound
    overall = await service.of(session, station_id=None)
    found = overall if station is None else await service.of(session, station_id=station.id)
    themes = overall.themes if overall else []
    return page(
        request, "staff/figures/page.html", member=member, here="figures", station=station, sees_all=sees_all, figures=found,
        overall=overall, sections=showing.sections(found) if found else [], show=showing, themes=themes,
        examples=await comments.examples(session, themes=themes, keys=keys),
        rows=await service.by_station(session) if sees_all and station is None else [],
    )  # fmt: skip
