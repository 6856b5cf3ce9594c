"""Recording who did what, in the transaction that does it, and checking that no record was changed since."""

import hashlib
import json
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit.models import AuditEntry, AuditHead, AuditLink
from api.register import service as register
from documents.commitment import SCHEMA, canonical
from vocabulary.sentences import has_sentence, sentence

_log = logging.getLogger(__name__)
_log.setLevel(logging.INFO)  # the heads stand in the log of every installation
_AT_ONCE = 2_000
_CONTENT = (AuditEntry.id, AuditEntry.at, AuditEntry.actor, AuditEntry.act, AuditEntry.subject)


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
    DISCLOSURE_ATTENDED = "disclosure_attended"
    EVIDENCE_OPENED = "evidence_opened"
    EVIDENCE_PREVIEWED = "evidence_previewed"
    EVIDENCE_VERIFIED = "evidence_verified"
    EVIDENCE_RELEASED = "evidence_released"
    STATEMENT_HEARD = "statement_heard"
    CASE_READ = "case_read"
    CONVERSATION_TAKEN = "conversation_taken"
    CONVERSATION_READ = "conversation_read"
    CONVERSATION_LEFT = "conversation_left"
    FIELD_NOTED = "field_noted"
    CALLBACK_READ = "callback_read"
    CALLBACK_TRIED = "callback_tried"
    CALLBACK_CLOSED = "callback_closed"
    CASE_ENTRY_ADDED = "case_entry_added"
    CASE_EXPORTED = "case_exported"
    CASE_LINK_DISMISSED = "case_link_dismissed"
    CASES_SEARCHED = "cases_searched"
    STAFF_ADDED = "staff_added"
    STAFF_CHANGED = "staff_changed"
    STAFF_DISABLED = "staff_disabled"
    STAFF_ENABLED = "staff_enabled"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_CONFIRMED = "identity_confirmed"
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
    CASE_FOLLOWED = "case_followed"
    CITIZEN_TOLD = "citizen_told"
    AUDIT_READ = "audit_read"
    AUDIT_EXPORTED = "audit_exported"
    AUDIT_CHECKED = "audit_checked"


def record(session: AsyncSession, act: Act, *, actor: str, subject: str, at: datetime) -> None:
    session.add(AuditEntry(at=at, actor=actor, act=act, subject=subject))


def said(act: str) -> str:
    """An act in words; one that the program does not do any more, as it was written."""
    key = f"audit.act.{act}"
    return sentence(key) if has_sentence(key) else act


class Flaw(StrEnum):
    """What is wrong where the chain breaks."""

    MISSING = "missing"
    ALTERED = "altered"
    UNCHAINED = "unchained"
    REWRITTEN = "rewritten"
    UNREGISTERED = "unregistered"


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many entries it has, and the hash (hexadecimal) over all of them."""

    number: int
    hash: str


@dataclass(frozen=True)
class Break:
    """Where the chain breaks first: its place in the chain, and the entry's own number where there is one."""

    flaw: Flaw
    number: int
    entry_id: int | None


@dataclass(frozen=True)
class Checked:
    head: Head | None
    broken: Break | None


def content(*, number: int, entry_id: int, at: datetime, actor: str, act: str, subject: str) -> str:
    """An entry in its place of the chain, in the one way in which it is hashed: a list as JSON."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return json.dumps([number, entry_id, moment, actor, act, subject], ensure_ascii=False)


def link(before: bytes, entry: str) -> bytes:
    """The hash of an entry (as ``content`` has it) with the one before, as the database's trigger makes it."""
    return hashlib.sha256(before + entry.encode()).digest()


def head_of(text: str) -> Head | None:
    """A head as ``number:hash`` writes it; None where it is none."""
    found = re.fullmatch(r"\s*(\d{1,18}):([0-9a-f]{64})\s*", text.lower())
    return Head(int(found[1]), found[2]) if found else None


async def head(session: AsyncSession) -> Head | None:
    """The end of the chain; None while there is no entry."""
    last = await session.scalar(select(AuditLink).order_by(AuditLink.number.desc()).limit(1))
    return Head(last.number, last.hash.hex()) if last else None


async def check(session: AsyncSession, *, kept: Head | None = None) -> Checked:
    """Go through the whole chain and name the first place where it breaks.

    A chain that was rewritten from its beginning, or cut off at its end, is told by the heads that were noted, which the
    public register holds, and by one that an auditor ``kept``.
    """
    await session.execute(text("set constraints audit_chained immediate"))  # what this transaction wrote is in it too
    noted = {row.number: row for row in await session.scalars(select(AuditHead).order_by(AuditHead.number))}
    before, count = b"", 0
    async for number, hashed, entry_id, values in _places(session):
        count += 1
        if number != count or entry_id is None:
            return Checked(None, Break(Flaw.MISSING, count, None))
        if link(before, content(number=count, entry_id=entry_id, **values)) != hashed:
            return Checked(None, Break(Flaw.ALTERED, count, entry_id))
        before, row = hashed, noted.pop(count, None)
        if (row and row.hash != hashed) or (kept and kept.number == count and kept.hash != hashed.hex()):
            return Checked(None, Break(Flaw.REWRITTEN, count, entry_id))
        if row and not await register.holds(session, commitment=_commitment(count, hashed)):
            return Checked(None, Break(Flaw.UNREGISTERED, count, entry_id))
    if noted or (kept is not None and kept.number > count):
        return Checked(None, Break(Flaw.MISSING, count + 1, None))
    loose = select(AuditEntry.id).outerjoin(AuditLink, AuditLink.entry_id == AuditEntry.id)
    unchained = await session.scalar(loose.where(AuditLink.number.is_(None)).order_by(AuditEntry.id).limit(1))
    if unchained is not None:
        return Checked(None, Break(Flaw.UNCHAINED, count + 1, unchained))
    return Checked(Head(count, before.hex()) if count else None, None)


async def _places(session: AsyncSession) -> AsyncIterator[tuple[int, bytes, int | None, dict[str, Any]]]:
    """The links in their order, each with what its entry says."""
    query = select(AuditLink.number, AuditLink.hash, *_CONTENT).outerjoin(
        AuditEntry, AuditEntry.id == AuditLink.entry_id
    )
    last, more = 0, True
    while more:
        rows = (
            await session.execute(query.where(AuditLink.number > last).order_by(AuditLink.number).limit(_AT_ONCE))
        ).all()
        for last, hashed, entry_id, at, actor, act, subject in rows:
            yield last, hashed, entry_id, {"at": at, "actor": actor, "act": act, "subject": subject}
        more = len(rows) == _AT_ONCE


async def note_head(session: AsyncSession, *, at: datetime) -> None:
    """Note the end of the chain in the log and have the public register take it in, unless that was done."""
    last = await head(session)
    if last is None or await session.get(AuditHead, last.number) is not None:
        return
    hashed = bytes.fromhex(last.hash)
    session.add(AuditHead(number=last.number, hash=hashed, noted_at=at))
    register.add(session, commitment=_commitment(last.number, hashed), at=at)
    _log.info("audit chain: %d entries, head %s", last.number, last.hash)


def _commitment(number: int, hashed: bytes) -> bytes:
    """What the public register holds of a head: a hash that whoever knows the head can make again."""
    record = {"schema": SCHEMA, "kind": "audit_head", "number": number, "hash": hashed.hex()}
    return hashlib.sha256(canonical(record)).digest()
