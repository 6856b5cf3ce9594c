"""Members of staff, how they log in, and their sessions."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class StaffMember(Base):
    """``languages`` is how well they speak each (``Language`` to ``Fluency``). ``factor`` is the wrapped secret of the second
    factor, ``factor_step`` the last half minute whose code was taken, ``factor_failures`` the wrong codes since the last right one.
    ``oidc_issuer`` and ``oidc_subject`` are who they are at the institution's own provider, as an administrator says; that is
    ``oidc_confirmed`` once they have shown a password and a second factor of ours after it.
    """

    __tablename__ = "staff"
    __table_args__ = (
        UniqueConstraint("oidc_issuer", "oidc_subject"),
        CheckConstraint("(oidc_issuer is null) = (oidc_subject is null)", name="identity_is_whole"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    station_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stations.id"))
    languages: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    password_hash: Mapped[str]
    must_change_password: Mapped[bool] = mapped_column(default=True)
    factor: Mapped[bytes | None]
    factor_step: Mapped[int] = mapped_column(default=0)
    factor_failures: Mapped[int] = mapped_column(default=0)
    oidc_issuer: Mapped[str | None]
    oidc_subject: Mapped[str | None]
    oidc_confirmed: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffSession(Base):
    """Being at the console, last used at ``seen_at`` and with a page open at ``present_at``; ``device`` is the browser in plain
    words, ``new_factor`` a second factor that is not confirmed yet."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(unique=True, default=uuid.uuid4)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    present_at: Mapped[datetime]
    device: Mapped[str]
    new_factor: Mapped[bytes | None]


class StaffLogin(Base):
    """Somebody between the first factor and the session. ``by_provider`` is whether the institution's provider vouched for them
    instead of a password, ``password_shown`` whether there was one nevertheless, ``factor_shown`` whether a second factor was shown, ``wanted`` the page that they asked for."""

    __tablename__ = "staff_logins"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    by_provider: Mapped[bool]
    password_shown: Mapped[bool]
    factor_shown: Mapped[bool]
    wanted: Mapped[str | None]
    new_factor: Mapped[bytes | None]
    expires_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code that stands for the second factor once; its row goes when it is used."""

    __tablename__ = "staff_recovery_codes"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    keyed_hash: Mapped[bytes] = mapped_column(primary_key=True)


class StaffDevice(Base):
    """A browser that a member of staff has logged in with: others' wrong guesses don't slow it down."""

    __tablename__ = "staff_devices"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    seen_at: Mapped[datetime]


class LoginAttempt(Base):
    """A try to log in that has not succeeded, by keyed hashes: of the login, of the login and where it came from, and of the
    network, which known devices don't count for. ``refused`` is whether it came too early and was not looked at."""

    __tablename__ = "staff_login_attempts"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    at: Mapped[datetime] = mapped_column(index=True)
    login_hash: Mapped[bytes] = mapped_column(index=True)
    pair_hash: Mapped[bytes] = mapped_column(index=True)
    network_hash: Mapped[bytes | None] = mapped_column(index=True)
    refused: Mapped[bool]
