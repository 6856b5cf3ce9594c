"""The console's page of surveys: whose poster may be printed, and what every version asks."""

import httpx
import pytest
from fastapi import FastAPI

from tests.api.staff.console import OTHER_STATION, STATION, hired, on_duty
from tests.documents.samples import words_of
from vocabulary.cases import Role
from vocabulary.questionnaires import Questionnaire, published
from vocabulary.sentences import sentence


async def at_work(app: FastAPI, role: Role) -> httpx.AsyncClient:
    return await on_duty(app, (await hired(app, role=role)).member)


async def test_a_commissioner_has_the_address_and_the_poster_of_their_own_station_alone(app: FastAPI) -> None:
    client = await at_work(app, Role.COMMISSIONER)
    page = (await client.get("/staff/encuestas", params={"q": OTHER_STATION})).text
    assert f'href="http://127.0.0.1:8000/encuesta/{STATION}"' in page
    assert f"/encuesta/{OTHER_STATION}" not in page
    poster = await client.get(f"/staff/encuestas/carteles/{STATION}.pdf")
    assert poster.headers["Content-Type"] == "application/pdf"
    assert f"http://127.0.0.1:8000/encuesta/{STATION}" in words_of(poster.content)
    assert (await client.get(f"/staff/encuestas/carteles/{OTHER_STATION}.pdf")).status_code == 404


async def test_an_administrator_finds_any_station_s(app: FastAPI) -> None:
    client = await at_work(app, Role.ADMINISTRATOR)
    page = (await client.get("/staff/encuestas", params={"q": OTHER_STATION})).text
    assert f"/staff/encuestas/carteles/{OTHER_STATION}.pdf" in page
    assert f"/encuesta/{STATION}" not in page
    assert "?q=&amp;page=2" in (await client.get("/staff/encuestas")).text


@pytest.mark.parametrize("survey", published(), ids=lambda survey: f"{survey.id} {survey.version}")
async def test_every_version_is_shown_with_all_that_it_asks_and_can_t_be_sent(
    app: FastAPI, survey: Questionnaire
) -> None:
    client = await at_work(app, Role.COMMISSIONER)
    address = f"/staff/encuestas/{survey.id}/{survey.version}"
    assert f'href="{address}"' in (await client.get("/staff/encuestas")).text
    page = (await client.get(address)).text
    for question in survey.questions:
        assert sentence(f"ask.{question.step}.question") in page
    assert page.count("<form") == 1  # to log out
    assert ("Se pregunta ahora" in page) is (
        survey.version == max(one.version for one in published() if one.id == survey.id)
    )


@pytest.mark.parametrize("address", ["visit/9", "nothing/1"])
async def test_a_version_that_there_is_not_is_not_found(app: FastAPI, address: str) -> None:
    assert (await (await at_work(app, Role.COMMISSIONER)).get(f"/staff/encuestas/{address}")).status_code == 404
