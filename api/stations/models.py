"""The station catalogue and the counters that number its cases."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Station(Base):
    """A comisaría, competent for one district or more. ``hours`` is when it is open, in words that citizens read; ``languages``
    (codes of ``Language``) are those beside Spanish that somebody there speaks."""

    __tablename__ = "stations"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    demonstration: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    languages: Mapped[list[str]] = mapped_column(JSONB, default=list)


class Jurisdiction(Base):
    """The district (INEI code) of an incident decides the station."""

    __tablename__ = "jurisdictions"

    ubigeo: Mapped[str] = mapped_column(primary_key=True)
    station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"))


class StationCounter(Base):
    """The last number given by a station in a year. A locked row and not a sequence: numbers have no gaps."""

    __tablename__ = "station_counters"
    __table_args__ = (CheckConstraint("last >= 0", name="not_negative"),)

    station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
