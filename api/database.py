"""The engine, the session of a request, and the base of every table."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, ClassVar

from fastapi import Depends, Request
from sqlalchemy import ColumnElement, DateTime, MetaData, func, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


_ACCENTS = ("áéíóúüñ", "aeiouun")


def driver_url(url: str) -> str:
    """A PostgreSQL address with the driver that the whole program uses."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme.startswith("postgres") else url


def make_engine(url: str) -> AsyncEngine:
    return create_async_engine(
        driver_url(url),
        pool_size=20,
        max_overflow=30,
        pool_timeout=60,  # in a rush for one case its requests wait for each other: late is better than refused
        pool_pre_ping=True,
        hide_parameters=True,
    )


def make_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False)


async def _request_session(request: Request) -> AsyncIterator[AsyncSession]:
    async with request.app.state.sessions.begin() as session:
        yield session


Session = Annotated[AsyncSession, Depends(_request_session, scope="function")]
"""One request, one transaction: committed before the answer leaves, rolled back on any error."""


async def notify(session: AsyncSession, channel: str, payload: str) -> None:
    """Tell the listeners of a channel, if and when this transaction commits."""
    await session.execute(text("select pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})


async def advisory_lock(session: AsyncSession, key: str) -> None:
    """Hold a lock named by ``key`` until the end of this transaction."""
    await session.execute(text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def without_accents(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """A column as people search it: small letters without the accents of Spanish."""
    return func.translate(func.lower(column), *_ACCENTS)


def searched(text: str) -> str:
    """What somebody types, in the same letters."""
    return text.strip().lower().translate(str.maketrans(*_ACCENTS))


type Json = dict[str, Any]
