"""Issuing signed copies, keeping their register, and answering whether one is authentic."""

import asyncio
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import files, jobs
from api.audit import service as audit
from api.audit.service import Act
from api.cases import service as cases
from api.cases.models import Case
from api.copies import keys
from api.copies.models import CertificateRevocation, Copy, Revision
from api.copies.papers import Paper
from api.errors import NotComplete, NotFound
from api.register import service as public_register
from api.register.service import Place
from api.security import KeyRing
from documents.frame import Kind
from documents.verification import Inspection, Level
from vocabulary.cases import Assurance
from vocabulary.codes import new_code, normalise_code
from vocabulary.sentences import sentence

RECEIPT = 0
"""The number of the receipt; copies count from 1."""
FILING = "filing"
"""Who asked for a copy that follows from the filing itself."""


class CopyStatus(StrEnum):
    AUTHENTIC = "authentic"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"


class Verdict(BaseModel):
    """What the public may know of a copy; never personal data. ``reasons`` are sentences."""

    valid: bool
    status: Literal["authentic", "superseded", "annulled", "altered", "not_ours", "unreadable"]
    reasons: list[str]
    case_number: str | None
    issued_at: datetime | None
    copy_number: int | None


async def request(
    session: AsyncSession,
    *,
    case: Case,
    at: datetime,
    kind: Kind = Kind.COMPLAINT_COPY,
    requested_by: str = FILING,
    details: bytes | None = None,
    conversation_id: uuid.UUID | None = None,
    assurance: Assurance = Assurance.DECLARED,
    number: int | None = None,
) -> Copy:
    """Have a paper of a case issued by the worker, after those that were requested before.

    Copies are numbered without gaps, the case's row being locked; ``number`` is that of a supplementary statement.
    """
    await session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    if kind in (Kind.COMPLAINT_COPY, Kind.FAMILY_REPORT, Kind.CASE_FILE):
        last = await session.scalar(select(func.max(Copy.number)).where(Copy.case_id == case.id, Copy.kind == kind))
        number = (last or 0) + 1
    copy = Copy(
        id=uuid.uuid4(),
        case_id=case.id,
        kind=kind,
        number=number or RECEIPT,
        verification_code=new_code(),
        status=CopyStatus.AUTHENTIC,
        requested_at=at,
        requested_by=requested_by,
        details=details,
        conversation_id=conversation_id,
        identity_assurance=assurance,
    )
    session.add(copy)
    await session.flush()
    actor = requested_by if requested_by.startswith("staff:") else f"case:{case.id}"
    audit.record(session, Act.COPY_REQUESTED, actor=actor, subject=f"copy:{copy.id}", at=at)
    await jobs.defer(session, "issue_copy", lock=f"copies:{case.id}", copy_id=str(copy.id))
    return copy


async def request_supplement(
    session: AsyncSession, *, case: Case, number: int, conversation_id: uuid.UUID | None, at: datetime
) -> None:
    """Have the paper of a supplementary statement issued, once in all; later it is only delivered."""
    kind = Kind.SUPPLEMENTARY_STATEMENT
    query = select(Copy.id).where(Copy.case_id == case.id, Copy.kind == kind, Copy.number == number)
    if await session.scalar(query) is None:
        await request(session, case=case, kind=kind, number=number, conversation_id=conversation_id, at=at)


async def has_copy(session: AsyncSession, *, case: Case) -> bool:
    """Whether a full copy of the case was issued: only then can there be a second one."""
    query = select(Copy.id).where(
        Copy.case_id == case.id, Copy.kind == Kind.COMPLAINT_COPY, Copy.issued_at.is_not(None)
    )
    return await session.scalar(query.limit(1)) is not None


async def is_issued(session: AsyncSession, *, copy_id: uuid.UUID) -> bool:
    return await session.scalar(select(Copy.issued_at).where(Copy.id == copy_id)) is not None


async def locked(session: AsyncSession, *, copy_id: uuid.UUID) -> Copy:
    """Raises ``NotFound``."""
    query = select(Copy).where(Copy.id == copy_id).with_for_update().execution_options(populate_existing=True)
    copy = await session.scalar(query)
    if copy is None:
        raise NotFound
    return copy


async def register(session: AsyncSession, *, copy: Copy, case: Case, paper: Paper, keys: KeyRing, at: datetime) -> None:
    """Keep the signed file of a copy, and have the public register take it in; from here on it is issued.

    The register also takes in the statement, if that was made before there was a register.
    """
    await public_register.ensure(session, commitment=paper.statement_commitment, at=at)
    public_register.add(session, commitment=paper.commitment, at=at)
    await add_revision(session, copy=copy, case=case, pdf=paper.pdf, level=paper.level, keys=keys, at=at)
    copy.issued_at = copy.renewal_due_at = at
    copy.commitment = paper.commitment
    audit.record(session, Act.COPY_ISSUED, actor="worker", subject=f"copy:{copy.id}", at=at)


async def add_revision(
    session: AsyncSession, *, copy: Copy, case: Case, pdf: bytes, level: str, keys: KeyRing, at: datetime
) -> None:
    """Keep a revision of a copy's file, which becomes the one that is given out; each stays known by its SHA-256."""
    number = await _last_revision(session, copy) + 1
    sha256 = hashlib.sha256(pdf).hexdigest()
    session.add(Revision(copy_id=copy.id, number=number, sha256=sha256, level=level, made_at=at))
    await files.put(_file_of(copy, number), pdf, key=cases.key_of(case, keys))
    await session.flush()


async def _last_revision(session: AsyncSession, copy: Copy) -> int:
    return await session.scalar(select(func.max(Revision.number)).where(Revision.copy_id == copy.id)) or 0


def _file_of(copy: Copy, revision: int) -> str:
    return f"copies/{copy.id}" if revision == 1 else f"copies/{copy.id}.{revision}"


async def file_of(session: AsyncSession, *, copy: Copy, case: Case, keys: KeyRing) -> bytes:
    """The latest revision of an issued copy's file."""
    return await files.get(_file_of(copy, await _last_revision(session, copy)), key=cases.key_of(case, keys))


async def withdraw(
    session: AsyncSession, *, case: Case, typed_code: str, replaced: bool, actor: str, at: datetime
) -> bool:
    """Annul a paper of a case or, if another takes its place, have it superseded: its verification says so from now on.

    Answers whether it was valid until now. Raises ``NotFound``, and ``NotComplete`` if a paper that is no copy is to be
    replaced.
    """
    found = await _issued(session, typed_code=typed_code)
    if found.case_id != case.id:
        raise NotFound
    copy = await locked(session, copy_id=found.id)
    if replaced and copy.kind != Kind.COMPLAINT_COPY:
        raise NotComplete
    if copy.status != CopyStatus.AUTHENTIC:
        return False
    copy.status = CopyStatus.SUPERSEDED if replaced else CopyStatus.ANNULLED
    act = Act.COPY_SUPERSEDED if replaced else Act.COPY_ANNULLED
    audit.record(session, act, actor=actor, subject=f"copy:{copy.id}", at=at)
    return True


async def of_case(session: AsyncSession, *, case: Case) -> Sequence[Copy]:
    return (await session.scalars(select(Copy).where(Copy.case_id == case.id).order_by(Copy.number))).all()


async def opens(session: AsyncSession, *, typed_code: str) -> Case | None:
    """The case of whose receipt a code is, unless that was annulled.

    No other paper says who holds it: copies are handed to an employer or an insurer, and the rest is made by staff.
    """
    code = normalise_code(typed_code)
    query = select(Case).join(Copy, Copy.case_id == Case.id).where(Copy.verification_code == code)
    query = query.where(Copy.issued_at.is_not(None), Copy.status != CopyStatus.ANNULLED)
    return await session.scalar(query.where(Copy.kind == Kind.RECEIPT)) if code else None


async def _issued(session: AsyncSession, *, typed_code: str) -> Copy:
    code = normalise_code(typed_code)
    copy = await session.scalar(select(Copy).where(Copy.verification_code == code, Copy.issued_at.is_not(None)))
    if copy is None:
        raise NotFound
    return copy


@dataclass(frozen=True)
class SignedFile:
    pdf: bytes
    file_name: str


async def download(session: AsyncSession, *, typed_code: str, keys: KeyRing, at: datetime) -> SignedFile:
    """The stored original of a copy. Raises ``NotFound``."""
    copy = await _issued(session, typed_code=typed_code)
    case = await session.get_one(Case, copy.case_id)
    pdf = await file_of(session, copy=copy, case=case, keys=keys)
    audit.record(session, Act.COPY_DOWNLOADED, actor="link", subject=f"copy:{copy.id}", at=at)
    return SignedFile(pdf, f"{case.number}.pdf")


async def _verdict(session: AsyncSession, copy: Copy, *, file_seen: bool) -> Verdict:
    """What is known of a copy; only who saw the file can say that it has not changed."""
    case = await session.get_one(Case, copy.case_id)
    whole = copy.status == CopyStatus.AUTHENTIC
    reasons = [sentence(f"verification.{'unchanged' if whole and file_seen else copy.status}")]
    if copy.kind == Kind.COMPLAINT_COPY:
        reasons.append(sentence(f"verification.identity.{copy.identity_assurance}"))
    return Verdict(
        valid=whole,
        status=CopyStatus(copy.status).value,
        reasons=reasons,
        case_number=case.number,
        issued_at=copy.issued_at,
        copy_number=copy.number if copy.kind == Kind.COMPLAINT_COPY else None,
    )


async def verify_code(session: AsyncSession, *, typed_code: str) -> Verdict:
    """What the register says of a printed code. Raises ``NotFound`` for one that was never issued."""
    return await _verdict(session, await _issued(session, typed_code=typed_code), file_seen=False)


def _of_file(pdf: bytes) -> ScalarSelect[uuid.UUID]:
    """The copy of which a file is a revision that was given out."""
    return select(Revision.copy_id).where(Revision.sha256 == hashlib.sha256(pdf).hexdigest()).scalar_subquery()


async def registered(
    session: AsyncSession, *, typed_code: str = "", pdf: bytes = b""
) -> Place | Literal["waiting"] | None:
    """Where the public register holds an issued copy, by its code or its file; None if it is older than the register."""
    by = Copy.verification_code == normalise_code(typed_code) if typed_code else Copy.id == _of_file(pdf)
    commitment = await session.scalar(select(Copy.commitment).where(by))
    if commitment is None:
        return None
    return await public_register.place(session, commitment=commitment) or "waiting"


async def verify_file(session: AsyncSession, *, pdf: bytes) -> Verdict:
    """Whether a file is one that was issued, unaltered: by the register of every revision given out and by its signature.

    The register says that a file was signed before any revocation; of any other the signature must say it itself.
    """
    copy = await session.scalar(select(Copy).where(Copy.id == _of_file(pdf)))
    revoked = {} if copy else await revocations(session)
    inspection = await asyncio.to_thread(keys.look, pdf, revoked)
    if inspection.valid and copy is not None:
        return await _verdict(session, copy, file_seen=True)
    reasons = list(inspection.explanations())
    status: Literal["authentic", "altered", "not_ours", "unreadable"] = inspection.status.value
    if inspection.valid:
        status, reasons = await _not_as_issued(session, inspection)
    return Verdict(
        valid=False,
        status=status,
        reasons=reasons,
        case_number=None,
        issued_at=None,
        copy_number=None,
    )


async def code_of(session: AsyncSession, *, pdf: bytes) -> str | None:
    """The verification code of the copy of which a file is a revision that was given out."""
    return await session.scalar(select(Copy.verification_code).where(Copy.id == _of_file(pdf)))


async def _not_as_issued(
    session: AsyncSession, inspection: Inspection
) -> tuple[Literal["altered", "not_ours"], list[str]]:
    """What a file is whose signature holds, but which was not given out so."""
    query = select(Revision.level).join(Copy).where(Copy.verification_code == inspection.verification_code)
    levels = (await session.scalars(query)).all()
    if not levels:
        return "not_ours", [sentence("verification.not_registered")]
    lowest = min((Level(level) for level in levels), key=list(Level).index)
    stripped = inspection.level is not None and not inspection.level.reaches(lowest)
    key = "documents.verification.time_stamp_missing" if stripped else "verification.not_as_issued"
    return "altered", [sentence(key)]


async def revocations(session: AsyncSession) -> dict[str, datetime]:
    """The signing certificates that were revoked, by fingerprint, and since when."""
    return {found.fingerprint: found.since for found in await session.scalars(select(CertificateRevocation))}
