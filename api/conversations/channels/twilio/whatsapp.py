"""WhatsApp by Twilio: its signed webhooks read, its messages sent with its own client."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from api.conversations.channels.base import Inbound, Media, NotDelivered, Part, Remote, Status, Word
from api.conversations.channels.twilio import contents
from api.conversations.channels.twilio.client import at_twilio, make_client
from api.conversations.channels.whatsapp import kind_of
from api.settings import Settings

WEBHOOK, STATUS_WEBHOOK = "/webhooks/twilio/whatsapp", "/webhooks/twilio/status"
_RETRIED = "#rc=5&rp=all"
"""At the end of a webhook's address: have Twilio try again whatever goes wrong. Whether it signs this part is not written."""
_PREFIX = "whatsapp:"
_MEDIA_HOSTS = frozenset({"api.twilio.com", ".twiliocdn.com"})
_MOST_MEDIA = 10
_PASSING = (401, 403, 408, 409, 425, 429)
"""A key that is being changed, or too much at once: worth another try."""
_SLACK = timedelta(seconds=2)
_ERRORS = {"63016": Status.HELD, "63019": Status.QUEUED}
"""A failure that is none for good: outside the window, and a file that Twilio could not fetch from us."""
_STATUSES = {
    "accepted": Status.ACCEPTED, "queued": Status.ACCEPTED, "sending": Status.ACCEPTED, "sent": Status.SENT,
    "delivered": Status.DELIVERED, "read": Status.READ, "failed": Status.FAILED, "undelivered": Status.FAILED,
}  # fmt: skip


def is_signed(settings: Settings, path: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio signed a request to this path of our public address, which proxies may have changed on the way."""
    token = settings.twilio_auth_token.get_secret_value()
    if not token:
        return False
    url, validator = settings.public_url.rstrip("/") + path, RequestValidator(token)
    return any(validator.validate(one, dict(form), signature) for one in (url, url + _RETRIED))


def inbound(settings: Settings, form: Mapping[str, str]) -> Inbound | None:
    """The message of a webhook; None if it has no id, or did not come by WhatsApp from somebody to our number: the sender of
    an SMS can be feigned."""
    prefix, channel, contact = form.get("From", "").partition(_PREFIX)
    ours = form.get("To") == _PREFIX + settings.twilio_whatsapp_from
    if prefix or not (channel and contact and ours and form.get("MessageSid")):
        return None
    return Inbound(
        provider_id=form["MessageSid"],
        contact=contact,
        text=form.get("ButtonText") or form.get("Body") or None,
        choice=form.get("ButtonPayload") or form.get("ListId") or None,
        latitude=_number(form.get("Latitude"), 90),
        longitude=_number(form.get("Longitude"), 180),
        media=tuple(_media(form)),
    )


def _media(form: Mapping[str, str]) -> Iterator[Media]:
    count = int(form["NumMedia"]) if form.get("NumMedia", "").isdecimal() else 0
    for number in range(min(count, _MOST_MEDIA)):
        if url := form.get(f"MediaUrl{number}"):
            yield Media(url, form.get(f"MediaContentType{number}", ""))


def _number(told: str | None, limit: float) -> float | None:
    try:
        value = float(told or "")
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def word(status: str, error: str) -> Word | None:
    """What a status and the code of its error say, None if it is nothing that we know."""
    found = _STATUSES.get(status)
    if found is Status.FAILED:
        return Word(_ERRORS.get(error, found), error or None)
    return Word(found) if found else None


class TwilioWhatsapp:
    """Sends from the number of the settings."""

    limit = 1600

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client = make_client(settings)

    def room(self, choices: Sequence[tuple[str, str]]) -> int | None:
        offered = self._settings.twilio_buttons and kind_of(choices) is not None
        return contents.VARIABLE_LIMIT if offered else None

    def send(self, *, to: str, part: Part, try_id: str) -> str:
        with _told_apart():
            try:
                return self._create(to, part, try_id)
            except TwilioRestException as error:
                if not part.choices or error.status not in (400, 404):
                    raise
                contents.forget()
                return self._create(to, part, try_id)

    def _create(self, to: str, part: Part, try_id: str) -> str:
        public_url = self._settings.public_url.rstrip("/")
        content: dict[str, Any] = {"body": part.text, "media_url": [part.media_url] if part.media_url else None}
        if part.choices:
            content = contents.filled(self._client, part.text, part.choices)
        sent = self._client.messages.create(
            to=_PREFIX + to,
            from_=_PREFIX + self._settings.twilio_whatsapp_from,
            status_callback=f"{public_url}{STATUS_WEBHOOK}?attempt={try_id}",
            **content,
        )
        return str(sent.sid)

    def notify(self, *, to: str) -> None:
        if not self._settings.twilio_notice:
            return
        with _told_apart():
            self._client.messages.create(
                to=_PREFIX + to,
                from_=_PREFIX + self._settings.twilio_whatsapp_from,
                content_sid=self._settings.twilio_notice,
            )

    def find(self, *, to: str, part: Part, since: datetime) -> list[str]:
        """Twilio is asked for what it has for the contact; it keeps seconds, not their parts."""
        with _told_apart():
            found = self._client.messages.list(
                to=_PREFIX + to,
                from_=_PREFIX + self._settings.twilio_whatsapp_from,
                date_sent_after=since.replace(microsecond=0) - _SLACK,
                limit=100,
            )
        return [str(one.sid) for one in found if (one.body or "").strip() == part.text.strip()]

    def became(self, *, provider_id: str) -> Word:
        with _told_apart():
            found = self._client.messages(provider_id).fetch()
        told = word(str(found.status), str(found.error_code or ""))
        if told is None:
            raise NotDelivered("a status that we don't know", lasting=True, unknown=True)
        return told

    def locate(self, reference: str) -> Remote:
        url = at_twilio(self._settings, reference)
        account = f"{self._settings.twilio_account_sid}:{self._settings.twilio_auth_token.get_secret_value()}"
        basic = base64.b64encode(account.encode()).decode()
        return Remote(url, {"Authorization": f"Basic {basic}"}, _MEDIA_HOSTS, self._settings.twilio_url)


@contextmanager
def _told_apart() -> Iterator[None]:
    """Raises ``NotDelivered`` for whatever Twilio's client raises; their own texts hold the number."""
    try:
        yield
    except TwilioRestException as error:
        lasting = 400 <= error.status < 500 and error.status not in _PASSING
        raise NotDelivered(f"{error.status} {error.code}", lasting=lasting) from None
    except requests.ReadTimeout:
        raise NotDelivered("no answer in time", unknown=True) from None
    except (TwilioException, OSError) as error:
        raise NotDelivered(type(error).__name__) from None
