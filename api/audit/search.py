"""Finding entries of the audit, and giving them out with their place in the chain."""

import json
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import csv
from api.audit import service as audit
from api.audit.models import AuditEntry, AuditLink
from api.cases.models import Case
from api.clock import LIMA
from api.copies.models import Copy
from api.evidence.models import EvidenceItem
from api.staff.models import StaffMember
from vocabulary.sentences import has_sentence, sentence

PAGE = 100
_AT_ONCE = 2_000
_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
COLUMNS = ("lugar", "entrada", "fecha", "quien", "nombre", "acto", "que_hizo", "sobre", "caso", "hash")


@dataclass(frozen=True)
class Wanted:
    """Which entries: of days in Lima (both included), of one who acts (a login or an id with its kind), of one act, about
    one case and what belongs to it; ``before`` is the id of the entry that the last page ended with."""

    since: date | None = None
    until: date | None = None
    actor: str | None = None
    act: str | None = None
    case_number: str | None = None
    before: int | None = None


@dataclass(frozen=True)
class Found:
    """An entry; ``name`` is who acted and ``case_number`` the case it is about, where that is known."""

    entry: AuditEntry
    number: int
    hash: bytes
    name: str | None
    case_number: str | None

    @property
    def says(self) -> str:
        """The act in words."""
        return audit.said(self.entry.act)

    @property
    def by(self) -> str:
        """Who acted, in words."""
        kind = self.entry.actor.partition(":")[0]
        key = f"audit.actor.{kind}"
        return self.name or (sentence(key) if has_sentence(key) else self.entry.actor)

    @property
    def about(self) -> str:
        """What it was done to, in words; the case is told apart."""
        kind = self.entry.subject.partition(":")[0]
        key = f"audit.subject.{kind}"
        return sentence(key) if has_sentence(key) else self.entry.subject


async def case_of(session: AsyncSession, *, number: str) -> Case | None:
    return await session.scalar(select(Case).where(Case.number == number))


async def find(session: AsyncSession, *, wanted: Wanted, limit: int = PAGE) -> Sequence[Found]:
    """The latest entries first. Each was committed, or it would have no place in the chain."""
    query = select(AuditEntry, AuditLink.number, AuditLink.hash).join(AuditLink, AuditLink.entry_id == AuditEntry.id)
    query = query.where(*await _conditions(session, wanted)).order_by(AuditEntry.id.desc()).limit(limit)
    rows = (await session.execute(query.execution_options(populate_existing=True))).all()
    names = await _names(session, {entry.actor for entry, _, _ in rows})
    numbers = await _case_numbers(session, {entry.subject for entry, _, _ in rows})
    return [
        Found(entry, number, hashed, names.get(entry.actor), numbers.get(entry.subject))
        for entry, number, hashed in rows
    ]


async def _conditions(session: AsyncSession, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.before is not None:
        found.append(AuditEntry.id < wanted.before)
    if wanted.since is not None:
        found.append(AuditEntry.at >= day_start(wanted.since))
    if wanted.until is not None:
        found.append(AuditEntry.at < day_start(wanted.until + timedelta(days=1)))
    if wanted.act is not None:
        found.append(AuditEntry.act == wanted.act)
    if wanted.actor is not None:
        member = await session.scalar(select(StaffMember.id).where(StaffMember.login == wanted.actor))
        found.append(AuditEntry.actor == (f"staff:{member}" if member else wanted.actor))
    if wanted.case_number is not None:
        case = select(Case.id).where(Case.number == wanted.case_number)
        own = select(func.concat("case:", Case.id)).where(Case.number == wanted.case_number)
        conversation = select(func.concat("conversation:", Case.key_owner)).where(Case.number == wanted.case_number)
        copies = select(func.concat("copy:", Copy.id)).where(Copy.case_id.in_(case))
        items = select(func.concat("evidence:", EvidenceItem.id)).where(EvidenceItem.case_id.in_(case))
        found.append(AuditEntry.subject.in_(own.union_all(conversation, copies, items)))
    return found


def day_start(day: date) -> datetime:
    """When a day begins in Lima."""
    return datetime.combine(day, time(), LIMA)


def _ids(subjects: Iterable[str], kind: str) -> list[str]:
    """The ids of one kind; what was written into the audit behind the program's back may be none."""
    return [found[1] for one in subjects if (found := re.fullmatch(rf"{kind}:({_ID})", one))]


async def _names(session: AsyncSession, actors: Iterable[str]) -> Mapping[str, str]:
    query = select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(_ids(actors, "staff")))
    return {f"staff:{identifier}": name for identifier, name in await session.execute(query)}


async def _case_numbers(session: AsyncSession, subjects: Iterable[str]) -> Mapping[str, str]:
    """The case that each subject belongs to."""
    subjects = list(subjects)
    owners = [one.partition(":")[2] for one in subjects if one.startswith("conversation:")]
    of_case = select(literal("case:").concat(cast(Case.id, String)), Case.number).where(
        Case.id.in_(_ids(subjects, "case"))
    )
    of_talk = select(literal("conversation:").concat(Case.key_owner), func.max(Case.number))
    of_copy = select(literal("copy:").concat(cast(Copy.id, String)), Case.number).join(Case, Case.id == Copy.case_id)
    of_item = select(literal("evidence:").concat(cast(EvidenceItem.id, String)), Case.number)
    query = of_case.union_all(
        of_talk.where(Case.key_owner.in_(owners)).group_by(Case.key_owner).having(func.count() == 1),
        of_copy.where(Copy.id.in_(_ids(subjects, "copy"))),
        of_item.join(Case, Case.id == EvidenceItem.case_id).where(EvidenceItem.id.in_(_ids(subjects, "evidence"))),
    )
    return {subject: number for subject, number in await session.execute(query)}


async def _all(session: AsyncSession, wanted: Wanted) -> AsyncIterator[Found]:
    """Every entry that is wanted, the latest first, however many."""
    before = wanted.before
    while True:
        values = vars(wanted) | {"before": before}
        rows = await find(session, wanted=Wanted(**values), limit=_AT_ONCE)
        for row in rows:
            yield row
        session.expunge_all()
        if len(rows) < _AT_ONCE:
            return
        before = rows[-1].entry.id


async def as_csv(session: AsyncSession, *, wanted: Wanted) -> AsyncIterator[str]:
    """The entries for a spreadsheet, times in Lima."""
    yield csv.row(COLUMNS)
    async for one in _all(session, wanted):
        entry = one.entry
        moment = entry.at.astimezone(LIMA).isoformat(timespec="seconds")
        about = (entry.act, one.says, entry.subject, one.case_number, one.hash.hex())
        yield csv.row((one.number, entry.id, moment, entry.actor, one.name, *about))


async def as_json_lines(session: AsyncSession, *, wanted: Wanted) -> AsyncIterator[str]:
    """The entries with their places in the chain: ``hash`` is the SHA-256 of the bytes ``before`` and of ``entry`` as text."""
    async for one in _all(session, wanted):
        entry = one.entry
        said = audit.content(
            number=one.number, entry_id=entry.id, at=entry.at, actor=entry.actor, act=entry.act, subject=entry.subject
        )
        before = await session.scalar(select(AuditLink.hash).where(AuditLink.number == one.number - 1))
        line = {"entry": said, "before": before.hex() if before else "", "hash": one.hash.hex()}
        yield json.dumps(line, ensure_ascii=False) + "\n"
