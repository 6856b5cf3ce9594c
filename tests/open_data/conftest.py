"""A tenth of the simulated year in a database of its own, released on several nights."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from api.cli import database
from api.cli.benchmarks import simulated_year
from api.database import make_engine, make_sessions
from api.open_data import packages, service
from api.open_data.service import Asked
from api.security import KeyRing
from api.settings import settings

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
NIGHTS = [datetime(2026, 9, 17, 8, tzinfo=UTC), *(datetime(2026, 10, day, 8, tzinfo=UTC) for day in (15, 16, 17))]
"""The second and the last close nothing; before the third some cases of a closed month are classified anew."""


@dataclass(frozen=True)
class Released:
    """The rows of each release by data set, what each night released, and the truth that nobody else has."""

    url: str
    sessions: async_sessionmaker[AsyncSession]
    tables: list[dict[str, list[dict[str, Any]]]]
    nights: list[int | None]
    truth: list[dict[str, Any]]


@pytest.fixture(scope="session")
async def released(worker_id: str, installation: object) -> AsyncIterator[Released]:
    server, name = os.environ["COMISARIO_TEST_DATABASE"].rpartition("/")[0], f"open_data_{worker_id}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
        connection.execute(f'create database "{name}" template template')
    url = f"{server}/{name}"
    await asyncio.to_thread(database.migrate, url)
    keys = KeyRing(settings().keys)
    keys.ensure()
    await asyncio.to_thread(simulated_year.fill, url, keys=keys, at=AT, share=0.1)
    engine = make_engine(url)
    sessions = make_sessions(engine)
    nights = []
    for night in NIGHTS:
        async with sessions.begin() as session:
            made = await service.publish(session, at=night)
            nights.append(made.number if made else None)
            if night == NIGHTS[1]:
                await session.execute(
                    text(
                        "update cases set confirmed_type = 'fraud' where id in (select id from cases"
                        " where filed_at between '2026-08-05' and '2026-08-20' order by id limit 100)"
                    )
                )
    tables = []
    async with sessions() as session:
        for release in reversed(await service.releases(session)):
            rows = {}
            for dataset in packages.COLUMNS:
                rows[dataset] = list(
                    (await service.page(session, release=release, dataset=dataset, asked=Asked(), limit=10**6))[0]
                )
            tables.append(rows)
        told = await session.execute(
            text(
                "select ubigeo, coalesce(confirmed_type, incident_type) as incident_type, filed_at, cases.channel,"
                " conversations.language from cases left join conversations on conversations.id::text = key_owner"
            )
        )
        truth = [dict(row) for row in told.mappings()]
    yield Released(url, sessions, tables, nights, truth)
    await engine.dispose()
