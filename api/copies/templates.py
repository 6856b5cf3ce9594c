"""Filling the templates: from a sealed statement to a paper that can be drawn."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.cases.models import Case
from api.copies.models import Copy
from api.settings import settings
from api.stations.models import Station
from documents.case_file import CaseFile, Contents
from documents.complaint_copy import Complainant, ComplaintCopy, EvidenceItem, Item
from documents.family_report import FamilyReport, Party, Proceeding
from documents.frame import Kind, Registration
from documents.receipt import Receipt
from documents.supplement import Supplement
from vocabulary.incidents import IncidentType
from vocabulary.sentences import sentence
from vocabulary.wording import amount_text, item_text, moment_text, place_text


@dataclass(frozen=True)
class Told:
    """A statement: its number in the case, when it was made, and its canonical JSON."""

    number: int
    made_at: datetime
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Material:
    """What a paper is made of; a case file has its ``contents``."""

    copy: Copy
    case: Case
    station: Station
    statement: Told
    details: dict[str, Any]
    registration: Registration
    seal: str
    at: datetime
    contents: Contents | None = None

    def common(self) -> dict[str, Any]:
        """What every template is given."""
        return {
            "case_number": self.case.number,
            "verification_code": self.copy.verification_code,
            "verification_url": f"{settings().public_url.rstrip('/')}/v/{self.copy.verification_code}",
            "issued_at": self.at,
            "filed_at": self.statement.made_at,
            "station_name": self.station.name,
            "station_is_demonstration": self.station.demonstration,
            "authorised": settings().authorised,
            "registration": self.registration,
            "offline_seal": self.seal,
            "institution": settings().institution,
            "language": json.loads(self.statement.content).get("language", "es"),
        }


type Filled = Receipt | ComplaintCopy | Supplement | FamilyReport | CaseFile


def fill(material: Material) -> Filled:
    """The paper of a copy's kind."""
    if material.copy.kind == Kind.COMPLAINT_COPY:
        return _copy(material)
    if material.contents is not None:
        return CaseFile(**material.common(), copy_number=material.copy.number, contents=material.contents)
    if material.copy.kind == Kind.FAMILY_REPORT:
        return _family_report(material)
    return _supplement(material) if material.copy.kind == Kind.SUPPLEMENTARY_STATEMENT else _receipt(material)


def _receipt(material: Material) -> Receipt:
    return Receipt(
        **material.common(),
        statement_sha256=material.statement.sha256,
        anonymous=material.case.anonymous,
    )


def _supplement(material: Material) -> Supplement:
    return Supplement(
        **material.common(),
        statement_number=material.statement.number,
        complaint_filed_at=material.case.filed_at,
        text=json.loads(material.statement.content)["supplement"],
        statement_json=material.statement.content,
    )


def _copy(material: Material) -> ComplaintCopy:
    content = json.loads(material.statement.content)
    complaint: dict[str, Any] = content["complaint"]
    suspects = complaint["suspects"] or {}
    copy = material.copy
    by = copy.requested_by.partition(":")[0]
    return ComplaintCopy(
        **material.common(),
        copy_number=copy.number,
        identity_assurance=copy.identity_assurance,
        incident_type=IncidentType(material.case.incident_type),
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
        statement_json=material.statement.content,
        reason=material.details.get("reason"),
        requested_by=sentence(f"copies.requested_by.{by}"),
        sidpol_number=material.case.sidpol_number,
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


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", str_max_length=2000)


class Accused(_Told):
    """What is known of the accused; what is not known stays None."""

    full_name: str | None = None
    document: str | None = None
    address: str | None = None
    phone: str | None = None


class Step(_Told):
    """Something that the police did, and when."""

    description: str
    done_at: AwareDatetime | None = None


class ReportDetails(_Told):
    """What an officer puts into the report to the family court beside what the complaint says."""

    officer_name: str
    officer_rank: str
    court: str | None = None
    accused: Accused = Accused()
    proceedings: list[Step] = Field(default=[], max_length=50)
    measures_requested: str | None = None
    risk: str | None = None
    earlier_by_victim: str | None = None
    earlier_against_accused: str | None = None
    public_official: str | None = None
    firearms_licence: str | None = None


def _family_report(material: Material) -> FamilyReport:
    complaint: dict[str, Any] = json.loads(material.statement.content)["complaint"]
    told = ReportDetails.model_validate(material.details)
    complainant = Party(
        full_name=complaint["full_name"],
        document=_document(complaint),
        address=complaint["address"],
        phone=complaint["phone"],
        email=complaint["email"],
    )
    for_another = complaint.get("reporting_for") == "other"
    return FamilyReport(
        **material.common(),
        statement_sha256=material.statement.sha256,
        due_at=material.case.report_due_at or material.statement.made_at + timedelta(hours=24),
        victim=Party(full_name=complaint.get("victim_name")) if for_another else complainant,
        complainant=complainant if for_another else None,
        accused=Party(**told.accused.model_dump()),
        relationship=complaint.get("relationship"),
        incident_type=IncidentType(material.case.incident_type),
        occurred=moment_text(complaint["occurred_at"]) if complaint["occurred_at"] else None,
        place=place_text(complaint["place"]) or None if complaint["place"] else None,
        summary=complaint["narrative"],
        proceedings=tuple(Proceeding(step.description, step.done_at) for step in told.proceedings),
        **told.model_dump(exclude={"accused", "proceedings"}),
    )
