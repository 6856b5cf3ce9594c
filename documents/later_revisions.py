"""What was added to a paper after it was signed: nothing but what an archive needs, or it is not the paper any more."""

from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from documents.byte_ranges import ByteRange
from documents.signing import stamp_field

_LARGEST_REVISION = 4_000_000
_MOST_OBJECTS = 100
_SIGNED_REVISION = 1
_ARCHIVE = {"/AcroForm", "/DSS"}
_BOOKKEEPING = {"/Size", "/Prev", "/ID"}
_STORE = {"/Type", "/Certs", "/OCSPs", "/CRLs"}
_STAMP = {"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange"}
_FIELD = {"/FT", "/T", "/TU", "/V", "/Type", "/Subtype", "/F", "/P", "/Rect"}

_POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(ignored_keys=frozenset(_ARCHIVE)),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
    ],
    form_rule=FormUpdatingRule(field_rules=[SigFieldCreationRule(), SigFieldModificationRule()]),
    ignore_orphaned_objects=False,
    ignore_identical_objects=False,
)
"""Stricter than pyHanko's own: no new title or metadata, no object that nothing needs, no other way of writing them."""


class Changed(Exception):
    """Something else than validation material and time-stamps was added."""


def hold_archive(pdf: bytes, ranges: Sequence[ByteRange]) -> None:
    """Raises ``Changed`` unless every revision after the signed one adds validation material and one document
    time-stamp alone (ISO 32000-2, 12.8.2.2 permits them under any certification).
    """
    try:
        _hold_archive(pdf, ranges)
    except Changed:
        raise
    except Exception as error:  # pyHanko says in many ways that it finds more than it permits
        raise Changed(f"{type(error).__name__}: {error}") from error


def _hold_archive(pdf: bytes, ranges: Sequence[ByteRange]) -> None:
    if any(after.end - before.end > _LARGEST_REVISION for before, after in pairwise(ranges)):
        raise Changed("a revision is larger than any archive")
    reader = PdfFileReader(BytesIO(pdf))
    signatures = reader.embedded_signatures
    if reader.xrefs.total_revisions != len(ranges) + _SIGNED_REVISION or len(signatures) != len(ranges):
        raise Changed("there are revisions without a time-stamp")
    for number, (found, signature) in enumerate(zip(ranges, signatures, strict=True)):
        expected = [0, found.gap, found.resumed, found.end - found.resumed]
        if [int(place) for place in signature.byte_range] != expected:
            raise Changed("a signature is over other bytes")
        if signature.signed_revision != _SIGNED_REVISION + number:
            raise Changed("a signature is of another revision")
        if number:
            _hold_stamp(signature, stamp_field(number))
    if signatures[-1].evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        raise Changed("the last time-stamp is not over the whole file")
    if len(reader.root["/AcroForm"]["/Fields"]) != len(ranges):
        raise Changed("there is another field")
    each = [reader.get_historical_resolver(_SIGNED_REVISION + number) for number in range(len(ranges))]
    for before, after in pairwise(each):
        if len(after.explicit_refs_in_revision()) > _MOST_OBJECTS:
            raise Changed("there are more objects than an archive needs")
        found_change = _POLICY.apply(before, after, doc_mdp=MDPPerm.NO_CHANGES)
        if found_change.modification_level > ModificationLevel.LTA_UPDATES:
            raise Changed("there is more than an archive needs")
        if after.root["/DSS"].keys() - _STORE:
            raise Changed("there is more than validation material")
        DocumentSecurityStore.read_dss(after)
    if _content(each[0]) != _content(each[-1]):
        raise Changed("the paper says something else than it did")


def _hold_stamp(signature: EmbeddedPdfSignature, name: str) -> None:
    """A document time-stamp says nothing but the time: a viewer would show its name, its reason or its looks."""
    field = signature.sig_field
    if signature.sig_object_type != "/DocTimeStamp" or signature.sig_object.keys() - _STAMP:
        raise Changed("there is another signature")
    if field.keys() - _FIELD or field["/T"] != name or field.get("/TU", name) != name or any(field["/Rect"]):
        raise Changed("a time-stamp has a name or looks of its own")


def _content(revision: HistoricalResolver) -> list[object]:
    """What a paper says of itself and carries: title, dates, metadata, catalogue and attachments."""
    root, trailer = revision.root, revision.trailer_view
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    return [
        _entries(trailer, without=_BOOKKEEPING),
        _entries(trailer["/Info"], without=set()),
        _entries(root, without=_ARCHIVE),
        root["/Metadata"].data,
        [(str(names[i]), names[i + 1]["/EF"]["/F"].data) for i in range(0, len(names), 2)],
    ]


def _entries(dictionary: DictionaryObject, *, without: set[str]) -> dict[str, bytes]:
    """The entries as they are written; what they refer to is compared by the policy."""
    entries = {}
    for key in dictionary:
        if key not in without:
            written = BytesIO()
            dictionary.raw_get(key).write_to_stream(written)
            entries[str(key)] = written.getvalue()
    return entries
