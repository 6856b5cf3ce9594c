"""The supplementary statement: what was added to a complaint, word for word, while what was filed stays as it was."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from documents import pages
from documents.fonts import FONT_FOLDER
from documents.frame import Frame, Kind, Paper
from documents.layout import BODY, NOTE, Flow
from documents.package import Attachment
from documents.times import printed
from vocabulary.sentences import sentence

STATEMENT_NAME = "ampliacion.json"


@dataclass(frozen=True, kw_only=True)
class Supplement(Paper):
    """Everything that the paper of a supplementary statement prints.

    ``filed_at`` is when this statement was made, ``complaint_filed_at`` when the complaint was that it adds to.
    ``statement_number`` counts the statements of the case from the complaint, which is 1: the first supplement is 2.
    ``declared_by`` is who made it, a ready text. ``statement_json`` is attached to the file as it is, and its
    SHA-256 is printed.
    """

    statement_number: int
    complaint_filed_at: datetime
    text: str
    statement_json: bytes
    declared_by: str | None = None

    @property
    def number(self) -> int:
        """Which supplement of its complaint it is, from 1."""
        return self.statement_number - 1


def render(supplement: Supplement, *, font_folder: Path = FONT_FOLDER) -> bytes:
    """The supplementary statement as unsigned PDF, as ``pages.render`` makes it."""
    statement = Attachment(
        STATEMENT_NAME,
        sentence("documents.attachment.supplement"),
        "application/json",
        supplement.statement_json,
        "Source",
    )
    return pages.render(
        frame_of(supplement), lambda flow: _fill(flow, supplement), attachments=(statement,), font_folder=font_folder
    )


def frame_of(supplement: Supplement) -> Frame:
    """The parts of the supplementary statement that every paper has.

    Raises ``ValueError`` if it has the complaint's own number.
    """
    if supplement.number < 1:
        raise ValueError("statement 1 is the complaint itself, which nothing but its copy prints")
    return Frame(
        supplement,
        Kind.SUPPLEMENTARY_STATEMENT,
        subtitle=sentence("documents.supplementary_statement.subtitle", number=supplement.number),
        statement_sha256=hashlib.sha256(supplement.statement_json).hexdigest(),
        statement_number=supplement.statement_number,
    )


def _fill(flow: Flow, supplement: Supplement) -> None:
    flow.heading(supplement.label("section.supplemented"))
    flow.fields(
        [
            [
                supplement.field("supplemented", supplement.case_number),
                supplement.field("complaint_filed_at", printed(supplement.complaint_filed_at)),
            ],
            [supplement.field("declared_by", supplement.declared_by)],
        ]
    )
    flow.text(sentence("documents.supplement.unchanged"), BODY)
    flow.heading(supplement.label("section.supplement"))
    flow.text(sentence("documents.supplement.note"), NOTE)
    flow.space(3)
    flow.text(supplement.text, BODY, language=supplement.language)
    pages.notices(flow, supplement, "supplement_declared", "check", "privacy")
