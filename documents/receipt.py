"""The receipt of a complaint: proof on one page that it was registered, silent on who did and why."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents import frame
from documents.fonts import FONT_FOLDER
from documents.layout import BODY, Flow
from vocabulary.sentences import sentence

KIND = "receipt"


@dataclass(frozen=True)
class Receipt:
    """Everything that a receipt prints.

    ``statement_sha256`` is the hexadecimal SHA-256 of the statement's canonical JSON, which the receipt does
    not carry. Times are aware. ``authorised`` and ``institution`` are as on a copy.
    """

    case_number: str
    verification_code: str
    verification_url: str
    issued_at: datetime
    filed_at: datetime
    station_name: str
    station_is_demonstration: bool
    authorised: bool
    statement_sha256: str
    registration: frame.Registration
    offline_seal: str
    institution: str | None = None


def render(receipt: Receipt, *, font_folder: Path = FONT_FOLDER) -> bytes:
    """The receipt as unsigned PDF; the same receipt always gives the same bytes. May be called from any
    thread.

    Raises ``FontsMissing`` if the fonts are not installed, ``ValueError`` if a time is naive.
    """
    return frame.render(frame_of(receipt), lambda flow: _fill(flow, receipt), font_folder=font_folder)


def frame_of(receipt: Receipt) -> frame.Frame:
    """The parts of the receipt that every paper has."""
    return frame.Frame(
        kind=KIND,
        title=sentence("documents.receipt.title"),
        subtitle=sentence("documents.receipt.subtitle"),
        subject=sentence("documents.receipt.subject", case_number=receipt.case_number),
        end=sentence("documents.receipt.end"),
        seal_word=sentence("documents.signature.seal_receipt"),
        statement_label=sentence("documents.signature.statement_receipt"),
        institution=receipt.institution,
        case_number=receipt.case_number,
        copy_number=None,
        verification_code=receipt.verification_code,
        verification_url=receipt.verification_url,
        filed_at=receipt.filed_at,
        issued_at=receipt.issued_at,
        station_name=receipt.station_name,
        station_is_demonstration=receipt.station_is_demonstration,
        authorised=receipt.authorised,
        statement_sha256=receipt.statement_sha256,
        registration=receipt.registration,
        offline_seal=receipt.offline_seal,
    )


def _fill(flow: Flow, receipt: Receipt) -> None:
    station = frame.station_text(receipt.station_name, demonstration=receipt.station_is_demonstration)
    flow.heading(sentence("documents.receipt_section.meaning"))
    for name in ("registered", "discreet"):
        flow.text(sentence(f"documents.receipt_meaning.{name}", station=station), BODY)
        flow.space(5)
    flow.heading(sentence("documents.receipt_section.next"))
    flow.numbered([sentence(f"documents.receipt_next.{name}") for name in ("keep", "copy", "contact")], BODY)
    flow.heading(sentence("documents.receipt_section.danger"))
    flow.text(sentence("documents.receipt_danger.lines"), BODY)
