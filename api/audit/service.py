"""Recording who did what, in the transaction that does it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry


class Act(StrEnum):
    COMPLAINT_FILED = "complaint_filed"
    COMPLAINT_SUPPLEMENTED = "complaint_supplemented"
    COPY_REQUESTED = "copy_requested"
    COPY_ISSUED = "copy_issued"
    COPY_ARCHIVED = "copy_archived"
    COPY_ANNULLED = "copy_annulled"
    COPY_SUPERSEDED = "copy_superseded"
    COPY_DOWNLOADED = "copy_downloaded"
    DRAFT_PURGED = "draft_purged"
    DISCLOSURE_QUEUED = "disclosure_queued"
    EVIDENCE_OPENED = "evidence_opened"
    STATEMENT_HEARD = "statement_heard"
    CONVERSATION_TAKEN = "conversation_taken"
    CONVERSATION_READ = "conversation_read"
    CONVERSATION_LEFT = "conversation_left"
    FIELD_NOTED = "field_noted"
    CALLBACK_READ = "callback_read"
    CALLBACK_TRIED = "callback_tried"
    CALLBACK_CLOSED = "callback_closed"
    CASE_ENTRY_ADDED = "case_entry_added"
    STAFF_ADDED = "staff_added"
    STATIONS_IMPORTED = "stations_imported"


def record(session: AsyncSession, act: Act, *, actor: str, subject: str, at: datetime) -> None:
    session.add(AuditEntry(at=at, actor=actor, act=act, subject=subject))
