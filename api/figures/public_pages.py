"""The public's page of figures: drawn from the newest release of open data alone, so that it tells nothing that was not told."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.templating import Jinja2Templates

from api import clock
from api.access import public
from api.database import Session
from api.figures import charts
from api.figures.charts import Point
from api.figures.showing import Section, label, number
from api.open_data import service as open_data
from api.open_data.models import OpenDataRelease
from api.open_data.service import Asked

router = APIRouter(include_in_schema=True, dependencies=[public], default_response_class=HTMLResponse, tags=["pages"])
_MONTHS = 24


@router.get("/cifras")
async def figures(request: Request, session: Session) -> Response:
    """What the newest release tells, in charts with their tables."""
    released = await open_data.releases(session)
    newest = released[0] if released else None
    context = {
        "about": open_data.about(newest) if newest else None,
        "day": clock.in_lima(newest.released_at)[:10] if newest else "",
        "sections": await sections(session, release=newest) if newest else [],
    }
    templates: Jinja2Templates = request.app.state.templates
    return templates.TemplateResponse(request, "figures/page.html", context)


async def sections(session: AsyncSession, *, release: OpenDataRelease) -> Sequence[Section]:
    """Sums and means of the release's rows."""
    months = await open_data.by_month(session, release=release, asked=Asked())
    kinds = await open_data.sums(session, release=release, dataset="denuncias", by="P_MODALIDADES")
    places = await open_data.sums(session, release=release, dataset="denuncias", by="DPTO_HECHO_NEW")
    papers = await open_data.sums(session, release=release, dataset="copias", by="DPTO_HECHO_NEW")
    found = [
        _counts("months", "Denuncias por mes", "Denuncias", months[-_MONTHS:]),
        _counts("kinds", "Denuncias por modalidad", "Denuncias", kinds),
        _counts("places", "Denuncias por departamento", "Denuncias", places),
        _counts("copies", "Copias por departamento", "Copias", papers),
        _opinions(await open_data.opinions(session, release=release)),
    ]
    return [one for one in found if one.rows]


def _counts(name: str, title: str, what: str, counted: Sequence[tuple[str, int]]) -> Section:
    points = [Point(of, many, number(many)) for of, many in counted]
    rows = [(point.label, point.shown) for point in points]
    return Section(name, title, ("", what), rows, charts.bars(title, points))


def _opinions(told: Sequence[tuple[str, str, float, int]]) -> Section:
    rows = [
        (period, label(question, "figures.question", otherwise=question), f"{value:.1f}", number(people))
        for period, question, value, people in told
    ]
    overall = [
        Point(period, value, f"{value:.1f} (n = {number(people)})")
        for period, question, value, people in told if question == "survey_score"
    ]  # fmt: skip
    title = "Cómo califican la atención, de 1 a 5"
    return Section(
        "opinions", title, ("Trimestre", "Qué se valora", "Promedio", "Personas en los grupos (n)"), rows,
        charts.line(title, overall, bottom=1, top=5),
        "Promedio de los grupos publicados, cada uno según cuántas personas tiene.",
    )  # fmt: skip
