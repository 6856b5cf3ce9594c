"""What every messaging channel has in common: what comes in, how choices are offered and picked from a text, and how a
text is cut to what the channel carries."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self

from api.conversations.channels.whatsapp import CAPTION
from vocabulary.dialogue import Choice

_ORDINALS = ("primer", "segund", "tercer", "cuart", "quint", "sext", "septim", "octav", "noven", "decim")
_NUMBER = re.compile(r"(?:la |el |opcion |numero |nro\.? |n\.? )*(\d{1,2})(?: por favor| pe| nomas)?[.)]?")
_ORDINAL = re.compile(rf"(?:la |el |opcion )*({'|'.join(_ORDINALS)})(?:o|a)?(?: opcion| por favor| pe| nomas)?[.]?")
_WAYS_OUT = frozenset({Choice.DONT_KNOW, Choice.SKIP, Choice.NO, Choice.HUMAN})
_OWN_PATH = re.compile(r"(^|[\s(])(/(?:privacidad|copia|v|datos|encuesta)\b)")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


class Status(StrEnum):
    """How far a part has come, in this order. ``HELD`` waits for the citizen to write; ``UNKNOWN`` may have been taken; ``ACCEPTED`` was
    taken and is not known to have left the provider; ``GIVEN_UP`` was tried often enough, or its provider kept silent, and
    waits for staff, or for the citizen to write. As a provider's word, ``QUEUED`` says that it has to be sent again."""

    QUEUED = "queued"
    HELD = "held"
    GIVEN_UP = "given_up"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True)
class Word:
    """What a provider says of a part; ``error`` is its code."""

    status: Status
    error: str | None = None


@dataclass(frozen=True)
class Media:
    """A file that came with a message, by the provider's ``reference``; ``media_type`` is what the provider says."""

    reference: str
    media_type: str


@dataclass(frozen=True)
class Inbound:
    """A citizen's message in a channel. ``provider_id`` is the provider's; ``contact`` is in E.164, or what the provider knows
    somebody by who hides their number; ``sent`` is when, in seconds since 1970, where the provider says it."""

    provider_id: str
    contact: str
    text: str | None = None
    choice: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    media: tuple[Media, ...] = ()
    sent: int | None = None

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """From what ``asdict`` made of one."""
        return cls(**kept | {"media": tuple(Media(**one) for one in kept["media"])})


@dataclass(frozen=True)
class Part:
    """What is sent as one message. ``choices`` (id and title) are only there if the channel offers them as buttons;
    ``media_name`` is what the file is called."""

    text: str
    media_url: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    media_name: str = ""


@dataclass(frozen=True)
class Remote:
    """Where a file is: asked for with ``headers``, which go to the first host alone. ``hosts`` are those that a redirect may
    lead to too; ``.example.com`` stands for all below it. ``trusted`` is the address of a provider's stand-in, which may be
    private."""

    url: str
    headers: Mapping[str, str]
    hosts: frozenset[str]
    trusted: str | None = None


class NotDelivered(Exception):
    """The provider did not take a message; ``lasting`` is whether it never will, ``unknown`` whether it may have, ``after``
    the seconds that it asks to wait."""

    def __init__(self, why: str, *, lasting: bool = False, unknown: bool = False, after: float | None = None) -> None:
        super().__init__(why)
        self.lasting = lasting
        self.unknown = unknown
        self.after = after


class Channel(Protocol):
    """A provider's adapter. What it does blocks for some seconds at most."""

    limit: int
    """Characters of one text."""

    def room(self, choices: Sequence[tuple[str, str]]) -> int | None:
        """Characters of the line that may bring these choices as buttons or a list; None if they have to be listed."""

    def send(self, *, to: str, part: Part, try_id: str) -> str:
        """Hand a part over; answers the provider's id. What the provider says of it later brings ``try_id``. Raises
        ``NotDelivered``."""

    def notify(self, *, to: str) -> None:
        """Say by the approved template, which names nothing, that there is something to be read. Raises ``NotDelivered``."""

    def find(self, *, to: str, part: Part, since: datetime) -> Sequence[str]:
        """The provider's ids of all that it took since then and that says what a part says. Raises ``NotDelivered`` if it
        can't tell, a lasting one if it never can."""

    def became(self, *, provider_id: str) -> Word:
        """What became of a part that the provider took. Raises ``NotDelivered`` as ``find`` does, and for what we don't know."""

    def locate(self, reference: str) -> Remote:
        """Where the file of an inbound message is. Raises ``NotDelivered`` if that can't be found out."""


def parts(content: dict[str, Any], *, document_url: str | None, channel: Channel, public_url: str) -> list[Part]:
    """A message of a conversation as the texts that carry it: its choices as the channel offers them, else listed at the
    end, its document on the last, our own addresses in full."""
    text = _OWN_PATH.sub(rf"\g<1>{public_url}\g<2>", content.get("text") or "")
    choices = tuple((choice, title) for choice, title in content.get("choices") or ())
    room = channel.room(choices) if choices and document_url is None else None
    if room is not None:
        lines, _, last = text.strip().rpartition("\n")
        *before, asked = split(" ".join(last.split()), room)
        told = split("\n".join([lines, *before]), channel.limit)
        return [*(Part(cut) for cut in told if cut), Part(asked, choices=choices)]
    if choices:
        count = is_numbered(choices, channel)
        listed = "\n".join(f"{f'{n}.' if count else '•'} {title}" for n, (_, title) in enumerate(choices, start=1))
        text = f"{text}\n\n{listed}"
    if document_url is None:
        return [Part(cut) for cut in split(text, channel.limit)]
    *before, last = split(text, min(channel.limit, CAPTION))
    name = f"{content['document']['title']}.pdf"
    return [*(Part(cut) for cut in before), Part(last, document_url, media_name=name)]


def is_numbered(choices: Sequence[tuple[str, str]], channel: Channel) -> bool:
    """Whether choices are told with numbers: not as buttons, and not where they only lead out of a question, whose answer may
    be a number itself."""
    return channel.room(choices) is None and any(choice not in _WAYS_OUT for choice, _ in choices)


def split(text: str, limit: int) -> list[str]:
    """A text in pieces of at most ``limit`` characters, cut between sentences, else between words."""
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        ends = [match.start() for match in _SENTENCE_END.finditer(rest, 0, limit + 1) if 0 < match.start() <= limit]
        end = ends[-1] if ends else rest.rfind(" ", 1, limit + 1)
        end = end if end > 0 else limit
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest]


def chosen(text: str, offered: Sequence[tuple[str, str]], *, numbered: bool) -> str | None:
    """The id of the choice that a text picks by its title or, of ``numbered`` ones, by its number or place; None if it says
    something else."""
    said = " ".join(plain(text).split()).strip()
    for choice, title in offered:
        if said in (plain(title), plain(choice)):
            return choice
    if not numbered:
        return None
    place = None
    if match := _NUMBER.fullmatch(said):
        place = int(match[1])
    elif match := _ORDINAL.fullmatch(said):
        place = _ORDINALS.index(match[1]) + 1
    elif said in ("la ultima", "ultima", "el ultimo", "ultimo"):
        place = len(offered)
    return offered[place - 1][0] if place and place <= len(offered) else None


def plain(text: str) -> str:
    """A text without case, accents and its last stop."""
    letters = unicodedata.normalize("NFD", text.casefold().strip())
    return "".join(c for c in letters if not unicodedata.combining(c)).rstrip(".!")
