"""Folding, cleaning and cutting of what people type."""

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from vocabulary.dialogue import TEXT_CAP

_PLAIN = {"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-", "‑": "-"}
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")


class _Folding(dict[int, str]):
    def __missing__(self, code: int) -> str:
        character = _PLAIN.get(chr(code), chr(code))
        plain = unicodedata.normalize("NFD", character.lower())[0]
        if plain != "\n" and plain.isspace():
            plain = " "
        if code < 0x2FFF:
            self[code] = plain
        return plain


_FOLDING = _Folding()


def capped(text: str) -> str:
    """The part of a message that the understanding reads, composed (NFC)."""
    return unicodedata.normalize("NFC", text[:TEXT_CAP])


@lru_cache(maxsize=8)  # each reader of a message folds it
def fold(text: str) -> str:
    """Lower case without accents, character by character, so that positions stay those of the text."""
    return text.translate(_FOLDING)


def cleaned(text: str) -> str:
    """The text as it is kept: composed, trimmed, without invisible characters and doubled spaces."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _SPACES.sub(" ", text)
    return "\n".join(line.strip() for line in text.strip().split("\n") if line.strip())


def distance(one: str, other: str, most: int) -> int:
    """Slips between two words (a swap of neighbours is one); ``most + 1`` if more than ``most``."""
    return int(DamerauLevenshtein.distance(one, other, score_cutoff=most))


@lru_cache(maxsize=20_000)
def nearest_word(word: str, vocabulary: tuple[str, ...]) -> str | None:
    """The one word of the vocabulary that a slip of the finger turned into this: one slip, two from nine letters."""
    most = 2 if len(word) >= 9 else 1
    found = [known for known in vocabulary if distance(word, known, most) <= most]
    return found[0] if len(found) == 1 else None
