"""The key of an installation that has no certificate yet: its names say DESARROLLO, and it has no legal
force.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

_BITS = 3072
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC)
_ORGANISATION = "DESARROLLO: sin valor legal"


@dataclass(frozen=True)
class DevelopmentKey:
    """Where the key lies: a PKCS#12 without passphrase, and the certificates alone as PEM, signing
    certificate first.
    """

    pkcs12: Path
    certificates: Path


def create_development_key(directory: Path) -> DevelopmentKey:
    """Make a development root and a signing key below it, or find those made before.

    Of several processes at once one makes them and all return the same. The PKCS#12 is readable by its owner
    alone. Raises ``OSError`` if the directory cannot be written.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = DevelopmentKey(directory / "desarrollo.p12", directory / "desarrollo.pem")
    if not key.pkcs12.exists():
        candidate = _write(directory, _generate(), mode=0o600)
        try:
            os.link(candidate, key.pkcs12)
        except FileExistsError:
            pass  # another process was first; its key counts
        finally:
            candidate.unlink()
    store = pkcs12.load_pkcs12(key.pkcs12.read_bytes(), None)
    found = [c.certificate for c in (store.cert, *store.additional_certs) if c is not None]
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in found)
    if not key.certificates.exists() or key.certificates.read_bytes() != pem:
        os.replace(_write(directory, pem, mode=0o644), key.certificates)
    return key


def _write(directory: Path, content: bytes, *, mode: int) -> Path:
    path = directory / f".{secrets.token_hex(8)}.tmp"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return path


def _generate() -> bytes:
    root_key, signing_key = (generate_private_key(65537, _BITS) for _ in range(2))
    root_name, name = (
        _name("Comisario Virtual, raíz de DESARROLLO"),
        _name("Comisario Virtual, firma de DESARROLLO"),
    )
    root = _certificate(root_name, root_key, issuer=root_name, issuer_key=root_key, authority=True)
    signing = _certificate(name, signing_key, issuer=root_name, issuer_key=root_key, authority=False)
    return pkcs12.serialize_key_and_certificates(b"desarrollo", signing_key, signing, [root], NoEncryption())


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "PE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name, key: RSAPrivateKey, *, issuer: x509.Name, issuer_key: RSAPrivateKey, authority: bool
) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, SHA256())
    )
