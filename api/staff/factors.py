"""The second factor: codes of an authenticator application (RFC 6238), each good once, and recovery codes."""

import base64
import secrets
import uuid
from datetime import datetime
from typing import NamedTuple

import pyotp
import segno
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.security import KeyRing
from api.settings import settings
from api.staff.models import RecoveryCode, StaffMember

TRIES = 20
"""Wrong codes one after the other until an administrator must help. Only who has the password can type any."""
RECOVERY_CODES = 10
_STEP = 30
_SECRET_BYTES = 20
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECOVERY_LENGTH = 10


class Enrolment(NamedTuple):
    """What an authenticator application is set up with: a QR code as the address of an image, or the secret typed by hand."""

    image: str
    secret: str


def new_factor(member: StaffMember, keys: KeyRing) -> bytes:
    """The wrapped secret of a second factor that is not confirmed yet."""
    _, wrapped = keys.new_data_key(owner=_owner(member))
    return wrapped


def enrolment(member: StaffMember, factor: bytes, keys: KeyRing) -> Enrolment:
    secret = _secret(member, factor, keys)
    uri = pyotp.TOTP(secret).provisioning_uri(name=member.login, issuer_name=settings().institution)
    image = segno.make(uri, error="m").svg_data_uri(scale=5, border=4, light="white")
    return Enrolment(image, " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)))


async def confirm(
    session: AsyncSession, *, member: StaffMember, factor: bytes, code: str, keys: KeyRing, at: datetime
) -> bool:
    """Make a new second factor the member's own, if the code is one of it."""
    await session.refresh(member, with_for_update=True)
    step = _step_of(member, factor, code, keys, at)
    if step is None:
        return False
    member.factor, member.factor_step, member.factor_failures = factor, step, 0
    _record(session, Act.SECOND_FACTOR_SET, member, at)
    return True


async def is_right(session: AsyncSession, *, member: StaffMember, code: str, keys: KeyRing, at: datetime) -> bool:
    """Whether a code is the second factor's or a recovery code; either is then used up.

    After ``TRIES`` wrong ones in a row none is right until an administrator has helped.
    """
    await session.refresh(member, with_for_update=True)
    if member.factor is None or member.factor_failures >= TRIES:
        return False
    step = _step_of(member, member.factor, code, keys, at)
    if step is not None and step > member.factor_step:
        member.factor_step, member.factor_failures = step, 0
        return True
    if await _use_recovery(session, member, code, keys):
        member.factor_failures = 0
        _record(session, Act.RECOVERY_CODE_USED, member, at)
        return True
    member.factor_failures += 1
    if member.factor_failures == TRIES:
        _record(session, Act.SECOND_FACTOR_LOCKED, member, at)
    return False


async def new_recovery_codes(session: AsyncSession, *, member: StaffMember, keys: KeyRing, at: datetime) -> list[str]:
    """Ten codes of 50 random bits, told once; the older ones are good no more."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == member.id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(staff_id=member.id, keyed_hash=_recovery_hash(member, code, keys)) for code in codes)
    _record(session, Act.RECOVERY_CODES_MADE, member, at)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


async def recovery_codes_left(session: AsyncSession, *, staff_id: uuid.UUID) -> int:
    query = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.staff_id == staff_id)
    return await session.scalar(query) or 0


async def remove(session: AsyncSession, *, member: StaffMember) -> None:
    """Without a second factor, one is set up at the next login."""
    member.factor, member.factor_failures = None, 0
    await session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == member.id))


async def _use_recovery(session: AsyncSession, member: StaffMember, code: str, keys: KeyRing) -> bool:
    typed = "".join(c for c in code.upper() if c.isalnum()).translate(str.maketrans("OIL", "011"))
    if len(typed) != _RECOVERY_LENGTH:
        return False
    mine = RecoveryCode.staff_id == member.id, RecoveryCode.keyed_hash == _recovery_hash(member, typed, keys)
    return await session.scalar(delete(RecoveryCode).where(*mine).returning(RecoveryCode.staff_id)) is not None


def _recovery_hash(member: StaffMember, code: str, keys: KeyRing) -> bytes:
    return keys.keyed_hash(code, purpose=f"recovery:{member.id}")


def _step_of(member: StaffMember, factor: bytes, code: str, keys: KeyRing, at: datetime) -> int | None:
    """The half minute that a code is of: this one, or one to either side for clocks that differ."""
    typed = "".join(c for c in code if c.isdigit())
    one_time, now = pyotp.TOTP(_secret(member, factor, keys)), int(at.timestamp()) // _STEP
    for step in (now, now - 1, now + 1):
        if secrets.compare_digest(one_time.generate_otp(step), typed):
            return step
    return None


def _secret(member: StaffMember, factor: bytes, keys: KeyRing) -> str:
    secret = keys.unwrap(factor, owner=_owner(member)).secret
    return base64.b32encode(secret[:_SECRET_BYTES]).decode()


def _owner(member: StaffMember) -> str:
    return f"factor:{member.id}"


def _record(session: AsyncSession, act: Act, member: StaffMember, at: datetime) -> None:
    audit.record(session, act, actor=f"staff:{member.id}", subject=f"staff:{member.id}", at=at)
