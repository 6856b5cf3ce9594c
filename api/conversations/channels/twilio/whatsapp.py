"""WhatsApp by Twilio: its signed webhooks read, its messages sent with its own client."""

from collections.abc import Mapping

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from api.conversations.channels.base import Inbound, NotDelivered, Part
from api.conversations.channels.deliveries import Status
from api.conversations.channels.twilio.client import make_client
from api.settings import Settings

WEBHOOK, STATUS_WEBHOOK = "/webhooks/twilio/whatsapp", "/webhooks/twilio/status"
_PREFIX = "whatsapp:"
_STATUSES = {
    "accepted": Status.SENT, "queued": Status.SENT, "sending": Status.SENT, "sent": Status.SENT,
    "delivered": Status.DELIVERED, "read": Status.READ, "failed": Status.FAILED, "undelivered": Status.FAILED,
}  # fmt: skip


def is_signed(settings: Settings, path: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio signed a request to this path of our public address, which proxies may have changed on the way."""
    token = settings.twilio_auth_token.get_secret_value()
    if not token:
        return False
    url = settings.public_url.rstrip("/") + path
    return bool(RequestValidator(token).validate(url, dict(form), signature))


def inbound(form: Mapping[str, str]) -> Inbound | None:
    """The message of a webhook; None if it has no id or no sender."""
    contact = form.get("From", "").removeprefix(_PREFIX)
    if not (form.get("MessageSid") and contact):
        return None
    return Inbound(
        provider_id=form["MessageSid"],
        contact=contact,
        text=form.get("ButtonText") or form.get("Body") or None,
        choice=form.get("ButtonPayload") or form.get("ListId") or None,
        latitude=_number(form.get("Latitude"), 90),
        longitude=_number(form.get("Longitude"), 180),
        media=int(form["NumMedia"]) if form.get("NumMedia", "").isdecimal() else 0,
    )


def _number(told: str | None, limit: float) -> float | None:
    try:
        value = float(told or "")
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def status(form: Mapping[str, str]) -> Status | None:
    """What a status callback says, None if it is nothing that we know."""
    return _STATUSES.get(form.get("MessageStatus", ""))


class TwilioWhatsapp:
    """Sends from the number of the settings."""

    limit = 1600

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client = make_client(settings)

    def send(self, *, to: str, part: Part, delivery_id: str) -> str:
        public_url = self._settings.public_url.rstrip("/")
        try:
            sent = self._client.messages.create(
                to=_PREFIX + to,
                from_=_PREFIX + self._settings.twilio_whatsapp_from,
                body=part.text,
                media_url=[part.media_url] if part.media_url else None,
                status_callback=f"{public_url}{STATUS_WEBHOOK}?delivery={delivery_id}",
            )
        except TwilioRestException as error:
            lasting = 400 <= error.status < 500 and error.status != requests.codes.too_many_requests
            raise NotDelivered(f"{error.status} {error.code}", lasting=lasting) from None
        except requests.ReadTimeout:
            raise NotDelivered("no answer in time", unknown=True) from None
        except (TwilioException, OSError) as error:
            raise NotDelivered(type(error).__name__) from None
        return str(sent.sid)
