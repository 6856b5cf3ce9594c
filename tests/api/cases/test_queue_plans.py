"""Among many cases no page and no search reads through all of them."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from api.cli import database
from api.cli.benchmarks import case_queue
from api.cli.benchmarks.case_queue import Console
from api.security import KeyRing
from api.settings import settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("queue_plans")]
_COUNT = 20_000
_MOST_QUERIES = 12


@pytest.fixture(scope="module")
async def filled(worker_id: str, installation: object) -> AsyncIterator[str]:
    """A database of 20,000 cases, which the settings name meanwhile."""
    server, _, template = os.environ["COMISARIO_TEST_DATABASE"].rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "queue_{worker_id}"')
        connection.execute(f'create database "queue_{worker_id}" template "{template}"')
    url = f"{server}/queue_{worker_id}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        settings.cache_clear()
        await database.prepare()
        case_queue.fill(url, keys=KeyRing(settings().keys), count=_COUNT, at=datetime.now(UTC))
        yield url
    settings.cache_clear()


def scans(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """How each table of a plan is read."""
    if "Relation Name" in plan:
        yield plan["Relation Name"], plan["Node Type"]
    for part in plan.get("Plans", ()):
        yield from scans(part)


def test_the_filled_database_is_what_it_says(filled: str) -> None:
    with psycopg.connect(filled) as connection:

        def count(query: str) -> int:
            row = connection.execute(query.encode()).fetchone()
            assert row is not None
            return int(row[0])

        assert count("select count(*) from cases") == _COUNT
        assert count("select count(*) from case_words") > 3 * _COUNT
        assert count("select count(*) from case_identifiers") > _COUNT
        opened = count("select count(*) from cases where rank < 400000000000")
        assert _COUNT * 0.05 < opened < _COUNT * 0.15
        indexes = count("select count(*) from pg_indexes where tablename in ('cases', 'case_words')")
        with psycopg.connect(os.environ["COMISARIO_TEST_DATABASE"]) as template:
            row = template.execute(
                "select count(*) from pg_indexes where tablename in ('cases', 'case_words')"
            ).fetchone()
        assert row == (indexes,)


@pytest.mark.parametrize("role", ["officer", "auditor"])
async def test_no_page_reads_all_cases_or_asks_the_database_often(filled: str, role: str) -> None:
    station = case_queue.busiest(filled)
    async with case_queue.console(role, station, case_queue.numbered(filled, station)) as at:
        for name, request in (await case_queue.looks(at)).items():
            asked = await queries_of(at, request)
            assert 0 < len(asked) <= _MOST_QUERIES, name
            for statement, values in asked:
                if re.match(r"\s*(with|select)\b", statement, re.I):
                    async with at.app.state.engine.connect() as connection:
                        explained = await connection.exec_driver_sql(f"explain (format json) {statement}", values)
                        ((plan,),) = explained.scalars()
                    read = list(scans(plan["Plan"]))
                    for table in ("cases", "case_words", "case_identifiers", "case_entries"):
                        assert (table, "Seq Scan") not in read, (name, statement)


async def queries_of(at: Console, request: Any) -> list[tuple[str, Any]]:
    """What a page asks the database."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    engine = at.app.state.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    answer = await at.client.send(request())
    event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    return asked


async def test_each_page_and_search_shows_cases(filled: str) -> None:
    """Or their plans would say nothing."""
    station = case_queue.busiest(filled)
    async with case_queue.console("auditor", station, case_queue.numbered(filled, station)) as at:
        for name, request in (await case_queue.looks(at)).items():
            if name not in ("mine", "kind and district", "rare words"):
                assert 'href="/staff/casos/' in (await at.client.send(request())).text, name
