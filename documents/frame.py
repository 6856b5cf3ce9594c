"""What every paper of the station has in common: whose it is, what it is called, and the record that identifies it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from documents.commitment import canonical
from vocabulary.sentences import sentence

RECORD_NAME = "copia.json"
"""The attachment that says which paper this is; what a verification answers is read from it."""
RECORD_SCHEMA = "comisario-virtual/copia/1"


class Kind(StrEnum):
    """What a paper is. Each value stands in the record, and names the table of ``documents`` with the paper's texts."""

    COMPLAINT_COPY = "complaint_copy"
    RECEIPT = "receipt"
    ANONYMOUS_RECEIPT = "anonymous_receipt"
    SUPPLEMENTARY_STATEMENT = "supplementary_statement"
    FAMILY_REPORT = "family_report"
    CASE_FILE = "case_file"


NOT_FOR_CITIZENS = frozenset({Kind.FAMILY_REPORT, Kind.CASE_FILE})
"""Papers that are never put into a conversation."""


@dataclass(frozen=True)
class Registration:
    """What opens the commitments that the public register ``origin`` holds of a paper and of its statement."""

    origin: str
    paper_key: bytes
    statement_key: bytes


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What every template is given.

    ``verification_url`` is what the QR code holds. Times are aware and printed on Lima's clock; ``filed_at`` is when
    the statement was filed that the paper is about. ``authorised`` is whether an accredited certificate and an
    institution stand behind the signature: without them the paper says in words that it is a demonstration without
    legal force. ``institution`` is who issues it; None names the program.
    ``language`` is the code of the citizen's language: what they wrote is tagged with it, and the labels that
    ``vocabulary`` has in it are printed in both.
    """

    case_number: str
    verification_code: str
    verification_url: str
    issued_at: datetime
    filed_at: datetime
    station_name: str
    station_is_demonstration: bool
    authorised: bool
    registration: Registration
    offline_seal: str
    institution: str | None = None
    language: str = "es"

    @property
    def station(self) -> str:
        """The station's name as it is printed everywhere: one of the demonstration catalogue is called so."""
        if self.station_is_demonstration:
            return sentence("documents.header.demonstration_station", station=self.station_name)
        return self.station_name

    @property
    def issuer(self) -> str:
        """The institution's name as it is printed."""
        return self.institution or sentence("documents.header.institution")

    def label(self, key: str) -> str:
        """A fixed label of ``documents`` in Spanish and, where it is translated, in the citizen's language behind it."""
        spanish = sentence(f"documents.{key}")
        translated = sentence(f"documents.{key}", self.language)
        return spanish if translated == spanish else f"{spanish} / {translated}"

    def field(self, name: str, value: str | None) -> tuple[str, str]:
        """A labelled value; one that is not known is said to be missing."""
        return self.label(f"field.{name}"), value or sentence("documents.field.unknown")


@dataclass(frozen=True)
class Frame:
    """A paper with what its kind makes of it.

    ``copy_number`` is None for papers that are not numbered. ``statement_number`` is the number of the statement that
    ``statement_sha256`` is of; None is the complaint itself, number 1.
    """

    paper: Paper
    kind: Kind
    subtitle: str
    statement_sha256: str
    copy_number: int | None = None
    statement_number: int | None = None

    def text(self, name: str) -> str:
        """A text of the paper's kind: ``title``, ``subject``, ``end`` or ``seal``."""
        return sentence(f"documents.{self.kind}.{name}", case_number=self.paper.case_number)

    def record(self) -> bytes:
        """The canonical JSON that identifies the paper: what the public register's commitment is to."""
        return canonical(self._fields())

    def attachment(self) -> bytes:
        """The same with what opens the commitments, as it lies in the file."""
        registration = self.paper.registration
        opening = {
            "origin": registration.origin,
            "paper_key": registration.paper_key.hex(),
            "statement_key": registration.statement_key.hex(),
        }
        return canonical(self._fields() | {"register": opening})

    def _fields(self) -> dict[str, Any]:
        fields = {
            "schema": RECORD_SCHEMA,
            "kind": self.kind,
            "case_number": self.paper.case_number,
            "copy_number": self.copy_number,
            "verification_code": self.paper.verification_code,
            "filed_at": self.paper.filed_at.astimezone(UTC).isoformat(),
            "issued_at": self.paper.issued_at.astimezone(UTC).isoformat(),
            "statement_sha256": self.statement_sha256,
        }
        return fields if self.statement_number is None else fields | {"statement_number": self.statement_number}
