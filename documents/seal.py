"""The offline seal: a second QR code that a page checks without a network, with the station's public keys built in.

COSE_Sign1 (RFC 9052) with Ed25519, in base45 (RFC 9285) behind ``CV1:``. It says which complaint was filed when and where, and
the SHA-256 of the statement: no kind of incident and nothing of the person, since a paper is seen by others.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import base45
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PREFIX = "CV1:"
_ALGORITHM, _EDDSA, _KEY_ID = 1, -8, 4
_CASE, _DATE, _STATION, _STATEMENT = 1, 2, 3, 4
_SIGN1 = 18
"""The tag of a COSE_Sign1 message."""
_EPOCH = date(2020, 1, 1).toordinal()


class SealBroken(Exception):
    """The code is no seal, or none that the key has signed."""


@dataclass(frozen=True)
class Seal:
    """What is sealed. ``filed_on`` is the day on Lima's calendar; ``statement_sha256`` is in hexadecimal."""

    case_number: str
    filed_on: date
    station_code: str
    statement_sha256: str

    def signed(self, key: Ed25519PrivateKey) -> str:
        """The text of the QR code."""
        payload = cbor2.dumps(
            {
                _CASE: self.case_number,
                _DATE: self.filed_on.toordinal() - _EPOCH,
                _STATION: self.station_code,
                _STATEMENT: bytes.fromhex(self.statement_sha256),
            }
        )
        protected = cbor2.dumps({_ALGORITHM: _EDDSA})
        unprotected = {_KEY_ID: key_id(key.public_key())}
        message = [protected, unprotected, payload, key.sign(_to_sign(protected, payload))]
        encoded: bytes = base45.b45encode(cbor2.dumps(cbor2.CBORTag(_SIGN1, message)))
        return PREFIX + encoded.decode()


def key_id(key: Ed25519PublicKey) -> bytes:
    """Eight bytes that tell a key from the others."""
    return hashlib.sha256(key.public_bytes_raw()).digest()[:8]


def opened(code: str, keys: dict[bytes, Ed25519PublicKey]) -> Seal:
    """What a code seals, if one of the keys (by their ids) signed it. Raises ``SealBroken``."""
    try:
        if not code.startswith(PREFIX):
            raise SealBroken
        message: Any = cbor2.loads(base45.b45decode(code.removeprefix(PREFIX)))
        protected, unprotected, payload, signature = message.value
        keys[unprotected[_KEY_ID]].verify(signature, _to_sign(protected, payload))
        if message.tag != _SIGN1 or cbor2.loads(protected) != {_ALGORITHM: _EDDSA}:
            raise SealBroken
        said = cbor2.loads(payload)
        return Seal(said[_CASE], date.fromordinal(_EPOCH + said[_DATE]), said[_STATION], said[_STATEMENT].hex())
    except (ValueError, TypeError, AttributeError, KeyError, cbor2.CBORError, InvalidSignature) as error:
        raise SealBroken from error


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload])
