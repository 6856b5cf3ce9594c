"""Figures as they were computed last."""

import uuid
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class StationFigures(Base):
    """The figures (``schemas.Figures``) of a station, or of all together where ``station_id`` is None."""

    __tablename__ = "figures"
    __table_args__ = (UniqueConstraint("station_id", postgresql_nulls_not_distinct=True),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    station_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stations.id"))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
