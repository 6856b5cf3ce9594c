"""The sentences and labels of ``locales/<language>/*.toml``, by dotted key: file, table, name."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_LOCALES = Path(__file__).parent / "locales"


class UnknownSentence(KeyError):
    """The key stands in no catalogue: a slip in the program, never a citizen's doing."""


@cache
def _catalogue(language: str) -> dict[str, Any]:
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((_LOCALES / language).glob("*.toml"))
    }


def _look_up(language: str, key: str) -> Any:
    found: Any = _catalogue(language)
    for part in key.split("."):
        if not isinstance(found, dict) or part not in found:
            return None
        found = found[part]
    return found


def sentence(key: str, /, language: str = "es", **values: object) -> str:
    """The sentence in the language, or in Spanish where the language lacks it, with its values filled in.

    Raises ``UnknownSentence`` if Spanish lacks it too.
    """
    found = _look_up(language, key)
    if found is None:
        found = _look_up("es", key)
    if not isinstance(found, str):
        raise UnknownSentence(key)
    return found.format(**values) if values else found


def has_sentence(key: str, language: str = "es") -> bool:
    """Whether the catalogue of the language has a sentence of that key."""
    return isinstance(_look_up(language, key), str)


def table(key: str, language: str = "es") -> dict[str, str]:
    """A whole table of sentences, by name."""
    found = _look_up(language, key) or _look_up("es", key)
    if not isinstance(found, dict):
        raise UnknownSentence(key)
    return found
