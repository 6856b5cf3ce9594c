"""Every untouched paper is authentic at its level; every other is not, and the answer says why."""

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from pyhanko.sign.signers import PdfSigner

from documents import complaint_copy
from documents.signing import Signer, run
from documents.verification import Inspection, Level, Status, inspect
from tests.documents import tampering
from tests.documents.samples import CASE, ISSUED_AT, LEVELS, Papers, a_copy, revisions, sign
from tests.documents.tampering import (
    Change,
    another_digit,
    changed_container,
    changed_stamp,
    flipped,
    gaps,
    sealed,
    signed_otherwise,
    updated,
    with_container,
    with_longer_length,
    with_stamp_of,
    without_stamp,
)
from tests.emulators.serving import Served


@dataclass(frozen=True)
class Bench:
    """What an attacker has: our papers, our authority's ear, an authority and a key with our names, and programs."""

    papers: Papers
    authority: Served
    foreign: Served
    stranger: Signer
    unsigned: bytes
    folder: Path

    def __getitem__(self, name: str) -> bytes:
        return self.papers[name]

    def look(self, pdf: bytes, *, required: Level = Level.B_B) -> Inspection:
        stampers = self.authority.time_stamper.certificates
        found = inspect(pdf, trusted=self.papers.trusted, time_stampers=stampers, required=required)
        assert found.reasons
        assert all(found.explanations())
        return found

    def other(self) -> bytes:
        """Another case's paper."""
        paper = complaint_copy.render(a_copy(case_number="150132-2026-000043-2", narrative="Otra cosa."))
        return sign(self.papers.signer, paper, time_stamper=self.authority.time_stamper)


@pytest.fixture
def bench(
    papers: Papers, authority: Served, foreign_authority: Served, stranger: Signer, unsigned: bytes, tmp_path: Path
) -> Bench:
    return Bench(papers, authority, foreign_authority, stranger, unsigned, tmp_path)


@pytest.mark.parametrize("name", LEVELS)
def test_an_untouched_paper_is_authentic_at_its_level(name: str, bench: Bench) -> None:
    found = bench.look(bench[name], required=LEVELS[name])
    assert (found.status, found.reasons) == (Status.AUTHENTIC, ("signed_and_untouched",))
    assert (found.level, found.case_number, found.issued_at) == (LEVELS[name], CASE, ISSUED_AT)
    assert found.time_stamped_at == (None if name == "signed" else ISSUED_AT)


@pytest.mark.parametrize(
    ("name", "required"),
    [("signed", Level.B_T), ("signed", Level.LTA), ("stamped", Level.LTA)],
)
def test_a_paper_below_the_required_level_is_altered(name: str, required: Level, bench: Bench) -> None:
    assert bench.look(bench[name], required=required) == Inspection(Status.ALTERED, ("time_stamp_missing",))


def test_the_revisions_of_a_paper_are_the_files_that_were_issued(papers: Papers) -> None:
    assert revisions(papers["signed"]) == (len(papers["signed"]),)
    assert [papers["renewed"][:end] for end in revisions(papers["renewed"])] == [
        papers["stamped"],
        papers["archived"],
        papers["renewed"],
    ]
    assert papers["stamped later"][: revisions(papers["stamped later"])[0]] == papers["signed"]
    assert revisions(papers["archived"][:-1]) == revisions(b"%PDF-1.7") == ()


CHANGES: tuple[Change, ...] = (
    tampering.another_title,
    tampering.a_new_information_dictionary,
    tampering.another_metadata,
    tampering.another_content,
    tampering.the_content_overwritten,
    tampering.an_annotation,
    tampering.no_pages_but_the_first,
    tampering.another_font,
    tampering.another_attachment,
    tampering.no_attachments,
    tampering.another_root,
    tampering.an_action_at_opening,
    tampering.a_text_field,
    tampering.an_object_that_nothing_needs,
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", ["signed", "stamped", "archived"])
def test_an_update_that_changes_anything_is_an_alteration(name: str, change: Change, bench: Bench) -> None:
    assert bench.look(updated(bench[name], change)) == Inspection(Status.ALTERED, ("incremental_update",))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("name", ["stamped", "renewed"])
def test_a_change_under_a_time_stamp_by_our_own_authority_is_an_alteration(
    name: str, change: Change, bench: Bench
) -> None:
    tampered = sealed(bench[name], change, bench.authority.time_stamper)
    assert bench.look(tampered) == Inspection(Status.ALTERED, ("incremental_update",))


@pytest.mark.parametrize("name", LEVELS)
def test_the_same_time_stamp_over_no_change_is_an_archive(name: str, bench: Bench) -> None:
    made = sealed(bench[name], tampering.nothing, bench.authority.time_stamper)
    assert bench.look(made).level is Level.LTA


def test_a_change_made_now_and_taken_back_under_the_next_time_stamp_is_an_alteration(bench: Bench) -> None:
    changed = sealed(bench["stamped"], tampering.an_annotation, bench.authority.time_stamper)
    restored = sealed(changed, tampering.without_the_annotation, bench.authority.time_stamper)
    assert bench.look(restored) == Inspection(Status.ALTERED, ("incremental_update",))


def of(name: str, change: Callable[[bytes], bytes]) -> Callable[[Bench], bytes]:
    return lambda bench: change(bench[name])


def zeroed(pdf: bytes, number: int) -> bytes:
    return with_container(pdf, b"", number)


def without_range(pdf: bytes, number: int) -> bytes:
    found = list(re.finditer(rb"/ByteRange \[0 \d+ \d+ \d+\]", pdf))[number]
    return pdf[: found.start()] + b"/ByteRange [0 0 0 0]".ljust(len(found[0])) + pdf[found.end() :]


def lowered(pdf: bytes, number: int) -> bytes:
    start, end = gaps(pdf)[number]
    return pdf[:start] + pdf[start:end].lower() + pdf[end:]


def in_signature(pdf: bytes) -> int:
    return _in_middle(pdf, tampering.container_of(pdf)["content"]["signer_infos"][0])


def in_stamp_of_signature(pdf: bytes) -> int:
    info = tampering.container_of(pdf)["content"]["signer_infos"][0]
    return _in_middle(pdf, info["unsigned_attrs"][0]["values"][0]["content"]["signer_infos"][0])


def _in_middle(pdf: bytes, info: cms.SignerInfo) -> int:
    return pdf.index(info["signature"].native.hex().upper().encode()) + 40


ALTERED: dict[str, tuple[Callable[[Bench], bytes], str]] = {
    "a byte of a page": (of("archived", lambda pdf: flipped(pdf, 20_000)), "content_changed"),
    "a byte of the validation material": (
        of("archived", lambda pdf: flipped(pdf, revisions(pdf)[0] + 2_000)),
        "archive_changed",
    ),
    "a byte of the first archive": (
        of("renewed", lambda pdf: flipped(pdf, revisions(pdf)[0] + 2_000)),
        "archive_changed",
    ),
    "a byte of the second archive": (
        of("renewed", lambda pdf: flipped(pdf, revisions(pdf)[1] + 1_000)),
        "archive_changed",
    ),
    "the last byte": (of("archived", lambda pdf: flipped(pdf, len(pdf) - 2)), "archive_changed"),
    "a digit of the signature": (
        of("stamped", lambda pdf: another_digit(pdf, in_signature(pdf))),
        "signature_damaged",
    ),
    "a digit of the signature's stamp": (
        of("stamped", lambda pdf: another_digit(pdf, in_stamp_of_signature(pdf))),
        "time_stamp_damaged",
    ),
    "a digit of the file's stamp": (
        of("archived", lambda pdf: another_digit(pdf, gaps(pdf)[1][0] + 900)),
        "time_stamp_damaged",
    ),
    "a digit that fills up after a stamp": (
        of("archived", lambda pdf: another_digit(pdf, gaps(pdf)[1][1] - 9)),
        "time_stamp_damaged",
    ),
    "a digit that fills up after the signature": (
        of("stamped", lambda pdf: another_digit(pdf, gaps(pdf)[0][1] - 9)),
        "time_stamp_damaged",
    ),
    "the case of the digits of a stamp": (of("archived", lambda pdf: lowered(pdf, 1)), "time_stamp_damaged"),
    "the case of the digits of the signature": (of("stamped", lambda pdf: lowered(pdf, 0)), "time_stamp_damaged"),
    "a length written longer": (
        of("signed", lambda pdf: changed_container(pdf, with_longer_length)),
        "signature_damaged",
    ),
    "a length in the signature's stamp written longer": (
        of("stamped", lambda pdf: changed_stamp(pdf, with_longer_length)),
        "time_stamp_damaged",
    ),
    "a length in the file's stamp written longer": (
        of("archived", lambda pdf: changed_container(pdf, with_longer_length, 1)),
        "time_stamp_damaged",
    ),
    "a foreign certificate in the signature": (
        lambda b: changed_container(b["stamped"], tampering.with_certificate(b.foreign.root)),
        "time_stamp_damaged",
    ),
    "a foreign certificate in the signature's stamp": (
        lambda b: changed_stamp(b["stamped"], tampering.with_certificate(b.foreign.root)),
        "time_stamp_damaged",
    ),
    "a foreign certificate in the file's stamp": (
        lambda b: changed_container(b["archived"], tampering.with_certificate(b.foreign.root), 1),
        "time_stamp_damaged",
    ),
    "something unsigned in the signature": (
        of("signed", lambda pdf: changed_container(pdf, tampering.with_something_unsigned)),
        "signature_damaged",
    ),
    "something unsigned in the signature's stamp": (
        of("stamped", lambda pdf: changed_stamp(pdf, tampering.with_something_unsigned)),
        "time_stamp_damaged",
    ),
    "something unsigned in the file's stamp": (
        of("archived", lambda pdf: changed_container(pdf, tampering.with_something_unsigned, 1)),
        "time_stamp_damaged",
    ),
    "a zeroed signature": (of("archived", lambda pdf: zeroed(pdf, 0)), "signature_damaged"),
    "a zeroed stamp": (of("archived", lambda pdf: zeroed(pdf, 1)), "time_stamp_damaged"),
    "a zeroed range of the signature": (of("archived", lambda pdf: without_range(pdf, 0)), "byte_range_wrong"),
    "a zeroed range of a stamp": (of("archived", lambda pdf: without_range(pdf, 1)), "incremental_update"),
    "a line after the archive": (of("archived", lambda pdf: pdf + b"\n"), "bytes_appended"),
    "garbage after the archive": (of("renewed", lambda pdf: pdf + b"hola" * 100), "bytes_appended"),
    "garbage between two archives": (
        of("renewed", lambda pdf: pdf[: revisions(pdf)[1]] + b"%hola\n" + pdf[revisions(pdf)[1] :]),
        "bytes_appended",
    ),
    "the archive twice": (
        of("archived", lambda pdf: pdf + pdf[revisions(pdf)[0] :]),
        "incremental_update",
    ),
    "the first archive left out": (
        of("renewed", lambda pdf: pdf[: revisions(pdf)[0]] + pdf[revisions(pdf)[1] :]),
        "truncated",
    ),
    "the last byte cut off": (of("archived", lambda pdf: pdf[:-1]), "truncated"),
    "the last hundred bytes cut off": (of("renewed", lambda pdf: pdf[:-100]), "truncated"),
    "cut off in the middle of a stamp": (of("archived", lambda pdf: pdf[: gaps(pdf)[1][0] + 500]), "bytes_appended"),
    "the signature's stamp taken out under an archive": (of("archived", without_stamp), "archive_changed"),
    "the stamp of another signature": (lambda b: with_stamp_of(b["stamped"], b.other()), "time_stamp_wrong"),
    "the signature of another case": (
        lambda b: with_container(b["stamped"], tampering.container_of(b.other()).dump()),
        "content_changed",
    ),
    "the archive of another case": (
        lambda b: b["stamped"] + b["stamped later"][len(b["signed"]) :],
        "incremental_update",
    ),
    "a stamp of the signature by a foreign authority": (
        lambda b: sign(b.papers.signer, b.unsigned, time_stamper=b.foreign.time_stamper),
        "time_stamp_foreign",
    ),
    "a stamp of the file by a foreign authority": (
        lambda b: sealed(b["stamped"], tampering.nothing, b.foreign.time_stamper),
        "time_stamp_foreign",
    ),
    "a renewal by a foreign authority": (
        lambda b: sealed(b["archived"], tampering.nothing, b.foreign.time_stamper),
        "time_stamp_foreign",
    ),
    "a stamp with a name of its own": (
        lambda b: sealed(b["stamped"], tampering.nothing, b.authority.time_stamper, name="Firma del juez"),
        "incremental_update",
    ),
    "an empty field for a signature": (
        lambda b: sealed(b["stamped"], tampering.an_empty_signature_field, b.authority.time_stamper),
        "incremental_update",
    ),
    "validation material that is none": (
        lambda b: sealed(
            b["stamped"], tampering.validation_material_that_is_none, b.authority.time_stamper, material=False
        ),
        "incremental_update",
    ),
    "a stamp without validation material": (
        lambda b: sealed(b["stamped"], tampering.nothing, b.authority.time_stamper, material=False),
        "incremental_update",
    ),
    "other validation material after the stamp": (
        of("archived", lambda pdf: updated(pdf, tampering.another_validation_material)),
        "incremental_update",
    ),
    "stamped without a signature": (
        lambda b: sealed(b.unsigned, tampering.nothing, b.authority.time_stamper),
        "signature_damaged",
    ),
    "rewritten by qpdf": (lambda b: tampering.linearised(b["archived"], b.folder), ""),
    "rewritten by pyHanko": (of("stamped", tampering.copied), ""),
}


@pytest.mark.parametrize("name", ALTERED)
def test_a_paper_changed_in_any_way_is_altered(name: str, bench: Bench) -> None:
    make, reason = ALTERED[name]
    found = bench.look(make(bench))
    assert found == Inspection(Status.ALTERED, (reason,) if reason else found.reasons)


FOREIGN: dict[str, tuple[Callable[[Bench], bytes], str]] = {
    "printed again": (lambda b: tampering.printed_again(b["archived"], b.folder), "no_signature"),
    "photographed": (lambda b: tampering.photographed(b["archived"], b.folder), "no_signature"),
    "never signed": (lambda b: b.unsigned, "no_signature"),
    "signed by a key of the same name": (
        lambda b: sign(b.foreign.signer(), b.unsigned, time_stamper=b.authority.time_stamper),
        "other_signer",
    ),
    "signed by a sibling certificate": (
        lambda b: sign(b.authority.signer(), b.unsigned, time_stamper=b.authority.time_stamper),
        "other_signer",
    ),
    "signed by a key of its own making": (lambda b: sign(b.stranger, b.unsigned), "other_signer"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_we_did_not_sign_is_not_ours(name: str, bench: Bench) -> None:
    make, reason = FOREIGN[name]
    assert bench.look(make(bench)) == Inspection(Status.NOT_OURS, (reason,))


def test_a_signature_whose_stamp_was_taken_out_is_no_more_than_a_bare_one(bench: Bench) -> None:
    bare = without_stamp(bench["stamped"])
    assert bench.look(bare).level is Level.B_B
    assert bench.look(bare, required=Level.B_T) == Inspection(Status.ALTERED, ("time_stamp_missing",))


def test_an_archive_that_was_cut_off_whole_is_no_more_than_the_revision_before(bench: Bench) -> None:
    cut = bench["archived"][: revisions(bench["archived"])[0]]
    assert bench.look(cut).level is Level.B_T
    assert bench.look(cut, required=Level.LTA) == Inspection(Status.ALTERED, ("time_stamp_missing",))


def test_a_second_signature_over_an_archive_is_an_alteration(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PdfSigner, "_enforce_certification_constraints", lambda *_: None)
    for signer in (bench.stranger, bench.papers.signer):
        twice = signed_otherwise(signer, bench["archived"], field_name="Otra")
        assert bench.look(twice) == Inspection(Status.ALTERED, ("incremental_update",))


def test_a_signature_made_after_the_certificate_expired_is_altered(authority: Served, unsigned: bytes) -> None:
    signer = authority.signer(not_after=ISSUED_AT + timedelta(days=1))
    stampers = authority.time_stamper.certificates
    before = sign(signer, unsigned, time_stamper=authority.time_stamper)
    assert inspect(before, trusted=signer.certificates, time_stampers=stampers).valid
    with authority.clock.at(ISSUED_AT + timedelta(days=2)):
        seen_late = sign(signer, unsigned, time_stamper=authority.time_stamper)
    said_late = run(signer._certified(unsigned, "Copia", "Perú", ISSUED_AT + timedelta(days=2), None))
    for late in (seen_late, said_late):
        found = inspect(late, trusted=signer.certificates, time_stampers=stampers)
        assert found == Inspection(Status.ALTERED, ("certificate_expired",))


def test_what_no_authority_saw_before_the_revocation_counts_no_more(bench: Bench) -> None:
    def look(name: str, since: timedelta) -> Inspection:
        revoked = {bench.papers.signer.certificate: ISSUED_AT + since}
        stampers = bench.authority.time_stamper.certificates
        return inspect(bench[name], trusted=bench.papers.trusted, time_stampers=stampers, revoked=revoked)

    later, before = timedelta(days=1), timedelta(0)
    for name in ("stamped", "archived", "renewed", "stamped later"):
        assert look(name, later).valid
        assert look(name, before) == Inspection(Status.ALTERED, ("certificate_revoked",))
    assert look("signed", later) == Inspection(Status.ALTERED, ("certificate_revoked",))


def test_without_pinned_authorities_no_stamp_counts(papers: Papers) -> None:
    found = {name: inspect(papers[name], trusted=papers.trusted).reasons for name in LEVELS}
    assert found.pop("signed") == ("signed_and_untouched",)
    assert set(found.values()) == {("time_stamp_foreign",)}


@pytest.mark.parametrize("name", ["stamped", "renewed"])
def test_a_flipped_byte_anywhere_is_never_authentic(name: str, bench: Bench) -> None:
    chance, pdf = random.Random(3161), bench[name]
    places = [chance.randrange(5, len(pdf)) for _ in range(100)]
    for start, end in gaps(pdf):
        places += [chance.randrange(start, end) for _ in range(150)]
    found = {place: bench.look(flipped(pdf, place, chance.randrange(8))).status for place in places}
    assert {place: status for place, status in found.items() if status is not Status.ALTERED} == {}


@pytest.mark.parametrize(
    "make",
    [
        lambda b: b["renewed"] + b"/ByteRange [0 1 2 3]" * 500_000,
        lambda b: b["renewed"] + b"<" + b"30" * 5_000_000 + b">startxref",
        lambda b: sealed(b["archived"], tampering.many_objects, b.authority.time_stamper),
    ],
    ids=["ranges", "digits", "objects under our own stamp"],
)
def test_a_hostile_addition_is_answered_quickly(make: Callable[[Bench], bytes], bench: Bench) -> None:
    hostile = make(bench)
    began = time.process_time()
    assert not bench.look(hostile).valid
    assert time.process_time() - began < 3


def test_random_changes_always_get_an_answer(bench: Bench) -> None:
    chance, pdf = random.Random(102), bench["renewed"]
    for _ in range(60):
        size = chance.randrange(4000)
        start = chance.randrange(len(pdf) - size)
        noise = pdf[:start] + chance.randbytes(size) + pdf[start + chance.randrange(size + 1) :]
        assert not bench.look(noise).valid
