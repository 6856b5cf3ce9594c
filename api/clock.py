"""The time, passed in and never called in passing; a test installation may move it for every process at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Interval, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.settings import settings

LIMA = ZoneInfo("America/Lima")


class ClockOffset(Base):
    """How far the testing clock is from the real one; one row at most."""

    __tablename__ = "clock_offset"

    id: Mapped[int] = mapped_column(primary_key=True)
    offset: Mapped[timedelta] = mapped_column(Interval)


async def now(session: AsyncSession) -> datetime:
    """The present moment in UTC."""
    moment = datetime.now(UTC)
    if settings().testing:
        moment += await session.scalar(select(ClockOffset.offset)) or timedelta()
    return moment


async def set_now(session: AsyncSession, *, moment: datetime) -> None:
    offset = moment - datetime.now(UTC)
    await session.execute(
        insert(ClockOffset)
        .values(id=1, offset=offset)
        .on_conflict_do_update(index_elements=["id"], set_={"offset": offset})
    )


def in_lima(moment: datetime) -> str:
    """A moment as the console's pages write it."""
    return f"{moment.astimezone(LIMA):%d/%m/%Y %H:%M}"
