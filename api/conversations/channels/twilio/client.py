"""Twilio's own client. ``COMISARIO_TWILIO_URL`` points it at another server that speaks Twilio's API."""

from typing import Any
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from api.settings import Settings

_SECONDS = 10


class _Http(TwilioHttpClient):  # type: ignore[misc]  # Twilio ships no types
    """Twilio's HTTP client, with its host replaced where the settings say so."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(timeout=_SECONDS)
        self._settings = settings

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        return super().request(method, at_twilio(self._settings, url), *args, **kwargs)


def at_twilio(settings: Settings, url: str) -> str:
    """An address of Twilio's, at the server that stands in for it if there is one."""
    if not settings.twilio_url:
        return url
    parts = urlsplit(url)
    return settings.twilio_url.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")


def make_client(settings: Settings) -> Client:
    """A client of the account of the settings."""
    token = settings.twilio_auth_token.get_secret_value()
    return Client(settings.twilio_account_sid, token, http_client=_Http(settings))
