"""What is sent to people outside a conversation."""

import uuid
from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class OutboxMessage(Base):
    """One SMS or e-mail. ``content`` is sealed under its own key; ``once`` is what it is about where a second one would be
    a nuisance."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_contact_hash", "contact_hash", "created_at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    channel: Mapped[str]
    contact_hash: Mapped[bytes]
    content: Mapped[bytes]
    data_key: Mapped[bytes]
    once: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
