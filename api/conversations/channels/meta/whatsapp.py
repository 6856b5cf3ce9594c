"""WhatsApp by Meta's Cloud API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from api.conversations.channels.base import NotDelivered, Part, Remote, Word
from api.conversations.channels.meta.client import Graph
from api.conversations.channels.meta.webhooks import known_by
from api.conversations.channels.whatsapp import Kind, kind_of
from api.settings import Settings
from vocabulary.sentences import sentence

_ASKED = 1024
"""Characters of a text with choices."""
_MEDIA_HOSTS = frozenset({"lookaside.fbsbx.com"})
_AGENT = "comisario-virtual"
"""Meta gives files to no program that does not say its name."""
_LANGUAGE = "es"
"""Of the template."""


class MetaWhatsapp:
    """Sends from the number of the settings."""

    limit = 4096

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._graph = Graph(settings)

    def room(self, choices: Sequence[tuple[str, str]]) -> int | None:
        return _ASKED if kind_of(choices) is not None else None

    def send(self, *, to: str, part: Part, try_id: str) -> str:
        sent = self._post(to, _content(part) | {"biz_opaque_callback_data": try_id})
        try:
            return known_by(sent["messages"][0]["id"])
        except (KeyError, IndexError, TypeError, AttributeError):
            raise NotDelivered("an answer without an id", unknown=True) from None

    def notify(self, *, to: str) -> None:
        if name := self._settings.meta_notice:
            self._post(to, {"type": "template", "template": {"name": name, "language": {"code": _LANGUAGE}}})

    def find(self, *, to: str, part: Part, since: datetime) -> list[str]:
        """Meta can't be asked for what it took: its status callbacks alone tell."""
        raise NotDelivered("Meta has no such question", lasting=True, unknown=True)

    def became(self, *, provider_id: str) -> Word:
        raise NotDelivered("Meta has no such question", lasting=True, unknown=True)

    def locate(self, reference: str) -> Remote:
        """Where Meta keeps a file for some minutes."""
        media_id = reference.partition("/")[0]
        told = self._graph.ask("GET", f"/{media_id}?phone_number_id={self._settings.meta_phone_number_id}")
        url = told.get("url") if isinstance(told, dict) else None
        if not isinstance(url, str):
            raise NotDelivered("an answer without an address")
        token = self._settings.meta_token.get_secret_value()
        headers = {"Authorization": f"Bearer {token}", "User-Agent": _AGENT}
        return Remote(url, headers, _MEDIA_HOSTS, self._settings.meta_url)

    def _post(self, to: str, content: dict[str, Any]) -> Any:
        """Numbers go without their plus; who hides theirs is a recipient, since Meta would take them for a number in ``to``
        and send nothing."""
        whom = {"to": to.removeprefix("+")} if to.startswith("+") else {"recipient": to}
        common = {"messaging_product": "whatsapp", "recipient_type": "individual"}
        return self._graph.ask("POST", f"/{self._settings.meta_phone_number_id}/messages", common | whom | content)


def _content(part: Part) -> dict[str, Any]:
    if part.choices:
        return {"type": "interactive", "interactive": _interactive(part)}
    if part.media_url is not None:
        document = {"link": part.media_url, "filename": part.media_name, "caption": part.text}
        return {"type": "document", "document": document}
    return {"type": "text", "text": {"body": part.text, "preview_url": False}}


def _interactive(part: Part) -> dict[str, Any]:
    offered = [{"id": choice, "title": title} for choice, title in part.choices]
    if kind_of(part.choices) is Kind.BUTTONS:
        action: dict[str, Any] = {"buttons": [{"type": "reply", "reply": one} for one in offered]}
        return {"type": "button", "body": {"text": part.text}, "action": action}
    action = {"button": sentence("system.see_choices"), "sections": [{"rows": offered}]}
    return {"type": "list", "body": {"text": part.text}, "action": action}
