"""Links to originals on a host of their own: signed, of one session at the console, good for a minute and no longer than it."""

import hmac
import uuid
from datetime import datetime, timedelta

from api.errors import NotFound
from api.security import KeyRing
from api.settings import settings

_GOOD_FOR = timedelta(minutes=1)


def original_url(evidence_id: uuid.UUID, *, session_id: uuid.UUID, keys: KeyRing, at: datetime) -> str | None:
    """Where whoever has a session gets a file; None where files have no host of their own."""
    if settings().files_url is None:
        return None
    token = f"{session_id}.{int((at + _GOOD_FOR).timestamp())}"
    return f"{settings().files_url}/archivos/{evidence_id}?token={token}.{_signature(evidence_id, token, keys)}"


def session_of(evidence_id: uuid.UUID, token: str, *, keys: KeyRing, at: datetime) -> uuid.UUID:
    """Of which session at the console a token is. Raises ``NotFound`` for one that is wrong or past."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(evidence_id, signed, keys).encode()):
        raise NotFound
    session_id, _, expires = signed.partition(".")
    if at.timestamp() > int(expires):
        raise NotFound
    return uuid.UUID(session_id)


def _signature(evidence_id: uuid.UUID, token: str, keys: KeyRing) -> str:
    return keys.sign_link(f"evidence:{evidence_id}:{token}")
