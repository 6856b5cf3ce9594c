"""The console's page of figures: whose it shows, and each chart beside its numbers."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select

from api.figures import service
from api.figures.models import StationFigures
from api.jobs.desk import Desk
from api.jobs.publishing import refresh_figures
from api.stations import service as stations
from api.stations.models import Station
from api.surveys import service as surveys
from api.surveys.models import SurveyResponse
from tests.api.staff.console import OTHER_STATION, STATION, hired, on_duty, running
from vocabulary import questionnaires
from vocabulary.cases import Role
from vocabulary.dialogue import Service
from vocabulary.steps import Step


@pytest.fixture
async def app(desk: Desk) -> AsyncIterator[FastAPI]:
    async with running() as app:
        yield app
    async with desk.sessions.begin() as session:
        await session.execute(delete(StationFigures))
        await session.execute(delete(SurveyResponse))


async def answered(desk: Desk, *, station: str, scores: list[int], channel: str = "web") -> None:
    at = (datetime.now(UTC).replace(day=1) - timedelta(days=10)).replace(day=15)
    async with desk.sessions.begin() as session:
        home = await stations.by_code(session, code=station)
        for score in scores:
            await surveys.keep(
                session, questionnaire=questionnaires.current("service"), answers={Step.SURVEY_SCORE: score},
                service=Service.COMPLAINT, channel=channel, language="es", station_id=home.id, keys=desk.keys, at=at,
            )  # fmt: skip


async def shown(app: FastAPI, *, role: Role, path: str = "/staff/cifras", station: str = STATION) -> tuple[int, str]:
    person = await hired(app, role=role, station=station)
    async with await on_duty(app, person.member) as client:
        answer = await client.get(path)
    return answer.status_code, answer.text


async def test_an_officer_sees_their_own_station_and_no_other(app: FastAPI, desk: Desk) -> None:
    await answered(desk, station=STATION, scores=[5, 5, 4, 5, 5])
    await answered(desk, station=OTHER_STATION, scores=[1, 1, 2, 1, 1])
    await refresh_figures(desk)
    status, page = await shown(app, role=Role.OFFICER)
    assert status == 200
    assert "4.80 (4.24 a 5.36)" in page
    assert "1.20" not in page
    assert "Todas las comisarías" not in page
    assert (await shown(app, role=Role.OFFICER, path=f"/staff/cifras?comisaria={OTHER_STATION}"))[0] == 404
    assert (await shown(app, role=Role.OFFICER, path=f"/staff/cifras?comisaria={STATION}"))[0] == 200


async def test_an_auditor_sees_all_together_and_each(app: FastAPI, desk: Desk) -> None:
    await answered(desk, station=STATION, scores=[5, 5, 4, 5, 5])
    await answered(desk, station=OTHER_STATION, scores=[1, 1, 2, 1, 1])
    await refresh_figures(desk)
    status, page = await shown(app, role=Role.AUDITOR)
    assert status == 200
    assert "4.80 (4.24 a 5.36) (5)" in page
    assert "1.20 (0.64 a 1.76) (5)" in page
    status, page = await shown(app, role=Role.AUDITOR, path=f"/staff/cifras?comisaria={OTHER_STATION}")
    assert status == 200
    assert "4.80" not in page
    assert (await shown(app, role=Role.AUDITOR, path="/staff/cifras?comisaria=nada"))[0] == 404


async def test_four_answers_are_not_told_and_the_posters_stand_apart(app: FastAPI, desk: Desk) -> None:
    await answered(desk, station=STATION, scores=[5, 5, 4, 5])
    await answered(desk, station=STATION, scores=[1, 1, 1, 1, 2], channel="poster")
    await refresh_figures(desk)
    async with desk.sessions() as session:
        home = await session.scalar(select(Station.id).where(Station.code == STATION))
        figures = await service.of(session, station_id=home)
    assert figures is not None
    assert figures.survey.score is None
    assert figures.survey.poster is not None
    assert (figures.survey.poster.n, figures.survey.poster.value) == (5, 1.2)
    _, page = await shown(app, role=Role.COMMISSIONER)
    assert "Muy pocas respuestas" in page
    assert "4.75" not in page


async def test_every_chart_has_a_name_and_a_table_beside_it(app: FastAPI, desk: Desk) -> None:
    await answered(desk, station=STATION, scores=[5, 5, 4, 5, 5])
    await refresh_figures(desk)
    _, page = await shown(app, role=Role.COMMISSIONER)
    sections = re.findall(r'<section class="panel".*?</section>', page, re.DOTALL)
    drawn = [one for one in sections if "<svg" in one]
    assert drawn
    for one in drawn:
        assert re.search(r'role="img"[^>]*aria-label="[^"]+"><title>[^<]+</title><desc>', one)
        assert '<table class="table">' in one
    assert "style=" not in page
    assert "<script" not in page


async def test_before_anything_is_computed_the_page_says_so(app: FastAPI) -> None:
    status, page = await shown(app, role=Role.OFFICER)
    assert status == 200
    assert "Todavía no hay cifras" in page
