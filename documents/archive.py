"""Keeping signed papers for decades (PAdES B-LTA): what a later verification needs goes into the file, and an authority's
time-stamp over all of it, again before that authority's certificate expires.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, RevokedError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import RevocationCheckingRule

from documents.revocation import asking
from documents.signing import DIGEST, SPARE, CertificateNotValid, Writer, run, stamp_field
from documents.time_stamps import TimeStamper, to_asn1


class RevocationUnavailable(Exception):
    """A certificate says where its revocation is told, and nothing that counts was told there."""


class CertificateRevoked(Exception):
    """A certificate that the paper rests on is revoked."""


def archived(
    pdf: bytes,
    *,
    certificates: Iterable[x509.Certificate],
    roots: Iterable[x509.Certificate],
    time_stamper: TimeStamper,
    at: datetime,
    timeout: float = 10.0,
) -> bytes:
    """A paper of ours with what proves its signature later, and a time-stamp over the whole; one more revision.

    The first time that is the chain of the signature, of its time-stamp if it has one, and the revocation of all of
    them; later, the same of the last time-stamp; always that of the authority which stamps now (ETSI EN 319 142-1,
    5.5). ``certificates`` are those that the paper may need beside what it carries; every chain must lead to one of
    the ``roots``. ``at`` is now, aware; ``timeout`` is in seconds, for every question asked. A certificate that
    says nowhere how it would be revoked is taken as it is.

    Raises ``RevocationUnavailable``, ``CertificateRevoked``, ``CertificateNotValid`` if one has expired or leads to no
    root, and ``TimeStampUnavailable``. The paper is not verified: that is ``verification.inspect``.
    """
    known = [to_asn1(certificate) for certificate in (*certificates, *time_stamper.certificates)]
    trusted = [to_asn1(root) for root in roots]
    return run(_archived(pdf, known, trusted, time_stamper, at, timeout))


async def _archived(
    pdf: bytes,
    known: list[asn1_x509.Certificate],
    roots: list[asn1_x509.Certificate],
    time_stamper: TimeStamper,
    at: datetime,
    timeout: float,
) -> bytes:
    signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    writer = Writer(BytesIO(pdf))
    rule = RevocationCheckingRule.CHECK_IF_DECLARED
    carried = [extract_certificate_info(data) for data in _unproven(signatures)]
    known = [*known, *(certificate for one in carried for certificate in one.other_certs)]
    needed = [one.signer_cert for one in carried]
    needed += [to_asn1(one) for one in time_stamper.certificates if not to_asn1(one).ca]
    async with asking(roots, known, at=at, timeout=timeout, rule=rule) as context:
        paths = [await _path(certificate, known, context) for certificate in needed]
        DocumentSecurityStore.supply_dss_in_writer(
            writer, None, paths=paths, validation_context=context, embed_roots=True
        )
    label = stamp_field(len(signatures))
    output = BytesIO()
    await PdfTimeStamper(time_stamper, field_name=label, readable_field_name=label).async_timestamp_pdf(
        writer, DIGEST, bytes_reserved=2 * time_stamper.room + SPARE, output=output
    )
    return output.getvalue()


async def _path(
    certificate: asn1_x509.Certificate, known: list[asn1_x509.Certificate], context: ValidationContext
) -> ValidationPath:
    """The chain of a certificate, with what is told of its revocation left in the context."""
    try:
        validator = CertificateValidator(certificate, known, validation_context=context)
        path: ValidationPath = await validator.async_validate_usage(set())
    except RevokedError as error:
        raise CertificateRevoked(str(error)) from error
    except InsufficientRevinfoError as error:
        raise RevocationUnavailable(str(error)) from error
    except (PathError, ValidationError) as error:
        raise CertificateNotValid(str(error)) from error
    except Exception as error:  # a stranger's server may answer anything
        raise RevocationUnavailable(f"{type(error).__name__}: {error}") from error
    return path


def _unproven(signatures: list[EmbeddedPdfSignature]) -> Iterator[cms.SignedData]:
    """The signature and its time-stamp in a paper without an archive, else the archive's last time-stamp."""
    last = signatures[-1]
    yield last.signed_data
    yield from extract_tst_data_iter(last.signer_info, signed=False)
