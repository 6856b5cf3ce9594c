import os
import re
import subprocess
import time
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from documents.signing import Signer, TimeStamper, TimeStampUnavailable
from documents.verification import inspect
from tests.documents.samples import LEVELS, Papers, containers, covered, information, revisions, sign
from tests.documents.tampering import container_of
from tests.emulators.serving import Served, answering


def token_in(pdf: bytes) -> bytes:
    """The time-stamp of the signature itself."""
    info = container_of(pdf)["content"]["signer_infos"][0]
    return bytes(info["unsigned_attrs"][0]["values"][0].dump())


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture
def root(authority: Served, tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(authority.root.public_bytes(Encoding.PEM))
    return path


def test_openssl_verifies_the_stamp_over_the_signature(papers: Papers, root: Path, tmp_path: Path) -> None:
    token, signature = tmp_path / "token.der", tmp_path / "signature.bin"
    token.write_bytes(token_in(papers["stamped"]))
    signature.write_bytes(container_of(papers["stamped"])["content"]["signer_infos"][0]["signature"].native)
    command = ["ts", "-verify", "-in", token, "-token_in", "-CAfile", root, "-data", signature]
    assert "Verification: OK" in openssl(*command)
    signature.write_bytes(b"otra")
    assert "Verification: FAILED" in openssl(*command)


def test_openssl_verifies_the_stamps_over_the_file(papers: Papers, root: Path, tmp_path: Path) -> None:
    token, content = tmp_path / "token.der", tmp_path / "content.bin"
    for number in (1, 2):
        token.write_bytes(containers(papers["renewed"])[number])
        content.write_bytes(covered(papers["renewed"], number))
        told = openssl("ts", "-verify", "-in", token, "-token_in", "-CAfile", root, "-data", content)
        assert "Verification: OK" in told


@pytest.mark.parametrize("name", LEVELS)
def test_openssl_verifies_the_container_at_every_level(name: str, papers: Papers, root: Path, tmp_path: Path) -> None:
    container, content = tmp_path / "container.der", tmp_path / "content.bin"
    container.write_bytes(containers(papers[name])[0])
    content.write_bytes(covered(papers[name], 0))
    command = ["cms", "-verify", "-inform", "DER", "-in", container, "-content", content, "-binary", "-purpose", "any"]
    assert "successful" in openssl(*command, "-CAfile", root, "-out", tmp_path / "out")


@pytest.mark.parametrize("name", LEVELS)
def test_pdfsig_finds_the_signature_valid_and_every_stamp_at_every_level(
    name: str, papers: Papers, tmp_path: Path
) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(papers[name])
    report = subprocess.run(["pdfsig", path], capture_output=True, text=True, env=os.environ | {"TZ": "UTC"}).stdout
    stamps = len(revisions(papers[name])) - 1
    assert report.count("Signature is Valid") == 1
    assert report.count("Signature #") == 1 + stamps
    assert report.count("  - Total document signed") == 1
    assert report.count("  - Not total document signed") == stamps
    assert "Nov 20 2026 03:32:00" in report


def test_a_stamped_signature_still_certifies_and_forbids_every_change(papers: Papers) -> None:
    (signature,) = PdfFileReader(BytesIO(papers["stamped"])).embedded_signatures
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    assert len(papers["stamped"]) - len(papers["signed"]) < 15_000


@pytest.mark.parametrize("name", LEVELS)
def test_every_level_leaves_title_and_dates_as_they_were(
    name: str, papers: Papers, unsigned: bytes, tmp_path: Path
) -> None:
    before, after = information(unsigned, tmp_path), information(papers[name], tmp_path)
    assert {key for key in before if before[key] != after.get(key)} <= {"File size", "Form"}


REFUSAL = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {"bad_alg"}}).dump()


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"", 200),
        (b"hola", 200),
        (b"\x30\x82\xff\xff", 200),
        (b"\x30" + bytes([len(REFUSAL)]) + REFUSAL, 200),
        (b"", 503),
        (b"\x30" * 200_000, 200),
    ],
    ids=["nothing", "nonsense", "half of something", "a refusal", "an error", "no end"],
)
def test_an_authority_that_answers_nothing_useful_is_one_named_error(
    answer: bytes, status: int, authority: Served, papers: Papers, unsigned: bytes
) -> None:
    with answering(answer, status=status) as url:
        stamper = TimeStamper(url, certificates=authority.time_stamper.certificates)
        with pytest.raises(TimeStampUnavailable):
            sign(papers.signer, unsigned, time_stamper=stamper)
    assert inspect(sign(papers.signer, unsigned), trusted=papers.trusted).valid


def test_an_authority_that_is_down_is_the_same_error(authority: Served, papers: Papers, unsigned: bytes) -> None:
    with answering(b"") as url:
        pass  # nobody answers there any more
    with pytest.raises(TimeStampUnavailable):
        sign(papers.signer, unsigned, time_stamper=TimeStamper(url, certificates=authority.time_stamper.certificates))


def test_an_authority_that_dribbles_is_given_up_in_time(authority: Served, papers: Papers, unsigned: bytes) -> None:
    with answering(b"\x30" * 1000, wait=0.1) as url:
        stamper = TimeStamper(url, certificates=authority.time_stamper.certificates, timeout=0.5)
        began = time.monotonic()
        with pytest.raises(TimeStampUnavailable):
            sign(papers.signer, unsigned, time_stamper=stamper)
        assert time.monotonic() - began < 5


def test_a_stamp_by_an_authority_that_is_not_pinned_is_refused_at_once(
    authority: Served, foreign_authority: Served, papers: Papers, unsigned: bytes
) -> None:
    stamper = TimeStamper(f"{foreign_authority.url}/tsa", certificates=authority.time_stamper.certificates)
    with pytest.raises(TimeStampUnavailable, match="pinned"):
        sign(papers.signer, unsigned, time_stamper=stamper)


def test_an_answer_to_another_question_is_refused(authority: Served, papers: Papers, unsigned: bytes) -> None:
    asked = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"h" * 32},
            "cert_req": True,
        }
    )
    stale = httpx.post(f"{authority.url}/tsa", content=asked.dump()).content
    with answering(stale) as url:
        stamper = TimeStamper(url, certificates=authority.time_stamper.certificates)
        with pytest.raises(TimeStampUnavailable):
            sign(papers.signer, unsigned, time_stamper=stamper)


def test_a_stamper_serves_one_paper_after_the_other(authority: Served, papers: Papers, unsigned: bytes) -> None:
    stamper = authority.time_stamper
    first, second = (sign(papers.signer, unsigned, time_stamper=stamper) for _ in range(2))
    assert token_in(first) != token_in(second)
    for paper in (first, second):
        assert inspect(paper, trusted=papers.trusted, time_stampers=stamper.certificates).time_stamped_at


def test_a_development_key_can_have_its_signature_stamped(authority: Served, signer: Signer, unsigned: bytes) -> None:
    paper = sign(signer, unsigned, time_stamper=authority.time_stamper)
    stampers = authority.time_stamper.certificates
    assert inspect(paper, trusted=signer.certificates, time_stampers=stampers).time_stamped_at
    assert len(re.findall(rb"/ByteRange", paper)) == 1
