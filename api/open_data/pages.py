"""What is open, for people: the releases, their files, what the columns mean, and a look at the complaints."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api import clock
from api.access import public
from api.database import Session
from api.open_data import packages, service
from api.open_data.service import Asked

router = APIRouter(include_in_schema=True, dependencies=[public], default_response_class=HTMLResponse, tags=["pages"])

_ROWS = 50
_HEIGHT, _BAR = 160, 24


@router.get("/datos")
async def open_data(
    request: Request,
    session: Session,
    year: Annotated[str, Query(max_length=4, pattern=r"^(\d{4})?$")] = "",
    department: Annotated[str, Query(max_length=60)] = "",
    modality: Annotated[str, Query(max_length=60)] = "",
    cursor: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The newest release, with the earlier ones below it."""
    released = await service.releases(session)
    context: dict[str, object] = {"releases": released, "columns": packages.COLUMNS, "meaning": packages.meaning}
    if released:
        newest = released[0]
        asked = Asked(int(year) if year else None, department, modality)
        rows, following = await service.page(
            session, release=newest, dataset="denuncias", asked=asked, cursor=cursor, limit=_ROWS
        )
        months = await service.by_month(session, release=newest, asked=asked)
        chosen = {"year": year, "department": department, "modality": modality}
        context |= {
            "newest": newest,
            "about": service.about(newest),
            "day": clock.in_lima(newest.released_at)[:10],
            "files": await service.files(session, release=newest),
            "added": [(one, await service.periods(session, release=one)) for one in released],
            "rows": rows,
            "next": urlencode(chosen | {"cursor": following}) if following else "",
            "months": months,
            "bars": _bars(months),
            "chosen": chosen,
            "choices": await service.choices(session, release=newest),
        }
    page: Response = request.app.state.templates.TemplateResponse(request, "open_data/page.html", context)
    return page


def _bars(told: Sequence[tuple[str, int]]) -> dict[str, object]:
    """A bar for each month, in units of the drawing."""
    most = max((many for _, many in told), default=1)
    return {
        "width": max(len(told) * _BAR, _BAR),
        "height": _HEIGHT,
        "of": [
            {
                "x": at * _BAR + 2,
                "y": _HEIGHT - many * _HEIGHT // most,
                "height": many * _HEIGHT // most,
                "width": _BAR - 4,
            }
            for at, (_, many) in enumerate(told)
        ],
    }
