"""Making a paper: from the sealed statement to signed bytes."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cryptography.x509 import Certificate

from api.cases import service as cases
from api.cases.models import Case
from api.clock import LIMA
from api.copies.models import Copy
from api.copies.templates import Filled, Material, Told, fill
from api.register import service as register
from api.security import KeyRing
from api.settings import settings
from api.stations.models import Station
from documents import complaint_copy, family_report, receipt, supplement
from documents.commitment import commit, statement_record
from documents.complaint_copy import ComplaintCopy
from documents.family_report import FamilyReport
from documents.frame import Registration
from documents.receipt import Receipt
from documents.seal import Seal
from documents.signing import Signer, create_development_key
from documents.supplement import Supplement
from vocabulary.sentences import sentence

DETAILS = "copy details"
"""What the details of a copy are sealed for."""
_TEMPLATES = {Receipt: receipt, ComplaintCopy: complaint_copy, Supplement: supplement, FamilyReport: family_report}


@cache
def signer() -> Signer:
    """The institution's key or, without one, a development key that says what it is."""
    if (key := settings().signing_key) is not None:
        passphrase = settings().signing_passphrase.get_secret_value() or None
        return Signer.from_pkcs12(key, passphrase)
    return Signer.from_pkcs12(create_development_key(settings().keys).pkcs12)


def trusted() -> tuple[Certificate, ...]:
    """The certificates that a copy of ours is signed with."""
    return signer().certificates


@dataclass(frozen=True)
class Paper:
    """A signed file, and what the public register holds of it and of the statement that it shows."""

    pdf: bytes
    commitment: bytes
    statement_commitment: bytes
    level: str


async def signed_paper(
    copy: Copy, *, case: Case, station: Station, statement: Told, keys: KeyRing, at: datetime
) -> Paper:
    """The signed file of a copy."""
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
    )
    return await asyncio.to_thread(_sign, fill(material), at)


def _sign(unsigned: Filled, at: datetime) -> Paper:
    template = _TEMPLATES[type(unsigned)]
    frame = template.frame_of(unsigned)
    pdf = signer().sign(
        template.render(unsigned),
        reason=sentence(f"documents.signature.reason_{frame.kind}", case_number=unsigned.case_number),
        location=sentence("documents.signature.location"),
        signed_at=at,
    )
    statement = statement_record(
        case_number=unsigned.case_number,
        number=frame.statement_number or 1,
        made_at=unsigned.filed_at,
        sha256=frame.statement_sha256,
    )
    keys = unsigned.registration
    return Paper(
        pdf,
        commitment=commit(keys.paper_key, frame.record()),
        statement_commitment=commit(keys.statement_key, statement),
        level="b_b",
    )
