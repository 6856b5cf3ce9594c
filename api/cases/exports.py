"""What leaves a case: its whole file as one signed paper, made by the worker."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api import files
from api.audit import service as audit
from api.audit.service import Act
from api.cases import reading, related
from api.cases import service as cases
from api.cases.models import Case
from api.cases.reading import Event as Read
from api.cases.reading import History, Value
from api.complaints import service as complaints
from api.copies import service as copies
from api.copies.models import Copy
from api.copies.papers import DETAILS
from api.evidence import custody
from api.evidence import service as evidence
from api.evidence.custody import Link
from api.evidence.service import Shown
from api.files import FileMissing
from api.security import DataKey, KeyRing, SealBroken
from api.staff.models import StaffMember
from documents.case_file import Contents, Event, Exhibit, Hand, Supplement
from documents.frame import Kind
from vocabulary.cases import EntryKind
from vocabulary.sentences import sentence


async def request(
    session: AsyncSession, *, case: Case, member: StaffMember, reason: str, keys: KeyRing, at: datetime
) -> Copy:
    """Have the worker make the file of a case as it then stands; ``reason`` is printed.

    Raises ``NotFound`` if it left the member's station.
    """
    await cases.hold(session, case=case, member=member)
    details = cases.key_of(case, keys).seal_json({"reason": reason}, purpose=DETAILS)
    return await copies.request(
        session, case=case, kind=Kind.CASE_FILE, requested_by=f"staff:{member.id}", details=details, at=at
    )


async def of_case(session: AsyncSession, *, case: Case) -> Sequence[Copy]:
    """The files that were made of a case, latest first; one that is not signed yet has no ``issued_at``."""
    return [copy for copy in reversed(await copies.of_case(session, case=case)) if copy.kind == Kind.CASE_FILE]


async def gather(session: AsyncSession, *, copy: Copy, case: Case, keys: KeyRing) -> Contents:
    """Everything that is in a case now, for its file."""
    key = cases.key_of(case, keys)
    member = await session.get_one(StaffMember, _staff_id(copy))
    account = await reading.account_of(session, case=case, keys=keys)
    history = await reading.history_of(session, case=case, member=member, keys=keys)
    told = await related.of_case(session, case=case, member=member, keys=keys)
    filed, *added = await complaints.statements_of(session, case=case, keys=keys)
    details = key.open_json(copy.details, purpose=DETAILS) if copy.details else {}
    return Contents(
        requested_by=member.name,
        reason=details["reason"],
        handling=_handling(case, history),
        narrative=account.narrative,
        facts=tuple((label, _text(value)) for label, value in account.facts),
        person=tuple((label, _text(value)) for label, value in account.person),
        statement_json=filed.content,
        supplements=tuple(Supplement(one.made_at, json.loads(one.content)["supplement"], one.content) for one in added),
        joined=tuple(f"{one.number} ({one.station})" for one in told.joined),
        events=tuple(_event(one, history) for one in history.events),
        exhibits=tuple(
            [await _exhibit(session, one, key) for one in await evidence.shown(session, case=case, key=key)]
        ),
    )


def note_issue(session: AsyncSession, *, copy: Copy, case: Case, sha256: str, at: datetime) -> None:
    """Write down that a case left as a file of this SHA-256, and at whose request."""
    for subject in (f"case:{case.id}", f"sha256:{sha256}"):
        audit.record(session, Act.CASE_EXPORTED, actor=copy.requested_by, subject=subject, at=at)


def _staff_id(copy: Copy) -> str:
    return copy.requested_by.partition(":")[2]


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _handling(case: Case, history: History) -> tuple[tuple[str, str], ...]:
    told = {
        "status": sentence(f"labels.case_status.{case.status}"),
        "kind": sentence(f"labels.incident_type.{case.confirmed_type or case.incident_type}"),
        "station": history.stations[str(case.handling_station_id)],
        "assigned_to": history.names.get(str(case.assigned_to)) or sentence("documents.case_file.nobody"),
        "sidpol": case.sidpol_number or sentence("labels.sidpol_pending"),
    }
    return tuple((sentence(f"documents.case_file_handling.{name}"), value) for name, value in told.items())


def _event(read: Read, history: History) -> Event:
    entry = read.entry
    by_citizen = entry.kind in (EntryKind.CITIZEN_ANSWER, EntryKind.CITIZEN_REQUEST)
    return Event(
        number=entry.number,
        at=entry.at,
        what=" · ".join(_what(read, history)),
        who=sentence("documents.case_file.complainant")
        if by_citizen
        else read.who or sentence("documents.case_file.by_itself"),
        note=read.note,
        visible=entry.visible,
    )


def _what(read: Read, history: History) -> Sequence[str]:
    """What an entry is, and what its details say."""
    entry, detail = read.entry, read.entry.detail or {}
    said = [sentence(f"labels.entry_kind.{entry.kind}")]
    if entry.status:
        said.append(sentence(f"labels.case_status.{entry.status}"))
    if "authority" in detail:
        said.append(sentence(f"labels.authority.{detail['authority']}"))
    match entry.kind:
        case EntryKind.CLASSIFICATION:
            kinds = dict.fromkeys((detail["from"], detail["to"]))
            said.append(" → ".join(sentence(f"labels.incident_type.{kind}") for kind in kinds))
        case EntryKind.ASSIGNMENT:
            said.append(history.names[detail["to"]])
        case EntryKind.TRANSFER:
            said.append(f"{history.stations[detail['from']]} → {history.stations[detail['to']]}")
        case EntryKind.SIDPOL:
            said.append(detail["number"])
        case EntryKind.JOIN:
            said.append(read.joined or sentence("documents.case_file.another_case"))
        case EntryKind.CITIZEN_REQUEST:
            said.append(sentence(f"labels.request_about.{detail['about']}"))
        case EntryKind.REPLY:
            said.append(sentence("documents.case_file.answers", number=detail["answers"]))
        case EntryKind.CALL:
            said.append(sentence(f"documents.case_file.{'reached' if detail['reached'] else 'not_reached'}"))
    return said


async def _exhibit(session: AsyncSession, one: Shown, key: DataKey) -> Exhibit:
    item = one.item
    return Exhibit(
        name=one.name,
        media_type=item.media_type,
        size=item.size,
        sha256=item.sha256,
        received_at=item.received_at,
        restricted=item.restricted,
        preview=await _preview(one, key),
        words=None if item.restricted else one.words,
        hands=tuple(_hand(link) for link in await custody.chain(session, item=item, key=key)),
    )


async def _preview(one: Shown, key: DataKey) -> bytes | None:
    """The small picture of an image that is neither restricted nor known to be another than was received."""
    if one.item.restricted or not one.item.has_preview or not one.intact:
        return None
    try:
        return await files.get(f"previews/{one.item.id}", key=key)
    except (FileMissing, SealBroken):
        return None


def _hand(link: Link) -> Hand:
    what = sentence(f"labels.custody_act.{link.act}")
    if release := link.release:
        given = {"to": release.to, "document": release.document, "reason": release.reason}
        what = sentence("documents.case_file.released", **given)
    return Hand(link.at, what, link.actor or sentence("documents.case_file.by_chat"), link.intact)
