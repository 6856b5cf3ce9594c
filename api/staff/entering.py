"""Logging in: a first factor, what is missing after it, and then a session with a token of its own."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.security import KeyRing, new_token, token_hash
from api.staff import attempts, factors, passwords, service
from api.staff.attempts import Origin
from api.staff.models import StaffLogin, StaffMember
from api.staff.passwords import Weakness

LIFE = timedelta(minutes=15)


class Step(StrEnum):
    """What is missing until the session: the password that one has, where the provider vouches for somebody for the first time; a
    code of the second factor, a password of one's own, a second factor."""

    KNOWN = "known"
    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - the name of a step
    FACTOR = "factor"
    DONE = "done"


def own_path(wanted: str | None) -> str | None:
    """A page of the console that somebody asked for; None for whatever else it is, and for the pages of logging in."""
    if wanted and re.fullmatch(r"/staff(?!/(?:entrar|salir)(?:[/?]|$))(?:[/?][!-\[\]-~]*)?", wanted):
        return wanted
    return None


async def by_password(
    session: AsyncSession, *, login: str, password: str, wanted: str | None, at: datetime
) -> str | None:
    """The token of a half-open login, if the password is that login's; the same work is done for one that nobody has."""
    member = await session.scalar(select(StaffMember).where(StaffMember.login == login))
    kept = member.password_hash if member else None
    right = await passwords.is_right(kept, password)
    if member is not None and right:
        await session.refresh(member, with_for_update=True)  # it may have been renewed while it was looked at
        right = member.password_hash == kept
    if member is None or not right or member.disabled_at is not None:
        subject = f"staff:{member.id if member else 'unknown'}"
        audit.record(session, Act.LOGIN_FAILED, actor="visitor", subject=subject, at=at)
        return None
    return await _begin(session, member, by_provider=False, factor_shown=False, wanted=wanted, at=at)


async def by_identity(
    session: AsyncSession, *, issuer: str, subject: str, factor_shown: bool, wanted: str | None, at: datetime
) -> str | None:
    """The token of a half-open login of whom an administrator linked with this identity, if of anybody.

    Whoever links could link themselves: until the member has shown our own factors the provider's count for nothing.
    """
    query = select(StaffMember).where(StaffMember.oidc_issuer == issuer, StaffMember.oidc_subject == subject)
    member = await session.scalar(query)
    if member is None or member.disabled_at is not None:
        who = f"staff:{member.id if member else 'unknown'}"
        audit.record(session, Act.LOGIN_FAILED, actor="provider", subject=who, at=at)
        return None
    shown = factor_shown and member.oidc_confirmed
    return await _begin(session, member, by_provider=True, factor_shown=shown, wanted=wanted, at=at)


async def opened(session: AsyncSession, *, token: str, at: datetime) -> tuple[StaffLogin, StaffMember] | None:
    """The half-open login of a token, and whose it is. A member's steps are taken one at a time: none ends another meanwhile."""
    of_token = (StaffLogin.token_hash == token_hash(token), StaffLogin.expires_at > at)
    query = select(StaffMember).join(StaffLogin, StaffLogin.staff_id == StaffMember.id).where(*of_token)
    member = await session.scalar(query.with_for_update(of=StaffMember).execution_options(populate_existing=True))
    login = await session.scalar(select(StaffLogin).where(*of_token)) if member else None
    return (login, member) if login and member and member.disabled_at is None else None


def next_step(login: StaffLogin, member: StaffMember) -> Step:
    if not (login.password_shown or member.oidc_confirmed):
        return Step.KNOWN
    if not login.factor_shown and member.factor is not None:
        return Step.CODE
    if login.password_shown and member.must_change_password:
        return Step.PASSWORD
    return Step.DONE if login.factor_shown else Step.FACTOR


async def show_password(
    session: AsyncSession, *, login: StaffLogin, member: StaffMember, password: str, at: datetime
) -> bool:
    """Whether whom the provider vouched for has the password of whom they were linked with."""
    login.password_shown = await passwords.is_right(member.password_hash, password)
    if not login.password_shown:
        audit.record(session, Act.LOGIN_FAILED, actor="provider", subject=f"staff:{member.id}", at=at)
    return login.password_shown


async def show_code(
    session: AsyncSession, *, login: StaffLogin, member: StaffMember, code: str, keys: KeyRing, at: datetime
) -> bool:
    login.factor_shown = await factors.is_right(session, member=member, code=code, keys=keys, at=at)
    if not login.factor_shown:
        audit.record(session, Act.LOGIN_FAILED, actor="visitor", subject=f"staff:{member.id}", at=at)
    return login.factor_shown


async def choose_password(
    session: AsyncSession, *, member: StaffMember, password: str, at: datetime, login: StaffLogin | None = None
) -> Weakness | None:
    """Make a password the member's own, or say why it is not taken.

    Whoever else is between the factors showed a password that is good no more.
    """
    weak = passwords.weakness(password, login=member.login, name=member.name)
    if weak is None and await passwords.is_right(member.password_hash, password):
        weak = Weakness.SAME
    if weak is not None:
        return weak
    member.password_hash, member.must_change_password = await passwords.hashed(password), False
    others = delete(StaffLogin).where(StaffLogin.staff_id == member.id)
    await session.execute(others.where(StaffLogin.token_hash != login.token_hash) if login else others)
    audit.record(session, Act.PASSWORD_CHANGED, actor=f"staff:{member.id}", subject=f"staff:{member.id}", at=at)
    return None


async def finish(
    session: AsyncSession,
    *,
    login: StaffLogin,
    member: StaffMember,
    origin: Origin,
    device: str,
    keys: KeyRing,
    at: datetime,
) -> tuple[str, str]:
    """The tokens of a new session and of the browser, once no step is missing; the login's own is good no more."""
    assert next_step(login, member) is Step.DONE
    if login.by_provider and not member.oidc_confirmed:
        member.oidc_confirmed = True
        subject = f"staff:{member.id}"
        audit.record(session, Act.IDENTITY_CONFIRMED, actor=subject, subject=subject, at=at)
    await session.delete(login)
    await service.forget_ended(session, member=member, at=at)
    await attempts.forgive(session, member=member, origin=origin, keys=keys)
    known = await attempts.remember_device(session, member=member, device=origin.device, at=at)
    audit.record(session, Act.LOGGED_IN, actor=f"staff:{member.id}", subject=f"staff:{member.id}", at=at)
    return await service.open_session(session, member=member, at=at, device=device), known


async def _begin(
    session: AsyncSession,
    member: StaffMember,
    *,
    by_provider: bool,
    factor_shown: bool,
    wanted: str | None,
    at: datetime,
) -> str:
    token = new_token()
    session.add(
        StaffLogin(
            token_hash=token_hash(token),
            staff_id=member.id,
            by_provider=by_provider,
            password_shown=not by_provider,
            factor_shown=factor_shown,
            wanted=own_path(wanted),
            expires_at=at + LIFE,
        )
    )
    await session.flush()
    return token
