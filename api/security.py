"""Keys, sealed data, tokens and signatures. Personal data is sealed before it reaches the database."""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
LASTING = ("wrapping", "index", "register", "seal")
"""The keys that an installation can never do without again once it has used them."""


class SealBroken(Exception):
    """Sealed data was altered, or opened with another key or for another purpose."""


@dataclass(frozen=True)
class DataKey:
    """The key of one conversation, which becomes its case's; destroying it shreds the case."""

    secret: bytes

    def seal(self, data: bytes, *, purpose: str) -> bytes:
        """Encrypt with AES-256-GCM; ``purpose`` (the column's name, say) must be given again to open."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self.secret).encrypt(nonce, data, purpose.encode())

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """Raises ``SealBroken``."""
        try:
            return AESGCM(self.secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
        except InvalidTag as error:
            raise SealBroken(purpose) from error

    def seal_json(self, value: Any, *, purpose: str) -> bytes:
        return self.seal(json.dumps(value, ensure_ascii=False).encode(), purpose=purpose)

    def open_json(self, sealed: bytes, *, purpose: str) -> Any:
        return json.loads(self.open(sealed, purpose=purpose))


@dataclass(frozen=True)
class KeyRing:
    """The installation's own keys, read from files that are never in the database nor in a backup."""

    folder: Path

    @cached_property
    def _wrapping(self) -> DataKey:
        return DataKey(self._key("wrapping"))

    @cached_property
    def _index(self) -> bytes:
        return self._key("index")

    @cached_property
    def internal_secret(self) -> str:
        return self._key("internal").hex()

    def _key(self, name: str) -> bytes:
        """A 32-byte key from its file, made at the first need; two processes at once get the same one."""
        path = self.folder / f"{name}.key"
        if not path.exists():
            write_once(path, secrets.token_bytes(32))
        return path.read_bytes()

    @cached_property
    def register_key(self) -> Ed25519PrivateKey:
        """Signs the states of the public register."""
        return Ed25519PrivateKey.from_private_bytes(self._key("register"))

    def ensure(self) -> None:
        """Make the keys that papers depend on before the first paper, so that a copy of the folder has them."""
        for name in LASTING:
            self._key(name)

    def register_origin(self, name: str) -> str:
        """The register's name: the first that was asked with, whatever the address is later."""
        path = self.folder / "register.origin"
        if not path.exists():
            write_once(path, name.encode())
        return path.read_text()

    @cached_property
    def seal_key(self) -> Ed25519PrivateKey:
        """Signs the offline seals of papers."""
        return Ed25519PrivateKey.from_private_bytes(self._key("seal"))

    def new_data_key(self, *, owner: str) -> tuple[DataKey, bytes]:
        """A new data key, and the same wrapped for ``owner`` (an id), which is how it is stored."""
        key = DataKey(secrets.token_bytes(32))
        return key, self._wrapping.seal(key.secret, purpose=owner)

    def unwrap(self, wrapped: bytes, *, owner: str) -> DataKey:
        return DataKey(self._wrapping.open(wrapped, purpose=owner))

    def keyed_hash(self, value: str, *, purpose: str) -> bytes:
        """A hash that finds an equal value again and tells nothing to who lacks the key."""
        return hmac.digest(self._index, f"{purpose}\0{value}".encode(), "sha256")

    def sign_link(self, payload: str) -> str:
        return self.keyed_hash(payload, purpose="link").hex()[:32]


def write_once(path: Path, content: bytes) -> None:
    """Write a file of a keys' folder, readable by its owner alone; of several processes at once the first one's counts."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.stem}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass  # another process was first
    finally:
        fresh.unlink()


def new_token() -> str:
    """256 random bits for a session or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """Tokens are random enough that a plain hash of one reveals nothing."""
    return hashlib.sha256(token.encode()).digest()
