"""Cases and their entries; a case's state follows from its entries."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Case(Base):
    """The police handling of one complaint. ``data_key`` is the wrapped key of everything personal in it.

    ``report_due_at`` is when the court must have been told (Ley 30364); ``confidential`` is whether every contact is
    free of content. ``complainant_hash`` is the keyed hash of the complainant's document number, empty where there is none, ``identity_assurance`` how
    sure it is that they are who they say. ``station_id`` gave the number; ``handling_station_id`` has the case now.
    ``status`` and ``last_entry`` (a number, which two who write at once are told apart by) follow from the entries.
    ``first_look_at`` is when an officer first left an entry that the citizen sees, ``confirmed_type`` the kind of incident
    that an officer took it for, ``sidpol_number`` what the police's own system knows it by,
    ``occurred_at`` when it happened, where a time was told.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint("station_id", "year", "sequence"),
        Index("ix_cases_occurred", "ubigeo", "occurred_at"),
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


class CaseIdentifier(Base):
    """A telephone, account, plate or IMEI that a complaint names, as a keyed hash: the same one links cases."""

    __tablename__ = "case_identifiers"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    keyed_hash: Mapped[bytes] = mapped_column(primary_key=True, index=True)


class CaseEntry(Base):
    """One event of the handling; ``note`` is sealed, ``detail`` holds ids and names of things alone, ``visible`` is whether the
    citizen sees it."""

    __tablename__ = "case_entries"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    number: Mapped[int]
    kind: Mapped[str]
    status: Mapped[str | None]
    visible: Mapped[bool]
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
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
