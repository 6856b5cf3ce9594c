"""Signed issues of a complaint, and the register of every file ever issued."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Copy(Base):
    """A receipt (number 0), the copy (1) or a second copy (2 and on) of one case.

    ``sha256``, ``issued_at`` and ``commitment``, what the public register holds of it, are empty until the signed
    file exists; the file is stored sealed under the id.
    """

    __tablename__ = "copies"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        CheckConstraint("(sha256 is null) = (issued_at is null)", name="issued_whole"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    verification_code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(index=True)
    requested_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    commitment: Mapped[bytes | None]
