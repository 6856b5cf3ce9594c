import json
import random
import re
import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers import PdfSigner
from reportlab.pdfgen.canvas import Canvas

from documents import complaint_copy
from documents.commitment import canonical
from documents.frame import Frame
from documents.signing import Signer, to_asn1
from documents.verification import LARGEST, Inspection, Status, inspect
from tests.documents.samples import CASE, CODE, ISSUED_AT, a_copy, sign
from tests.documents.tampering import another_title, flipped, no_attachments, signed_otherwise, updated


def look(pdf: bytes, signer: Signer) -> Inspection:
    found = inspect(pdf, trusted=signer.certificates)
    assert found.reasons
    assert all(found.explanations())
    return found


def gap(pdf: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange\s*\[0 (\d+) (\d+)", pdf)
    assert found is not None
    return int(found[1]), int(found[2])


def plain_page() -> bytes:
    target = BytesIO()
    canvas = Canvas(target)
    canvas.drawString(72, 720, "Copia de denuncia")
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def two_of_one_authority() -> tuple[Signer, Signer]:
    authority = rsa.generate_private_key(65537, 2048)

    def certificate(name: str, key: rsa.RSAPrivateKey, *, ca: bool) -> x509.Certificate:
        def named(common: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

        builder = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named("Autoridad"))
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(ISSUED_AT - timedelta(1)).not_valid_after(ISSUED_AT + timedelta(1))
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        return builder.sign(authority, hashes.SHA256())

    root = certificate("Autoridad", authority, ca=True)

    def member() -> Signer:
        key = rsa.generate_private_key(65537, 2048)
        leaf = certificate("Comisaría", key, ca=False)
        protection = serialization.NoEncryption()
        return Signer.from_pkcs12(pkcs12.serialize_key_and_certificates(None, key, leaf, [root], protection))

    return member(), member()


def test_an_untouched_copy_is_authentic_and_says_which_it_is(signer: Signer, signed: bytes) -> None:
    found = look(signed, signer)
    assert (found.valid, found.status, found.reasons) == (True, Status.AUTHENTIC, ("signed_and_untouched",))
    assert (found.kind, found.case_number, found.copy_number) == ("complaint_copy", CASE, 1)
    assert (found.verification_code, found.issued_at) == (CODE, ISSUED_AT)


def test_a_paper_from_before_the_register_stays_authentic(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_old(frame: Frame) -> bytes:
        return canonical({key: value for key, value in json.loads(frame.record()).items() if key != "filed_at"})

    monkeypatch.setattr(Frame, "attachment", of_old)
    found = inspect(sign(signer, complaint_copy.render(a_copy())), trusted=signer.certificates)
    assert found.valid
    assert found.commitments == ()


def test_an_untouched_receipt_is_authentic_and_has_no_copy_number(signer: Signer, signed_receipt: bytes) -> None:
    found = look(signed_receipt, signer)
    assert (found.status, found.kind, found.copy_number) == (Status.AUTHENTIC, "receipt", None)


def test_keys_of_the_past_go_on_being_trusted(signer: Signer, stranger: Signer, signed: bytes) -> None:
    assert inspect(signed, trusted=(*stranger.certificates, *signer.certificates)).valid


TAMPERED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a byte of a page": (lambda pdf: flipped(pdf, 20_000), "content_changed"),
    "the version": (lambda pdf: pdf.replace(b"%PDF-1", b"%PDF-2", 1), "content_changed"),
    "the case number in the attachment": (
        lambda pdf: pdf.replace(b'"case_number":"15', b'"case_number":"25'),
        "content_changed",
    ),
    "the title": (lambda pdf: pdf.replace(b"/Title", b"/Titla", 1), "content_changed"),
    "the claimed time of signing": (lambda pdf: pdf.replace(b"/M (D", b"/M (E"), "content_changed"),
    "the permission to change": (lambda pdf: pdf.replace(b"/P 1\n", b"/P 3\n"), "content_changed"),
    "the last byte": (lambda pdf: flipped(pdf, len(pdf) - 2), "content_changed"),
    "a digit of the signature": (lambda pdf: flipped(pdf, gap(pdf)[0] + 6400, 6), "signature_damaged"),
    "a byte of the padding": (
        lambda pdf: pdf[: gap(pdf)[1] - 9] + b"1" + pdf[gap(pdf)[1] - 8 :],
        "signature_damaged",
    ),
    "the case of a digit": (
        lambda pdf: pdf[: gap(pdf)[0]] + pdf[gap(pdf)[0] : gap(pdf)[1]].lower() + pdf[gap(pdf)[1] :],
        "signature_damaged",
    ),
    "zeroed contents": (
        lambda pdf: pdf[: gap(pdf)[0] + 1] + b"0" * (gap(pdf)[1] - gap(pdf)[0] - 2) + pdf[gap(pdf)[1] - 1 :],
        "signature_damaged",
    ),
    "zeroed byte range": (
        lambda pdf: re.sub(rb"/ByteRange \[0 \d+ \d+ \d+\]", b"/ByteRange [0 0 0 0]", pdf),
        "byte_range_wrong",
    ),
    "a byte range that leaves out the end": (
        lambda pdf: re.sub(rb"(/ByteRange \[0 \d+ \d+) \d+\]", rb"\1 600]", pdf),
        "",
    ),
    "no byte range": (lambda pdf: pdf.replace(b"/ByteRange", b"/ByteRanje"), "byte_range_wrong"),
    "a line appended": (lambda pdf: pdf + b"\n", "bytes_appended"),
    "garbage appended": (lambda pdf: pdf + b"hola" * 100, "bytes_appended"),
    "garbage before": (lambda pdf: b"\n" + pdf, ""),
    "an update that changes the title": (lambda pdf: updated(pdf, another_title), "incremental_update"),
    "an update that drops the attachments": (
        lambda pdf: updated(pdf, no_attachments),
        "incremental_update",
    ),
    "the file twice": (lambda pdf: pdf + pdf, "incremental_update"),
    "the last tenth cut off": (lambda pdf: pdf[: -len(pdf) // 10], "truncated"),
    "the last byte cut off": (lambda pdf: pdf[:-1], "truncated"),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_copy_changed_in_any_way_is_altered(name: str, signer: Signer, signed: bytes) -> None:
    change, reason = TAMPERED[name]
    tampered = change(signed)
    assert tampered != signed
    found = look(tampered, signer)
    assert found.status is Status.ALTERED
    assert not reason or found.reasons == (reason,)
    assert found.case_number is None


def test_a_second_signature_on_top_is_an_alteration(
    signer: Signer, stranger: Signer, signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PdfSigner, "_enforce_certification_constraints", lambda *_: None)
    twice = signed_otherwise(stranger, signed, field_name="Otra")
    assert look(twice, signer) == Inspection(Status.ALTERED, ("incremental_update",))


def test_the_genuine_signature_of_another_copy_does_not_fit(signer: Signer, signed: bytes) -> None:
    other = sign(signer, complaint_copy.render(a_copy(copy_number=2)))
    (start, end), (other_start, other_end) = gap(signed), gap(other)
    transplanted = signed[:start] + other[other_start:other_end] + signed[end:]
    assert look(transplanted, signer) == Inspection(Status.ALTERED, ("content_changed",))


def test_an_exchanged_root_is_seen(signer: Signer, stranger: Signer, signed: bytes) -> None:
    start, end = gap(signed)
    container = cms.ContentInfo.load(bytes.fromhex(signed[start + 1 : end - 1].decode()))
    kept, foreign = to_asn1(signer.certificate), to_asn1(stranger.certificates[1])
    container["content"]["certificates"] = [cms.CertificateChoices("certificate", c) for c in (kept, foreign)]
    digits = container.dump().hex().upper().encode().ljust(end - start - 2, b"0")
    exchanged = signed[: start + 1] + digits + signed[end - 1 :]
    assert look(exchanged, signer) == Inspection(Status.ALTERED, ("signature_damaged",))


def test_a_copy_signed_by_a_key_of_the_same_name_is_not_ours(signer: Signer, stranger: Signer, unsigned: bytes) -> None:
    assert look(sign(stranger, unsigned), signer) == Inspection(Status.NOT_OURS, ("other_signer",))


def test_a_copy_signed_by_a_sibling_certificate_is_not_ours(unsigned: bytes) -> None:
    ours, sibling = two_of_one_authority()
    assert inspect(sign(ours, unsigned), trusted=ours.certificates).valid
    assert look(sign(sibling, unsigned), ours) == Inspection(Status.NOT_OURS, ("other_signer",))


def test_a_paper_without_signature_is_not_ours(signer: Signer, unsigned: bytes) -> None:
    for paper in (unsigned, plain_page()):
        assert look(paper, signer) == Inspection(Status.NOT_OURS, ("no_signature",))


def test_what_our_key_signed_that_is_no_copy_is_not_ours(signer: Signer) -> None:
    assert look(sign(signer, plain_page()), signer) == Inspection(Status.NOT_OURS, ("not_a_copy",))


def test_a_signature_of_ours_that_permits_changes_is_not_accepted(signer: Signer, unsigned: bytes) -> None:
    permissive = signed_otherwise(signer, unsigned, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    assert look(permissive, signer) == Inspection(Status.ALTERED, ("not_certified",))
    assert look(signed_otherwise(signer, unsigned), signer) == Inspection(Status.ALTERED, ("not_certified",))


def test_a_flipped_byte_anywhere_is_never_authentic(signer: Signer, signed: bytes) -> None:
    chance = random.Random(402)
    start, end = gap(signed)
    places = [chance.randrange(len(b"%PDF-"), len(signed)) for _ in range(120)]
    places += [chance.randrange(start, end) for _ in range(120)]
    places += [chance.randrange(end - 60, len(signed)) for _ in range(60)]
    found = {place: look(flipped(signed, place, chance.randrange(8)), signer).status for place in places}
    assert {place: status for place, status in found.items() if status is not Status.ALTERED} == {}


@pytest.mark.parametrize("character", [b"<", b">", b"Z", b"\0"])
def test_a_signature_broken_in_the_middle_is_damaged(character: bytes, signer: Signer, signed: bytes) -> None:
    start, end = gap(signed)
    for place in range(start + 1, end - 1, 199):
        broken = signed[:place] + character + signed[place + 1 :]
        assert look(broken, signer) == Inspection(Status.ALTERED, ("signature_damaged",))


def test_a_file_cut_anywhere_is_never_authentic(signer: Signer, signed: bytes) -> None:
    found = {look(signed[:end], signer).status for end in range(0, len(signed), 487)}
    assert found <= {Status.ALTERED, Status.UNREADABLE}


@pytest.mark.parametrize(
    ("pdf", "reason"),
    [
        (b"", "not_a_pdf"),
        (b"GIF89a", "not_a_pdf"),
        (b"%PDF-1.7\n", "damaged"),
        (b"%PDF-1.7\n" + bytes(5000), "damaged"),
        (b"%PDF-" + b" " * LARGEST, "too_large"),
    ],
)
def test_what_is_no_readable_pdf_is_unreadable(pdf: bytes, reason: str, signer: Signer) -> None:
    assert look(pdf, signer) == Inspection(Status.UNREADABLE, (reason,))


@pytest.mark.parametrize(
    "filler",
    [
        b"<",
        b"<0",
        b"0",
        b"<" + b"30" * 3000,
        b"/ByteRange [",
        b"/ByteRange [0 1 2 3]",
        b"<" + b"30" * 400 + b">",
        b"([",
    ],
)
def test_a_hostile_file_is_answered_quickly(filler: bytes, signer: Signer, signed: bytes) -> None:
    start, end = gap(signed)
    for ours in (b"", signed[start:end]):
        hostile = b"%PDF-1.7\n" + ours + filler * (10_000_000 // len(filler)) + b"\nstartxref\n0\n%%EOF\n"
        began = time.process_time()
        assert not look(hostile, signer).valid
        assert time.process_time() - began < 3


def test_random_bytes_always_get_an_answer(signer: Signer, signed: bytes) -> None:
    chance = random.Random(326)
    for _ in range(60):
        size = chance.randrange(4000)
        start = chance.randrange(len(signed) - size)
        noise = signed[:start] + chance.randbytes(size) + signed[start + chance.randrange(size + 1) :]
        assert not look(noise, signer).valid
