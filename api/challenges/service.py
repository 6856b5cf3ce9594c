"""One-time codes: six digits, five tries, ten minutes, kept as a hash, good only where they were asked for.

Asking does the same whether what is claimed is true or not: who a code is sent to, if to anybody, the worker finds out
afterwards. So neither the answer nor its time says who filed what.
"""

import hmac
import json
import secrets
import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import jobs
from api.cases.models import Case
from api.challenges.models import Challenge, ChallengeCount, VerifiedContact
from api.errors import TooManyRequests
from api.outbox import service as outbox
from api.outbox.service import Contact
from api.security import KeyRing
from api.settings import settings
from vocabulary.sentences import sentence

TRIES = 5
LIFE = timedelta(minutes=10)
_AGAIN = timedelta(seconds=30)
_WINDOW = timedelta(hours=1)
_LIMITS = {"document": 5, "contact": 5, "address": 20}
_PURPOSE = "challenge"


class Purpose(StrEnum):
    SECOND_COPY = "second_copy"
    CONTACT = "contact"


class Answer(StrEnum):
    """What a typed code is; ``LATER`` is right, but what it is for can't be done now."""

    RIGHT = "right"
    LATER = "later"
    WRONG = "wrong"
    EXPIRED = "expired"
    EXHAUSTED = "exhausted"
    NONE_ASKED = "none_asked"


async def ask(
    session: AsyncSession,
    *,
    purpose: Purpose,
    bound_to: str,
    claims: dict[str, Any],
    document_number: str | None,
    address_hash: bytes | None,
    keys: KeyRing,
    at: datetime,
    again: bool = False,
) -> None:
    """Have the worker send a code to whom the claims lead it, if to anybody.

    The same claims within half a minute are the same request, unless ``again``. Raises ``TooManyRequests``.
    """
    told = json.dumps(claims, sort_keys=True)
    claims_hash = keys.keyed_hash(f"{purpose}:{told}", purpose="claims")
    asked = await last(session, purpose=purpose, bound_to=bound_to)
    if asked and not again and asked.claims_hash == claims_hash and at - asked.created_at < _AGAIN and not asked.tries:
        return
    if document_number is not None:
        await _count(session, "document", keys.keyed_hash(document_number, purpose="document"), at)
    if address_hash is not None:
        await _count(session, "address", address_hash, at)
    challenge_id = uuid.uuid4()
    key, wrapped = keys.new_data_key(owner=str(challenge_id))
    session.add(
        Challenge(
            id=challenge_id,
            purpose=purpose,
            bound_to=bound_to,
            claims=key.seal(told.encode(), purpose=_PURPOSE),
            data_key=wrapped,
            claims_hash=claims_hash,
            created_at=at,
            expires_at=at + LIFE,
        )
    )
    await session.flush()
    await jobs.defer(session, "send_code", challenge_id=str(challenge_id))


async def last(session: AsyncSession, *, purpose: Purpose, bound_to: str, lock: bool = False) -> Challenge | None:
    """What was asked last for this purpose in this place."""
    query = select(Challenge).where(Challenge.bound_to == bound_to, Challenge.purpose == purpose)
    query = query.order_by(Challenge.created_at.desc()).limit(1)
    return await session.scalar(query.with_for_update() if lock else query)


async def _count(session: AsyncSession, kind: str, hashed: bytes, at: datetime) -> None:
    """Count one request; raises ``TooManyRequests`` beyond the limit of an hour."""
    if await _over(session, kind, hashed, at):
        raise TooManyRequests(_WINDOW)
    session.add(ChallengeCount(keyed_hash=hashed, at=at))


async def _over(session: AsyncSession, kind: str, hashed: bytes, at: datetime) -> bool:
    if settings().testing:
        return False
    query = select(func.count()).where(ChallengeCount.keyed_hash == hashed, ChallengeCount.at > at - _WINDOW)
    return (await session.scalar(query) or 0) >= _LIMITS[kind]


async def to_send(session: AsyncSession, *, challenge_id: uuid.UUID, at: datetime) -> Challenge | None:
    """A challenge for which nothing was sent yet, its row locked; None if it was, or is too old."""
    challenge = await session.scalar(select(Challenge).where(Challenge.id == challenge_id).with_for_update())
    if challenge is None or challenge.handled_at is not None or at >= challenge.expires_at:
        return None
    challenge.handled_at = at
    return challenge


async def under_way(session: AsyncSession, *, at: datetime) -> bool:
    """Whether a code of the last minute is still to be sent."""
    recent = Challenge.created_at > at - timedelta(minutes=1)
    return await session.scalar(select(Challenge.id).where(recent, Challenge.handled_at.is_(None)).limit(1)) is not None


def claims_of(challenge: Challenge, keys: KeyRing) -> dict[str, Any]:
    key = keys.unwrap(challenge.data_key, owner=str(challenge.id))
    claims: dict[str, Any] = json.loads(key.open(challenge.claims, purpose=_PURPOSE))
    return claims


async def arm(
    session: AsyncSession,
    *,
    challenge: Challenge,
    case: Case,
    contacts: list[Contact],
    keys: KeyRing,
    at: datetime,
) -> None:
    """Send a new code to the contacts of a case. A case with confidential contact gets a text that says nothing."""
    code = f"{secrets.randbelow(10**6):06d}"
    challenge.code_hash = _hashed(code, challenge, keys)
    challenge.case_id = case.id
    key = "discreet" if case.confidential else "open"
    for contact in contacts:
        hashed = contact.hashed(keys)
        if await _over(session, "contact", hashed, at):
            continue
        session.add(ChallengeCount(keyed_hash=hashed, at=at))
        await outbox.post(
            session,
            contact=contact,
            subject=sentence(f"notices.code.{key}_subject"),
            text=sentence(f"notices.code.{key}", code=code),
            code=code,
            keys=keys,
            at=at,
        )


def _hashed(code: str, challenge: Challenge, keys: KeyRing) -> bytes:
    return keys.keyed_hash(f"{challenge.id}:{code}", purpose="one-time code")


async def answer(
    session: AsyncSession, *, purpose: Purpose, bound_to: str, code: str, keys: KeyRing, at: datetime
) -> tuple[Answer, Challenge | None]:
    """Look at a typed code. The challenge's row stays locked, so that guesses come one after the other.

    A code that was right stays right for whoever asked, until it expires.
    """
    challenge = await last(session, purpose=purpose, bound_to=bound_to, lock=True)
    if challenge is None:
        return Answer.NONE_ASKED, None
    right = hmac.compare_digest(challenge.code_hash or bytes(32), _hashed(code, challenge, keys))
    if at >= challenge.expires_at:
        return Answer.EXPIRED, challenge
    if challenge.passed_at is not None:
        return (Answer.RIGHT if right else Answer.WRONG), challenge
    if challenge.tries >= TRIES:
        return Answer.EXHAUSTED, challenge
    challenge.tries += 1
    if right:
        challenge.passed_at = at
        return Answer.RIGHT, challenge
    return (Answer.EXHAUSTED if challenge.tries >= TRIES else Answer.WRONG), challenge


async def passed(session: AsyncSession, *, purpose: Purpose, bound_to: str, at: datetime) -> Challenge | None:
    """The challenge that whoever asked has passed and that is still good, its row locked."""
    challenge = await last(session, purpose=purpose, bound_to=bound_to, lock=True)
    if challenge is None or challenge.passed_at is None or at >= challenge.expires_at:
        return None
    return challenge


async def remember(session: AsyncSession, *, case: Case, contact_hash: bytes, at: datetime) -> None:
    """Keep that a contact of a case was proved."""
    if await session.get(VerifiedContact, (case.id, contact_hash)) is None:
        session.add(VerifiedContact(case_id=case.id, contact_hash=contact_hash, verified_at=at))


async def verified(session: AsyncSession, *, case: Case) -> set[bytes]:
    """The contacts of a case that were proved, as keyed hashes."""
    query = select(VerifiedContact.contact_hash).where(VerifiedContact.case_id == case.id)
    return set(await session.scalars(query))


async def purge(session: AsyncSession, *, at: datetime) -> None:
    """Delete what is over: challenges after a day, counts after their window."""
    await session.execute(delete(Challenge).where(Challenge.created_at < at - timedelta(days=1)))
    await session.execute(delete(ChallengeCount).where(ChallengeCount.at < at - _WINDOW))
