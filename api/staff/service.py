"""Members of staff and their sessions."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.errors import Fault, NotFound
from api.security import new_token, token_hash
from api.staff import passwords
from api.staff.models import StaffLogin, StaffMember, StaffSession
from api.stations import service as stations
from vocabulary.cases import PERMISSIONS, Permission, Role

COOKIE = "staff_session"
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=10)
"""How long a session lasts without being used, and at all."""
_PRESENT = timedelta(minutes=10)
_NOTED = timedelta(minutes=1)


class LoginTaken(Fault):
    status, code = 409, "login_taken"


async def add(
    session: AsyncSession,
    *,
    login: str,
    name: str,
    role: Role,
    station_code: str,
    at: datetime,
    actor: str = "command",
    languages: dict[str, str] | None = None,
) -> tuple[StaffMember, str]:
    """A new member of staff, and the first password, which is told once and must be changed.

    ``actor`` is who adds them, for the audit. Raises ``LoginTaken`` and, for an unknown station, ``NotFound``.
    """
    station = await stations.by_code(session, code=station_code)
    if await session.scalar(select(StaffMember.id).where(StaffMember.login == login)):
        raise LoginTaken
    password = passwords.first_password()
    member = StaffMember(
        login=login,
        name=name,
        role=role,
        station_id=station.id,
        languages=languages or {},
        password_hash=await passwords.hashed(password),
        must_change_password=True,
        created_at=at,
    )
    session.add(member)
    await session.flush()
    audit.record(session, Act.STAFF_ADDED, actor=actor, subject=f"staff:{member.id}", at=at)
    return member, password


async def by_id(session: AsyncSession, *, staff_id: uuid.UUID) -> StaffMember:
    """Raises ``NotFound``."""
    member = await session.get(StaffMember, staff_id)
    if member is None:
        raise NotFound
    return member


async def by_login(session: AsyncSession, *, login: str) -> StaffMember:
    """Raises ``NotFound``."""
    member = await session.scalar(select(StaffMember).where(StaffMember.login == login))
    if member is None:
        raise NotFound
    return member


async def open_session(session: AsyncSession, *, member: StaffMember, at: datetime, device: str = "") -> str:
    """The token of a new session of some hours; ``device`` is the browser in plain words."""
    token = new_token()
    session.add(
        StaffSession(
            token_hash=token_hash(token),
            staff_id=member.id,
            opened_at=at,
            expires_at=at + LONGEST,
            seen_at=at,
            present_at=at,
            device=device,
        )
    )
    await session.flush()
    return token


async def by_session(session: AsyncSession, *, token: str, at: datetime, used: bool = True) -> StaffMember | None:
    """Whose open session a token is. Being there, noted once a minute, counts as being on duty; the session is prolonged where
    the member ``used`` it, not where an open page asked by itself."""
    query = select(StaffSession).where(StaffSession.token_hash == token_hash(token), alive(at))
    opened = await session.scalar(query)
    if opened is None:
        return None
    member = await by_session_id(session, session_id=opened.id, at=at)
    if member is None:
        return None
    if at - opened.present_at > _NOTED:
        opened.present_at = at
    if used and at - opened.seen_at > _NOTED:
        opened.seen_at = at
    return member


async def by_session_id(session: AsyncSession, *, session_id: uuid.UUID, at: datetime) -> StaffMember | None:
    """Whose open session it is; to ask so is no sign that somebody is there."""
    query = select(StaffMember).join(StaffSession, StaffSession.staff_id == StaffMember.id)
    query = query.where(StaffSession.id == session_id, alive(at), StaffMember.disabled_at.is_(None))
    return (await session.execute(query)).scalar_one_or_none()


async def session_of(session: AsyncSession, *, token: str) -> StaffSession:
    """The session itself. Raises ``NotFound``."""
    opened = await session.get(StaffSession, token_hash(token))
    if opened is None:
        raise NotFound
    return opened


def alive(at: datetime) -> ColumnElement[bool]:
    """Which sessions are open still. The one place that says so."""
    return (StaffSession.expires_at > at) & (StaffSession.seen_at > at - IDLE)


async def sessions_of(session: AsyncSession, *, member: StaffMember, at: datetime) -> Sequence[StaffSession]:
    """Where somebody is at the console now, the last used first."""
    query = select(StaffSession).where(StaffSession.staff_id == member.id, alive(at))
    return (await session.scalars(query.order_by(StaffSession.seen_at.desc()))).all()


async def close_session(session: AsyncSession, *, opened: StaffSession, at: datetime, act: Act) -> None:
    await session.delete(opened)
    await session.flush()
    audit.record(session, act, actor=f"staff:{opened.staff_id}", subject=f"staff:{opened.staff_id}", at=at)


async def close_sessions(
    session: AsyncSession, *, member: StaffMember, at: datetime, actor: str, but: StaffSession | None = None
) -> None:
    """End every session and half-open login of a member, save one."""
    await session.execute(delete(StaffLogin).where(StaffLogin.staff_id == member.id))
    ended = delete(StaffSession).where(StaffSession.staff_id == member.id)
    if but is not None:
        ended = ended.where(StaffSession.id != but.id)
    if (await session.scalars(ended.returning(StaffSession.id))).all():
        audit.record(session, Act.SESSION_CLOSED, actor=actor, subject=f"staff:{member.id}", at=at)


async def forget_vouched(session: AsyncSession, *, member: StaffMember) -> None:
    """End the half-open logins of a member for whom the provider vouched."""
    await session.execute(delete(StaffLogin).where(StaffLogin.staff_id == member.id, StaffLogin.by_provider))


async def forget_ended(session: AsyncSession, *, member: StaffMember, at: datetime) -> None:
    """Delete what is left of a member's sessions and logins that are over."""
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == member.id, ~alive(at)))
    await session.execute(delete(StaffLogin).where(StaffLogin.staff_id == member.id, StaffLogin.expires_at <= at))


async def is_open(session: AsyncSession, *, token: str, at: datetime) -> bool:
    """Whether a session is still open; asking so is no sign that somebody is there."""
    query = select(StaffSession.id).where(StaffSession.token_hash == token_hash(token), alive(at))
    return await session.scalar(query) is not None


async def of_station(session: AsyncSession, *, station_id: uuid.UUID, permission: Permission) -> Sequence[StaffMember]:
    """Who of a station may do something, and has not left, by name."""
    roles = [role for role in Role if permission in PERMISSIONS[role]]
    query = select(StaffMember).where(StaffMember.station_id == station_id, StaffMember.role.in_(roles))
    query = query.where(StaffMember.disabled_at.is_(None))
    return (await session.scalars(query.order_by(StaffMember.name))).all()


async def on_duty(session: AsyncSession, *, at: datetime) -> Sequence[StaffMember]:
    """Who of those that talk with citizens was at the console in the last minutes, by name."""
    seen = select(StaffSession.staff_id).where(alive(at), StaffSession.present_at > at - _PRESENT)
    talking = [role for role in Role if Permission.TALK in PERMISSIONS[role]]
    query = select(StaffMember).where(StaffMember.role.in_(talking), StaffMember.id.in_(seen))
    query = query.where(StaffMember.disabled_at.is_(None))
    return (await session.scalars(query.order_by(StaffMember.name, StaffMember.id))).all()


async def has_session(session: AsyncSession, *, staff_id: uuid.UUID, at: datetime) -> bool:
    """Whether a member of staff has an open session."""
    query = select(StaffSession.staff_id).where(StaffSession.staff_id == staff_id, alive(at))
    return await session.scalar(query.limit(1)) is not None
