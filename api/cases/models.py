"""Cases and their entries; a case's state follows from its entries."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    FetchedValue,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, validates

from api.database import Base


class Case(Base):
    """The police handling of one complaint. ``data_key`` is the wrapped key of everything personal in it.

    ``report_due_at`` is when the court must have been told (Ley 30364); ``confidential`` is whether every contact is
    free of content. ``complainant_hash`` is the keyed hash of the complainant's document number, empty where there is none, ``identity_assurance`` how
    sure it is that they are who they say. ``station_id`` gave the number; ``handling_station_id`` has the case now.
    ``status`` and ``last_entry`` (a number, which two who write at once are told apart by) follow from the entries.
    ``first_look_at`` is when an officer first left an entry that tells the citizen of a look (``LOOKS``), ``confirmed_type`` the kind of incident
    that an officer took it for, ``sidpol_number`` what the police's own system knows it by,
    ``occurred_at`` when it happened, where a time was told.
    ``reported_at`` is when the report to the court was made out, ``asked_at`` when the citizen asked what is not answered
    yet. ``rank`` is where the case stands in the queue, the lowest first: the database follows it from the rest.
    ``document`` is what it is found by of what is not personal; empty until it is noted, and again once the kind changes.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("station_id", "year", "sequence"),
        Index("ix_cases_occurred", "ubigeo", "occurred_at"),
        UniqueConstraint("id", "handling_station_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    number: Mapped[str] = mapped_column(unique=True)
    station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"))
    year: Mapped[int]
    sequence: Mapped[int]
    incident_type: Mapped[str]
    ubigeo: Mapped[str | None]
    channel: Mapped[str]
    key_owner: Mapped[str]
    data_key: Mapped[bytes]
    dedup_key: Mapped[bytes] = mapped_column(unique=True)
    filed_at: Mapped[datetime]
    priority: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    anonymous: Mapped[bool] = mapped_column(default=False)
    report_due_at: Mapped[datetime | None]
    failed_lookups: Mapped[int] = mapped_column(default=0)
    last_lookup_at: Mapped[datetime | None]
    complainant_hash: Mapped[bytes | None] = mapped_column(index=True)
    identity_assurance: Mapped[str] = mapped_column(default="declared")
    handling_station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"))
    status: Mapped[str]
    last_entry: Mapped[int] = mapped_column(default=1)
    assigned_to: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    first_look_at: Mapped[datetime | None]
    confirmed_type: Mapped[str | None]
    occurred_at: Mapped[datetime | None]
    sidpol_number: Mapped[str | None] = mapped_column(unique=True)
    reported_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    rank: Mapped[int] = mapped_column(BigInteger, FetchedValue(), FetchedValue(for_update=True), deferred=True)
    document: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)

    @validates("confirmed_type")
    def _found_by_another_kind(self, _name: str, kind: str | None) -> str | None:
        self.document = None
        return kind


class CaseIdentifier(Base):
    """A telephone, account, plate or IMEI that a complaint names, as a keyed hash: the same one links cases.

    The complainant's own telephone is of a kind of its own, which finds a case and links none.
    """

    __tablename__ = "case_identifiers"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    keyed_hash: Mapped[bytes] = mapped_column(primary_key=True, index=True)


class CaseWord(Base):
    """A word of the complainant's or the victim's name, as a keyed hash; the station is the one that has the case."""

    __tablename__ = "case_words"
    __table_args__ = (
        ForeignKeyConstraint(
            ["case_id", "station_id"], ["cases.id", "cases.handling_station_id"], onupdate="cascade", ondelete="cascade"
        ),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    keyed_hash: Mapped[bytes] = mapped_column(primary_key=True)
    station_id: Mapped[uuid.UUID]
    filed_at: Mapped[datetime]


class SavedFilter(Base):
    """The filters of the queue that a member of staff keeps under a name, as the query of its address."""

    __tablename__ = "saved_filters"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    query: Mapped[str]


class CaseEntry(Base):
    """One event of the handling; ``note`` is sealed, ``detail`` holds ids and names of things alone, ``visible`` is whether the
    citizen sees it, ``station_id`` had the case then."""

    __tablename__ = "case_entries"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    kind: Mapped[str]
    status: Mapped[str | None]
    visible: Mapped[bool]
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"))
    actor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[bytes | None]
    at: Mapped[datetime]


class CaseOpening(Base):
    """A member of staff opened a case, noted once in some hours; ``reason`` (sealed) is why, where a colleague has it."""

    __tablename__ = "case_openings"
    __table_args__ = (Index("ix_case_openings_case_id", "case_id", "staff_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[bytes | None]
    at: Mapped[datetime]


class CaseLink(Base):
    """Two cases that were found to have something in common: ``joined`` by an officer, or set aside and not proposed again.

    The smaller id is ``a_id``, so that a pair stands here once.
    """

    __tablename__ = "case_links"
    __table_args__ = (CheckConstraint("a_id < b_id", name="one_way"),)

    a_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    b_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)
    joined: Mapped[bool]
    decided_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime]


class CaseTask(Base):
    """A call to the complainant that is ``due_at``. It is done with an outcome: whether they were ``reached``."""

    __tablename__ = "case_tasks"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "attempt"),
        Index("ix_case_tasks_open", "due_at", postgresql_where="done_at is null"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    attempt: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    reached: Mapped[bool | None]


class CaseNotice(Base):
    """That an entry is told to the complainant, once, at ``due_at`` or later; ``told_by`` are the channels, none where nobody
    could be told safely."""

    __tablename__ = "case_notices"
    __table_args__ = (
        CheckConstraint("(told_at is null) = (told_by is null)", name="told_somehow"),
        Index("ix_case_notices_due", "due_at", postgresql_where="told_at is null"),
    )

    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case_entries.id"), primary_key=True)
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    told_by: Mapped[list[str] | None] = mapped_column(ARRAY(String))


class CaseFollower(Base):
    """The case that whoever writes in a conversation has shown to be theirs, and until when that counts."""

    __tablename__ = "case_followers"

    conversation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("conversations.id", ondelete="cascade"), primary_key=True
    )
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    until: Mapped[datetime]
