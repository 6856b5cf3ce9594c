"""A signing key in a PKCS#11 token: Debian's SoftHSM2, as real as a token without hardware can be."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from documents.signing import KeyUnusable, Signer
from documents.verification import inspect
from tests.documents.samples import sign
from tests.emulators.serving import Served

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
TOKEN, PIN, LABEL = "Comisaria", "260042", "firma"

pytestmark = pytest.mark.skipif(not MODULE.exists() and "CI" not in os.environ, reason="needs Debian's softhsm2")


@pytest.fixture(scope="module")
def token(authority: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[x509.Certificate, ...]]:
    """A token with a key, its certificate and that of its authority; these two, and ``TOKEN`` is its label."""
    import pkcs11
    from pkcs11.util.rsa import decode_rsa_private_key

    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
    store = pkcs12.load_pkcs12(authority.authorities.issue("Comisaría de DESARROLLO"), None)
    assert store.cert is not None
    assert isinstance(store.key, RSAPrivateKey)
    certificates = (store.cert.certificate, authority.root)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(configuration))
        command = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--pin", PIN, "--so-pin", PIN]
        subprocess.run(command, check=True, capture_output=True)
        with pkcs11.lib(str(MODULE)).get_token(token_label=TOKEN).open(rw=True, user_pin=PIN) as session:
            key = store.key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            session.create_object(
                decode_rsa_private_key(key)
                | {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: LABEL, pkcs11.Attribute.PRIVATE: True}
            )
            for number, certificate in enumerate(reversed(certificates)):
                session.create_object(
                    {
                        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                        pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                        pkcs11.Attribute.TOKEN: True,
                        pkcs11.Attribute.LABEL: f"certificado {number}",
                        pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                        pkcs11.Attribute.VALUE: certificate.public_bytes(Encoding.DER),
                    }
                )
        yield certificates


def in_token(*, pin: str = PIN, key: str = LABEL, token: str = TOKEN) -> Signer:
    return Signer.from_pkcs11(MODULE, token=token, pin=pin, key=key)


def test_a_key_in_a_token_signs_as_one_in_memory_does(
    token: tuple[x509.Certificate, ...], unsigned: bytes, authority: Served
) -> None:
    signer = in_token()
    assert signer.certificates == token
    stamped = sign(signer, unsigned, time_stamper=authority.time_stamper)
    found = inspect(stamped, trusted=token, time_stampers=authority.time_stamper.certificates)
    assert found.valid
    assert inspect(sign(signer, unsigned), trusted=token).valid


def test_one_token_serves_many_threads(token: tuple[x509.Certificate, ...], unsigned: bytes) -> None:
    signer = in_token()

    async def several() -> list[bytes]:
        return await asyncio.gather(*(asyncio.to_thread(sign, signer, unsigned) for _ in range(16)))

    papers = asyncio.run(several())
    assert all(inspect(paper, trusted=token).valid for paper in papers)


def test_two_signers_of_a_process_share_a_token(token: tuple[x509.Certificate, ...], unsigned: bytes) -> None:
    first, second = in_token(), in_token()
    for signer in (first, second, first):
        assert inspect(sign(signer, unsigned), trusted=token).valid


def test_a_lost_session_is_opened_again(token: tuple[x509.Certificate, ...], unsigned: bytes) -> None:
    import pkcs11

    signer = in_token()
    before = sign(signer, unsigned)
    pkcs11.lib(str(MODULE)).reinitialize()  # every session and login of the process is gone
    after = sign(signer, unsigned)
    assert before != unsigned
    assert inspect(after, trusted=token).valid


def test_a_token_that_does_not_come_back_is_one_named_error(
    token: tuple[x509.Certificate, ...], unsigned: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import pkcs11

    signer = in_token()
    elsewhere = tmp_path / "softhsm2.conf"
    elsewhere.write_text(f"directories.tokendir = {tmp_path}\n")
    with monkeypatch.context() as environment:
        environment.setenv("SOFTHSM2_CONF", str(elsewhere))
        pkcs11.lib(str(MODULE)).reinitialize()
        with pytest.raises(KeyUnusable):
            sign(signer, unsigned)
    pkcs11.lib(str(MODULE)).reinitialize()
    assert inspect(sign(signer, unsigned), trusted=token).valid


@pytest.mark.parametrize("wrong", [{"pin": "000000"}, {"key": "otra"}, {"token": "Otra"}])
def test_a_wrong_pin_or_label_is_one_named_error(token: tuple[x509.Certificate, ...], wrong: dict[str, str]) -> None:
    import pkcs11

    pkcs11.lib(str(MODULE)).reinitialize()
    with pytest.raises(KeyUnusable):
        in_token(**wrong)


def test_a_module_that_is_none_is_one_named_error(tmp_path: Path) -> None:
    (tmp_path / "module.so").write_bytes(b"hola")
    for module in (tmp_path / "module.so", tmp_path / "nothing.so"):
        with pytest.raises(KeyUnusable):
            Signer.from_pkcs11(module, token=TOKEN, pin=PIN, key=LABEL)


def test_the_library_is_loaded_only_where_a_token_is_used() -> None:
    program = "import sys, documents.signing; print('pkcs11' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
