"""What comes in from a messaging provider and what goes out by it."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class InboundMessage(Base):
    """A citizen's message as the provider handed it over, once for each of the provider's ids.

    ``content`` is sealed under its own key until the message is in its conversation, and empty from then on.
    """

    __tablename__ = "inbound_messages"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    provider_id: Mapped[str] = mapped_column(unique=True)
    contact_hash: Mapped[bytes]
    content: Mapped[bytes]
    data_key: Mapped[bytes]
    received_at: Mapped[datetime]
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("conversations.id", ondelete="cascade"))


class InboundMedia(Base):
    """A file of a citizen's message that is still to be fetched; ``reference`` (sealed under the conversation's key) is the
    provider's."""

    __tablename__ = "inbound_media"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("messages.id", ondelete="cascade"), index=True)
    reference: Mapped[bytes]
    tries: Mapped[int] = mapped_column(default=0)


class Pace(Base):
    """How fast something may go on: ``free_at`` is when its whole allowance is there again (the theoretical arrival time of
    GCRA, ITU-T I.371)."""

    __tablename__ = "paces"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]


class Delivery(Base):
    """One part of a message on its way to a contact; ``provider_id`` is what the provider knows it by, ``error`` what it
    said of the last try. ``changed_at`` of one that is sent, or may be, is when it was handed over."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("message_id", "part"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("messages.id", ondelete="cascade"))
    part: Mapped[int]
    status: Mapped[str]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    changed_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None]
