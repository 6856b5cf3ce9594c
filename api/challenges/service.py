"""One-time codes: six digits, five tries, ten minutes, kept as a hash, good only where they were asked for.

Asking does the same whether what is claimed is true or not: who a code is sent to, if to anybody, the worker finds out
afterwards, and writes it down in the same few statements either way. So neither an answer nor its time says who filed what.
"""

import hmac
import json
import secrets
import uuid
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import jobs
from api.cases.models import Case
from api.challenges.models import Challenge, ChallengeCount, VerifiedContact
from api.database import advisory_lock
from api.errors import TooManyRequests
from api.outbox import service as outbox
from api.outbox.senders import Channel
from api.outbox.service import Contact
from api.security import KeyRing
from api.settings import settings
from vocabulary.sentences import sentence

TRIES = 5
LIFE = timedelta(minutes=10)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LIMITS = {"document": (5, 10), "contact": (5, 10), "address": (20, 60)}
"""Requests in an hour and in a day."""
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
    asked_by: str | None,
    keys: KeyRing,
    at: datetime,
) -> None:
    """Have the worker send a code to whom the claims lead it, if to anybody; once for each ``asked_by`` (a message).

    Raises ``TooManyRequests``; then nothing was counted.
    """
    asked = await last(session, purpose=purpose, bound_to=bound_to)
    if asked is not None and asked_by is not None and asked.asked_by == asked_by:
        return
    counted = {  # without an address the conversation or page is counted, so that nobody is free of limits
        "document": keys.keyed_hash(document_number, purpose="document") if document_number is not None else None,
        "address": address_hash or keys.keyed_hash(bound_to, purpose="address"),
    }
    limited = [(kind, hashed) for kind, hashed in counted.items() if hashed is not None]
    for kind, hashed in limited:
        if await _over(session, kind, hashed, at):
            raise TooManyRequests(_HOUR)
    session.add_all(ChallengeCount(keyed_hash=hashed, at=at) for _, hashed in limited)
    challenge_id = uuid.uuid4()
    key, wrapped = keys.new_data_key(owner=str(challenge_id))
    session.add(
        Challenge(
            id=challenge_id,
            purpose=purpose,
            bound_to=bound_to,
            claims=key.seal(json.dumps(claims).encode(), purpose=_PURPOSE),
            data_key=wrapped,
            asked_by=asked_by,
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


async def _over(session: AsyncSession, kind: str, hashed: bytes, at: datetime) -> bool:
    """Whether a limit is reached; those who ask at once are looked at one after the other."""
    if settings().testing:
        return False
    await advisory_lock(session, f"challenge:{hashed.hex()}")
    for window, limit in zip((_HOUR, _DAY), _LIMITS[kind], strict=True):
        query = select(func.count()).where(ChallengeCount.keyed_hash == hashed, ChallengeCount.at > at - window)
        if (await session.scalar(query) or 0) >= limit:
            return True
    return False


async def may_try(session: AsyncSession, *, address_hash: bytes, at: datetime) -> None:
    """Let an address try a paper's code, unless it was wrong too often. Raises ``TooManyRequests``."""
    if await _over(session, "address", address_hash, at):
        raise TooManyRequests(_HOUR)


def count_try(session: AsyncSession, *, address_hash: bytes, at: datetime) -> None:
    """Note that an address tried a paper's code that opens nothing."""
    session.add(ChallengeCount(keyed_hash=address_hash, at=at))


async def to_send(session: AsyncSession, *, challenge_id: uuid.UUID, at: datetime) -> Challenge | None:
    """A challenge for which nothing was done yet; None if it was, or is too old."""
    challenge = await session.get(Challenge, challenge_id)
    if challenge is None or challenge.handled_at is not None or at >= challenge.expires_at:
        return None
    return challenge


async def under_way(session: AsyncSession, *, at: datetime) -> bool:
    """Whether a code of the last minute is still to be sent."""
    recent = Challenge.created_at > at - timedelta(minutes=1)
    waits = or_(Challenge.handled_at.is_(None), Challenge.to_post.is_not(None))
    return await session.scalar(select(Challenge.id).where(recent, waits).limit(1)) is not None


def claims_of(challenge: Challenge, keys: KeyRing) -> dict[str, Any]:
    key = keys.unwrap(challenge.data_key, owner=str(challenge.id))
    claims: dict[str, Any] = json.loads(key.open(challenge.claims, purpose=_PURPOSE))
    return claims


async def arm(
    session: AsyncSession,
    *,
    challenge_id: uuid.UUID,
    case: Case | None,
    contacts: list[Contact],
    keys: KeyRing,
    at: datetime,
) -> None:
    """Give a challenge its code, once, and have it posted; without a case there is nobody to post it to, ever."""
    challenge = await session.scalar(select(Challenge).where(Challenge.id == challenge_id).with_for_update())
    if challenge is None or challenge.handled_at is not None:
        return
    code = f"{secrets.randbelow(10**6):06d}"
    letter = {"code": code, "contacts": [(contact.channel, contact.address) for contact in contacts]}
    key = keys.unwrap(challenge.data_key, owner=str(challenge.id))
    challenge.to_post = key.seal_json(letter, purpose="letter")
    challenge.code_hash = _hashed(code if case else secrets.token_hex(), challenge, keys)
    challenge.case_id = case.id if case else None
    challenge.sent_to = [contact.hashed(keys) for contact in contacts]
    challenge.handled_at = at
    await jobs.defer(session, "post_code", challenge_id=str(challenge_id))


async def post(session: AsyncSession, *, challenge_id: uuid.UUID, keys: KeyRing, at: datetime) -> None:
    """Post the code of a challenge to those of its contacts that may get one more now, once.

    A code that goes to nobody is worth nothing. A case with confidential contact gets a text that says nothing.
    """
    challenge = await session.scalar(select(Challenge).where(Challenge.id == challenge_id).with_for_update())
    if challenge is None or challenge.to_post is None:
        return
    letter = keys.unwrap(challenge.data_key, owner=str(challenge.id)).open_json(challenge.to_post, purpose="letter")
    challenge.to_post = None
    if challenge.case_id is None:
        return
    case = await session.get_one(Case, challenge.case_id)
    key, sent = "discreet" if case.confidential else "open", []
    contacts = [Contact(Channel(channel), address) for channel, address in letter["contacts"]]
    for contact in sorted(contacts, key=lambda one: one.hashed(keys)):  # whoever locks them, locks them in this order
        hashed = contact.hashed(keys)
        if await _over(session, "contact", hashed, at):
            continue
        session.add(ChallengeCount(keyed_hash=hashed, at=at))
        sent.append(hashed)
        await outbox.post(
            session,
            contact=contact,
            subject=sentence(f"notices.code.{key}_subject"),
            text=sentence(f"notices.code.{key}", code=letter["code"]),
            code=letter["code"],
            keys=keys,
            at=at,
        )
    challenge.sent_to = sent
    if not sent:
        challenge.case_id = None
        challenge.code_hash = _hashed(secrets.token_hex(), challenge, keys)


def _hashed(code: str, challenge: Challenge, keys: KeyRing) -> bytes:
    return keys.keyed_hash(f"{challenge.id}:{code}", purpose="one-time code")


async def answer(
    session: AsyncSession,
    *,
    purpose: Purpose,
    bound_to: str,
    code: str,
    answered_by: str | None,
    keys: KeyRing,
    at: datetime,
) -> tuple[Answer, Challenge | None]:
    """Look at a typed code. The challenge's row stays locked, so that guesses come one after the other.

    The same ``answered_by`` (a message) again is told the same and counts once. A code that was right stays right for
    whoever asked, until it expires.
    """
    challenge = await last(session, purpose=purpose, bound_to=bound_to, lock=True)
    if challenge is None:
        return Answer.NONE_ASKED, None
    right = hmac.compare_digest(challenge.code_hash or bytes(32), _hashed(code, challenge, keys))
    if answered_by is not None and challenge.answered_by == answered_by:
        return Answer(str(challenge.answer)), challenge
    found = _judge(challenge, right, at)
    challenge.answered_by, challenge.answer = answered_by, found
    return found, challenge


def _judge(challenge: Challenge, right: bool, at: datetime) -> Answer:
    if at >= challenge.expires_at:
        return Answer.EXPIRED
    if challenge.passed_at is not None:
        return Answer.RIGHT if right else Answer.WRONG
    if challenge.tries >= TRIES:
        return Answer.EXHAUSTED
    challenge.tries += 1
    if right:
        challenge.passed_at = at
        return Answer.RIGHT
    return Answer.EXHAUSTED if challenge.tries >= TRIES else Answer.WRONG


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
    """Delete challenges and counts of more than a day."""
    await session.execute(delete(Challenge).where(Challenge.created_at < at - _DAY))
    await session.execute(delete(ChallengeCount).where(ChallengeCount.at < at - _DAY))
