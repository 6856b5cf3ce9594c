"""The last steps of the database can be taken back and taken again, with what it brought in use."""

import asyncio
import os
from datetime import UTC, datetime

import psycopg
from alembic import command
from alembic.script import ScriptDirectory

from api.cli import database
from api.complaints import service as complaints
from api.copies import service as copies
from api.database import make_engine, make_sessions
from api.security import KeyRing
from api.stations import service as stations
from documents.frame import Kind
from tests.api.complaints.test_filing import a_draft, a_source


async def test_the_last_steps_go_down_and_up_with_papers_of_every_kind(worker_id: str, keys: KeyRing) -> None:
    server, name = os.environ["COMISARIO_TEST_DATABASE"].rpartition("/")[0], f"steps_{worker_id}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}"')
        connection.execute(f'create database "{name}"')
    url = f"{server}/{name}"
    await asyncio.to_thread(database.migrate, url)
    engine, at = make_engine(url), datetime.now(UTC)
    async with make_sessions(engine).begin() as session:
        await stations.ensure_demonstration(session)
        case = await complaints.file(session, draft=a_draft(at), source=a_source(keys), keys=keys, at=at)
        for kind, number in ((Kind.SUPPLEMENTARY_STATEMENT, 1), (Kind.FAMILY_REPORT, None)):
            await copies.request(session, case=case, at=at, kind=kind, number=number)
    await engine.dispose()
    config = database.migrations(url)
    (head,) = ScriptDirectory.from_config(config).get_heads()
    await asyncio.to_thread(command.downgrade, config, "0003")
    with psycopg.connect(url) as connection:
        assert connection.execute("select number from copies order by number").fetchall() == [(0,), (1,)]
    await asyncio.to_thread(command.upgrade, config, "head")
    with psycopg.connect(url) as connection:
        assert connection.execute("select version_num from alembic_version").fetchone() == (head,)
        kinds = connection.execute("select kind from copies order by number").fetchall()
    assert kinds == [("receipt",), ("complaint_copy",)]
