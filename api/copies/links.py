"""Links to a signed file that expire; whoever holds one may download it until then."""

import hmac
from datetime import datetime, timedelta

from api.errors import NotFound
from api.security import KeyRing
from api.settings import settings


def document_url(verification_code: str, *, keys: KeyRing, at: datetime) -> str:
    expires = int((at + timedelta(minutes=settings().document_link_minutes)).timestamp())
    token = f"{expires}.{keys.sign_link(f'{verification_code}:{expires}')}"
    return f"/api/v1/documents/{verification_code}/pdf?token={token}"


def check(verification_code: str, token: str, *, keys: KeyRing, at: datetime) -> None:
    """Raises ``NotFound`` for a token that is wrong or past."""
    expires, _, signature = token.partition(".")
    expected = keys.sign_link(f"{verification_code}:{expires}")
    if not (expires.isascii() and expires.isdigit() and hmac.compare_digest(signature.encode(), expected.encode())):
        raise NotFound
    if at.timestamp() > int(expires):
        raise NotFound
