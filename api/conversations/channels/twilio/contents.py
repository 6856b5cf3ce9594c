"""Choices as buttons and lists: contents of Twilio's Content API, one for each number of choices, filled at each sending.

Twilio makes them at the first need and finds them again by name. Within 24 hours of the citizen's message WhatsApp takes
them without approval: up to 3 buttons, or a list of up to 10.
"""

import json
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

VARIABLE_LIMIT = 255
"""Characters of one variable, which the text is."""
_ID_LIMIT = 200


class Kind(StrEnum):
    BUTTONS = "quick-reply"
    LIST = "list-picker"


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


def filled(client: Client, text: str, choices: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What a message with these choices is sent with."""
    kind = kind_of(choices)
    assert kind is not None, "offered only where there is room"
    variables = {"1": text}
    for number, (choice, title) in enumerate(choices):
        variables |= {f"{2 * number + 2}": title, f"{2 * number + 3}": choice}
    return {"content_sid": _sid(client, kind, len(choices)), "content_variables": json.dumps(variables)}


@lru_cache
def _sid(client: Client, kind: Kind, count: int) -> str:
    name = f"comisario_{kind}_{count}".replace("-", "_")
    for found in client.content.v1.contents.stream(page_size=500):
        if found.friendly_name == name:
            return str(found.sid)
    pairs = [(f"{{{{{2 * number + 2}}}}}", f"{{{{{2 * number + 3}}}}}") for number in range(count)]
    if kind is Kind.BUTTONS:
        content = {"body": "{{1}}", "actions": [{"type": "QUICK_REPLY", "title": title, "id": i} for title, i in pairs]}
    else:
        content = {"body": "{{1}}", "button": "Ver opciones", "items": [{"item": title, "id": i} for title, i in pairs]}
    request = ContentList.ContentCreateRequest(
        {"friendly_name": name, "language": "es", "variables": {"1": "?"}, "types": {f"twilio/{kind}": content}}
    )
    return str(client.content.v1.contents.create(request).sid)
