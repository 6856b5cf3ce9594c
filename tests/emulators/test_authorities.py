import hashlib
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from emulators.authorities import Authorities
from tests.emulators.serving import Clock, Served, served

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("authorities"), Clock(NOW)) as answering:
        yield answering


def openssl(*arguments: str | Path) -> str:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def pem(certificate: x509.Certificate, path: Path) -> Path:
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return path


def issued(authority: Served) -> x509.Certificate:
    store = pkcs12.load_pkcs12(authority.authorities.issue("Comisaría de DESARROLLO"), None)
    assert store.cert is not None
    return store.cert.certificate


def status(authority: Served, certificate: x509.Certificate, folder: Path) -> str:
    root = pem(authority.root, folder / "root.pem")
    asked = pem(certificate, folder / "asked.pem")
    url = f"{authority.url}/ocsp"
    return openssl("ocsp", "-issuer", root, "-cert", asked, "-url", url, "-CAfile", root, "-no_cert_checks")


def test_openssl_asks_for_a_stamp_and_verifies_it(authority: Served, tmp_path: Path) -> None:
    data, query, reply = tmp_path / "data", tmp_path / "query.tsq", tmp_path / "reply.tsr"
    data.write_bytes(b"denuncia")
    openssl("ts", "-query", "-data", data, "-sha256", "-cert", "-out", query)
    headers = {"Content-Type": "application/timestamp-query"}
    answer = httpx.post(f"{authority.url}/tsa", content=query.read_bytes(), headers=headers)
    assert answer.headers["Content-Type"] == "application/timestamp-reply"
    reply.write_bytes(answer.content)
    root = pem(authority.root, tmp_path / "root.pem")
    assert "Verification: OK" in openssl("ts", "-verify", "-data", data, "-in", reply, "-CAfile", root)
    assert "Mar  1 12:00:00 2027 GMT" in openssl("ts", "-reply", "-in", reply, "-text")
    data.write_bytes(hashlib.sha256(b"denuncia").digest())
    assert "Verification: FAILED" in openssl("ts", "-verify", "-data", data, "-in", reply, "-CAfile", root)


def test_openssl_hears_by_ocsp_and_by_list_that_a_certificate_is_good_until_it_is_revoked(
    authority: Served, tmp_path: Path
) -> None:
    certificate = issued(authority)
    now = datetime.now(UTC).replace(microsecond=0)
    with authority.clock.at(now):
        assert "asked.pem: good" in status(authority, certificate, tmp_path)
        authority.authorities.revoke(certificate, since=now - timedelta(days=1))
        told = status(authority, certificate, tmp_path)
        listed = httpx.get(f"{authority.url}/crl").content
    assert "Response verify OK" in told
    assert "asked.pem: revoked" in told
    revocations = x509.load_der_x509_crl(listed)
    assert revocations.is_signature_valid(authority.root.public_key())
    found = revocations.get_revoked_certificate_by_serial_number(certificate.serial_number)
    assert found is not None
    assert found.revocation_date_utc == now - timedelta(days=1)


def test_a_revocation_says_nothing_of_the_time_before_it(authority: Served, tmp_path: Path) -> None:
    certificate = issued(authority)
    authority.authorities.revoke(certificate, since=NOW + timedelta(days=1))
    assert certificate.serial_number not in dict(authority.authorities.revoked(at=NOW))
    assert certificate.serial_number in dict(authority.authorities.revoked(at=NOW + timedelta(days=1)))


@pytest.mark.parametrize("path", ["tsa", "ocsp"])
def test_nonsense_is_refused(authority: Served, path: str) -> None:
    assert httpx.post(f"{authority.url}/{path}", content=b"hola").status_code == 400


def test_every_name_says_what_it_is_and_the_keys_are_their_owners_alone(tmp_path: Path) -> None:
    authorities = Authorities(tmp_path / "new")
    for member in (authorities.root, authorities.time_stamping, authorities.responder):
        assert "DESARROLLO" in member.certificate.subject.rfc4514_string()
        assert "sin valor legal" in member.certificate.subject.rfc4514_string()
    assert stat.S_IMODE((tmp_path / "new" / "autoridades.pem").stat().st_mode) == 0o600
    chain = x509.load_pem_x509_certificates((tmp_path / "new" / "sello-de-tiempo.pem").read_bytes())
    assert tuple(chain) == authorities.time_stamping_certificates
    chain[0].verify_directly_issued_by(chain[1])


def _stamping(folder: Path) -> bytes:
    return Authorities(folder).time_stamping.certificate.public_bytes(Encoding.DER)


def test_of_processes_that_race_all_get_the_same_authorities(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        found = set(pool.map(_stamping, [tmp_path / "new"] * 3))
    assert found == {_stamping(tmp_path / "new")}
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "autoridades.pem",
        "sello-de-tiempo.pem",
        "revocados",
    }
