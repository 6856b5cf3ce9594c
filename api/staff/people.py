"""What an administrator does with members of staff. The last administrator stays one, and nobody changes what they may do themselves."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.database import searched, without_accents
from api.errors import Fault
from api.staff import attempts, factors, passwords, service
from api.staff.models import StaffMember
from api.stations import service as stations
from api.stations.models import Station
from vocabulary.cases import Role
from vocabulary.dialogue import Fluency, Language

PAGE = 100


class OwnAccount(Fault):
    """Nobody disables themselves, or gives themselves another role or station."""

    status, code = 409, "own_account"


class LastAdministrator(Fault):
    """Without an administrator nobody could make one."""

    status, code = 409, "last_administrator"


class IdentityTaken(Fault):
    """Another member of staff is already known by this identity."""

    status, code = 409, "identity_taken"


class Listed(NamedTuple):
    member: StaffMember
    station: Station


def is_login(text: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,39}", text))


async def found(session: AsyncSession, *, text: str, role: Role | None, disabled: bool, after: str) -> Sequence[Listed]:
    """Members of staff in the order of their logins, a page at a time, whose login, name or station has a text in it."""
    query = select(StaffMember, Station).join(Station, Station.id == StaffMember.station_id)
    query = query.where(StaffMember.disabled_at.is_not(None) if disabled else StaffMember.disabled_at.is_(None))
    if text:
        named = (StaffMember.login, StaffMember.name, Station.name)
        inside = (without_accents(column).contains(searched(text), autoescape=True) for column in named)
        query = query.where(or_(Station.code == text, *inside))
    if role:
        query = query.where(StaffMember.role == role)
    query = query.where(StaffMember.login > after).order_by(StaffMember.login).limit(PAGE)
    return [Listed(member, station) for member, station in await session.execute(query)]


async def change(
    session: AsyncSession,
    *,
    member: StaffMember,
    name: str,
    role: Role,
    station_code: str,
    languages: dict[Language, Fluency],
    by: StaffMember,
    at: datetime,
) -> None:
    """Raises ``NotFound`` for an unknown station, ``OwnAccount`` and ``LastAdministrator``."""
    station = await stations.by_code(session, code=station_code)
    if member.id == by.id and (role != member.role or station.id != member.station_id):
        raise OwnAccount
    if role is not Role.ADMINISTRATOR:
        await _leaves_an_administrator(session, member)
    member.name, member.role, member.station_id = name, role, station.id
    member.languages = {language.value: fluency.value for language, fluency in languages.items()}
    _record(session, Act.STAFF_CHANGED, member, by, at)


async def disable(session: AsyncSession, *, member: StaffMember, by: StaffMember, at: datetime) -> None:
    """They are out at once. Raises ``OwnAccount`` and ``LastAdministrator``."""
    if member.id == by.id:
        raise OwnAccount
    await _leaves_an_administrator(session, member)
    if member.disabled_at is None:
        member.disabled_at = at
        _record(session, Act.STAFF_DISABLED, member, by, at)
    await service.close_sessions(session, member=member, at=at, actor=f"staff:{by.id}")


async def enable(session: AsyncSession, *, member: StaffMember, by: StaffMember, at: datetime) -> None:
    if member.disabled_at is not None:
        member.disabled_at = None
        _record(session, Act.STAFF_ENABLED, member, by, at)


async def renew_access(
    session: AsyncSession, *, member: StaffMember, with_factor: bool, actor: str, at: datetime
) -> str:
    """A new first password, told once; ``with_factor`` has them set up a new second factor too.

    What they had is good no more, and their browsers are not known any longer: it may be others who hold them.
    """
    password = passwords.first_password()
    member.password_hash, member.must_change_password = await passwords.hashed(password), True
    if with_factor:
        await factors.remove(session, member=member)
    member.factor_failures = 0
    await attempts.forget_devices(session, member=member)
    await service.close_sessions(session, member=member, at=at, actor=actor)
    audit.record(session, Act.PASSWORD_RESET, actor=actor, subject=f"staff:{member.id}", at=at)
    return password


async def link(
    session: AsyncSession, *, member: StaffMember, issuer: str, subject: str, by: StaffMember, at: datetime
) -> None:
    """Say by which ``subject`` the institution's provider knows them; an empty one ends it. It lets them in once they have
    confirmed it by entering with our own factors too. Raises ``IdentityTaken``.
    """
    if (member.oidc_issuer, member.oidc_subject) == (issuer, subject):
        return
    try:
        async with session.begin_nested():
            member.oidc_issuer, member.oidc_subject = (issuer, subject) if subject else (None, None)
            member.oidc_confirmed = False
    except IntegrityError as error:
        await session.refresh(member)
        raise IdentityTaken from error
    await service.forget_vouched(session, member=member)
    _record(session, Act.IDENTITY_LINKED, member, by, at)


async def _leaves_an_administrator(session: AsyncSession, member: StaffMember) -> None:
    """Those who change administrators at once wait for each other. Raises ``LastAdministrator``."""
    query = select(StaffMember.id).where(StaffMember.role == Role.ADMINISTRATOR, StaffMember.disabled_at.is_(None))
    left = set(await session.scalars(query.order_by(StaffMember.id).with_for_update()))
    if left == {member.id}:
        raise LastAdministrator


def _record(session: AsyncSession, act: Act, member: StaffMember, by: StaffMember, at: datetime) -> None:
    audit.record(session, act, actor=f"staff:{by.id}", subject=f"staff:{member.id}", at=at)
