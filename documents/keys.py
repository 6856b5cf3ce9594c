"""Where a signing key lies: in memory, out of a PKCS#12, or in a token behind PKCS#11 that never gives it away."""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12

if TYPE_CHECKING:
    import pkcs11


class KeyUnusable(Exception):
    """The PKCS#12 or the token cannot be opened with that secret, or holds no RSA key with its certificate."""


class SigningKey(Protocol):
    """An RSA key with its certificate first and the chain of that after it. Any thread may sign."""

    @property
    def certificates(self) -> tuple[x509.Certificate, ...]: ...

    def sign(self, data: bytes) -> bytes:
        """The signature over the data's SHA-256 (RSASSA-PKCS1-v1_5, RFC 8017)."""
        ...


class MemoryKey:
    """A key that stays in memory: loading and checking one costs more than a whole copy."""

    def __init__(self, source: bytes | Path, passphrase: str | None) -> None:
        data = source.read_bytes() if isinstance(source, Path) else source
        try:
            store = pkcs12.load_pkcs12(data, passphrase.encode() if passphrase is not None else None)
        except ValueError as error:
            raise KeyUnusable(str(error)) from error
        if store.cert is None or not isinstance(store.key, RSAPrivateKey):
            raise KeyUnusable("no RSA key with its certificate")
        self.certificates = (store.cert.certificate, *(extra.certificate for extra in store.additional_certs))
        self._key = store.key

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, PKCS1v15(), SHA256())


class TokenKey:
    """A key in a PKCS#11 token, over one session that is opened once and, if it is lost, once more for each signature."""

    def __init__(self, module: Path, *, token: str, pin: str, key: str) -> None:
        self._module, self._token, self._pin, self._label = module, token, pin, key
        self._turn = threading.Lock()
        try:
            self._session, self._key = self._opened()
            self.certificates = self._found()
        except (ImportError, RuntimeError, ValueError) as error:  # every error of python-pkcs11 is a RuntimeError
            raise KeyUnusable(f"{type(error).__name__}: {error}") from error

    def sign(self, data: bytes) -> bytes:
        """Raises ``KeyUnusable`` if the token is gone and does not come back at the first call."""
        with self._turn:
            try:
                return self._signature(data)
            except RuntimeError:
                try:
                    self._session, self._key = self._opened()
                    return self._signature(data)
                except RuntimeError as error:
                    raise KeyUnusable(f"{type(error).__name__}: {error}") from error

    def _signature(self, data: bytes) -> bytes:
        from pkcs11 import Mechanism

        return bytes(self._key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))

    def _opened(self) -> "tuple[pkcs11.Session, pkcs11.SignMixin]":
        import pkcs11

        token = pkcs11.lib(str(self._module)).get_token(token_label=self._token)
        try:
            session = token.open(user_pin=self._pin)
        except pkcs11.UserAlreadyLoggedIn:  # the whole process is: by another signer, or before the session was lost
            session = token.open()
        key = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, pkcs11.KeyType.RSA, self._label)
        assert isinstance(key, pkcs11.SignMixin)
        return session, key

    def _found(self) -> tuple[x509.Certificate, ...]:
        """The token's certificate for the key, and those above it."""
        from pkcs11 import Attribute, ObjectClass

        objects = self._session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        found = [x509.load_der_x509_certificate(bytes(one[Attribute.VALUE])) for one in objects]
        modulus = int.from_bytes(bytes(self._key[Attribute.MODULUS]))
        for certificate in found:
            public = certificate.public_key()
            if isinstance(public, RSAPublicKey) and public.public_numbers().n == modulus:
                return _chain(certificate, found)
        raise KeyUnusable("no certificate for the key")


def _chain(certificate: x509.Certificate, known: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    chain = [certificate]
    above = {one.subject: one for one in known}
    while (last := chain[-1]).issuer in above and above[last.issuer] not in chain:
        chain.append(above[last.issuer])
    return tuple(chain)
