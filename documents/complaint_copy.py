"""The copy of a complaint: what was declared, as it was declared, on signed and numbered paper."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents import frame
from documents.fonts import FONT_FOLDER
from documents.layout import BODY, DIGEST, LEFT, NOTE, RIGHT, SMALL, SMALL_STRONG, Cell, Column, Flow
from documents.package import Attachment
from vocabulary.incidents import IncidentType
from vocabulary.sentences import sentence

KIND = "complaint_copy"
STATEMENT_NAME = "denuncia.json"


@dataclass(frozen=True)
class Complainant:
    """Who complained, in ready texts; what is not known is None."""

    full_name: str | None
    document: str | None
    phone: str | None
    email: str | None
    address: str | None


@dataclass(frozen=True)
class Item:
    """A thing stolen, lost or damaged, in ready texts."""

    description: str
    details: str | None = None
    amount: str | None = None


@dataclass(frozen=True)
class EvidenceItem:
    """A file that was handed in: ``size`` in bytes, ``sha256`` in hexadecimal."""

    description: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class ComplaintCopy:
    """Everything that a copy prints.

    ``copy_number`` is 1 for the first copy. ``verification_url`` is what the QR code holds. Times are aware
    and printed on Lima's clock. ``identity_assurance`` is the name of a sentence that says how far the
    identity was checked. ``statement_json`` is attached to the file as it is, and its SHA-256 is printed.
    ``further`` are labelled texts that only some kinds of incident have.
    Without ``authorised`` the copy says in words that it is a demonstration without legal force.
    ``institution`` is who issues it; None names the program.
    """

    case_number: str
    copy_number: int
    verification_code: str
    verification_url: str
    issued_at: datetime
    filed_at: datetime
    station_name: str
    station_is_demonstration: bool
    authorised: bool
    identity_assurance: str
    incident_type: IncidentType
    occurred: str | None
    place: str | None
    complainant: Complainant
    narrative: str
    items: tuple[Item, ...]
    suspects: str | None
    witnesses: str | None
    evidence: tuple[EvidenceItem, ...]
    statement_json: bytes
    registration: frame.Registration
    offline_seal: str
    institution: str | None = None
    further: tuple[tuple[str, str], ...] = ()


def render(copy: ComplaintCopy, *, font_folder: Path = FONT_FOLDER) -> bytes:
    """The copy as unsigned PDF; the same copy always gives the same bytes. May be called from any thread.

    Raises ``FontsMissing`` if the fonts are not installed, ``ValueError`` if a time is naive.
    """
    statement = Attachment(
        STATEMENT_NAME,
        sentence("documents.attachment.statement"),
        "application/json",
        copy.statement_json,
        "Source",
    )
    return frame.render(
        frame_of(copy), lambda flow: _fill(flow, copy), attachments=(statement,), font_folder=font_folder
    )


def frame_of(copy: ComplaintCopy) -> frame.Frame:
    """The parts of the copy that every paper has."""
    later = copy.copy_number > 1
    return frame.Frame(
        kind=KIND,
        title=sentence("documents.copy.title"),
        subtitle=sentence("documents.copy.later", number=copy.copy_number)
        if later
        else sentence("documents.copy.first"),
        subject=sentence("documents.copy.subject", case_number=copy.case_number),
        end=sentence("documents.copy.end"),
        seal_word=sentence("documents.signature.seal_copy"),
        statement_label=sentence("documents.signature.statement"),
        institution=copy.institution,
        case_number=copy.case_number,
        copy_number=copy.copy_number,
        verification_code=copy.verification_code,
        verification_url=copy.verification_url,
        filed_at=copy.filed_at,
        issued_at=copy.issued_at,
        station_name=copy.station_name,
        station_is_demonstration=copy.station_is_demonstration,
        authorised=copy.authorised,
        statement_sha256=hashlib.sha256(copy.statement_json).hexdigest(),
        registration=copy.registration,
        offline_seal=copy.offline_seal,
    )


def _fill(flow: Flow, copy: ComplaintCopy) -> None:
    _complainant(flow, copy)
    _incident(flow, copy)
    _narrative(flow, copy.narrative)
    if copy.items:
        _items(flow, copy.items)
    if copy.suspects or copy.witnesses:
        _people(flow, copy)
    if copy.further:
        flow.heading(sentence("documents.section.further"))
        flow.fields([[labelled] for labelled in copy.further])
    if copy.evidence:
        _evidence(flow, copy.evidence)
    _notices(flow, copy)


def _field(name: str, value: str | None) -> tuple[str, str]:
    return sentence(f"documents.field.{name}"), value or sentence("documents.field.unknown")


def _complainant(flow: Flow, copy: ComplaintCopy) -> None:
    person = copy.complainant
    flow.heading(sentence("documents.section.complainant"))
    flow.fields(
        [
            [_field("full_name", person.full_name), _field("document", person.document)],
            [_field("phone", person.phone), _field("email", person.email)],
            [_field("address", person.address)],
            [_field("identity", sentence(f"documents.identity_assurance.{copy.identity_assurance}"))],
        ]
    )


def _incident(flow: Flow, copy: ComplaintCopy) -> None:
    station = frame.station_text(copy.station_name, demonstration=copy.station_is_demonstration)
    flow.heading(sentence("documents.section.incident"))
    flow.fields(
        [
            [
                _field("incident_type", sentence(f"labels.incident_type.{copy.incident_type}")),
                _field("occurred", copy.occurred),
            ],
            [_field("place", copy.place), _field("station", station)],
        ]
    )


def _narrative(flow: Flow, narrative: str) -> None:
    flow.heading(sentence("documents.section.narrative"))
    flow.text(sentence("documents.narrative.note"), NOTE)
    flow.space(3)
    flow.text(narrative, BODY)


def _items(flow: Flow, items: tuple[Item, ...]) -> None:
    flow.heading(sentence("documents.section.items"), with_room=70)
    whole = RIGHT - LEFT
    columns = (
        Column(sentence("documents.items.number"), 30),
        Column(sentence("documents.items.description"), 158),
        Column(sentence("documents.items.details"), whole - 30 - 158 - 92),
        Column(sentence("documents.items.amount"), 92, right_aligned=True),
    )
    unknown = sentence("documents.field.unknown")
    flow.table(
        columns,
        [
            (
                Cell(str(number), SMALL),
                Cell(item.description, SMALL_STRONG),
                Cell(item.details or "—", SMALL),
                Cell(item.amount or unknown, SMALL if item.amount else NOTE),
            )
            for number, item in enumerate(items, start=1)
        ],
    )


def _people(flow: Flow, copy: ComplaintCopy) -> None:
    flow.heading(sentence("documents.section.people"))
    flow.fields(
        [
            [(sentence(f"documents.field.{name}"), text)]
            for name, text in (("suspects", copy.suspects), ("witnesses", copy.witnesses))
            if text
        ]
    )


def _evidence(flow: Flow, evidence: tuple[EvidenceItem, ...]) -> None:
    flow.heading(sentence("documents.section.evidence"), with_room=70)
    flow.text(sentence("documents.evidence.note"), NOTE)
    flow.space(3)
    columns = (
        Column(sentence("documents.evidence.number"), 30),
        Column(sentence("documents.evidence.description"), 178),
        Column(sentence("documents.evidence.sha256"), RIGHT - LEFT - 30 - 178),
    )
    flow.table(
        columns,
        [
            (
                Cell(str(number), SMALL),
                Cell(
                    item.description,
                    SMALL_STRONG,
                    note=sentence("documents.evidence.kind", media_type=item.media_type, size=_size(item.size)),
                ),
                Cell(item.sha256, DIGEST),
            )
            for number, item in enumerate(evidence, start=1)
        ],
    )


def _size(size: int) -> str:
    if size < 1000:
        return sentence("documents.evidence.bytes", size=size)
    if size < 1_000_000:
        return sentence("documents.evidence.kilobytes", size=size / 1000)
    return sentence("documents.evidence.megabytes", size=size / 1_000_000)


def _notices(flow: Flow, copy: ComplaintCopy) -> None:
    flow.heading(sentence("documents.section.notices"))
    notices = ("declared", "check", "amendments", "privacy", "false_complaint")
    flow.numbered([sentence(f"documents.notices.{name}", url=copy.verification_url) for name in notices], SMALL)
