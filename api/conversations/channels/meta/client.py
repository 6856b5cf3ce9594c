"""Meta's Graph API. ``COMISARIO_META_URL`` points it at another server that speaks it."""

import weakref
from typing import Any

import httpx

from api.conversations.channels.base import NotDelivered
from api.settings import Settings

VERSION = "v25.0"
_GRAPH = "https://graph.facebook.com"
_SECONDS = 10
_NEVER_TAKEN = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.WriteError, httpx.WriteTimeout, httpx.ProxyError,
    httpx.UnsupportedProtocol, httpx.LocalProtocolError,
)  # fmt: skip
_PASSING = {
    401, 403, 408, 429,  # statuses; what follows are Meta's codes
    2, 131000, 131016, 131057,  # Meta's own trouble
    4, 80007, 130429, 131048, 131056,  # too much at once
    10, 190, 368, 131031, 131042, 133010,  # our account's trouble, which staff mend
    131047,  # outside the 24 hours: goes when the citizen writes
}  # fmt: skip


class Graph:
    """Asks as the system user of the settings."""

    def __init__(self, settings: Settings) -> None:
        headers = {"Authorization": f"Bearer {settings.meta_token.get_secret_value()}"}
        base = (settings.meta_url or _GRAPH).rstrip("/")
        self._http = httpx.Client(base_url=f"{base}/{VERSION}", headers=headers, timeout=_SECONDS)
        weakref.finalize(self, self._http.close)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """What Meta answers, as JSON. Raises ``NotDelivered``, which holds nothing of what was sent or answered."""
        try:
            answer = self._http.request(method, path, json=body)
        except _NEVER_TAKEN as error:
            raise NotDelivered(type(error).__name__) from None
        except httpx.HTTPError as error:
            raise NotDelivered(type(error).__name__, unknown=True) from None
        if not answer.is_success:
            raise _refusal(answer)
        try:
            return answer.json()
        except ValueError:
            raise NotDelivered("an answer that is no JSON", unknown=True) from None


def _refusal(answer: httpx.Response) -> NotDelivered:
    try:
        code = int(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        code = None
    lasting = 400 <= answer.status_code < 500 and not {answer.status_code, code} & _PASSING
    wait = answer.headers.get("Retry-After", "")
    return NotDelivered(
        f"{answer.status_code} {code}", lasting=lasting, after=float(wait) if wait.isdecimal() else None
    )
