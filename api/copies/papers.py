"""Making a paper: from the sealed statement to signed bytes."""

import asyncio
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.x509 import Certificate

from api.cases.models import Case
from api.clock import LIMA
from api.copies.models import Copy
from api.register import service as register
from api.security import KeyRing
from api.settings import settings
from api.stations.models import Station
from documents import complaint_copy, receipt
from documents.commitment import commit
from documents.complaint_copy import Complainant, ComplaintCopy, EvidenceItem, Item
from documents.frame import Registration
from documents.receipt import Receipt
from documents.seal import Seal
from documents.signing import Signer, create_development_key
from vocabulary.cases import Assurance
from vocabulary.incidents import IncidentType
from vocabulary.sentences import sentence
from vocabulary.wording import amount_text, item_text, moment_text, place_text


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
    """A signed file, and what the public register holds of it."""

    pdf: bytes
    commitment: bytes
    level: str


async def signed_paper(
    copy: Copy, *, case: Case, station: Station, statement: bytes, keys: KeyRing, at: datetime
) -> Paper:
    """The signed file of a receipt (number 0) or a copy."""
    registration = Registration(
        origin=register.origin(keys),
        paper_key=register.paper_key(copy.id, keys),
        statement_key=register.statement_key(case.id, 1, keys),
    )
    sealed = Seal(
        case_number=case.number,
        filed_on=case.filed_at.astimezone(LIMA).date(),
        station_code=station.code,
        statement_sha256=hashlib.sha256(statement).hexdigest(),
    ).signed(keys.seal_key)
    unsigned = _receipt if copy.number == 0 else _copy
    return await asyncio.to_thread(_sign, unsigned(copy, case, station, statement, registration, sealed, at), at)


def _sign(unsigned: Receipt | ComplaintCopy, at: datetime) -> Paper:
    kind, template = ("receipt", receipt) if isinstance(unsigned, Receipt) else ("copy", complaint_copy)
    frame = template.frame_of(unsigned)
    reason = sentence(f"documents.signature.reason_{kind}", case_number=unsigned.case_number)
    pdf = signer().sign(
        template.render(unsigned), reason=reason, location=sentence("documents.signature.location"), signed_at=at
    )
    return Paper(pdf, commit(unsigned.registration.paper_key, frame.record()), "b_b")


def _verification_url(copy: Copy) -> str:
    return f"{settings().public_url.rstrip('/')}/v/{copy.verification_code}"


def _receipt(
    copy: Copy, case: Case, station: Station, statement: bytes, registration: Registration, sealed: str, at: datetime
) -> Receipt:
    return Receipt(
        case_number=case.number,
        verification_code=copy.verification_code,
        verification_url=_verification_url(copy),
        issued_at=at,
        filed_at=case.filed_at,
        station_name=station.name,
        station_is_demonstration=station.demonstration,
        authorised=settings().authorised,
        statement_sha256=hashlib.sha256(statement).hexdigest(),
        registration=registration,
        offline_seal=sealed,
        institution=settings().institution,
    )


def _copy(
    copy: Copy, case: Case, station: Station, statement: bytes, registration: Registration, sealed: str, at: datetime
) -> ComplaintCopy:
    content = json.loads(statement)
    complaint: dict[str, Any] = content["complaint"]
    suspects = complaint["suspects"] or {}
    return ComplaintCopy(
        case_number=case.number,
        copy_number=copy.number,
        verification_code=copy.verification_code,
        verification_url=_verification_url(copy),
        issued_at=at,
        filed_at=case.filed_at,
        station_name=station.name,
        station_is_demonstration=station.demonstration,
        authorised=settings().authorised,
        identity_assurance=Assurance.best(copy.identity_assurance, case.identity_assurance),
        incident_type=IncidentType(case.incident_type),
        occurred=moment_text(complaint["occurred_at"]) if complaint["occurred_at"] else None,
        place=place_text(complaint["place"]) or None if complaint["place"] else None,
        complainant=Complainant(
            full_name=complaint["full_name"],
            document=_document(complaint),
            phone=complaint["phone"],
            email=complaint["email"],
            address=complaint["address"],
        ),
        narrative=complaint["narrative"],
        items=tuple(_item(item) for item in complaint["items"]),
        suspects=". ".join(
            part
            for part in (
                sentence("copies.suspects", count=suspects["count"]) if suspects.get("count") else None,
                complaint["suspects_description"],
            )
            if part
        )
        or None,
        witnesses=complaint["witnesses"],
        further=tuple(_further(complaint)),
        evidence=tuple(
            EvidenceItem(sentence("copies.evidence", number=number), e["media_type"], e["size"], e["sha256"])
            for number, e in enumerate(content["evidence"], start=1)
        ),
        statement_json=statement,
        registration=registration,
        offline_seal=sealed,
        institution=settings().institution,
    )


_FURTHER = (
    "victim_name", "relationship", "birth_date", "missing_person", "injuries", "vehicle", "damage", "payment_details",
    "company", "anything_else",
)  # fmt: skip


def _further(complaint: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a kind of incident asks beside the rest, each with its label."""
    if complaint["amount_lost"]:
        yield sentence("talk.field.amount_lost"), amount_text(complaint["amount_lost"])
    for field in _FURTHER:
        if complaint.get(field):
            yield sentence(f"talk.field.{field}"), complaint[field]


def _document(complaint: dict[str, Any]) -> str | None:
    if not complaint["document_number"]:
        return sentence("labels.document_type.none") if complaint["document_type"] == "none" else None
    label = sentence(f"labels.document_type.{complaint['document_type'] or 'dni'}")
    return f"{label} {complaint['document_number']}"


def _item(item: dict[str, Any]) -> Item:
    amount = None
    if item["amount"] is not None:
        symbol = {"USD": "US$", "EUR": "€"}.get(item["currency"] or "", "S/")
        amount = f"{symbol} {item['amount']:,.2f}"
    details = item["description"] if item["kind"] != "other" else None
    return Item(description=item_text(item | {"amount": None}).capitalize(), details=details, amount=amount)
