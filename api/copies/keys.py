"""What papers rest on: the key that signs now, every certificate that ever signed, and the time-stamp authority.

Certificates are remembered as files beside the keys, so that a paper outlives its key: rotation, loss and expiry leave
old copies what they are.
"""

import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, ExtendedKeyUsage, ExtensionNotFound, load_pem_x509_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID

from api.security import write_once
from api.settings import settings
from documents.keys import KeyUnusable
from documents.signing import Signer, TimeStamper, create_development_key
from documents.verification import Inspection, inspect

_log = logging.getLogger(__name__)
_SIGNED, _STAMPED = "firma", "sello-de-tiempo"


def signer() -> Signer:
    """The institution's key or, without one, a development key that says what it is; a changed key file is taken up.

    Raises ``KeyUnusable``, and ``OSError`` if its file can't be read.
    """
    if module := settings().signing_module:
        return _from_token(module, settings().signing_token, settings().signing_key_label)
    path = settings().signing_key or create_development_key(settings().keys).pkcs12
    return _from_file(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _from_file(path: Path, changed_at: int) -> Signer:
    passphrase = settings().signing_passphrase.get_secret_value() if settings().signing_key else ""
    return _remembered(Signer.from_pkcs12(path, passphrase or None))


@lru_cache(maxsize=1)
def _from_token(module: Path, token: str, key: str) -> Signer:
    pin = settings().signing_passphrase.get_secret_value()
    return _remembered(Signer.from_pkcs11(module, token=token, pin=pin, key=key))


def _remembered(found: Signer) -> Signer:
    _remember(_SIGNED, found.certificates)
    return found


def time_stamper() -> TimeStamper | None:
    """The time-stamp authority; None if there is none, or its certificates are not there or can't be read."""
    url, path = settings().time_stamp_url, settings().time_stamp_certificates
    if url is None or path is None or not path.exists():
        return None
    try:
        certificates = load_pem_x509_certificates(path.read_bytes())
    except (ValueError, OSError):
        _log.error("the certificates of the time-stamp authority can't be read")
        return None
    _remember(_STAMPED, certificates)
    return TimeStamper(url, certificates=certificates)


def trusted() -> tuple[Certificate, ...]:
    """The certificates that papers of ours are or ever were signed with, and those above them."""
    if not _names(_SIGNED):
        with suppress(KeyUnusable, OSError):  # a key that can't sign: what it signed is not known here then
            signer()
    return _read(settings().keys, _names(_SIGNED))


def time_stampers() -> tuple[Certificate, ...]:
    """The certificates of the authorities that stamp or ever stamped papers of ours."""
    time_stamper()
    return _read(settings().keys, _names(_STAMPED))


def look(pdf: bytes, revoked: Mapping[str, datetime]) -> Inspection:
    """What a file is by its signature; ``revoked`` are the fingerprints of certificates of ours, and since when."""
    known = trusted()
    since = {one: revoked[fingerprint(one)] for one in known if fingerprint(one) in revoked}
    return inspect(pdf, trusted=known, time_stampers=time_stampers(), revoked=since)


def look_by(pdf: bytes, pem: bytes) -> Inspection:
    """The same by the published certificates of an installation."""
    given = load_pem_x509_certificates(pem)
    stampers = [certificate for certificate in given if _stamps(certificate)]
    return inspect(pdf, trusted=[one for one in given if one not in stampers], time_stampers=stampers)


def _stamps(certificate: Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def published() -> bytes:
    """Every certificate that papers are checked by, as PEM."""
    known = dict.fromkeys((*trusted(), *time_stampers()))
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in known)


def fingerprint(certificate: Certificate) -> str:
    return certificate.fingerprint(SHA256()).hex()


def _remember(kind: str, certificates: Iterable[Certificate]) -> None:
    chain = tuple(certificates)
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in chain)
    path = settings().keys / f"{kind}-{fingerprint(chain[0])[:16]}.pem"
    if not path.exists():
        write_once(path, pem)


def _names(kind: str) -> tuple[str, ...]:
    folder = settings().keys
    found = os.listdir(folder) if folder.is_dir() else []
    return tuple(sorted(name for name in found if name.startswith(f"{kind}-") and name.endswith(".pem")))


@lru_cache(maxsize=4)
def _read(folder: Path, names: tuple[str, ...]) -> tuple[Certificate, ...]:
    found = [certificate for name in names for certificate in load_pem_x509_certificates((folder / name).read_bytes())]
    return tuple(dict.fromkeys(found))
