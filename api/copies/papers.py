"""Making a paper: from the sealed statement to signed bytes."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from api.cases import service as cases
from api.cases.models import Case
from api.clock import LIMA
from api.copies import keys as signing
from api.copies.models import Copy
from api.copies.templates import Filled, Material, Told, fill
from api.register import service as register
from api.security import KeyRing
from api.stations.models import Station
from documents import case_file, complaint_copy, family_report, receipt, supplement
from documents.case_file import CaseFile, Contents
from documents.commitment import commit, statement_record
from documents.complaint_copy import ComplaintCopy
from documents.family_report import FamilyReport
from documents.frame import Registration
from documents.receipt import Receipt
from documents.seal import Seal
from documents.supplement import Supplement
from documents.time_stamps import TimeStampUnavailable
from documents.verification import Level
from vocabulary.sentences import sentence

_log = logging.getLogger(__name__)
DETAILS = "copy details"
"""What the details of a copy are sealed for."""
_TEMPLATES = {
    Receipt: receipt,
    ComplaintCopy: complaint_copy,
    Supplement: supplement,
    FamilyReport: family_report,
    CaseFile: case_file,
}


@dataclass(frozen=True)
class Paper:
    """A signed file, and what the public register holds of it and of the statement that it shows."""

    pdf: bytes
    commitment: bytes
    statement_commitment: bytes
    level: str


async def signed_paper(
    copy: Copy,
    *,
    case: Case,
    station: Station,
    statement: Told,
    keys: KeyRing,
    at: datetime,
    contents: Contents | None = None,
) -> Paper:
    """The signed file of a copy (``contents`` are a case file's), stamped if the time-stamp authority answers; else its archive stamps it later.

    Raises ``OSError``, ``KeyUnusable`` and ``CertificateNotValid`` for a key that can't sign now.
    """
    material = Material(
        copy=copy,
        case=case,
        station=station,
        statement=statement,
        details=cases.key_of(case, keys).open_json(copy.details, purpose=DETAILS) if copy.details else {},
        registration=Registration(
            origin=register.origin(keys),
            paper_key=register.paper_key(copy.id, keys),
            statement_key=register.statement_key(case.id, statement.number, keys),
        ),
        seal=Seal(
            case_number=case.number,
            filed_on=statement.made_at.astimezone(LIMA).date(),
            station_code=station.code,
            statement_sha256=statement.sha256,
        ).signed(keys.seal_key),
        at=at,
        contents=contents,
    )
    return await asyncio.to_thread(_sign, fill(material), at)


def _sign(unsigned: Filled, at: datetime) -> Paper:
    template = _TEMPLATES[type(unsigned)]
    frame = template.frame_of(unsigned)
    drawn = template.render(unsigned)
    reason = sentence(f"documents.signature.reason_{frame.kind}", case_number=unsigned.case_number)
    sign = partial(
        signing.signer().sign, drawn, reason=reason, location=sentence("documents.signature.location"), signed_at=at
    )
    pdf, level = None, Level.B_B
    if (stamper := signing.time_stamper()) is not None:
        try:
            pdf, level = sign(time_stamper=stamper), Level.B_T
        except TimeStampUnavailable as error:
            _log.warning("a paper is signed without a time-stamp: %s", error)
    statement = statement_record(
        case_number=unsigned.case_number,
        number=frame.statement_number or 1,
        made_at=unsigned.filed_at,
        sha256=frame.statement_sha256,
    )
    keys = unsigned.registration
    return Paper(
        pdf or sign(),
        commitment=commit(keys.paper_key, frame.record()),
        statement_commitment=commit(keys.statement_key, statement),
        level=level,
    )
