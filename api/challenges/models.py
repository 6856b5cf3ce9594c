"""One-time codes: who claims what, and whether they proved it."""

import uuid
from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Challenge(Base):
    """A claim to a case that a code sent to its contact is to prove.

    ``bound_to`` is the conversation or the page that asked: the code is good there alone. ``claims`` is sealed.
    ``case_id`` stays empty where nothing was sent, which nobody can tell from outside.
    ``sent_to`` are the keyed hashes of the contacts that the code goes to; ``to_post`` is what is still to be sent to them,
    sealed. ``asked_by`` and
    ``answered_by`` are the messages that did so: the same one again counts once, and gets the same ``answer``.
    """

    __tablename__ = "challenges"
    __table_args__ = (CheckConstraint("tries between 0 and 5", name="five_tries"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    purpose: Mapped[str]
    bound_to: Mapped[str] = mapped_column(index=True)
    claims: Mapped[bytes]
    data_key: Mapped[bytes]
    code_hash: Mapped[bytes | None]
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"))
    sent_to: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary), default=list)
    to_post: Mapped[bytes | None]
    asked_by: Mapped[str | None]
    answered_by: Mapped[str | None]
    answer: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    passed_at: Mapped[datetime | None]
    copy_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("copies.id"))


class ChallengeCount(Base):
    """One request for a code, by the document, the contact or the address that it was made with."""

    __tablename__ = "challenge_counts"
    __table_args__ = (Index("ix_challenge_counts_keyed_hash", "keyed_hash", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    keyed_hash: Mapped[bytes]
    at: Mapped[datetime]


class VerifiedContact(Base):
    """A contact of a case whose holder typed the code that was sent to it."""

    __tablename__ = "verified_contacts"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    contact_hash: Mapped[bytes] = mapped_column(primary_key=True)
    verified_at: Mapped[datetime]
