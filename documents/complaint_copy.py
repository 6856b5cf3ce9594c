"""The copy of a complaint: what was declared, as it was declared, on signed and numbered paper."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from documents import pages
from documents.fonts import FONT_FOLDER
from documents.frame import Frame, Kind, Paper
from documents.layout import BODY, DIGEST, LEFT, NOTE, RIGHT, SMALL, SMALL_STRONG, Cell, Column, Flow
from documents.package import Attachment
from documents.times import printed
from vocabulary.incidents import IncidentType
from vocabulary.sentences import sentence

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


@dataclass(frozen=True, kw_only=True)
class ComplaintCopy(Paper):
    """Everything that a copy prints.

    ``copy_number`` is 1 for the first copy; a later one says who asked for it (``requested_by``, a ready sentence) and
    why (``reason``). ``identity_assurance`` is the name of a sentence of ``documents.identity_assurance`` that says how
    far the identity was checked. ``statement_json`` is attached to the file as it is, and its SHA-256 is printed.
    ``further`` are labelled texts that only some kinds of incident have. ``sidpol_number`` is what the police's own system
    knows the complaint by, as far as it does.
    """

    copy_number: int
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
    further: tuple[tuple[str, str], ...] = ()
    reason: str | None = None
    requested_by: str | None = None
    sidpol_number: str | None = None


def render(copy: ComplaintCopy, *, font_folder: Path = FONT_FOLDER) -> bytes:
    """The copy as unsigned PDF, as ``pages.render`` makes it."""
    statement = Attachment(
        STATEMENT_NAME,
        sentence("documents.attachment.statement"),
        "application/json",
        copy.statement_json,
        "Source",
    )
    return pages.render(
        frame_of(copy), lambda flow: _fill(flow, copy), attachments=(statement,), font_folder=font_folder
    )


def frame_of(copy: ComplaintCopy) -> Frame:
    """The parts of the copy that every paper has."""
    place = "first" if copy.copy_number == 1 else "later"
    return Frame(
        copy,
        Kind.COMPLAINT_COPY,
        subtitle=sentence(f"documents.complaint_copy.{place}", number=copy.copy_number),
        statement_sha256=hashlib.sha256(copy.statement_json).hexdigest(),
        copy_number=copy.copy_number,
    )


def _fill(flow: Flow, copy: ComplaintCopy) -> None:
    _complainant(flow, copy)
    _incident(flow, copy)
    _narrative(flow, copy)
    if copy.items:
        _items(flow, copy)
    if copy.suspects or copy.witnesses:
        _people(flow, copy)
    if copy.further:
        flow.heading(copy.label("section.further"))
        flow.fields([[labelled] for labelled in copy.further])
    if copy.evidence:
        _evidence(flow, copy)
    if copy.copy_number > 1:
        _request(flow, copy)
    pages.notices(flow, copy, "declared", "check", "amendments", "privacy", "false_complaint")


def _complainant(flow: Flow, copy: ComplaintCopy) -> None:
    person = copy.complainant
    flow.heading(copy.label("section.complainant"))
    flow.fields(
        [
            [copy.field("full_name", person.full_name), copy.field("document", person.document)],
            [copy.field("phone", person.phone), copy.field("email", person.email)],
            [copy.field("address", person.address)],
            [copy.field("identity", sentence(f"documents.identity_assurance.{copy.identity_assurance}"))],
        ]
    )


def _incident(flow: Flow, copy: ComplaintCopy) -> None:
    flow.heading(copy.label("section.incident"))
    flow.fields(
        [
            [
                copy.field("incident_type", sentence(f"labels.incident_type.{copy.incident_type}")),
                copy.field("occurred", copy.occurred),
            ],
            [copy.field("place", copy.place), copy.field("station", copy.station)],
            [copy.field("sidpol", copy.sidpol_number or sentence("labels.sidpol_pending"))],
        ]
    )


def _narrative(flow: Flow, copy: ComplaintCopy) -> None:
    flow.heading(copy.label("section.narrative"))
    flow.text(sentence("documents.narrative.note"), NOTE)
    flow.space(3)
    flow.text(copy.narrative, BODY, language=copy.language)


def _items(flow: Flow, copy: ComplaintCopy) -> None:
    flow.heading(copy.label("section.items"), with_room=70)
    whole = RIGHT - LEFT
    columns = (
        Column(sentence("documents.items.number"), 30),
        Column(copy.label("items.description"), 158),
        Column(copy.label("items.details"), whole - 30 - 158 - 92),
        Column(copy.label("items.amount"), 92, right_aligned=True),
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
            for number, item in enumerate(copy.items, start=1)
        ],
    )


def _people(flow: Flow, copy: ComplaintCopy) -> None:
    flow.heading(copy.label("section.people"))
    people = (("suspects", copy.suspects), ("witnesses", copy.witnesses))
    flow.fields([[copy.field(name, text)] for name, text in people if text])


def _evidence(flow: Flow, copy: ComplaintCopy) -> None:
    flow.heading(copy.label("section.evidence"), with_room=70)
    flow.text(sentence("documents.evidence.note"), NOTE)
    flow.space(3)
    columns = (
        Column(sentence("documents.evidence.number"), 30),
        Column(copy.label("evidence.description"), 178),
        Column(copy.label("evidence.sha256"), RIGHT - LEFT - 30 - 178),
    )
    flow.table(
        columns,
        [
            (
                Cell(str(number), SMALL),
                Cell(
                    item.description,
                    SMALL_STRONG,
                    note=sentence("documents.evidence.kind", media_type=item.media_type, size=sized(item.size)),
                ),
                Cell(item.sha256, DIGEST),
            )
            for number, item in enumerate(copy.evidence, start=1)
        ],
    )


def sized(size: int) -> str:
    """A number of bytes as it is printed."""
    if size < 1000:
        return sentence("documents.evidence.bytes", size=size)
    if size < 1_000_000:
        return sentence("documents.evidence.kilobytes", size=size / 1000)
    return sentence("documents.evidence.megabytes", size=size / 1_000_000)


def _request(flow: Flow, copy: ComplaintCopy) -> None:
    flow.heading(copy.label("section.request"))
    flow.fields(
        [
            [copy.field("copy_number", str(copy.copy_number)), copy.field("requested_at", printed(copy.issued_at))],
            [copy.field("requested_by", copy.requested_by)],
            [copy.field("reason", copy.reason)],
        ]
    )
