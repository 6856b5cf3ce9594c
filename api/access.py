"""Who may call a route. Every route declares one of these; a test fails for one that declares none."""

import hmac
import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Cookie, Depends, Header, Query, Request

from api import clock
from api.conversations.channels.meta import webhooks as meta_webhooks
from api.conversations.channels.twilio import whatsapp
from api.database import Session
from api.errors import Forbidden, NotFound, Unauthenticated
from api.security import KeyRing
from api.settings import settings
from api.staff import entering as login
from api.staff import service as staff
from api.staff.models import StaffLogin, StaffMember
from vocabulary.cases import PERMISSIONS, Permission, Role


def anyone() -> None:
    """Open to the public on purpose."""


public = Depends(anyone)


def from_our_pages(request: Request, origin: Annotated[str | None, Header()] = None) -> None:
    """A write comes from a page of ours. Raises ``Forbidden``."""
    if request.method not in ("GET", "HEAD") and (origin is None or urlsplit(origin).netloc != request.url.netloc):
        raise Forbidden


def citizen_token(
    request: Request,
    authorization: Annotated[str | None, Header()] = None,
    session: Annotated[str | None, Cookie()] = None,
    origin: Annotated[str | None, Header()] = None,
) -> str:
    """The token of a conversation: in the header, or in the cookie with the origin checked on writes.

    Raises ``Unauthenticated`` and, for a write from another origin, ``Forbidden``.
    """
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated
        return token
    if not session:
        raise Unauthenticated
    from_our_pages(request, origin)
    return session


CitizenToken = Annotated[str, Depends(citizen_token)]


def action_server(request: Request, authorization: Annotated[str, Header()] = "") -> None:
    """Only the action server, which holds the internal secret. Raises ``NotFound``, since nobody else knows of it."""
    expected = f"Bearer {request.app.state.internal_secret}"
    if not hmac.compare_digest(authorization.encode(), expected.encode()):
        raise NotFound


internal = Depends(action_server)


def testing_surface() -> None:
    """Only with ``--testing``. Raises ``NotFound``."""
    if not settings().testing:
        raise NotFound


testing = Depends(testing_surface)


async def signed_by_twilio(request: Request, x_twilio_signature: Annotated[str, Header()] = "") -> None:
    """Only the forms that Twilio signed for our public address; what can't be one is not read. Raises ``Forbidden``."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if not x_twilio_signature or kind != "application/x-www-form-urlencoded":
        raise Forbidden
    form = {name: str(value) for name, value in (await request.form()).items()}
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if not whatsapp.is_signed(settings(), path, form, x_twilio_signature):
        raise Forbidden


twilio = Depends(signed_by_twilio)


async def signed_by_meta(request: Request, x_hub_signature_256: Annotated[str, Header()] = "") -> bytes:
    """Only what Meta signed; answers its body. Raises ``Forbidden``."""
    body = await request.body()
    if not meta_webhooks.is_signed(settings(), body, x_hub_signature_256):
        raise Forbidden
    return body


SignedByMeta = Annotated[bytes, Depends(signed_by_meta)]


def token_of_meta(
    mode: Annotated[str, Query(alias="hub.mode")] = "",
    verify_token: Annotated[str, Query(alias="hub.verify_token")] = "",
) -> None:
    """Only who knows the token that the webhook is set up with. Raises ``Forbidden``."""
    if not meta_webhooks.is_set_up(settings(), mode, verify_token):
        raise Forbidden


meta = Depends(token_of_meta)


async def staff_member(
    request: Request,
    session: Session,
    staff_session: Annotated[str | None, Cookie()] = None,
    origin: Annotated[str | None, Header()] = None,
    sec_fetch_dest: Annotated[str, Header(include_in_schema=False)] = "",
) -> StaffMember:
    """Whoever has an open session at the console; a write comes from our own pages. What a page of ours asks by itself, which
    browsers tell, does not prolong the session.

    Raises ``Unauthenticated`` and, for another origin, ``Forbidden``.
    """
    at = await clock.now(session)
    used = request.method != "GET" or sec_fetch_dest != "empty"
    member = await staff.by_session(session, token=staff_session, at=at, used=used) if staff_session else None
    if member is None:
        raise Unauthenticated
    from_our_pages(request, origin)
    return member


Member = Annotated[StaffMember, Depends(staff_member, scope="function")]


async def entering(
    session: Session,
    _: Annotated[None, Depends(from_our_pages)],
    staff_login: Annotated[str | None, Cookie()] = None,
) -> tuple[StaffLogin, StaffMember]:
    """Whoever has shown the first factor and is not in yet. Raises ``Unauthenticated``."""
    found = await login.opened(session, token=staff_login, at=await clock.now(session)) if staff_login else None
    if found is None:
        raise Unauthenticated
    return found


Entering = Annotated[tuple[StaffLogin, StaffMember], Depends(entering, scope="function")]


class Allowed:
    """A member of staff whose role has a permission. Raises ``Forbidden`` for another."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, member: Member) -> StaffMember:
        if self.permission not in PERMISSIONS[Role(member.role)]:
            raise Forbidden
        return member


talks, reads, works, heads, asks, audits, administers = map(
    Allowed,
    (
        Permission.TALK, Permission.READ_CASES, Permission.WORK_CASES, Permission.HEAD_STATION,
        Permission.ASK_OPINIONS, Permission.READ_AUDIT, Permission.ADMINISTER,
    ),
)  # fmt: skip
Talker = Annotated[StaffMember, Depends(talks, scope="function")]
Reader = Annotated[StaffMember, Depends(reads, scope="function")]
Officer = Annotated[StaffMember, Depends(works, scope="function")]
Head = Annotated[StaffMember, Depends(heads, scope="function")]
Asker = Annotated[StaffMember, Depends(asks, scope="function")]
Auditor = Annotated[StaffMember, Depends(audits, scope="function")]
Administrator = Annotated[StaffMember, Depends(administers, scope="function")]


def address_hash(request: Request, keys: KeyRing) -> bytes:
    """The network that a request comes from, as a keyed hash that limits alone are kept by: of IPv6 its /64.

    Whatever is no address counts as one and the same.
    """
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
        address = getattr(address, "ipv4_mapped", None) or address
        network = str(ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False))
    except ValueError:
        network = "none"
    return keys.keyed_hash(network, purpose="address")
