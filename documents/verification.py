"""Is a file one of our papers, exactly as it was signed?

The question is answered from the bytes first: one signature, by a pinned certificate, over everything but its
own place in the file, in a container of which every byte is accounted for; after it nothing but time-stamps by
pinned authorities, each over all before it and the last over the whole file. Only a file that passed is read as
a PDF at all, so a hostile one has no parser to attack. What the paper says of itself is read from the
attachment inside the signed bytes.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
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

from documents.byte_ranges import ByteRange, Uncovered, covering, digests
from documents.commitment import canonical, commit, statement_record
from documents.frame import RECORD_NAME, RECORD_SCHEMA
from documents.later_revisions import Changed, hold_archive
from documents.signing import DIGEST, unsigned_attributes
from documents.time_stamps import Fault, NoTimeStamp, Stamp, attributes, held, to_asn1
from vocabulary.sentences import sentence

LARGEST = 25_000_000
"""Bytes of the largest file that is looked at."""

_CONTAINERS = 16
_HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f]{512,})>")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_TIME_STAMP = bytes.fromhex("060b2a864886f70d0109100104")


class Status(StrEnum):
    """What a file is. Whether a paper of ours was superseded or annulled, the register knows."""

    AUTHENTIC = "authentic"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    UNREADABLE = "unreadable"


class Level(StrEnum):
    """How long a signature proves itself (ETSI EN 319 142-1): while its certificate is valid; while that of its
    time-stamp is; and for as long as the archive's time-stamps are renewed. The lowest first.
    """

    B_B = "b_b"
    B_T = "b_t"
    LTA = "lta"

    def reaches(self, required: "Level") -> bool:
        """Whether this is the level required or one above it."""
        order = list(Level)
        return order.index(self) >= order.index(required)


@dataclass(frozen=True)
class Inspection:
    """What was found. ``reasons`` are keys of ``documents.verification`` sentences, never none.

    The other fields are what the signed bytes say: None unless the file is authentic, and ``copy_number``
    also for a receipt. ``kind`` is ``complaint_copy`` or ``receipt``. ``commitments`` are what the public register must
    hold: that to the statement and that to the paper. ``time_stamped_at`` is the earliest moment at which an
    authority saw the signature.
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
    level: Level | None = None
    time_stamped_at: datetime | None = None

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


@dataclass(frozen=True)
class _Held:
    """A file whose signature and time-stamps hold; ``stamps`` are those of the signature and of the file, by age."""

    ranges: tuple[ByteRange, ...]
    signer: x509.Certificate
    level: Level
    stamps: tuple[Stamp, ...]


def inspect(
    pdf: bytes,
    *,
    trusted: Iterable[x509.Certificate],
    time_stampers: Iterable[x509.Certificate] = (),
    required: Level = Level.B_B,
    revoked: Mapping[x509.Certificate, datetime] | None = None,
) -> Inspection:
    """Say what a file is. Any bytes at all get an answer, in time linear in their number.

    ``trusted`` holds the certificates that we sign or ever signed with, and their chains; a signature counts
    only by one of them that is no authority. ``time_stampers`` holds the certificates of the time-stamping
    authorities that we use or ever used, and theirs. A file below the ``required`` level is altered. ``revoked`` are
    those of ``trusted`` that were revoked, and since when: what no authority saw before counts no more. Whether a
    certificate has expired since is not looked at: an old copy stays what it was.
    """
    if len(pdf) > LARGEST:
        return Inspection(Status.UNREADABLE, ("too_large",))
    if b"%PDF-" not in pdf[:1024]:
        return Inspection(Status.UNREADABLE, ("not_a_pdf",))
    ours = {to_asn1(certificate): certificate for certificate in trusted}
    signers = {pinned: certificate for pinned, certificate in ours.items() if not pinned.ca}
    containers = _containers(pdf)
    if not any(_names(container, signer) for container in containers for signer in signers):
        return _unclaimed(pdf, signed=any(_whole(container) for container in containers))
    try:
        found = _hold(pdf, signers, tuple(ours), tuple(to_asn1(authority) for authority in time_stampers))
        if not found.level.reaches(required):
            raise _Broken("time_stamp_missing")
        return _read(pdf, found, revoked or {})
    except (_Broken, Uncovered) as broken:
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
    """Whether a container holds somebody's signature from its beginning to its end; a time-stamp is none."""
    try:
        parser.peek(container)
    except ValueError:
        return False
    return _SIGNED_DATA in container[:32] and _TIME_STAMP not in container[:80]


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
    pdf: bytes,
    signers: Mapping[asn1_x509.Certificate, x509.Certificate],
    pinned: tuple[asn1_x509.Certificate, ...],
    authorities: tuple[asn1_x509.Certificate, ...],
) -> _Held:
    """The signature and the time-stamps, if they hold for every byte; raises ``_Broken`` if they do not."""
    ranges = covering(pdf)
    digits = [found.digits(pdf) for found in ranges]
    hashes = digests(pdf, ranges)
    signer, stamp = _hold_signature(digits[0], hashes[0], tuple(signers), pinned, authorities)
    stamps = [stamp] if stamp else []
    level = Level.LTA if ranges[1:] else Level.B_T if stamp else Level.B_B
    for container, digest in zip(digits[1:], hashes[1:], strict=True):
        stamps.append(_hold_document_stamp(container, digest, authorities))
    return _Held(ranges, signers[signer], level, tuple(stamps))


def _hold_signature(
    digits: bytes,
    digest: bytes,
    signers: tuple[asn1_x509.Certificate, ...],
    pinned: tuple[asn1_x509.Certificate, ...],
    authorities: tuple[asn1_x509.Certificate, ...],
) -> tuple[asn1_x509.Certificate, Stamp | None]:
    try:
        content = cms.ContentInfo.load(bytes.fromhex(digits.decode()))
        info = content["content"]["signer_infos"][0]
        sid = info["sid"].dump()
        (signer,) = [candidate for candidate in signers if _sid(candidate).dump() == sid]
        intact, valid = validate_sig_integrity(info, signer, "data", digest)
        stamp = _signature_stamp(info, authorities) if valid and intact else None
        expected = _container(content["content"], signer, pinned, stamp).hex().upper().encode()
    except NoTimeStamp as fault:
        raise _Broken(f"time_stamp_{fault.fault}") from fault
    except Exception as error:  # whatever a decoder stumbles over, the container is not the one that we made
        raise _Broken("signature_damaged") from error
    if not valid:
        raise _Broken("signature_damaged")
    if not intact:
        raise _Broken("content_changed")
    if digits != expected.ljust(len(digits), b"0"):
        raise _Broken("time_stamp_damaged" if stamp else "signature_damaged")
    return signer, stamp


def _signature_stamp(info: cms.SignerInfo, authorities: tuple[asn1_x509.Certificate, ...]) -> Stamp | None:
    """The time-stamp over the signature, if there is one."""
    unsigned = info["unsigned_attrs"]
    if not len(unsigned) or unsigned[0]["type"].native != "signature_time_stamp_token":
        return None
    token = unsigned[0]["values"][0].dump()
    return held(token, hashlib.sha256(info["signature"].native).digest(), authorities)


def _hold_document_stamp(digits: bytes, digest: bytes, authorities: tuple[asn1_x509.Certificate, ...]) -> Stamp:
    try:
        token = cms.ContentInfo.load(bytes.fromhex(digits.decode()))
        kind = token["content"]["encap_content_info"]["content_type"].native
    except Exception as error:  # whatever a decoder stumbles over
        raise _Broken("time_stamp_damaged") from error
    if kind != "tst_info":
        raise _Broken("incremental_update")
    try:
        stamp = held(token.dump(), digest, authorities)
    except NoTimeStamp as fault:
        reason = "archive_changed" if fault.fault is Fault.OTHER_DATA else f"time_stamp_{fault.fault}"
        raise _Broken(reason) from fault
    if digits != stamp.token.hex().upper().encode().ljust(len(digits), b"0"):
        raise _Broken("time_stamp_damaged")
    return stamp


def _sid(signer: asn1_x509.Certificate) -> cms.SignerIdentifier:
    return cms.SignerIdentifier(
        {
            "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                {"issuer": signer.issuer, "serial_number": signer.serial_number}
            )
        }
    )


def _container(
    found: cms.SignedData,
    signer: asn1_x509.Certificate,
    pinned: tuple[asn1_x509.Certificate, ...],
    stamp: Stamp | None,
) -> bytes:
    """The only container that may carry the signature found: nothing unsigned in it but pinned ones and a stamp."""
    info = found["signer_infos"][0]
    unsigned = {"unsigned_attrs": unsigned_attributes(cms.ContentInfo.load(stamp.token))} if stamp else {}
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
                        "signed_attrs": attributes(info),
                        "signature": info["signature"].native,
                    }
                    | unsigned
                )
            ],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def _read(pdf: bytes, found: _Held, revoked: Mapping[x509.Certificate, datetime]) -> Inspection:
    """What a file signed by us says of itself, once pyHanko too finds one certifying signature over the whole
    of what was signed, and nothing after it but an archive.
    """
    signed = found.ranges[0]
    try:
        reader = PdfFileReader(BytesIO(pdf[: signed.end]))
        (signature,) = reader.embedded_signatures
        coverage = signature.evaluate_signature_coverage()
        permission = signature.docmdp_level
        agreed = [int(number) for number in signature.byte_range] == [
            0, signed.gap, signed.resumed, signed.end - signed.resumed
        ]  # fmt: skip
        claimed = signature.self_reported_timestamp
        record = _record(reader)
    except Exception:  # signed by us, yet no paper: another use of the same key
        return Inspection(Status.NOT_OURS, ("not_a_copy",))
    if not agreed or coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        raise _Broken("byte_range_wrong")
    if permission is not MDPPerm.NO_CHANGES:
        raise _Broken("not_certified")
    try:
        if found.ranges[1:]:
            hold_archive(pdf, found.ranges)
    except Changed as change:
        raise _Broken("incremental_update") from change
    seen = min((stamp.at for stamp in found.stamps), default=None)
    _hold_certificate(found.signer, seen, claimed, revoked.get(found.signer))
    return replace(record, level=found.level, time_stamped_at=seen)


def _hold_certificate(
    signer: x509.Certificate, seen: datetime | None, claimed: datetime | None, revoked: datetime | None
) -> None:
    """The certificate was valid when an authority first saw the signature, or when that was claimed to be made."""
    moment = seen or claimed
    if moment is None or not signer.not_valid_before_utc <= moment <= signer.not_valid_after_utc:
        raise _Broken("certificate_expired")
    if revoked is not None and (seen is None or seen >= revoked):
        raise _Broken("certificate_revoked")


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
        number=record.get("statement_number", 1),
        made_at=datetime.fromisoformat(record["filed_at"]),
        sha256=record["statement_sha256"],
    )
    return (
        commit(bytes.fromhex(opening["statement_key"]), statement),
        commit(bytes.fromhex(opening["paper_key"]), canonical(record)),
    )
