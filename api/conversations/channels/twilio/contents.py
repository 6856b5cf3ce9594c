"""Choices as buttons and lists: contents of Twilio's Content API, one for each number of choices, filled at each sending.

Twilio makes them at the first need and finds them again by name. Within 24 hours of the citizen's message WhatsApp takes
them without approval: up to 3 buttons, or a list of up to 10.
"""

import json
from collections.abc import Sequence
from functools import lru_cache

from twilio.rest import Client
from twilio.rest.content.v1.content import ContentList

from api.conversations.channels.whatsapp import Kind, kind_of
from vocabulary.sentences import sentence

VARIABLE_LIMIT = 255
"""Characters of one variable, which the text is."""
_TYPES = {Kind.BUTTONS: "quick-reply", Kind.LIST: "list-picker"}


def filled(client: Client, text: str, choices: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What a message with these choices is sent with."""
    kind = kind_of(choices)
    assert kind is not None, "offered only where there is room"
    variables = {"1": text}
    for number, (choice, title) in enumerate(choices):
        variables |= {f"{2 * number + 2}": title, f"{2 * number + 3}": choice}
    return {"content_sid": _sid(client, kind, len(choices)), "content_variables": json.dumps(variables)}


def forget() -> None:
    """Look them up or make them again at the next need: somebody may have deleted one at Twilio."""
    _sid.cache_clear()


@lru_cache
def _sid(client: Client, kind: Kind, count: int) -> str:
    name = f"comisario_{_TYPES[kind]}_{count}".replace("-", "_")
    for found in client.content.v1.contents.stream(page_size=500):
        if found.friendly_name == name:
            return str(found.sid)
    pairs = [(f"{{{{{2 * number + 2}}}}}", f"{{{{{2 * number + 3}}}}}") for number in range(count)]
    if kind is Kind.BUTTONS:
        content = {"body": "{{1}}", "actions": [{"type": "QUICK_REPLY", "title": title, "id": i} for title, i in pairs]}
    else:
        content = {
            "body": "{{1}}",
            "button": sentence("system.see_choices"),
            "items": [{"item": title, "id": i} for title, i in pairs],
        }
    request = ContentList.ContentCreateRequest(
        {"friendly_name": name, "language": "es", "variables": {"1": "?"}, "types": {f"twilio/{_TYPES[kind]}": content}}
    )
    return str(client.content.v1.contents.create(request).sid)
