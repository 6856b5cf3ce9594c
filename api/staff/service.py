"""Adding members of staff and opening their sessions."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.errors import Fault
from api.security import new_token, token_hash
from api.staff.models import StaffMember, StaffSession
from api.stations import service as stations
from vocabulary.cases import PERMISSIONS, Permission, Role

COOKIE = "staff_session"
_HOURS = 10
_PRESENT = timedelta(minutes=10)
_NOTED = timedelta(minutes=1)
_hasher = PasswordHasher()


class LoginTaken(Fault):
    status, code = 409, "login_taken"


async def add(
    session: AsyncSession, *, login: str, name: str, role: Role, station_code: str, at: datetime
) -> tuple[StaffMember, str]:
    """A new member of staff, and the first password, which is told once and must be changed.

    Raises ``LoginTaken`` and, for an unknown station, ``NotFound``.
    """
    station = await stations.by_code(session, code=station_code)
    if await session.scalar(select(StaffMember.id).where(StaffMember.login == login)):
        raise LoginTaken
    password = secrets.token_urlsafe(12)
    member = StaffMember(
        login=login,
        name=name,
        role=role,
        station_id=station.id,
        password_hash=_hasher.hash(password),
        must_change_password=True,
        created_at=at,
    )
    session.add(member)
    await session.flush()
    audit.record(session, Act.STAFF_ADDED, actor="command", subject=f"staff:{member.id}", at=at)
    return member, password


async def open_session(session: AsyncSession, *, member: StaffMember, at: datetime) -> str:
    """The token of a new session of some hours."""
    token = new_token()
    expires = at + timedelta(hours=_HOURS)
    session.add(StaffSession(token_hash=token_hash(token), staff_id=member.id, expires_at=expires, seen_at=at))
    await session.flush()
    return token


async def by_session(session: AsyncSession, *, token: str, at: datetime) -> StaffMember | None:
    """Whose open session a token is; being seen, noted once a minute, counts as being on duty."""
    opened = await session.get(StaffSession, token_hash(token))
    if opened is None or opened.expires_at <= at:
        return None
    if opened.seen_at is None or at - opened.seen_at > _NOTED:
        opened.seen_at = at
    return await session.get_one(StaffMember, opened.staff_id)


async def on_duty(session: AsyncSession, *, at: datetime) -> Sequence[StaffMember]:
    """Who of those that talk with citizens was at the console in the last minutes, by name."""
    seen = select(StaffSession.staff_id).where(StaffSession.expires_at > at, StaffSession.seen_at > at - _PRESENT)
    talking = [role for role in Role if Permission.TALK in PERMISSIONS[role]]
    query = select(StaffMember).where(StaffMember.role.in_(talking), StaffMember.id.in_(seen))
    return (await session.scalars(query.order_by(StaffMember.name, StaffMember.id))).all()


async def has_session(session: AsyncSession, *, staff_id: uuid.UUID, at: datetime) -> bool:
    """Whether a member of staff has an open session."""
    query = select(StaffSession.staff_id).where(StaffSession.staff_id == staff_id, StaffSession.expires_at > at)
    return await session.scalar(query.limit(1)) is not None
