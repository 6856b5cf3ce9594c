"""SMS by Twilio's own client. ``COMISARIO_TWILIO_URL`` points it at another server that speaks Twilio's API."""

from typing import Any
from urllib.parse import urlsplit

from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from api.outbox.senders import NotSent
from api.settings import Settings

_SECONDS = 10


class _Http(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's HTTP client, with its host replaced where the settings say so."""

    def __init__(self, url: str | None) -> None:
        super().__init__(timeout=_SECONDS)
        self._url = url

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._url:
            url = self._url.rstrip("/") + urlsplit(url).path
        return super().request(method, url, *args, **kwargs)


class TwilioSms:
    """Sends from the number of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._from = settings.twilio_sms_from
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=_Http(settings.twilio_url),
        )

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Blocks for some seconds at most. Raises ``NotSent``."""
        try:
            self._client.messages.create(to=to, from_=self._from, body=text)
        except (TwilioException, OSError) as error:
            raise NotSent(type(error).__name__) from None  # its text holds the number
