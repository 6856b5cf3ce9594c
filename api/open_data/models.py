"""What was published, which never changes: periods that are closed, the releases that carry them, and their files."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class OpenDataRelease(Base):
    """A dated state of the data sets: every period that was closed with it or with an earlier one of its kind.

    ``demonstration`` is whether its data is made up; real and made-up data never stand in one release. ``k`` is how many
    people stand at least behind each of its numbers, those of months that were closed with fewer too.
    """

    __tablename__ = "open_data_releases"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    released_at: Mapped[datetime]
    demonstration: Mapped[bool]
    mapping_version: Mapped[int]
    k: Mapped[int]


class OpenDataPeriod(Base):
    """A month (``2026-03``) or quarter (``2026-T1``) of a data set as it was closed, for good."""

    __tablename__ = "open_data_periods"

    dataset: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    release: Mapped[int] = mapped_column(ForeignKey("open_data_releases.number"), index=True)


class OpenDataRow(Base):
    """A published row; ``position`` orders it within its period."""

    __tablename__ = "open_data_rows"
    __table_args__ = (
        ForeignKeyConstraint(["dataset", "period"], ["open_data_periods.dataset", "open_data_periods.period"]),
        CheckConstraint("position >= 0", name="in_order"),
    )

    dataset: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)


class OpenDataFile(Base):
    """A file of a release; ``rows`` is empty for one that is no table."""

    __tablename__ = "open_data_files"

    release: Mapped[int] = mapped_column(ForeignKey("open_data_releases.number"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    rows: Mapped[int | None]
    content: Mapped[bytes] = mapped_column(deferred=True)
