"""The statement: what the complainant filed, word for word."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Statement(Base):
    """Canonical JSON, sealed, with the SHA-256 of its clear bytes.

    Number 1 is the complaint; later ones are supplementary statements. A trigger forbids change and deletion.
    """

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    content: Mapped[bytes]
    sha256: Mapped[str]
    made_at: Mapped[datetime]
