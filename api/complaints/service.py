"""Filing: one transaction that makes of a draft a case with a number and a statement that never changes."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases import index
from api.cases import service as cases
from api.cases.models import Case
from api.complaints.draft import Draft
from api.complaints.models import Statement
from api.copies import service as copies
from api.copies.templates import Told
from api.database import advisory_lock
from api.errors import NotComplete
from api.evidence import service as evidence
from api.register import service as register
from api.security import DataKey, KeyRing
from api.stations import service as stations
from api.stations.models import Station
from documents.commitment import canonical, commit, statement_record
from documents.frame import Kind
from vocabulary.dialogue import Language
from vocabulary.incidents import INTAKES, IncidentType, Intake, Office
from vocabulary.places import by_ubigeo
from vocabulary.sentences import has_sentence, sentence

_LOOKUPS = 5
_LOOKUP_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Source:
    """Where a complaint comes from: its conversation, the sealing key, the channel, and the language it is told in."""

    owner: str
    channel: str
    wrapped_key: bytes
    key: DataKey
    language: str = Language.SPANISH


async def file(
    session: AsyncSession,
    *,
    draft: Draft,
    source: Source,
    keys: KeyRing,
    at: datetime,
    station_code: str | None = None,
) -> Case:
    """File the complaint: station counter, case, sealed statement, copies to come and audit entry, or nothing of it.

    The same complaint of the same conversation gives the same case, from however many tabs or after a crash. Raises ``NotComplete`` without consent, oath, kind of incident or account.
    """
    if not (draft.consented_at and draft.sworn_at and draft.incident_type and draft.narrative):
        raise NotComplete
    await advisory_lock(session, f"file:{source.owner}")
    dedup_key = _dedup_key(source.owner, draft)
    if filed := await cases.by_dedup_key(session, dedup_key=dedup_key):
        return filed
    intake = INTAKES[draft.incident_type]
    case = await cases.open_case(
        session,
        incident_type=draft.incident_type,
        ubigeo=draft.place.ubigeo if draft.place else None,
        channel=source.channel,
        key_owner=source.owner,
        data_key=source.wrapped_key,
        dedup_key=dedup_key,
        at=at,
        station_code=station_code or _office(intake, draft),
        anonymous=draft.anonymous,
    )
    case.occurred_at = draft.occurred_at.moment if draft.occurred_at else None
    await _index(session, case=case, draft=draft, keys=keys)
    items = await evidence.attach_to_case(session, conversation_id=source.owner, case=case)
    content = canonical(
        {
            "version": 1,
            "case_number": case.number,
            "filed_at": at.isoformat(),
            "language": source.language,
            "complaint": draft.model_dump(
                mode="json",
                exclude={"attempt", "settled", "hurried", "correcting", "held", "again", "place_candidates"}
                | {"survey", "surveyed", "callback_phone"},
            ),
            "evidence": [{"media_type": i.media_type, "sha256": i.sha256, "size": i.size} for i in items],
        }
    )
    await _seal_statement(session, case=case, content=content, key=source.key, number=1, keys=keys, at=at)
    audit.record(session, Act.COMPLAINT_FILED, actor=f"conversation:{source.owner}", subject=f"case:{case.id}", at=at)
    await copies.request(session, case=case, kind=Kind.RECEIPT, at=at)
    if copy_at_once(case):
        await copies.request(session, case=case, at=at)
    return case


def complainant_hash(document_number: str, keys: KeyRing) -> bytes:
    """What finds the cases of a complainant by their document number."""
    return keys.keyed_hash(document_number, purpose="complainant")


def copy_at_once(case: Case) -> bool:
    """Whether the full copy is issued without an officer's look."""
    return INTAKES[IncidentType(case.incident_type)].copy_at_once and not case.anonymous


def _office(intake: Intake, draft: Draft) -> str | None:
    """The code of the office that takes the case instead of the station of the place; None if that one does."""
    if intake.office is Office.INSPECTORATE:
        return stations.INSPECTORATE_CODE
    return stations.CENTRAL_CODE if draft.office == "central" else None


def _dedup_key(owner: str, draft: Draft) -> bytes:
    return hashlib.sha256(f"{owner}:{draft.attempt}".encode()).digest()


async def is_filed(session: AsyncSession, *, owner: str, draft: Draft) -> bool:
    """Whether a draft is that of a complaint which was filed already."""
    return await cases.by_dedup_key(session, dedup_key=_dedup_key(owner, draft)) is not None


def is_reserved(draft: Draft) -> bool:
    """Whether what a draft tells is not for every officer: it is confidential, or about the police."""
    intake = INTAKES[draft.incident_type] if draft.incident_type else None
    return intake is not None and (intake.confidential or intake.office is Office.INSPECTORATE)


async def office_of(session: AsyncSession, *, draft: Draft) -> Station | None:
    """Who will take the case of a draft; None while that is not known."""
    intake = INTAKES[draft.incident_type] if draft.incident_type else None
    if intake is None or (intake.office is Office.CHOSEN and draft.office is None):
        return None
    if code := _office(intake, draft):
        return await stations.by_code(session, code=code)
    ubigeo = draft.place.ubigeo if draft.place else None
    return await stations.competent(session, ubigeo=ubigeo) if ubigeo else None


def _identifiers(draft: Draft) -> Iterator[tuple[str, str]]:
    for number in draft.others_numbers:
        yield number.kind, number.value
    for item in draft.items:
        for kind, value in (("plate", item.plate), ("imei", item.imei)):
            if value:
                yield kind, value
    if draft.phone and not draft.anonymous:
        yield index.OWN_PHONE, draft.phone


async def _index(session: AsyncSession, *, case: Case, draft: Draft, keys: KeyRing) -> None:
    """Note what a case is found by; nothing of who keeps their name back."""
    known = None if draft.anonymous else draft.document_number
    case.complainant_hash = complainant_hash(known, keys) if known else b""
    await session.flush()
    names = (None if draft.anonymous else draft.full_name, draft.victim_name)
    await index.identify(session, case=case, identifiers=_identifiers(draft), keys=keys)
    await index.name(session, case=case, names=names, keys=keys)
    await index.describe(session, case=case, text=" ".join(_description(case, draft)))


def _description(case: Case, draft: Draft) -> Iterator[str]:
    """The words of a complaint that are nobody's: kinds, places, makes, and of what was written freely those of a closed list."""
    for kind in dict.fromkeys((case.incident_type, case.confirmed_type or case.incident_type)):
        yield sentence(f"labels.incident_type.{kind}")
    if place := by_ubigeo().get(case.ubigeo or ""):
        yield f"{place.district} {place.province} {place.department}"
    for item in draft.items:
        yield sentence(f"labels.item_kind.{item.kind}")
        if item.document_type and has_sentence(f"labels.item_document.{item.document_type}"):
            yield sentence(f"labels.item_document.{item.document_type}")
        if item.brand and not any(c.isdigit() for c in item.brand):
            yield item.brand
    if draft.weapon:
        yield sentence("search.weapon")
    known = sentence("search.words").split()
    free = [draft.vehicle, *(item.description for item in draft.items)]
    written = {word for text in free if text for word in index.words(text)}
    yield from (word for word in known if index.fold(word) in written)


async def supplement(
    session: AsyncSession, *, case: Case, text: str, keys: KeyRing, actor: str, at: datetime
) -> Statement:
    """Add a supplementary statement; what was filed stays as it is. The same text as the last one is taken once."""
    await advisory_lock(session, f"file:{case.key_owner}")
    key = cases.key_of(case, keys)
    query = select(Statement).where(Statement.case_id == case.id).order_by(Statement.number.desc()).limit(1)
    last = (await session.scalars(query)).one()
    if json.loads(key.open(last.content, purpose=f"statement:{last.number}")).get("supplement") == text:
        return last
    content = canonical({"version": 1, "case_number": case.number, "filed_at": at.isoformat(), "supplement": text})
    statement = await _seal_statement(
        session, case=case, content=content, key=key, number=last.number + 1, keys=keys, at=at
    )
    audit.record(session, Act.COMPLAINT_SUPPLEMENTED, actor=actor, subject=f"case:{case.id}", at=at)
    return statement


async def _seal_statement(
    session: AsyncSession, *, case: Case, content: bytes, key: DataKey, number: int, keys: KeyRing, at: datetime
) -> Statement:
    """Keep a statement, and have the public register take it in."""
    statement = Statement(
        case_id=case.id,
        number=number,
        content=key.seal(content, purpose=f"statement:{number}"),
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=at,
    )
    session.add(statement)
    record = statement_record(case_number=case.number, number=number, made_at=at, sha256=statement.sha256)
    register.add(session, commitment=commit(register.statement_key(case.id, number, keys), record), at=at)
    await session.flush()
    return statement


async def statement_of(session: AsyncSession, *, case: Case, keys: KeyRing, number: int = 1) -> Told:
    """A statement of a case, by its number: 1 is the complaint as it was filed."""
    query = select(Statement).where(Statement.case_id == case.id, Statement.number == number)
    found = (await session.scalars(query)).one()
    content = cases.key_of(case, keys).open(found.content, purpose=f"statement:{number}")
    return Told(number, found.made_at, content)


async def complaint_of(session: AsyncSession, *, case: Case, keys: KeyRing) -> dict[str, Any]:
    """What the complaint of a case says, as it was filed."""
    complaint: dict[str, Any] = json.loads((await statement_of(session, case=case, keys=keys)).content)["complaint"]
    return complaint


async def statements_of(session: AsyncSession, *, case: Case, keys: KeyRing) -> list[Told]:
    """The complaint as it was filed and what was added to it, in that order."""
    key = cases.key_of(case, keys)
    query = select(Statement).where(Statement.case_id == case.id).order_by(Statement.number)
    return [
        Told(found.number, found.made_at, key.open(found.content, purpose=f"statement:{found.number}"))
        for found in await session.scalars(query)
    ]


async def supplements_of(session: AsyncSession, *, case: Case, keys: KeyRing) -> list[str]:
    """What was added to a complaint, in that order."""
    added = (await statements_of(session, case=case, keys=keys))[1:]
    return [str(json.loads(told.content)["supplement"]) for told in added]


async def unindexed(session: AsyncSession) -> Sequence[uuid.UUID]:
    """Cases that are not found by what they tell: filed before that was noted, or of another kind since. The latest first."""
    query = select(Case.id).where(Case.document.is_(None)).order_by(Case.filed_at.desc()).limit(200)
    return (await session.scalars(query)).all()


async def index_case(session: AsyncSession, *, case_id: uuid.UUID, keys: KeyRing) -> None:
    """Note what a case is found by."""
    case = await session.get_one(Case, case_id)
    draft = Draft.model_validate(await complaint_of(session, case=case, keys=keys))
    await _index(session, case=case, draft=draft, keys=keys)


async def request_supplements(
    session: AsyncSession, *, case: Case, at: datetime, conversation_id: uuid.UUID | None = None
) -> None:
    """Have a paper issued of each supplementary statement that has none yet, where the complaint has its copy."""
    if case.anonymous or not await copies.has_copy(session, case=case):
        return
    for number in await session.scalars(
        select(Statement.number).where(Statement.case_id == case.id, Statement.number > 1).order_by(Statement.number)
    ):
        await copies.request_supplement(session, case=case, number=number - 1, conversation_id=conversation_id, at=at)


def is_restricted(case: Case, complaint: dict[str, Any]) -> bool:
    """Whether nobody is told of a case at a distance on the word of a number, a document or a paper: those around whom it
    concerns may have all of them."""
    return case.confidential or bool(complaint.get("minor") or complaint.get("victim_name"))


async def by_complainant(
    session: AsyncSession, *, number: str, document_number: str, keys: KeyRing, at: datetime
) -> Case | None:
    """The case of that number if its complaint was made with that document, else None.

    A restricted case is never told of so: whoever does the harm may know both numbers. After some wrong tries a
    case is not told of for a while.
    """
    case = await session.scalar(select(Case).where(Case.number == number).with_for_update())
    if case is None or case.anonymous:
        return None
    complaint = await complaint_of(session, case=case, keys=keys)
    if is_restricted(case, complaint):
        return None
    if case.last_lookup_at is None or case.last_lookup_at < at - _LOOKUP_PAUSE:
        case.failed_lookups = 0
    case.last_lookup_at = at
    if case.failed_lookups >= _LOOKUPS:
        return None
    told = complaint["document_number"]
    if told and hmac.compare_digest(told.encode(), document_number.encode()):
        return case
    case.failed_lookups += 1
    return None
