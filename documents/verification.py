"""Is a file one of our papers, exactly as it was signed?

The question is answered from the bytes first: one signature, by a pinned certificate, over everything but its
own place in the file, in a container of which every byte is accounted for. Only a file that passed is read as
a PDF at all, so a hostile one has no parser to attack. What the paper says of itself is read from the
attachment inside the signed bytes.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from itertools import islice
from typing import Any

from asn1crypto import cms, parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.status import SignatureCoverageLevel

from documents.commitment import canonical, commit, statement_record
from documents.frame import RECORD_NAME, RECORD_SCHEMA
from documents.signing import DIGEST, to_asn1
from vocabulary.sentences import sentence

LARGEST = 25_000_000
"""Bytes of the largest file that is looked at."""

_LARGEST_CONTAINER = 65_536
_CONTAINERS = 16
_HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f]{512,})>")
_BYTE_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,12})\s{1,8}(\d{1,12})\s{1,8}(\d{1,12})\s{1,8}(\d{1,12})")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")


class Status(StrEnum):
    """What a file is. Whether a paper of ours was superseded or annulled, the register knows."""

    AUTHENTIC = "authentic"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Inspection:
    """What was found. ``reasons`` are keys of ``documents.verification`` sentences, never none.

    The other fields are what the signed bytes say: None unless the file is authentic, and ``copy_number``
    also for a receipt. ``kind`` is ``complaint_copy`` or ``receipt``. ``commitments`` are what the public register must
    hold: that to the statement and that to the paper.
    """

    status: Status
    reasons: tuple[str, ...]
    kind: str | None = None
    case_number: str | None = None
    copy_number: int | None = None
    verification_code: str | None = None
    issued_at: datetime | None = None
    statement_sha256: str | None = None
    commitments: tuple[bytes, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether the file is authentic."""
        return self.status is Status.AUTHENTIC

    def explanations(self, language: str = "es") -> tuple[str, ...]:
        """The reasons as sentences for the reader."""
        return tuple(sentence(f"documents.verification.{reason}", language) for reason in self.reasons)


class _Broken(Exception):
    """The signature does not hold; carries the reason's key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def inspect(pdf: bytes, *, trusted: Iterable[x509.Certificate]) -> Inspection:
    """Say what a file is. Any bytes at all get an answer, in time linear in their number.

    ``trusted`` holds the certificates that we sign or ever signed with, and their chains; a signature counts
    only by one of them that is no authority. Expiry is not looked at: an old copy stays what it was.
    """
    if len(pdf) > LARGEST:
        return Inspection(Status.UNREADABLE, ("too_large",))
    if b"%PDF-" not in pdf[:1024]:
        return Inspection(Status.UNREADABLE, ("not_a_pdf",))
    pinned = tuple(to_asn1(certificate) for certificate in trusted)
    signers = tuple(certificate for certificate in pinned if not certificate.ca)
    containers = _containers(pdf)
    if not any(_names(container, signer) for container in containers for signer in signers):
        return _unclaimed(pdf, signed=any(_whole(container) for container in containers))
    try:
        byte_range = _hold(pdf, signers, pinned)
        return _read(pdf, byte_range)
    except _Broken as broken:
        return Inspection(Status.ALTERED, (broken.reason,))


def _containers(pdf: bytes) -> list[bytes]:
    """What may be signature containers: the file's long hexadecimal strings."""
    found = []
    for match in islice(_HEXADECIMAL.finditer(pdf), _CONTAINERS):
        digits = match.group(1)
        found.append(bytes.fromhex(digits[: len(digits) // 2 * 2].decode()))
    return found


def _names(container: bytes, signer: asn1_x509.Certificate) -> bool:
    """Whether a container, even a damaged one, claims to be that signer's."""
    serial = signer.issuer.dump() + signer["tbs_certificate"]["serial_number"].dump()
    return serial in container or signer.public_key.dump() in container


def _whole(container: bytes) -> bool:
    """Whether a container holds somebody's signature from its beginning to its end."""
    try:
        parser.peek(container)
    except ValueError:
        return False
    return _SIGNED_DATA in container[:32]


def _unclaimed(pdf: bytes, *, signed: bool) -> Inspection:
    """A file without any trace of our signature."""
    if signed:
        return Inspection(Status.NOT_OURS, ("other_signer",))
    complete = pdf.rstrip().endswith(b"%%EOF")
    if RECORD_SCHEMA.encode() in pdf and (b"/ByteRange" in pdf or not complete):
        return Inspection(Status.ALTERED, ("signature_damaged" if complete else "truncated",))
    if b"startxref" in pdf[-2048:] and b"%%EOF" in pdf[-1024:]:
        return Inspection(Status.NOT_OURS, ("no_signature",))
    return Inspection(Status.UNREADABLE, ("damaged",))


def _hold(
    pdf: bytes, signers: tuple[asn1_x509.Certificate, ...], pinned: tuple[asn1_x509.Certificate, ...]
) -> list[int]:
    """The byte range of the one signature, if it holds for every byte; raises ``_Broken`` if it does not."""
    ranges = [[int(number) for number in match.groups()] for match in islice(_BYTE_RANGE.finditer(pdf), 2)]
    if not ranges:
        raise _Broken("byte_range_wrong")
    start, gap, resumed, rest = byte_range = ranges[0]
    if start != 0 or not 0 < gap < resumed:
        raise _Broken("byte_range_wrong")
    if resumed + rest > len(pdf):
        raise _Broken("truncated")
    if appended := pdf[resumed + rest :]:
        raise _Broken("incremental_update" if b"startxref" in appended else "bytes_appended")
    if len(ranges) > 1:
        raise _Broken("several_signatures")
    quoted = pdf[gap:resumed]
    if len(quoted) > 2 * _LARGEST_CONTAINER or not (quoted.startswith(b"<") and quoted.endswith(b">")):
        raise _Broken("byte_range_wrong")
    digest = hashlib.sha256(memoryview(pdf)[:gap])
    digest.update(memoryview(pdf)[resumed:])
    _hold_container(quoted[1:-1], digest.digest(), signers, pinned)
    return byte_range


def _hold_container(
    digits: bytes,
    digest: bytes,
    signers: tuple[asn1_x509.Certificate, ...],
    pinned: tuple[asn1_x509.Certificate, ...],
) -> None:
    try:
        content = cms.ContentInfo.load(bytes.fromhex(digits.decode()))
        info = content["content"]["signer_infos"][0]
        sid = info["sid"].dump()
        (signer,) = [candidate for candidate in signers if _sid(candidate).dump() == sid]
        intact, valid = validate_sig_integrity(info, signer, "data", digest)
        expected = _container(content["content"], signer, pinned).hex().upper().encode()
    except Exception as error:  # whatever a decoder stumbles over, the container is not the one that we made
        raise _Broken("signature_damaged") from error
    if not valid:
        raise _Broken("signature_damaged")
    if not intact:
        raise _Broken("content_changed")
    if digits != expected.ljust(len(digits), b"0"):
        raise _Broken("signature_damaged")


def _sid(signer: asn1_x509.Certificate) -> cms.SignerIdentifier:
    return cms.SignerIdentifier(
        {
            "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                {"issuer": signer.issuer, "serial_number": signer.serial_number}
            )
        }
    )


def _container(
    found: cms.SignedData, signer: asn1_x509.Certificate, pinned: tuple[asn1_x509.Certificate, ...]
) -> bytes:
    """The only container that may carry the signature found: nothing unsigned in it but pinned ones."""
    info = found["signer_infos"][0]
    carried = {choice.chosen.dump() for choice in found["certificates"]}
    digest_algorithm = cms.DigestAlgorithm({"algorithm": DIGEST})
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest_algorithm],
            "encap_content_info": {"content_type": "data"},
            "certificates": [
                cms.CertificateChoices(name="certificate", value=certificate)
                for certificate in pinned
                if certificate.dump() in carried
            ],
            "signer_infos": [
                cms.SignerInfo(
                    {
                        "version": "v1",
                        "sid": _sid(signer),
                        "digest_algorithm": digest_algorithm,
                        "signature_algorithm": {"algorithm": "sha256_rsa"},
                        "signed_attrs": info["signed_attrs"],
                        "signature": info["signature"].native,
                    }
                )
            ],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def _read(pdf: bytes, byte_range: list[int]) -> Inspection:
    """What a file signed by us says of itself, once pyHanko too finds one certifying signature over the whole
    of it.
    """
    try:
        reader = PdfFileReader(BytesIO(pdf))
        (signature,) = reader.embedded_signatures
        coverage = signature.evaluate_signature_coverage()
        permission = signature.docmdp_level
        agreed = [int(number) for number in signature.byte_range] == byte_range
        record = _record(reader)
    except Exception:  # signed by us, yet no paper: another use of the same key
        return Inspection(Status.NOT_OURS, ("not_a_copy",))
    if not agreed or coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _Broken("byte_range_wrong")
    if permission is not MDPPerm.NO_CHANGES:
        raise _Broken("not_certified")
    return record


def _record(reader: PdfFileReader) -> Inspection:
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    files = {str(names[i]): names[i + 1] for i in range(0, len(names), 2)}
    record = json.loads(files[RECORD_NAME]["/EF"]["/F"].data)
    if record["schema"] != RECORD_SCHEMA:
        raise ValueError(record["schema"])
    return Inspection(
        Status.AUTHENTIC,
        ("signed_and_untouched",),
        kind=record["kind"],
        case_number=record["case_number"],
        copy_number=record["copy_number"],
        verification_code=record["verification_code"],
        issued_at=datetime.fromisoformat(record["issued_at"]),
        statement_sha256=record["statement_sha256"],
        commitments=_commitments(record),
    )


def _commitments(record: dict[str, Any]) -> tuple[bytes, ...]:
    """None for papers that were issued before there was a register."""
    if "register" not in record:
        return ()
    opening = record.pop("register")
    statement = statement_record(
        case_number=record["case_number"],
        number=1,
        made_at=datetime.fromisoformat(record["filed_at"]),
        sha256=record["statement_sha256"],
    )
    return (
        commit(bytes.fromhex(opening["statement_key"]), statement),
        commit(bytes.fromhex(opening["paper_key"]), canonical(record)),
    )
