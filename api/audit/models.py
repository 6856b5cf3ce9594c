"""Who saw or did what; entries are only ever added."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class AuditEntry(Base):
    """``actor`` and ``subject`` are ids with their kind (``staff:…``, ``case:…``), never names. A trigger forbids change."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(index=True)
    act: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)


class AuditLink(Base):
    """The place of an entry in the chain: SHA-256 over the link before and the entry. The database adds it at commit."""

    __tablename__ = "audit_links"
    __table_args__ = (CheckConstraint("octet_length(hash) = 32", name="whole"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    hash: Mapped[bytes]


class AuditHead(Base):
    """The end of the chain as it was noted in the public register and in the log."""

    __tablename__ = "audit_heads"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]
    noted_at: Mapped[datetime]
