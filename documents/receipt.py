"""The receipt of a complaint: proof on one page that it was registered, silent on who did and why."""

from dataclasses import dataclass
from pathlib import Path

from documents import pages
from documents.fonts import FONT_FOLDER
from documents.frame import Frame, Kind, Paper
from documents.layout import BODY, Flow
from vocabulary.sentences import sentence


@dataclass(frozen=True, kw_only=True)
class Receipt(Paper):
    """Everything that a receipt prints.

    ``statement_sha256`` is the hexadecimal SHA-256 of the statement's canonical JSON, which the receipt does
    not carry. ``anonymous`` is whether the complaint was registered without a name: the receipt is then the only
    paper of it, and says so.
    """

    statement_sha256: str
    anonymous: bool = False


def render(receipt: Receipt, *, font_folder: Path = FONT_FOLDER) -> bytes:
    """The receipt as unsigned PDF, as ``pages.render`` makes it."""
    return pages.render(frame_of(receipt), lambda flow: _fill(flow, receipt), font_folder=font_folder)


def frame_of(receipt: Receipt) -> Frame:
    """The parts of the receipt that every paper has."""
    kind = Kind.ANONYMOUS_RECEIPT if receipt.anonymous else Kind.RECEIPT
    return Frame(
        receipt, kind, subtitle=sentence(f"documents.{kind}.subtitle"), statement_sha256=receipt.statement_sha256
    )


def _fill(flow: Flow, receipt: Receipt) -> None:
    meaning: tuple[str, ...] = ("registered", "discreet")
    following: tuple[str, ...] = ("keep", "copy", "contact")
    if receipt.anonymous:
        meaning, following = ("registered", "unnamed", "unnamed_discreet"), ("only_way", "check", "add")
    flow.heading(receipt.label("receipt_section.meaning"))
    for name in meaning:
        flow.text(sentence(f"documents.receipt_meaning.{name}", station=receipt.station), BODY)
        flow.space(5)
    flow.heading(receipt.label("receipt_section.next"))
    flow.numbered([sentence(f"documents.receipt_next.{name}") for name in following], BODY)
    flow.heading(receipt.label("receipt_section.danger"))
    flow.text(sentence("documents.receipt_danger.lines"), BODY)
