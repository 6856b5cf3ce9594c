"""The one client of the bot: a signed turn in, what it said and its control state out."""

import hmac
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from api.conversations.service import Said

_TURN_SECONDS = 30
_NOTE_SECONDS = 5
"""How long the bot is waited for: a turn is answered later, whoever notes a field sits before the page."""


class BotSilent(Exception):
    """The bot is down, too slow, or one of its parts failed; the turn can be tried again as it was."""


class BotFailed(BotSilent):
    """The bot answered that it could not do the turn."""


@dataclass(frozen=True)
class Turn:
    said: list[Said]
    dialogue: dict[str, Any]


@dataclass(frozen=True)
class Bot:
    client: httpx.AsyncClient
    secret: str

    async def turn(
        self,
        *,
        conversation_id: str,
        text: str | None,
        choice: str | None,
        opening: bool,
        step: str | None,
        dialogue: dict[str, Any] | None,
    ) -> Turn:
        """Have the bot answer one message. Raises ``BotSilent``."""
        body = json.dumps(
            {
                "conversation_id": conversation_id,
                "text": text,
                "choice": choice,
                "opening": opening,
                "asked": step,
                "dialogue": dialogue,
            }
        ).encode()
        answer = await self._ask("turn", body)
        return Turn(
            said=[
                Said(text=one["text"], choices=[(c["id"], c["title"]) for c in one["choices"]])
                for one in answer["said"]
            ],
            dialogue=answer["dialogue"],
        )

    async def note(
        self, *, step: str, text: str, draft: dict[str, Any], language: str, at: datetime
    ) -> dict[str, Any] | None:
        """The draft as it is once what was written for a step is taken as the bot takes an answer; None if it can't be one.
        Raises ``BotSilent``."""
        asked = {"step": step, "text": text, "draft": draft, "language": language, "now": at.isoformat()}
        answer = await self._ask("note", json.dumps(asked).encode(), seconds=_NOTE_SECONDS)
        found: dict[str, Any] | None = answer["draft"]
        return found

    async def _ask(self, what: str, body: bytes, *, seconds: float = _TURN_SECONDS) -> Any:
        """Post a signed request. Raises ``BotSilent``."""
        moment = str(int(time.time()))
        signature = hmac.digest(self.secret.encode(), moment.encode() + b"." + body, "sha256").hex()
        try:
            response = await self.client.post(
                f"/webhooks/comisario/{what}",
                content=body,
                headers={"X-Comisario-Time": moment, "X-Comisario-Signature": signature},
                timeout=seconds,
            )
            if response.status_code == httpx.codes.BAD_GATEWAY:
                raise BotFailed
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise BotSilent(type(error).__name__) from error
