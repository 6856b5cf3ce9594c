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
    EVIDENCE_PREVIEWED = "evidence_previewed"
    EVIDENCE_VERIFIED = "evidence_verified"
    EVIDENCE_RELEASED = "evidence_released"
    STATEMENT_HEARD = "statement_heard"
    CASE_READ = "case_read"
    CASE_ENTRY_ADDED = "case_entry_added"
    CASE_EXPORTED = "case_exported"
    CASE_LINK_DISMISSED = "case_link_dismissed"
    CASES_SEARCHED = "cases_searched"
    STAFF_ADDED = "staff_added"
    STAFF_CHANGED = "staff_changed"
    STAFF_DISABLED = "staff_disabled"
    STAFF_ENABLED = "staff_enabled"
    IDENTITY_LINKED = "identity_linked"
    LOGGED_IN = "logged_in"
    LOGGED_OUT = "logged_out"
    LOGIN_FAILED = "login_failed"
    LOGIN_LIMITED = "login_limited"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an act
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the name of an act
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    SECOND_FACTOR_LOCKED = "second_factor_locked"
    SECOND_FACTOR_SET = "second_factor_set"
    SESSION_CLOSED = "session_closed"
    STATION_CHANGED = "station_changed"
    STATIONS_IMPORTED = "stations_imported"


def record(session: AsyncSession, act: Act, *, actor: str, subject: str, at: datetime) -> None:
    session.add(AuditEntry(at=at, actor=actor, act=act, subject=subject))
