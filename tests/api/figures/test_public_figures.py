"""The public page of figures sums what a release tells, and reads nothing else."""

from datetime import datetime

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.figures import public_pages
from api.open_data.models import OpenDataPeriod, OpenDataRelease, OpenDataRow
from tests.api.staff.console import browser, running


@pytest.fixture
async def release(session: AsyncSession, now: datetime) -> OpenDataRelease:
    """A release of a kind of its own, so that nothing that other tests released stands in it."""
    made = OpenDataRelease(number=900_000, released_at=now, demonstration=False, mapping_version=1, k=5)
    rows = {
        ("denuncias", "1990-01"): [
            {"P_MODALIDADES": "Robo", "DPTO_HECHO_NEW": "Lima", "cantidad": 7},
            {"P_MODALIDADES": "Hurto", "DPTO_HECHO_NEW": "Puno", "cantidad": 5},
        ],
        ("denuncias", "1990-02"): [{"P_MODALIDADES": "Robo", "DPTO_HECHO_NEW": "Lima", "cantidad": 1200}],
        ("copias", "1990-01"): [{"DPTO_HECHO_NEW": "Lima", "tipo": "complaint_copy", "cantidad": 6}],
        ("encuestas", "1990-T1"): [
            {"pregunta": "survey_score", "medida": "promedio", "valor": 4.0, "respuestas": 30},
            {"pregunta": "survey_score", "medida": "promedio", "valor": 3.0, "respuestas": 10},
            {"pregunta": "survey_solved", "medida": "porcentaje: yes", "valor": 50.0, "respuestas": 10},
        ],
    }
    session.add(made)
    await session.flush()
    for (dataset, period), told in rows.items():
        session.add(OpenDataPeriod(dataset=dataset, period=period, release=made.number))
        await session.flush()
        session.add_all(
            OpenDataRow(dataset=dataset, period=period, position=at, values=one) for at, one in enumerate(told)
        )
    await session.flush()
    return made


async def test_its_figures_are_sums_and_means_of_the_rows(session: AsyncSession, release: OpenDataRelease) -> None:
    found = {one.id: list(one.rows) for one in await public_pages.sections(session, release=release)}
    assert found == {
        "months": [("1990-01", "12"), ("1990-02", "1,200")],
        "kinds": [("Robo", "1,207"), ("Hurto", "5")],
        "places": [("Lima", "1,207"), ("Puno", "5")],
        "copies": [("Lima", "6")],
        "opinions": [("1990-T1", "Atención en general", "3.8", "40")],
    }


async def test_it_reads_no_table_but_those_of_releases(
    session: AsyncSession, connection: AsyncConnection, release: OpenDataRelease
) -> None:
    asked: list[str] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    await public_pages.sections(session, release=release)
    event.remove(connection.sync_connection, "before_cursor_execute", note)
    assert len(asked) == 5
    assert not [
        one for one in asked if any(table in one for table in ("cases", "survey_responses", "copies ", "conversations"))
    ]
    assert all("open_data_rows" in one for one in asked)


async def test_the_page_is_open_to_anyone() -> None:
    async with running() as app, browser(app) as client:
        answer = await client.get("/cifras")
    assert answer.status_code == 200
    assert "<h1>Cifras</h1>" in answer.text
