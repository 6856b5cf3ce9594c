"""Every figure of a tenth of the simulated year is what a second computation finds, in plain Python over the rows."""

import os
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from api.cli.benchmarks import simulated_year
from api.clock import LIMA
from api.database import make_engine, make_sessions
from api.figures import service
from api.figures.schemas import Figures, Group, Times
from api.figures.statistics import Interval
from api.security import KeyRing

pytestmark = pytest.mark.slow
AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
SINCE = datetime(2025, 12, 1, 5, tzinfo=UTC)
FIRST, CLOSED = date(2025, 12, 1), date(2026, 11, 1)
type Row = dict[str, Any]


@dataclass
class Year:
    """The rows of a year and the figures that were computed of them, by station (None for all)."""

    rows: dict[str, list[Row]]
    figures: dict[Any, Figures]
    listed: Sequence[service.Row]
    falling: frozenset[str]
    kept: list[str]

    def cases(self, station: Any) -> list[Row]:
        return [
            one for one in self.rows["cases"]
            if station in (None, one["handling_station_id"]) and SINCE <= one["filed_at"] <= AT
        ]  # fmt: skip

    def some(self) -> list[Any]:
        """All together, the busiest stations, those in the middle and those with least."""
        ranked = [
            station for station, _ in Counter(one["handling_station_id"] for one in self.rows["cases"]).most_common()
        ]
        return [None, *ranked[:4], *ranked[148:152], *ranked[-4:]]


@pytest.fixture(scope="module")
async def year(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Year]:
    server, name = os.environ["COMISARIO_TEST_DATABASE"].rpartition("/")[0], f"year_{worker_id}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}"')
        connection.execute(f'create database "{name}" template template')
    url, keys = f"{server}/{name}", KeyRing(Path(tmp_path_factory.mktemp("keys")))
    falling = simulated_year.fill(url, keys=keys, at=AT, share=0.1)
    engine = make_engine(url)
    async with make_sessions(engine).begin() as session:
        await service.refresh(session, keys=keys, at=AT)
    async with make_sessions(engine).begin() as session:  # a second run takes the place of the first
        await service.refresh(session, keys=keys, at=AT)
        listed = await service.by_station(session)
    rows = {}
    with psycopg.connect(url, row_factory=dict_row) as reading:
        for table in (
            "stations",
            "cases",
            "case_entries",
            "conversations",
            "attendances",
            "copies",
            "survey_responses",
            "jurisdictions",
            "figures",
        ):
            rows[table] = reading.execute(f"select * from {table}").fetchall()  # noqa: S608 - names of ours
    computed = {row["station_id"]: Figures.model_validate(row["content"]) for row in rows["figures"]}
    kept = [str(row["content"]) for row in rows.pop("figures")]
    yield Year(rows, computed, listed, falling, kept)
    await engine.dispose()


def month_of(moment: datetime) -> date:
    return moment.astimezone(LIMA).date().replace(day=1)


def quantile(values: Sequence[float], part: float) -> float:
    """By linear interpolation between the two nearest."""
    ordered, place = sorted(values), part * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def agree(found: Times, values: Sequence[float]) -> None:
    assert found.n == len(values)
    if values:
        assert found.median == pytest.approx(quantile(values, 0.5), abs=1e-3)
        assert found.slowest == pytest.approx(quantile(values, 0.9), abs=1e-3)


def is_share(found: Interval | None, part: int, whole: int) -> None:
    assert found is not None
    assert (found.n, found.value) == (whole, pytest.approx(part / whole))


def is_mean(found: Interval | None, scores: Sequence[float]) -> None:
    """With an interval that is symmetric; its width is held against tables elsewhere."""
    assert found is not None
    assert found.n == len(scores)
    middle = sum(scores) / len(scores)
    assert found.value == pytest.approx(middle)
    assert found.low is not None
    assert found.high is not None
    assert found.low + found.high == pytest.approx(2 * middle)
    spread = (sum((score - middle) ** 2 for score in scores) / (len(scores) - 1) / len(scores)) ** 0.5
    assert 1.959 * spread <= found.high - middle <= 2.78 * spread


def looked(case: Row) -> float | None:
    return (case["first_look_at"] - case["filed_at"]).total_seconds() if case["first_look_at"] else None


def handled(year: Year) -> dict[Any, Row]:
    """Of each case when it was first done, and whether it was reclassified, dismissed and reopened."""
    over = {"closed", "dismissed", "referred"}
    found: dict[Any, Row] = defaultdict(
        lambda: {"done": None, "reclassified": False, "dismissed": False, "reopened": False}
    )
    standing: dict[Any, str] = {}
    for entry in sorted(year.rows["case_entries"], key=lambda one: (str(one["case_id"]), one["number"])):
        case = found[entry["case_id"]]
        if entry["kind"] == "classification" and entry["detail"]["from"] != entry["detail"]["to"]:
            case["reclassified"] = True
        if entry["status"]:
            if entry["status"] in over:
                case["done"] = case["done"] or entry["at"]
            elif standing.get(entry["case_id"]) in over:
                case["reopened"] = True
            case["dismissed"] |= entry["status"] == "dismissed"
            standing[entry["case_id"]] = entry["status"]
    return found


def test_complaints_and_times_are_those_of_the_cases(year: Year) -> None:
    after = handled(year)
    assert year.figures[None].filed > 15_000
    for station in year.some():
        cases, figures = year.cases(station), year.figures[station]

        def done(case: Row) -> float | None:
            at = after[case["id"]]["done"]
            return (at - case["filed_at"]).total_seconds() if at else None

        def times(of: Sequence[Row], what: Callable[[Row], float | None]) -> list[float]:
            return [taken for case in of if (taken := what(case)) is not None]

        assert figures.filed == len(cases)
        agree(figures.first_look, times(cases, looked))
        agree(figures.done, times(cases, done))
        assert [one.month for one in figures.months] == [date(2025, 12, 1), *(date(2026, m, 1) for m in range(1, 12))]
        for one in figures.months:
            of_month = [case for case in cases if month_of(case["filed_at"]) == one.month]
            assert one.filed == len(of_month)
            agree(one.first_look, times(of_month, looked))
            agree(one.done, times(of_month, done))


def test_kinds_channels_and_languages_are_counted_as_they_are(year: Year) -> None:
    languages = {str(one["id"]): one["language"] for one in year.rows["conversations"]}
    for station in year.some():
        cases, figures = year.cases(station), year.figures[station]
        assert {one.key: one.n for one in figures.kinds} == Counter(
            c["confirmed_type"] or c["incident_type"] for c in cases
        )
        assert {one.key: one.n for one in figures.channels} == Counter(case["channel"] for case in cases)
        assert {one.key: one.n for one in figures.languages} == Counter(languages[case["key_owner"]] for case in cases)


def test_what_was_changed_waits_or_is_late_is_counted(year: Year) -> None:
    after, still = handled(year), {"registered", "under_review", "information_requested", "accepted"}
    assert year.figures[None].late > 0
    for station in year.some():
        cases, figures = year.cases(station), year.figures[station]
        for what in ("reclassified", "dismissed", "reopened"):
            is_share(getattr(figures, what), sum(after[case["id"]][what] for case in cases), len(cases))
        own = [one for one in year.rows["cases"] if station in (None, one["handling_station_id"])]
        left = [one for one in own if one["status"] in still]
        assert figures.open == len(left)
        assert figures.late == sum(
            one["first_look_at"] is None and AT - one["filed_at"] > timedelta(hours=24) for one in left
        )
        due = [one for one in own if one["report_due_at"] and one["report_due_at"] < AT]
        assert figures.overdue == sum(one["reported_at"] is None for one in due)


def test_copies_handovers_and_districts_are_counted(year: Year) -> None:
    attended = {one["conversation_id"] for one in year.rows["attendances"]}
    stations = {one["id"]: one["handling_station_id"] for one in year.rows["cases"]}
    for station in year.some():
        figures = year.figures[station]
        copies = Counter(
            one["number"] for one in year.rows["copies"]
            if one["kind"] == "complaint_copy" and SINCE <= one["issued_at"] <= AT and station in (None, stations[one["case_id"]])
        )  # fmt: skip
        assert (figures.first_copies, figures.second_copies) == (copies[1], copies[2])
        talks = [
            one["id"] for one in year.rows["conversations"]
            if SINCE <= one["created_at"] <= AT and station in (None, stations[one["case_id"]])
        ]  # fmt: skip
        is_share(figures.handovers, len(attended.intersection(talks)), len(talks))
        districts = {one["ubigeo"] for one in year.rows["jurisdictions"] if station in (None, one["station_id"])}
        assert figures.districts == len(districts)
        assert figures.districts_without == len(districts - {one["ubigeo"] for one in year.cases(None)})


def responses(year: Year, station: Any) -> list[Row]:
    return [
        one for one in year.rows["survey_responses"]
        if one["answered_on"] < CLOSED and station in (None, one["station_id"]) and "survey_score" in one["answers"]
    ]  # fmt: skip


def test_the_score_its_blocks_and_its_groups_are_those_of_the_answers(year: Year) -> None:
    for station in year.some():
        survey, asked = year.figures[station].survey, responses(year, station)
        told: list[Row] = []
        for block in survey.blocks:
            within = [one for one in asked if block.since <= one["answered_on"].replace(day=1) <= block.until]
            assert len(within) >= 5
            is_mean(block.score, [one["answers"]["survey_score"] for one in within])
            told += within
        if not told:
            assert survey.score is None
            continue
        is_mean(survey.score, [one["answers"]["survey_score"] for one in told])
        for groups, key in ((survey.channels, "channel"), (survey.languages, "language")):
            assert sum(one.score.n for one in groups) == len(told)
            assert all(one.score.n >= 5 for one in groups)
            assert {one.key for one in groups} <= {one[key] for one in told} | {None}
            total = sum(one.score.value * one.score.n for one in groups)
            assert total == pytest.approx(sum(one["answers"]["survey_score"] for one in told))


def test_of_all_stations_the_groups_are_exact(year: Year) -> None:
    survey, asked = year.figures[None].survey, [one for one in responses(year, None) if one["answered_on"] >= FIRST]
    by_channel: dict[str, list[int]] = defaultdict(list)
    for one in asked:
        by_channel[one["channel"]].append(one["answers"]["survey_score"])
    assert {one.key for one in survey.channels} == set(by_channel)
    for group in survey.channels:
        is_mean(group.score, by_channel[str(group.key)])
    by_question: dict[str, list[int]] = defaultdict(list)
    for one in asked:
        for step, answer in one["answers"].items():
            if step != "survey_score" and isinstance(answer, int):
                by_question[step].append(answer)
    assert {one.key for one in survey.questions} == set(by_question)
    for question in survey.questions:
        is_mean(question.score, by_question[str(question.key)])
    solved = [one["answers"]["survey_solved"] for one in asked if "survey_solved" in one["answers"]]
    is_share(survey.solved, solved.count("yes"), len(solved))
    filed = sum(month_of(case["filed_at"]) < CLOSED for case in year.cases(None))
    is_share(survey.rate, sum(one["service"] == "complaint" for one in asked), filed)


def test_nothing_is_kept_of_fewer_than_five(year: Year) -> None:
    told: list[Group] = []
    for figures in year.figures.values():
        survey = figures.survey
        told += [*survey.questions, *survey.channels, *survey.languages, *survey.genders]
        for interval in (survey.score, survey.solved, survey.poster, *(block.score for block in survey.blocks)):
            assert interval is None or interval.n >= 5
    assert len(told) > 1000
    assert all(one.score.n >= 5 for one in told)
    assert not any("Quispe" in content or "Esperé" in content for content in year.kept)


def test_a_station_is_apart_only_where_chance_can_not_put_it_and_none_is_ranked(year: Year) -> None:
    placed = {one.code: one.figures for one in year.listed}
    assert list(placed) == sorted(placed)
    overall = year.figures[None].survey.score
    assert overall is not None
    standings = Counter(figures.standing for figures in placed.values())
    assert standings["above"]
    assert standings["below"]
    for figures in placed.values():
        score = figures.survey.score
        if figures.standing in ("above", "below"):
            assert score is not None
            assert score.low is not None
            assert score.high is not None
            assert score.low > overall.value if figures.standing == "above" else score.high < overall.value
        assert (figures.standing is None) == (score is None)


def test_no_station_is_said_to_fall_but_one_that_does(year: Year) -> None:
    told = {one.code for one in year.listed if one.figures.fall}
    assert told
    assert told <= year.falling


async def test_a_simulated_station_is_marked_as_a_demonstration(year: Year) -> None:
    assert all(one["demonstration"] for one in year.rows["stations"])
    homes = {one["id"] for one in year.rows["stations"]}
    assert all(one["station_id"] in homes for one in year.rows["cases"])


async def test_the_same_seed_makes_the_same_year(year: Year, worker_id: str) -> None:
    server, name = os.environ["COMISARIO_TEST_DATABASE"].rpartition("/")[0], f"again_{worker_id}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}"')
        connection.execute(f'create database "{name}" template template')
    keys = KeyRing(Path(os.environ["COMISARIO_DATA"]) / "keys")
    simulated_year.fill(f"{server}/{name}", keys=keys, at=AT, share=0.1)
    with psycopg.connect(f"{server}/{name}") as connection:
        numbers = connection.execute("select id, number, filed_at, complainant_hash from cases").fetchall()
    first = {(c["id"], c["number"], c["filed_at"], c["complainant_hash"]) for c in year.rows["cases"]}
    assert set(numbers) == first
