"""Keeping papers: their archive time-stamps, the copies that wait for a key, and what staff must know of that key."""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases.models import Case
from api.copies import keys as signing
from api.copies import service
from api.copies.models import CertificateRevocation, Copy
from api.outbox import service as outbox
from api.outbox.senders import Channel, available
from api.outbox.service import Contact
from api.security import KeyRing
from api.settings import settings
from documents.archive import CertificateRevoked, RevocationUnavailable, archived
from documents.keys import KeyUnusable
from documents.revocation import Standing, revocation
from documents.signing import CertificateNotValid
from documents.time_stamps import TimeStampUnavailable
from documents.verification import Level
from vocabulary.sentences import sentence

_log = logging.getLogger(__name__)
_RENEWED_AFTER = timedelta(days=365)
_BEFORE_ITS_END = timedelta(days=30)
"""A time-stamp is renewed before its authority's certificate ends; in its last days a new one of the same proves no more,
so that no paper is renewed more often than this."""
_TRIED_AGAIN_AFTER = timedelta(hours=1)
_WAITING = timedelta(minutes=1)
_AT_ONCE = 100
WARNED_DAYS = (1, 7, 30)
"""Days before the certificate's end on which staff are told."""


async def due(session: AsyncSession, *, at: datetime) -> Sequence[uuid.UUID]:
    """The copies whose archive time-stamp is to be made or renewed, the oldest first; none without an authority."""
    if signing.time_stamper() is None:
        return []
    query = (
        select(Copy.id)
        .where(Copy.renewal_due_at <= at, Copy.issued_at.is_not(None))
        .order_by(Copy.renewal_due_at)
        .limit(_AT_ONCE)
    )
    return (await session.scalars(query)).all()


async def archive(session: AsyncSession, *, copy_id: uuid.UUID, keys: KeyRing, at: datetime) -> bool:
    """Add a revision with what proves the signature later, and a time-stamp over the whole (PAdES B-LTA).

    What can't be done now is tried again after an hour. Answers whether the authority is there for the next one.
    """
    copy = await session.scalar(select(Copy).where(Copy.id == copy_id).with_for_update(skip_locked=True))
    stamper = signing.time_stamper()
    if copy is None or copy.renewal_due_at is None or copy.renewal_due_at > at or stamper is None:
        return stamper is not None
    case = await session.get_one(Case, copy.case_id)
    pdf = await service.file_of(session, copy=copy, case=case, keys=keys)
    known = (*signing.trusted(), *signing.time_stampers())
    roots = [certificate for certificate in known if certificate.subject == certificate.issuer]
    copy.renewal_due_at = at + _TRIED_AGAIN_AFTER
    try:
        kept = await asyncio.to_thread(archived, pdf, certificates=known, roots=roots, time_stamper=stamper, at=at)
    except (RevocationUnavailable, TimeStampUnavailable, CertificateRevoked, CertificateNotValid) as error:
        _log.warning("copy %s is not archived: %s", copy.id, type(error).__name__)
        return not isinstance(error, TimeStampUnavailable)
    seen = await asyncio.to_thread(signing.look, kept, {})
    if seen.level is not Level.LTA:
        _log.error("copy %s is not archived: our own verification finds %s", copy.id, ", ".join(seen.reasons))
        return True
    await service.add_revision(session, copy=copy, case=case, pdf=kept, level=Level.LTA, keys=keys, at=at)
    ends = stamper.certificates[0].not_valid_after_utc - _BEFORE_ITS_END
    copy.renewal_due_at = min(at + _RENEWED_AFTER, ends) if ends > at else at + _BEFORE_ITS_END
    audit.record(session, Act.COPY_ARCHIVED, actor="worker", subject=f"copy:{copy.id}", at=at)
    return True


async def put_off(session: AsyncSession, *, copy_id: uuid.UUID, at: datetime) -> None:
    """Try again to issue or archive a copy after an hour."""
    copy = await session.get_one(Copy, copy_id)
    copy.renewal_due_at = at + _TRIED_AGAIN_AFTER


async def can_sign(session: AsyncSession, *, at: datetime) -> str | None:
    """What keeps the key from signing now, as a key of ``notices.key`` sentences; None if nothing does."""
    try:
        certificate = (await asyncio.to_thread(signing.signer)).certificate
    except (KeyUnusable, OSError):
        return "unusable"
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        return "expired"
    if await session.get(CertificateRevocation, signing.fingerprint(certificate)) is not None:
        return "revoked"
    return None


async def waiting(session: AsyncSession, *, at: datetime) -> Sequence[uuid.UUID]:
    """The copies that should have been issued by now, if the key can sign again."""
    query = select(Copy.id).where(Copy.issued_at.is_(None), Copy.requested_at < at - _WAITING)
    query = query.where(or_(Copy.renewal_due_at.is_(None), Copy.renewal_due_at <= at))
    left = (await session.scalars(query.order_by(Copy.requested_at).limit(_AT_ONCE))).all()
    return left if left and await can_sign(session, at=at) is None else []


async def ask_revocation(session: AsyncSession, *, at: datetime) -> None:
    """Ask the authority of the signing certificate whether it still stands, and keep that it does not."""
    try:
        certificates = (await asyncio.to_thread(signing.signer)).certificates
    except (KeyUnusable, OSError):
        return
    name = signing.fingerprint(certificates[0])
    if await session.get(CertificateRevocation, name) is not None:
        return
    told = await asyncio.to_thread(revocation, certificates, at=at)
    if told.standing is Standing.REVOKED:
        _log.error("the signing certificate was revoked: copies wait for another key")
        session.add(CertificateRevocation(fingerprint=name, since=told.since or at))


async def warn(session: AsyncSession, *, keys: KeyRing, at: datetime) -> None:
    """Tell staff by e-mail, once each, that the key can't sign, or is about to end."""
    trouble, days, name = await can_sign(session, at=at), None, str(settings().signing_key or settings().signing_module)
    if trouble != "unusable":
        certificate = signing.signer().certificate
        name = signing.fingerprint(certificate)
        left = certificate.not_valid_after_utc - at
        days = next((limit for limit in WARNED_DAYS if left <= timedelta(days=limit)), None)
    if trouble is None and days is None:
        return
    key = trouble or ("ends_now" if days == WARNED_DAYS[0] else "ends")
    if trouble is not None:
        _log.error("the signing key can't sign: %s", trouble)
    if settings().operations_email is None or Channel.EMAIL not in available(settings()):
        return
    await outbox.post(
        session,
        contact=Contact(Channel.EMAIL, str(settings().operations_email)),
        subject=sentence("notices.key.subject"),
        text=sentence(f"notices.key.{key}", days=days or 0),
        once=f"key:{name}:{key}:{days if trouble is None else at.date()}",
        keys=keys,
        at=at,
    )
