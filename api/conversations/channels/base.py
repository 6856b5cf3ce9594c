"""What every messaging channel has in common: what comes in, how choices are offered in a text and picked from one, and
how a text is cut to what the channel carries."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_ORDINALS = ("primer", "segund", "tercer", "cuart", "quint", "sext", "septim", "octav", "noven", "decim")
_NUMBER = re.compile(r"(?:la |el |opcion |numero |nro\.? |n\.? )*(\d{1,2})(?: por favor| pe| nomas)?[.)]?")
_ORDINAL = re.compile(rf"(?:la |el |opcion )*({'|'.join(_ORDINALS)})(?:o|a)?(?: opcion| por favor| pe| nomas)?[.]?")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True)
class Inbound:
    """A citizen's message in a channel. ``provider_id`` is the provider's; ``contact`` is in E.164."""

    provider_id: str
    contact: str
    text: str | None = None
    choice: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    media: int = 0


@dataclass(frozen=True)
class Part:
    """What is sent as one message."""

    text: str
    media_url: str | None = None


class NotDelivered(Exception):
    """The provider did not take a message; ``lasting`` is whether it never will, ``unknown`` whether it may have."""

    def __init__(self, why: str, *, lasting: bool = False, unknown: bool = False) -> None:
        super().__init__(why)
        self.lasting = lasting
        self.unknown = unknown


class Channel(Protocol):
    """A provider's adapter."""

    limit: int
    """Characters of one text."""

    def send(self, *, to: str, part: Part, delivery_id: str) -> str:
        """Hand a part over; answers the provider's id. Blocks for some seconds at most. Raises ``NotDelivered``."""


def parts(content: dict[str, Any], *, document_url: str | None, limit: int) -> list[Part]:
    """A message of a conversation as the texts that carry it: its choices numbered at the end, its document on the last."""
    text = content.get("text") or ""
    if choices := content.get("choices"):
        listed = "\n".join(f"{number}. {title}" for number, (_, title) in enumerate(choices, start=1))
        text = f"{text}\n\n{listed}"
    found = [Part(cut) for cut in split(text, limit)]
    return [*found[:-1], Part(found[-1].text, document_url)]


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


def chosen(text: str, offered: Sequence[tuple[str, str]]) -> str | None:
    """The id of the choice that a text picks by its number, its place or its title; None if it says something else."""
    said = " ".join(_plain(text).split()).strip()
    for choice, title in offered:
        if said in (_plain(title), _plain(choice)):
            return choice
    place = None
    if match := _NUMBER.fullmatch(said):
        place = int(match[1])
    elif match := _ORDINAL.fullmatch(said):
        place = _ORDINALS.index(match[1]) + 1
    elif said in ("la ultima", "ultima", "el ultimo", "ultimo"):
        place = len(offered)
    return offered[place - 1][0] if place and place <= len(offered) else None


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold().strip())
    return "".join(c for c in letters if not unicodedata.combining(c)).rstrip(".!")
