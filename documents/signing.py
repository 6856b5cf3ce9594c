"""Signing papers: PAdES B-B, certified with no changes allowed, with a key that is loaded once."""

import asyncio
import secrets
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers import Signer as CmsSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from documents.development_key import create_development_key

__all__ = ["CertificateNotValid", "KeyUnusable", "Signer", "create_development_key", "to_asn1"]

DIGEST = "sha256"
FIELD = "Firma"
_SPARE = 64  # hexadecimal digits beyond those that the container takes


class KeyUnusable(Exception):
    """The PKCS#12 cannot be opened with that passphrase, or holds no RSA key with its certificate."""


class CertificateNotValid(Exception):
    """The certificate does not cover the moment of signing: it has expired or is not valid yet."""


class _CachedKeySigner(CmsSigner):
    """pyHanko's signer over a key and a container that stay in memory.

    Loading and checking an RSA key costs more than a whole copy, and so does building the container, in which
    nothing but the document's digest and the signature differs between two copies. So pyHanko builds one, and
    these two are replaced.
    """

    def __init__(self, key: RSAPrivateKey, certificates: tuple[x509.Certificate, ...]) -> None:
        converted = [to_asn1(certificate) for certificate in certificates]
        super().__init__(signing_cert=converted[0])
        self.cert_registry.register_multiple(converted[1:])
        self._key = key
        self._blank_digest = secrets.token_bytes(SHA256.digest_size)
        built = _run(super().async_sign(self._blank_digest, DIGEST, use_pades=True))
        signer_info = built["content"]["signer_infos"][0]
        self._container = built.dump()
        self._attributes = signer_info["signed_attrs"].untag().dump()
        self._blank_signature = signer_info["signature"].native

    @property
    def container_length(self) -> int:
        """Bytes of the signature container."""
        return len(self._container)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._key.sign(data, PKCS1v15(), SHA256())

    async def async_sign(self, data_digest: bytes, *_args: object, **_settings: object) -> cms.ContentInfo:
        attributes = self._attributes.replace(self._blank_digest, data_digest)
        signature = self._key.sign(attributes, PKCS1v15(), SHA256())
        container = self._container.replace(self._blank_digest, data_digest)
        return cms.ContentInfo.load(container.replace(self._blank_signature, signature))


class _Writer(IncrementalPdfFileWriter):
    """A writer that leaves the title and dates as drawn: pyHanko's puts the machine's clock into them."""

    def _update_meta(self) -> None:
        return None


@dataclass(frozen=True)
class Signer:
    """A key that signs, with its certificate. One signer serves every thread of a process.

    ``certificates`` holds the signing certificate first and its chain after it: what a verification must
    trust.
    """

    certificates: tuple[x509.Certificate, ...]
    _cms: _CachedKeySigner

    @classmethod
    def from_pkcs12(cls, source: bytes | Path, passphrase: str | None = None) -> "Signer":
        """A signer from a PKCS#12 file or its bytes. Raises ``KeyUnusable``, and ``OSError`` if the file is
        unreadable.
        """
        data = source.read_bytes() if isinstance(source, Path) else source
        try:
            store = pkcs12.load_pkcs12(data, passphrase.encode() if passphrase is not None else None)
        except ValueError as error:
            raise KeyUnusable(str(error)) from error
        if store.cert is None or not isinstance(store.key, RSAPrivateKey):
            raise KeyUnusable("no RSA key with its certificate")
        certificates = (store.cert.certificate, *(extra.certificate for extra in store.additional_certs))
        return cls(certificates, _CachedKeySigner(store.key, certificates))

    @property
    def certificate(self) -> x509.Certificate:
        """The signing certificate."""
        return self.certificates[0]

    def sign(self, pdf: bytes, *, reason: str, location: str, signed_at: datetime) -> bytes:
        """The PDF with an invisible certifying signature over all of it.

        ``signed_at`` is aware and becomes the claimed time of signing. May be called from any thread, which
        waits for some milliseconds. Raises ``CertificateNotValid``, and ``ValueError`` if the time is naive.
        """
        if signed_at.tzinfo is None:
            raise ValueError("the time of signing needs a time zone")
        if not self.certificate.not_valid_before_utc <= signed_at <= self.certificate.not_valid_after_utc:
            raise CertificateNotValid(f"{self.certificate.subject.rfc4514_string()} at {signed_at.isoformat()}")
        return _run(self._certified(pdf, reason, location, signed_at))

    async def _certified(self, pdf: bytes, reason: str, location: str, signed_at: datetime) -> bytes:
        metadata = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm=DIGEST,
            reason=reason,
            location=location,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )
        writer = _Writer(BytesIO(pdf))
        session = PdfSigner(metadata, self._cms, new_field_spec=SigFieldSpec(FIELD)).init_signing_session(writer)
        session.system_time = signed_at
        to_sign = session.prepare_tbs_document(
            validation_info=None, bytes_reserved=2 * self._cms.container_length + _SPARE
        )
        output = BytesIO()
        prepared, _ = to_sign.digest_tbs_document(output=output)
        signed = await to_sign.perform_signature(
            document_digest=prepared.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at),
        )
        await signed.post_signature_processing(output)
        return output.getvalue()


def to_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The certificate as pyHanko's libraries know it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own, so that the caller's may have a running event loop."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, work).result()
