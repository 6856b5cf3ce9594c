"""Signing papers: PAdES B-B, or B-T with a time-stamp, certified with no changes allowed, by a key that is loaded once."""

import asyncio
import hashlib
import secrets
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import cms
from cryptography import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import timestamps
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers import Signer as CmsSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from documents.development_key import create_development_key
from documents.keys import KeyUnusable, MemoryKey, SigningKey, TokenKey
from documents.time_stamps import TimeStamper, TimeStampUnavailable, to_asn1

__all__ = [
    "CertificateNotValid",
    "KeyUnusable",
    "Signer",
    "TimeStampUnavailable",
    "TimeStamper",
    "create_development_key",
    "to_asn1",
]

DIGEST = "sha256"
SPARE = 64
"""Hexadecimal digits beyond those that a container takes."""
_FIELD = "Firma"


def stamp_field(number: int) -> str:
    """The name of the field of a document time-stamp; the first is 1. Part of the format of papers, never to change."""
    return f"Sello de tiempo {number}"


class CertificateNotValid(Exception):
    """The certificate does not cover the moment of signing: it has expired or is not valid yet."""


class _CachedContainerSigner(CmsSigner):
    """pyHanko's signer over a container that stays in memory.

    Building the container costs more than a whole copy, and nothing but the document's digest and the signature
    differs between two copies. So pyHanko builds one, and these two are replaced.
    """

    def __init__(self, key: SigningKey) -> None:
        converted = [to_asn1(certificate) for certificate in key.certificates]
        super().__init__(signing_cert=converted[0])
        self.cert_registry.register_multiple(converted[1:])
        self._key = key
        self._blank_digest = secrets.token_bytes(hashlib.sha256().digest_size)
        built = run(super().async_sign(self._blank_digest, DIGEST, use_pades=True))
        signer_info = built["content"]["signer_infos"][0]
        self._container = built.dump()
        self._attributes = signer_info["signed_attrs"].untag().dump()
        self._blank_signature = signer_info["signature"].native

    @property
    def container_length(self) -> int:
        """Bytes of the signature container without a time-stamp."""
        return len(self._container)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._key.sign(data)

    async def async_sign(
        self,
        data_digest: bytes,
        *_args: object,
        timestamper: timestamps.TimeStamper | None = None,
        **_settings: object,
    ) -> cms.ContentInfo:
        attributes = self._attributes.replace(self._blank_digest, data_digest)
        signature = self._key.sign(attributes)
        container = self._container.replace(self._blank_digest, data_digest)
        signed = cms.ContentInfo.load(container.replace(self._blank_signature, signature))
        if timestamper is not None:
            token = await timestamper.async_timestamp(hashlib.sha256(signature).digest(), DIGEST)
            signed["content"]["signer_infos"][0]["unsigned_attrs"] = unsigned_attributes(token)
        return signed


def unsigned_attributes(token: cms.ContentInfo) -> cms.CMSAttributes:
    """What a signature with a time-stamp carries beside what it signs (CAdES, ETSI EN 319 122-1, 5.3)."""
    return cms.CMSAttributes([cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})])


class Writer(IncrementalPdfFileWriter):
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
    _cms: _CachedContainerSigner

    @classmethod
    def from_pkcs12(cls, source: bytes | Path, passphrase: str | None = None) -> "Signer":
        """A signer from a PKCS#12 file or its bytes. Raises ``KeyUnusable``, and ``OSError`` if the file is
        unreadable.
        """
        return cls._over(MemoryKey(source, passphrase))

    @classmethod
    def from_pkcs11(cls, module: Path, *, token: str, pin: str, key: str) -> "Signer":
        """A signer over a key that stays in a PKCS#11 token, such as an HSM.

        ``module`` is the library of the token's maker, ``token`` and ``key`` are labels. The token must hold the
        certificate of the key; those above it are taken from there too. Raises ``KeyUnusable``, later also ``sign``.
        """
        return cls._over(TokenKey(module, token=token, pin=pin, key=key))

    @classmethod
    def _over(cls, key: SigningKey) -> "Signer":
        return cls(key.certificates, _CachedContainerSigner(key))

    @property
    def certificate(self) -> x509.Certificate:
        """The signing certificate."""
        return self.certificates[0]

    def sign(
        self, pdf: bytes, *, reason: str, location: str, signed_at: datetime, time_stamper: TimeStamper | None = None
    ) -> bytes:
        """The PDF with an invisible certifying signature over all of it.

        ``signed_at`` is aware and becomes the claimed time of signing; with a ``time_stamper`` the signature also
        carries that authority's word for the time. May be called from any thread, which waits for some milliseconds,
        and for the authority. Raises ``CertificateNotValid``, ``TimeStampUnavailable``, and ``ValueError`` if the time
        is naive.
        """
        if signed_at.tzinfo is None:
            raise ValueError("the time of signing needs a time zone")
        if not self.certificate.not_valid_before_utc <= signed_at <= self.certificate.not_valid_after_utc:
            raise CertificateNotValid(f"{self.certificate.subject.rfc4514_string()} at {signed_at.isoformat()}")
        return run(self._certified(pdf, reason, location, signed_at, time_stamper))

    async def _certified(
        self, pdf: bytes, reason: str, location: str, signed_at: datetime, time_stamper: TimeStamper | None
    ) -> bytes:
        metadata = PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm=DIGEST,
            reason=reason,
            location=location,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            subfilter=SigSeedSubFilter.PADES,
        )
        signer = PdfSigner(metadata, self._cms, timestamper=time_stamper, new_field_spec=SigFieldSpec(_FIELD))
        session = signer.init_signing_session(Writer(BytesIO(pdf)))
        session.system_time = signed_at
        length = self._cms.container_length + (time_stamper.room if time_stamper else 0)
        to_sign = session.prepare_tbs_document(validation_info=None, bytes_reserved=2 * length + SPARE)
        output = BytesIO()
        prepared, _ = to_sign.digest_tbs_document(output=output)
        signed = await to_sign.perform_signature(
            document_digest=prepared.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at),
        )
        await signed.post_signature_processing(output)
        return output.getvalue()


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own, so that the caller's may have a running event loop."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, work).result()
