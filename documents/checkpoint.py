"""The signed state of the public register: a checkpoint (C2SP tlog-checkpoint) in a signed note (C2SP signed-note)."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\1"
_DASH = "\u2014 "


class NotSigned(Exception):
    """The note is no checkpoint, or its signature is not by the key asked for."""


@dataclass(frozen=True)
class Checkpoint:
    """How many leaves the register has, and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The body that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, key: Ed25519PrivateKey) -> str:
        """The note: the body and its signature."""
        signature = _key_id(self.origin, key.public_key()) + key.sign(self.text.encode())
        return f"{self.text}\n{_DASH}{self.origin} {base64.b64encode(signature).decode()}\n"


def verifier_key(origin: str, key: Ed25519PublicKey) -> str:
    """The public key as monitors take it: name, key id and key."""
    encoded = base64.b64encode(_ED25519 + key.public_bytes_raw()).decode()
    return f"{origin}+{_key_id(origin, key).hex()}+{encoded}"


def opened(note: str, verifier: str) -> Checkpoint:
    """The checkpoint in a note that the verifier key has signed. Raises ``NotSigned``."""
    try:
        origin, key_id, encoded = verifier.strip().split("+", 2)
        kind_and_key = base64.b64decode(encoded, validate=True)
        key = Ed25519PublicKey.from_public_bytes(kind_and_key[1:])
        body, _, signatures = note.partition("\n\n")
        name, size, root = body.split("\n")[:3]
        checkpoint = Checkpoint(name, int(size), base64.b64decode(root, validate=True))
        if kind_and_key[:1] != _ED25519 or name != origin or _key_id(origin, key).hex() != key_id:
            raise NotSigned
        for line in signatures.splitlines():
            if line.startswith(f"{_DASH}{origin} "):
                signature = base64.b64decode(line.rpartition(" ")[2], validate=True)
                if signature[:4].hex() == key_id:
                    key.verify(signature[4:], f"{body}\n".encode())
                    return checkpoint
    except (ValueError, binascii.Error, InvalidSignature) as error:
        raise NotSigned from error
    raise NotSigned


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(f"{name}\n".encode() + _ED25519 + key.public_bytes_raw()).digest()[:4]
