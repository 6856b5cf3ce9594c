"""Files that a citizen sent: attachments of a conversation, evidence items once the complaint is filed; and who had them."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class EvidenceItem(Base):
    """A file as received. The file's bytes are stored sealed under its id; its name is sealed here.

    A ``restricted`` one has no preview: only who investigates opens it. A voice note waits for somebody to have
    ``heard_at`` it; its ``transcript`` (sealed), where there is one, was made by a machine. Triggers keep one of a case: it
    is not deleted, goes to no other case and stays the same file.
    """

    __tablename__ = "evidence_items"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="cascade"))
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"))
    sha256: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    name: Mapped[bytes]
    has_preview: Mapped[bool] = mapped_column(default=False)
    restricted: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime]
    heard_at: Mapped[datetime | None]
    transcript: Mapped[bytes | None]


class CustodyEntry(Base):
    """Somebody had a file before them: what they did with it, and whether it was then as it was received.

    ``actor_id`` is empty for its receipt alone; ``release`` (sealed) says to whom it was given, with which document and
    why. A trigger forbids change; entries go only with their file, which goes only while it belongs to no case.
    """

    __tablename__ = "custody_entries"
    __table_args__ = (
        CheckConstraint("(act = 'released') = (release is not null)", name="release_told"),
        CheckConstraint("(act = 'received') = (actor_id is null)", name="somebody_acts"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    evidence_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("evidence_items.id", ondelete="cascade"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    act: Mapped[str]
    intact: Mapped[bool]
    release: Mapped[bytes | None]
