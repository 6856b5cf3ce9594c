"""What the emulated Twilio remembers: messages with their media, contents, and who wrote when."""

import asyncio
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from emulators.twilio.account import new_sid
from emulators.twilio.faults import Fault, Kind

WHATSAPP = "whatsapp:"
_WINDOW = timedelta(hours=24)

type Channel = Literal["whatsapp", "sms"]


class Clock:
    """The time here, which tests move; it runs on from where it was set."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def set(self, now: datetime | None) -> None:
        """None is the real time again."""
        self._ahead = now - datetime.now(UTC) if now else timedelta()


@dataclass(frozen=True)
class Media:
    """A file of a message; ``key`` is its unguessable name where it is handed out."""

    content: bytes
    content_type: str
    created_at: datetime
    name: str = ""
    sid: str = field(default_factory=lambda: new_sid("ME"))
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclass(frozen=True)
class Choice:
    """A button or a list's item that a message offers."""

    id: str
    title: str
    description: str | None = None


@dataclass(frozen=True)
class Offer:
    """What can be tapped below a message; ``button`` opens the list of a list picker, quick replies have none.

    An ``approved`` one came by a template of WhatsApp's.
    """

    choices: tuple[Choice, ...]
    button: str | None = None
    approved: bool = False


@dataclass
class Message:
    """A message between a citizen's ``number`` and the ``business``, in E.164, in either direction.

    ``media_urls`` are where the program's files are fetched, ``files`` what was fetched or came from the telephone,
    ``location`` the fields of a place that the citizen sent, ``handed_over`` whether the program took what they wrote,
    ``faults`` those that its status callbacks meet.
    """

    channel: Channel
    number: str
    business: str
    text: str
    at: datetime
    inbound: bool
    status: str
    sid: str = field(default_factory=lambda: new_sid("SM"))
    updated_at: datetime | None = None
    error_code: int | None = None
    callback: str | None = None
    media_urls: tuple[str, ...] = ()
    files: list[Media] = field(default_factory=list)
    offer: Offer | None = None
    location: dict[str, str] | None = None
    handed_over: bool | None = None
    faults: dict[Kind, Fault] = field(default_factory=dict)
    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever tells its statuses."""

    @property
    def to(self) -> str:
        """Whom it reached."""
        return self.business if self.inbound else self.number

    @property
    def media(self) -> str | None:
        """Where the first file that the program sent is."""
        return self.media_urls[0] if self.media_urls else None

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.offer.choices if self.offer else ()

    @property
    def addresses(self) -> dict[str, str]:
        """``From`` and ``To`` as Twilio writes them."""
        prefix = WHATSAPP if self.channel == "whatsapp" else ""
        citizen, business = prefix + self.number, prefix + self.business
        return {"From": citizen, "To": business} if self.inbound else {"From": business, "To": citizen}


class Store:
    """The messages, the oldest first, and since when each citizen may be written to."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.messages: dict[str, Message] = {}
        self.media: dict[str, Media] = {}
        self._heard: dict[tuple[str, str], datetime] = {}

    def keep(self, message: Message) -> None:
        self.messages[message.sid] = message
        if message.inbound:
            self._heard[message.number, message.business] = message.at

    def attach(self, message: Message, media: Media) -> None:
        message.files.append(media)
        self.media[media.key] = media

    def is_open(self, number: str, business: str, *, at: datetime) -> bool:
        """Whether the citizen wrote to this number in the last 24 hours."""
        heard = self._heard.get((number, business))
        return heard is not None and at - heard <= _WINDOW

    def thread(self, number: str) -> list[Message]:
        """All that this telephone wrote and was sent by WhatsApp, the oldest first."""
        return [one for one in self.messages.values() if one.number == number and one.channel == "whatsapp"]
