"""Who saw or did what; entries are only ever added."""

from datetime import datetime

from sqlalchemy import Identity
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class AuditEntry(Base):
    """``actor`` and ``subject`` are ids with their kind (``staff:…``, ``case:…``), never names. A trigger forbids change."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    act: Mapped[str]
    subject: Mapped[str]
