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

    def __init__(self, url: str | None) -> None:
        super().__init__(timeout=_SECONDS)
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._url:
            url = self._url.rstrip("/") + urlsplit(url).path
        return super().request(method, url, *args, **kwargs)


def make_client(settings: Settings) -> Client:
    """A client of the account of the settings."""
    token = settings.twilio_auth_token.get_secret_value()
    return Client(settings.twilio_account_sid, token, http_client=_Http(settings.twilio_url))
