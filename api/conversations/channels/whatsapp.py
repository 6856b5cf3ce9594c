"""What WhatsApp takes, whoever carries it."""

from collections.abc import Sequence
from enum import StrEnum

CAPTION = 1024
"""Characters of a text that comes with a file."""
_ID_LIMIT = 200


class Kind(StrEnum):
    """How choices are offered."""

    BUTTONS = "buttons"
    LIST = "list"


_LIMITS = {Kind.BUTTONS: (3, 20), Kind.LIST: (10, 24)}
"""How many choices a kind offers, and of how many characters."""


def kind_of(choices: Sequence[tuple[str, str]]) -> Kind | None:
    """How these choices can be offered; None if they can only be numbered."""
    titles = [title for _, title in choices]
    if len(set(titles)) != len(titles) or any(len(choice) > _ID_LIMIT for choice, _ in choices):
        return None
    for kind, (most, length) in _LIMITS.items():
        if len(choices) <= most and all(len(title) <= length for title in titles):
            return kind
    return None
