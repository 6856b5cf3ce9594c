"""Links to originals on a host of their own: signed, for one member of staff, good for a minute."""

import hmac
import uuid
from datetime import datetime, timedelta

from api.errors import NotFound
from api.security import KeyRing
from api.settings import settings

_GOOD_FOR = timedelta(minutes=1)


def original_url(evidence_id: uuid.UUID, *, staff_id: uuid.UUID, keys: KeyRing, at: datetime) -> str | None:
    """Where a member of staff gets a file; None where files have no host of their own."""
    if settings().files_url is None:
        return None
    token = f"{staff_id}.{int((at + _GOOD_FOR).timestamp())}"
    return f"{settings().files_url}/archivos/{evidence_id}?token={token}.{_signature(evidence_id, token, keys)}"


def whose(evidence_id: uuid.UUID, token: str, *, keys: KeyRing, at: datetime) -> uuid.UUID:
    """Of which member of staff a token is. Raises ``NotFound`` for one that is wrong or past."""
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(evidence_id, signed, keys).encode()):
        raise NotFound
    staff_id, _, expires = signed.partition(".")
    if at.timestamp() > int(expires):
        raise NotFound
    return uuid.UUID(staff_id)


def _signature(evidence_id: uuid.UUID, token: str, keys: KeyRing) -> str:
    return keys.sign_link(f"evidence:{evidence_id}:{token}")
