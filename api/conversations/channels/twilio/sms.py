"""SMS by Twilio."""

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from api.conversations.channels.twilio.client import make_client
from api.outbox.senders import NotSent
from api.settings import Settings


class TwilioSms:
    """Sends from the number of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._from = settings.twilio_sms_from
        self._client: Client = make_client(settings)

    def send(self, *, to: str, subject: str, text: str) -> None:
        """Blocks for some seconds at most. Raises ``NotSent``."""
        try:
            self._client.messages.create(to=to, from_=self._from, body=text)
        except (TwilioException, OSError) as error:
            raise NotSent(type(error).__name__) from None  # its text holds the number
