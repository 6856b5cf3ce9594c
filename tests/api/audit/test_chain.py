"""The audit is a chain: whoever changes, takes out or adds an entry behind the program's back is found."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import psycopg
import pytest
from alembic import command
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from api.audit import service as audit
from api.audit.models import AuditEntry, AuditHead, AuditLink
from api.audit.service import Act, Flaw, Head
from api.cli import database
from api.database import make_engine, make_sessions
from api.register import service as register
from api.security import KeyRing


@pytest.fixture
async def sessions(worker_id: str) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """A database of its own, since a chain is of all that was ever committed to one."""
    server, name = os.environ["COMISARIO_TEST_DATABASE"].rpartition("/")[0], f"chain_{worker_id}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
        connection.execute(f'create database "{name}" template template')
    engine = make_engine(f"{server}/{name}")
    yield make_sessions(engine)
    await engine.dispose()


def put_down(session: AsyncSession, count: int, at: datetime) -> None:
    for number in range(count):
        audit.record(session, Act.CASE_ENTRY_ADDED, actor="staff:ñ \"'\\", subject=f"case:{number}", at=at)


async def behind_the_program(session: AsyncSession, change: str) -> None:
    """What only an owner of the database can do."""
    await session.execute(text("set local session_replication_role = replica"))
    await session.execute(text(change))
    await session.execute(text("set local session_replication_role = origin"))


async def test_each_commit_adds_its_entries_to_the_chain(
    sessions: async_sessionmaker[AsyncSession], now: datetime
) -> None:
    for count in (1, 3):
        async with sessions.begin() as session:
            put_down(session, count, now)
    async with sessions.begin() as session:
        found = await audit.check(session)
        assert found.broken is None
        assert found.head == await audit.head(session)
        assert found.head is not None
        assert found.head.number == 4
        assert list(await session.scalars(select(AuditLink.number).order_by(AuditLink.number))) == [1, 2, 3, 4]


async def test_what_is_written_at_once_makes_one_chain(
    sessions: async_sessionmaker[AsyncSession], now: datetime
) -> None:
    async def write() -> None:
        async with sessions.begin() as session:
            put_down(session, 2, now)

    await asyncio.gather(*(write() for _ in range(20)))
    async with sessions.begin() as session:
        found = await audit.check(session)
        assert (found.broken, found.head and found.head.number) == (None, 40)


async def test_what_is_rolled_back_leaves_no_link(sessions: async_sessionmaker[AsyncSession], now: datetime) -> None:
    async with sessions() as session:
        put_down(session, 1, now)
        await session.flush()
        await session.rollback()
    async with sessions.begin() as session:
        put_down(session, 1, now)
    async with sessions.begin() as session:
        assert (await audit.check(session)).broken is None
        assert await session.scalar(select(func.max(AuditLink.number))) == 1


@pytest.mark.parametrize(
    ("change", "flaw", "number"),
    [
        ("update audit_entries set subject = 'case:other' where subject = 'case:1'", Flaw.ALTERED, 2),
        ("update audit_entries set at = at + interval '1 microsecond' where subject = 'case:2'", Flaw.ALTERED, 3),
        ("update audit_links set hash = sha256(hash) where number = 4", Flaw.ALTERED, 4),
        ("delete from audit_entries where subject = 'case:1'", Flaw.MISSING, 2),
        ("delete from audit_links where number = 3", Flaw.MISSING, 3),
        (
            "insert into audit_entries (at, actor, act, subject) values (now(), 'worker', 'x', 'y')",
            Flaw.UNCHAINED,
            5,
        ),
    ],
)
async def test_the_first_broken_entry_is_named(
    sessions: async_sessionmaker[AsyncSession], now: datetime, change: str, flaw: Flaw, number: int
) -> None:
    async with sessions.begin() as session:
        put_down(session, 4, now)
    async with sessions.begin() as session:
        await behind_the_program(session, change)
    async with sessions.begin() as session:
        found = await audit.check(session)
        assert found.head is None
        assert found.broken is not None
        assert (found.broken.flaw, found.broken.number) == (flaw, number)


async def test_a_chain_cut_off_at_its_end_is_whole_but_not_to_who_kept_its_head(
    sessions: async_sessionmaker[AsyncSession], now: datetime
) -> None:
    async with sessions.begin() as session:
        put_down(session, 3, now)
    async with sessions.begin() as session:
        kept = await audit.head(session)
        await behind_the_program(session, "delete from audit_links where number = 3")
        await behind_the_program(session, "delete from audit_entries where subject = 'case:2'")
    async with sessions.begin() as session:
        assert (await audit.check(session)).broken is None
        found = await audit.check(session, kept=kept)
        assert found.broken is not None
        assert (found.broken.flaw, found.broken.number) == (Flaw.MISSING, 3)
        other = Head(2, "0" * 64)
        found = await audit.check(session, kept=other)
        assert found.broken is not None
        assert found.broken.flaw is Flaw.REWRITTEN


async def test_a_chain_that_was_written_anew_does_not_agree_with_what_the_register_took_in(
    sessions: async_sessionmaker[AsyncSession], now: datetime, keys: KeyRing, caplog: pytest.LogCaptureFixture
) -> None:
    async with sessions.begin() as session:
        put_down(session, 2, now)
    async with sessions.begin() as session:
        with caplog.at_level(logging.INFO, "api.audit.service"):
            await audit.note_head(session, at=now)
            await session.flush()
            await audit.note_head(session, at=now)  # nothing new: nothing noted
        head = await audit.head(session)
        assert head is not None
        assert [record.getMessage() for record in caplog.records] == [f"audit chain: 2 entries, head {head.hash}"]
        await register.publish(session, keys=keys, at=now)
        assert (await audit.check(session)).broken is None
        assert (await register.latest(session)).size == 1
    async with sessions.begin() as session:
        await behind_the_program(session, "delete from audit_links")
        await behind_the_program(session, "update audit_entries set actor = 'nobody' where subject = 'case:0'")
        for entry in await session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
            before = await audit.head(session)
            number = before.number + 1 if before else 1
            values = {name: getattr(entry, name) for name in ("at", "actor", "act", "subject")}
            said = audit.content(number=number, entry_id=entry.id, **values)
            hashed = audit.link(bytes.fromhex(before.hash) if before else b"", said)
            session.add(AuditLink(number=number, entry_id=entry.id, hash=hashed))
            await session.flush()
    async with sessions.begin() as session:
        found = await audit.check(session)
        assert found.broken is not None
        assert (found.broken.flaw, found.broken.number) == (Flaw.REWRITTEN, 2)
        await behind_the_program(
            session, "update audit_heads h set hash = l.hash from audit_links l where l.number = 2"
        )
    async with sessions.begin() as session:
        found = await audit.check(session)
        assert found.broken is not None
        assert found.broken.flaw is Flaw.UNREGISTERED


@pytest.mark.parametrize("table", ["audit_entries", "audit_links", "audit_heads"])
@pytest.mark.parametrize("change", ["delete from {}", "truncate {} cascade", "update {} set {}"])
async def test_the_database_itself_refuses_to_change_the_chain(
    sessions: async_sessionmaker[AsyncSession], now: datetime, table: str, change: str
) -> None:
    async with sessions.begin() as session:
        put_down(session, 1, now)
    async with sessions.begin() as session:
        await audit.note_head(session, at=now)
    column = "act = act" if table == "audit_entries" else "hash = hash"
    async with sessions() as session:
        with pytest.raises(DBAPIError, match="never changed"):
            await session.execute(text(change.format(table, column)))


async def test_what_was_there_before_the_chain_is_chained_by_the_migration(worker_id: str) -> None:
    server, name = os.environ["COMISARIO_TEST_DATABASE"].rpartition("/")[0], f"unchained_{worker_id}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}" with (force)')
        connection.execute(f'create database "{name}"')
    url = f"{server}/{name}"
    config = database.migrations(url)
    await asyncio.to_thread(command.upgrade, config, "0008")
    with psycopg.connect(url) as connection:
        for n in range(3):
            connection.execute(
                "insert into audit_entries (at, actor, act, subject) values (%s, 'worker', 'old', %s)",
                (datetime(2026, 1, 2, 3, 4, 5, n, tzinfo=UTC), f"case:{n}"),
            )
    await asyncio.to_thread(command.upgrade, config, "head")
    engine = make_engine(url)
    async with make_sessions(engine).begin() as session:
        assert await session.scalar(select(func.count()).select_from(AuditHead)) == 0
        found = await audit.check(session)
        assert (found.broken, found.head and found.head.number) == (None, 3)
    await engine.dispose()


@pytest.mark.parametrize(
    ("text", "head"),
    [
        (f" 12:{'A' * 64}\n", Head(12, "a" * 64)),
        ("12", None),
        (f"12:{'a' * 63}", None),
        (f"-1:{'a' * 64}", None),
    ],
)
def test_a_head_is_read_as_it_was_shown(text: str, head: Head | None) -> None:
    assert audit.head_of(text) == head
