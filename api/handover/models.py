"""Who of the staff has had a conversation, and who asked to be called."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Attendance(Base):
    """One member's having of a conversation, from taking it until ``ended_at``; of a conversation one at most is open. It is
    theirs while they have the ``role`` and the station that they took it with.

    ``spoke_at`` is when they last wrote to the citizen, ``read_at`` when they last had its messages before them; ``ended_how``
    is ``returned`` to the bot, ``ended``, ``passed`` to somebody else or ``lost``: nobody answered a citizen who waited.
    """

    __tablename__ = "attendances"
    __table_args__ = (
        Index("ix_attendances_open", "conversation_id", unique=True, postgresql_where="ended_at is null"),
        CheckConstraint("(ended_at is null) = (ended_how is null)", name="end_has_its_reason"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="cascade"), index=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    role: Mapped[str]
    station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"))
    taken_at: Mapped[datetime]
    spoke_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]


class Callback(Base):
    """A wish to be called; ``content`` (the telephone, and when, as the citizen said it) is sealed under the conversation's
    key. One at most is open of a conversation; it was last called in vain at ``tried_at``. ``outcome`` is ``reached`` or
    ``not_needed``."""

    __tablename__ = "callbacks"
    __table_args__ = (
        Index("ix_callbacks_open", "conversation_id", unique=True, postgresql_where="closed_at is null"),
        CheckConstraint("(closed_at is null) = (outcome is null)", name="close_has_its_outcome"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="cascade"), index=True)
    content: Mapped[bytes]
    asked_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str | None]
