import asyncio
import os
import re
import stat
import subprocess
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm

from documents.signing import CertificateNotValid, KeyUnusable, Signer, create_development_key
from documents.verification import inspect
from tests.documents.samples import ISSUED_AT, information, sign


def pdfsig(pdf: bytes, folder: Path) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, env=os.environ | {"TZ": "UTC"}).stdout


def test_pdfsig_agrees_that_the_signature_is_valid_and_covers_the_file(signed: bytes, tmp_path: Path) -> None:
    report = pdfsig(signed, tmp_path)
    assert "Signature is Valid" in report
    assert "Total document signed" in report
    assert "ETSI.CAdES.detached" in report
    assert "DESARROLLO" in report
    assert "Nov 20 2026 03:32:00" in report


def test_openssl_verifies_the_container(signed: bytes, key_folder: Path, tmp_path: Path) -> None:
    found = re.search(rb"/ByteRange\s*\[0 (\d+) (\d+) (\d+)", signed)
    assert found is not None
    gap, resumed, _ = (int(number) for number in found.groups())
    container, content = tmp_path / "container.der", tmp_path / "content.bin"
    container.write_bytes(bytes.fromhex(signed[gap + 1 : resumed - 1].decode()))
    content.write_bytes(signed[:gap] + signed[resumed:])
    command: list[str | Path] = [
        "openssl",
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-in",
        container,
        "-content",
        content,
        "-binary",
    ]
    command += ["-CAfile", key_folder / "desarrollo.pem", "-purpose", "any", "-out", tmp_path / "out"]
    assert subprocess.run(command, capture_output=True, text=True).stderr.strip().endswith("successful")


def test_the_signature_certifies_and_forbids_every_change(signed: bytes) -> None:
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert signature.docmdp_level is MDPPerm.NO_CHANGES
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.self_reported_timestamp == ISSUED_AT


def test_signing_leaves_title_and_dates_as_they_were(unsigned: bytes, signed: bytes, tmp_path: Path) -> None:
    before, after = information(unsigned, tmp_path), information(signed, tmp_path)
    assert {key for key in before if before[key] != after.get(key)} <= {"File size", "Form"}


def test_one_signer_serves_many_threads_beside_a_running_event_loop(signer: Signer, unsigned: bytes) -> None:
    async def several() -> list[bytes]:
        return await asyncio.gather(*(asyncio.to_thread(sign, signer, unsigned) for _ in range(8)))

    papers = asyncio.run(several())
    assert all(inspect(paper, trusted=signer.certificates).valid for paper in papers)


def test_signing_and_loading_work_inside_a_running_event_loop(key_folder: Path, unsigned: bytes) -> None:
    async def here() -> bool:
        signer = Signer.from_pkcs12((key_folder / "desarrollo.p12").read_bytes())
        return inspect(sign(signer, unsigned), trusted=signer.certificates).valid

    assert asyncio.run(here())


@pytest.mark.parametrize("moment", [datetime(2019, 12, 31, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)])
def test_a_certificate_that_does_not_cover_the_moment_signs_nothing(
    signer: Signer, unsigned: bytes, moment: datetime
) -> None:
    with pytest.raises(CertificateNotValid):
        sign(signer, unsigned, signed_at=moment)


def test_a_naive_time_is_refused(signer: Signer, unsigned: bytes) -> None:
    with pytest.raises(ValueError, match="time zone"):
        sign(signer, unsigned, signed_at=datetime(2026, 11, 20))


def test_a_wrong_passphrase_or_file_is_one_named_error(key_folder: Path) -> None:
    for source in (b"nothing", b""):
        with pytest.raises(KeyUnusable):
            Signer.from_pkcs12(source)
    with pytest.raises(KeyUnusable):
        Signer.from_pkcs12(key_folder / "desarrollo.p12", "wrong")


def test_the_development_key_says_what_it_is_and_is_its_owners_alone(key_folder: Path, signer: Signer) -> None:
    assert stat.S_IMODE((key_folder / "desarrollo.p12").stat().st_mode) == 0o600
    assert "DESARROLLO" in signer.certificate.subject.rfc4514_string()
    pem = x509.load_pem_x509_certificates((key_folder / "desarrollo.pem").read_bytes())
    assert tuple(pem) == signer.certificates
    assert signer.certificate.not_valid_after_utc > ISSUED_AT + timedelta(days=3650)


def test_making_the_development_key_again_finds_the_first(key_folder: Path) -> None:
    before = (key_folder / "desarrollo.p12").read_bytes()
    (key_folder / "desarrollo.pem").write_bytes(b"half a fi")
    key = create_development_key(key_folder)
    assert key.pkcs12.read_bytes() == before
    assert x509.load_pem_x509_certificates(key.certificates.read_bytes())
    assert sorted(path.name for path in key_folder.iterdir()) == ["desarrollo.p12", "desarrollo.pem"]


def test_of_processes_that_race_all_get_the_same_key(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        keys = list(pool.map(create_development_key, [tmp_path / "new"] * 3))
    assert len(set(keys)) == 1
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["desarrollo.p12", "desarrollo.pem"]
    assert Signer.from_pkcs12(keys[0].pkcs12).certificate
