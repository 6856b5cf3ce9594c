"""The survey that a station's poster opens: a page without JavaScript, which takes one answer a form and remembers nobody."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select, text, update

from api.jobs import surveys as sweeps
from api.jobs.desk import Desk
from api.security import token_hash
from api.surveys import forms, service
from api.surveys.models import SurveyComment, SurveyResponse, SurveyTally
from tests.api.staff.console import OTHER_STATION, STATION, browser
from tests.api.surveys.test_surveys import COARSE, every_row
from vocabulary.questionnaires import current
from vocabulary.sentences import sentence

PAGE = f"/encuesta/{STATION}"
COMMENT = "La señora de la mesa me ayudó mucho"
ANSWERS = {"survey_score": "4", "survey_solved": "no", "survey_missing": "not_taken", "survey_gender": "woman"}


@pytest.fixture(autouse=True)
async def emptied(app: FastAPI) -> AsyncIterator[None]:
    yield
    async with app.state.sessions.begin() as session:
        for table in (SurveyResponse, SurveyComment, SurveyTally):
            await session.execute(delete(table))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app, network="198.51.100.7") as client:
        yield client


def a_form(app: FastAPI, *, seconds: float = 60, station: str = STATION) -> str:
    """The token of a form that was opened so long ago."""
    at = datetime.now(UTC) - timedelta(seconds=seconds)
    return forms.issue(station_code=station, keys=app.state.keys, at=at)


async def send(app: FastAPI, client: httpx.AsyncClient, token: str = "", **answers: str) -> httpx.Response:
    return await client.post(PAGE, data={"form_token": token or a_form(app)} | (answers or ANSWERS))


async def kept(app: FastAPI) -> list[SurveyResponse]:
    async with app.state.sessions() as session:
        return list((await session.scalars(select(SurveyResponse))).all())


async def test_the_page_asks_every_question_with_rows_to_tap_and_a_way_to_pass_each_over(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get(PAGE)).text
    assert "<script" not in page.partition("<main")[2]
    for question in current("visit").questions:
        assert sentence(f"ask.{question.step}.question") in page
        values = re.findall(rf'type="radio" name="{question.step}" value="(\w+)"', page)
        assert values == ([*map(str, question.titles), "skip"] if question.titles else [])
    assert "Solo si a «¿Se resolvió lo que necesitaba?» respondió «No» o «Todavía no»." in page


async def test_what_is_sent_is_kept_with_the_station_and_the_day_as_of_a_poster(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    answer = await send(app, client, **ANSWERS, survey_ease="skip", survey_comment=COMMENT)
    assert (answer.status_code, answer.cookies) == (200, httpx.Cookies())
    assert sentence("survey.visit.after_comment") in answer.text
    (response,) = await kept(app)
    assert response.answers == {
        "survey_score": 4, "survey_solved": "no", "survey_missing": "not_taken", "survey_gender": "woman",
    }  # fmt: skip
    assert (response.survey, response.version, response.channel, response.service) == ("visit", 1, "poster", None)
    async with app.state.sessions() as session:
        comment = (await session.scalars(select(SurveyComment))).one()
        assert service.text_of(comment, app.state.keys) == COMMENT


async def test_what_was_missing_is_not_kept_of_who_says_that_nothing_was(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await send(app, client, survey_solved="yes", survey_missing="papers")
    assert [response.answers for response in await kept(app)] == [{"survey_solved": "yes"}]


async def test_who_passes_all_over_leaves_nothing_and_who_marks_nothing_is_told(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    passed = await send(app, client, survey_score="skip", survey_gender="skip")
    assert (passed.status_code, sentence("survey.visit.passed_over") in passed.text) == (200, True)
    empty = await send(app, client, survey_comment="  ")
    assert (empty.status_code, sentence("survey.visit.nothing") in empty.text) == (422, True)
    assert await kept(app) == []


@pytest.mark.parametrize(("method", "code"), [("GET", "999999"), ("POST", "999999"), ("GET", "%00"), ("POST", "%00")])
async def test_an_unknown_station_is_told_kindly(
    app: FastAPI, client: httpx.AsyncClient, method: str, code: str
) -> None:
    data = {"form_token": a_form(app)} if method == "POST" else None
    answer = await client.request(method, f"/encuesta/{code}", data=data)
    assert (answer.status_code, sentence("survey.visit.unknown") in answer.text) == (404, True)


@pytest.mark.parametrize(("seconds", "why"), [(1, "too_fast"), (8000, "too_old")])
async def test_a_form_of_the_wrong_age_comes_back_with_what_was_marked(
    app: FastAPI, client: httpx.AsyncClient, seconds: float, why: str
) -> None:
    token = a_form(app, seconds=seconds)
    answer = await send(app, client, token, **ANSWERS, survey_comment="<b>bien</b>")
    assert (answer.status_code, sentence(f"survey.visit.{why}") in answer.text) == (422, True)
    assert 'name="survey_missing" value="not_taken" checked' in answer.text
    assert "&lt;b&gt;bien&lt;/b&gt;</textarea>" in answer.text
    assert (token in answer.text) is (why == "too_fast")
    assert await kept(app) == []


async def test_a_form_that_was_used_is_not_counted_again(app: FastAPI, client: httpx.AsyncClient) -> None:
    token = a_form(app)
    assert (await send(app, client, token)).status_code == 200
    again = await send(app, client, token)
    assert (again.status_code, sentence("survey.visit.used") in again.text) == (409, True)
    assert len(await kept(app)) == 1


@pytest.mark.parametrize(
    "answers", [{"survey_score": "6"}, {"survey_solved": "perhaps"}, {"survey_comment": "x" * 5000}]
)
async def test_what_no_form_offers_is_refused_and_uses_up_nothing(
    app: FastAPI, client: httpx.AsyncClient, answers: dict[str, str]
) -> None:
    token = a_form(app)
    assert (await send(app, client, token, **answers)).status_code == 422
    assert (await send(app, client, token)).status_code == 200


@pytest.mark.parametrize("forged", ["x", "1.x.y", "..", "otra"])
async def test_a_form_that_is_not_of_this_station_is_refused(
    app: FastAPI, client: httpx.AsyncClient, forged: str
) -> None:
    token = a_form(app, station=OTHER_STATION) if forged == "otra" else forged
    assert (await send(app, client, token)).status_code == 422
    assert await kept(app) == []


async def test_a_network_answers_so_often_a_day_and_others_go_on(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "OF_NETWORK", 2)
    assert [(await send(app, client)).status_code for _ in range(3)] == [200, 200, 429]
    token = a_form(app)
    assert (await send(app, client, token)).status_code == 429
    async with browser(app, network="198.51.100.8") as neighbour:
        assert (await send(app, neighbour, token)).status_code == 200  # what was refused used nothing up


async def test_a_station_takes_so_many_a_day_wherever_they_come_from(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "OF_STATION", 2)
    told = []
    for number in range(3):
        async with browser(app, network=f"203.0.113.{number}") as client:
            told.append((await send(app, client)).status_code)
    assert told == [200, 200, 429]


async def test_no_path_leads_from_a_poster_s_response_to_where_it_came_from(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    token = a_form(app)
    await send(app, client, token, **ANSWERS, survey_comment=COMMENT)
    async with app.state.sessions() as session:
        rows = await every_row(session)
        shared = await session.scalar(
            text("select count(*) from survey_tallies t join survey_responses r on t.xmin::text = r.xmin::text")
        )
    assert shared == 0
    own = {name: rows.pop(name) for name in ("survey_responses", "survey_comments")}
    elsewhere = "\n".join(value for found in rows.values() for row in found for value in row.values() if value)
    values = [value for found in own.values() for row in found for name, value in row.items() if name not in COARSE]
    assert values
    assert [value for value in values if value and value in elsewhere] == []
    tallies = rows["survey_tallies"]
    assert [set(row) for row in tallies] == [{"place", "last_day", "count"}] * 3
    whole = elsewhere + str(own)
    network = app.state.keys.keyed_hash("198.51.100.7/32", purpose="address").hex()
    for told in ("198.51.100.7", network, token, token.split(".")[1]):
        assert told not in whole
    assert f"\\x{token_hash(token).hex()}" in [row["place"] for row in tallies]


async def test_where_surveys_came_from_is_forgotten_when_the_day_is_over(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk
) -> None:
    await send(app, client)
    await sweeps.forget_tallies(desk)
    async with app.state.sessions.begin() as session:
        assert len((await session.scalars(select(SurveyTally))).all()) == 3
        await session.execute(update(SurveyTally).values(last_day=SurveyTally.last_day - 1))
    await sweeps.forget_tallies(desk)
    async with app.state.sessions() as session:
        (left,) = await session.scalars(select(SurveyTally))
    assert left.count == 1  # the form, which is good past midnight
