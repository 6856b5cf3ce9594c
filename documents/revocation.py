"""Whether a signing certificate still stands, by what its authority says over OCSP (RFC 6960) or CRL (RFC 5280)."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import RevokedError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

from documents.signing import run
from documents.time_stamps import to_asn1

_CLOCKS_DIFFER = timedelta(minutes=1)


class Standing(StrEnum):
    """What an authority says of a certificate; ``UNKNOWN`` also if it cannot be asked."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Revocation:
    """What is known of a certificate. ``since`` is when it was revoked, None unless it is."""

    standing: Standing
    since: datetime | None = None


def revocation(certificates: Iterable[x509.Certificate], *, at: datetime, timeout: float = 10.0) -> Revocation:
    """Ask for the first of the certificates whether it is revoked at a moment; the others are those above it.

    ``timeout`` is in seconds, for everything that is asked. No failure of a network or a server is an exception.
    """
    return run(_revocation([to_asn1(certificate) for certificate in certificates], at, timeout))


async def _revocation(chain: list[asn1_x509.Certificate], at: datetime, timeout: float) -> Revocation:
    roots = [certificate for certificate in chain[1:] if certificate.self_signed != "no"]
    rule = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
    try:
        async with asyncio.timeout(timeout), asking(roots, chain, at=at, timeout=timeout, rule=rule) as context:
            await CertificateValidator(chain[0], chain[1:], validation_context=context).async_validate_usage(set())
    except RevokedError as error:
        return Revocation(Standing.REVOKED, error.revocation_dt)
    except Exception:  # a stranger's server may answer anything
        return Revocation(Standing.UNKNOWN)
    return Revocation(Standing.GOOD)


@asynccontextmanager
async def asking(
    roots: Iterable[asn1_x509.Certificate],
    others: Iterable[asn1_x509.Certificate],
    *,
    at: datetime,
    timeout: float,
    rule: RevocationCheckingRule,
) -> AsyncIterator[ValidationContext]:
    """A context for pyHanko's validators in which revocation is asked for over HTTP, and answers are kept."""
    backend = AIOHttpFetcherBackend(per_request_timeout=timeout)
    policy = RevocationCheckingPolicy(rule, RevocationCheckingRule.CHECK_IF_DECLARED)
    try:
        yield ValidationContext(
            trust_roots=list(roots),
            other_certs=list(others),
            moment=at,
            allow_fetching=True,
            fetcher_backend=backend,
            revinfo_policy=CertRevTrustPolicy(policy),
            time_tolerance=_CLOCKS_DIFFER,
        )
    finally:
        await backend.close()
