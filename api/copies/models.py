"""Signed issues of a complaint, and the register of every file ever issued."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Copy(Base):
    """A receipt (number 0), the copy (1) or a second copy (2 and on) of one case.

    ``issued_at`` and ``commitment``, what the public register holds of it, are empty until the signed file exists; the
    latest revision of the file is stored sealed under the id, and the earlier ones are its beginnings. ``requested_by``
    is ``filing``, ``complainant`` or ``staff:<id>``; ``details`` is sealed: what it was wanted for, or
    what an officer put into a report. It is delivered into ``conversation_id``, or
    into the one that filed the case. ``renewal_due_at`` is when its next archive time-stamp is due, or its
    issue is tried again.
    """

    __tablename__ = "copies"
    __table_args__ = (UniqueConstraint("case_id", "kind", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    number: Mapped[int]
    verification_code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    requested_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    commitment: Mapped[bytes | None]
    conversation_id: Mapped[uuid.UUID | None]
    requested_by: Mapped[str]
    details: Mapped[bytes | None]
    identity_assurance: Mapped[str]
    renewal_due_at: Mapped[datetime | None] = mapped_column(index=True)


class Revision(Base):
    """One revision of a copy's file as it was given out. A trigger forbids change and deletion."""

    __tablename__ = "copy_revisions"

    copy_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("copies.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    level: Mapped[str]
    made_at: Mapped[datetime]


class CertificateRevocation(Base):
    """A signing certificate of ours that its authority revoked: nothing is signed with it any more."""

    __tablename__ = "certificate_revocations"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
