"""Limits on guessing that nobody can use to lock another out.

Tries are counted for a login *from one place*: a browser that the member has logged in with, or else a network. All places
that are not known slow each other down, a minute at most; a known browser is free of that.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.database import advisory_lock
from api.security import KeyRing, new_token, token_hash
from api.settings import settings
from api.staff.models import LoginAttempt, StaffDevice, StaffMember

_WINDOW = timedelta(minutes=15)
_PER_PAIR, _PER_NETWORK = 8, 100
"""Tries within the window: of a login from one place, of all logins from one network."""
_SLOW_WINDOW, _SLOW_FROM, _SLOWEST = timedelta(hours=1), 10, timedelta(minutes=1)
_KEPT = timedelta(days=1)
DEVICE_KNOWN = timedelta(days=180)


@dataclass(frozen=True)
class Origin:
    """Where somebody tries to log in from: a network, as a keyed hash, and the token of the browser if it has one."""

    network_hash: bytes
    device: str | None


async def admit(session: AsyncSession, *, login: str, origin: Origin, keys: KeyRing, at: datetime) -> timedelta | None:
    """Count a try; None if it may be looked at now, else after how long the next may be.

    To be committed before the password is looked at, so that tries at once are counted too.
    """
    if settings().testing:
        return None
    login_hash = _login_hash(login, keys)
    await advisory_lock(session, f"login:{login_hash.hex()}")
    await _forget_old(session, at)
    member_id, known = await _who(session, login, origin, at)
    pair_hash = _pair_hash(login, origin, known, keys)
    limits = [(LoginAttempt.pair_hash == pair_hash, _PER_PAIR)]
    if not known:
        limits.append((LoginAttempt.network_hash == origin.network_hash, _PER_NETWORK))
    for counted, limit in limits:
        tries = await _times(session, counted, since=at - _WINDOW)
        if len(tries) >= limit:
            return tries[-limit] + _WINDOW - at
        if len(tries) == limit - 1:
            subject = f"staff:{member_id or 'unknown'}"
            audit.record(session, Act.LOGIN_LIMITED, actor="visitor", subject=subject, at=at)
    wait = timedelta() if known else await _slow_down(session, login_hash, at)
    session.add(
        LoginAttempt(
            at=at,
            login_hash=login_hash,
            pair_hash=pair_hash,
            network_hash=None if known else origin.network_hash,
            refused=bool(wait),
        )
    )
    return wait or None


async def forgive(session: AsyncSession, *, member: StaffMember, origin: Origin, keys: KeyRing) -> None:
    """Whoever got in has made no wrong tries from there."""
    pairs = [_pair_hash(member.login, origin, known, keys) for known in (True, False)]
    await session.execute(delete(LoginAttempt).where(LoginAttempt.pair_hash.in_(pairs)))


async def remember_device(session: AsyncSession, *, member: StaffMember, device: str | None, at: datetime) -> str:
    """The token of a browser that the member has logged in with; one that others use too keeps its own."""
    issued = device and await session.scalar(
        select(StaffDevice).where(StaffDevice.token_hash == token_hash(device)).limit(1)
    )
    token = device if device and issued else new_token()
    mine = StaffDevice.staff_id == member.id
    await session.execute(delete(StaffDevice).where(mine, StaffDevice.seen_at < at - DEVICE_KNOWN))
    await session.merge(StaffDevice(token_hash=token_hash(token), staff_id=member.id, seen_at=at))
    return token


async def forget_devices(session: AsyncSession, *, member: StaffMember) -> None:
    await session.execute(delete(StaffDevice).where(StaffDevice.staff_id == member.id))


async def _who(session: AsyncSession, login: str, origin: Origin, at: datetime) -> tuple[uuid.UUID | None, bool]:
    """Whose login it is, and whether the browser is one of theirs; asked in the same way for a login that nobody has."""
    mine = (StaffDevice.staff_id == StaffMember.id) & (StaffDevice.token_hash == token_hash(origin.device or ""))
    query = select(StaffMember.id, StaffDevice.seen_at).outerjoin(StaffDevice, mine).where(StaffMember.login == login)
    found = (await session.execute(query)).first()
    if found is None:
        return None, False
    member_id, seen_at = found
    return member_id, seen_at is not None and seen_at > at - DEVICE_KNOWN


async def _forget_old(session: AsyncSession, at: datetime) -> None:
    old = select(LoginAttempt.id).where(LoginAttempt.at < at - _KEPT).limit(100).with_for_update(skip_locked=True)
    await session.execute(delete(LoginAttempt).where(LoginAttempt.id.in_(old)))


async def _slow_down(session: AsyncSession, login_hash: bytes, at: datetime) -> timedelta:
    """How long a login is not looked at from unknown places: it doubles with each wrong try, up to a minute."""
    looked_at = (LoginAttempt.login_hash == login_hash) & ~LoginAttempt.refused & LoginAttempt.network_hash.is_not(None)
    tries = await _times(session, looked_at, since=at - _SLOW_WINDOW)
    if len(tries) < _SLOW_FROM:
        return timedelta()
    pause = min(timedelta(seconds=2 ** min(len(tries) - _SLOW_FROM, 6)), _SLOWEST)
    return max(tries[-1] + pause - at, timedelta())


async def _times(session: AsyncSession, counted: ColumnElement[bool], *, since: datetime) -> list[datetime]:
    query = select(LoginAttempt.at).where(counted, LoginAttempt.at > since).order_by(LoginAttempt.at)
    return list(await session.scalars(query))


def _login_hash(login: str, keys: KeyRing) -> bytes:
    return keys.keyed_hash(login, purpose="login")


def _pair_hash(login: str, origin: Origin, known: bool, keys: KeyRing) -> bytes:
    place = token_hash(origin.device) if known and origin.device else origin.network_hash
    return keys.keyed_hash(f"{login}\0{place.hex()}", purpose="login")
