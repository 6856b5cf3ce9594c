"""The signed channel: one turn in, what the bot says and its control state out.

It replaces Rasa's REST channel, in which a typed ``/intent{"slot": …}`` is a command.
"""

import asyncio
import hmac
import logging
import os
import re
import time
from typing import Any, Awaitable, Callable, Dict, List, Optional, Text

import aiohttp
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from comisario_bot import lean, snapshot

logger = logging.getLogger(__name__)

_TEXT_CAP = 4096
_CLOCK_SKEW = 60
_MOMENT = re.compile(r"[0-9]{1,12}")
_COMMAND_MARKS = re.compile(r"^[/\s]+")  # every space that Rasa strips, not only ASCII's
_OPENING = "opening"
_CHOICE = "choice"
_CODE = "code"  # six digits alone, outside any question
_SIX_DIGITS = re.compile(r"\s*\d{3}[\s-]?\d{3}\s*")
_FILE = "file"  # or a place, outside any question
_WISHES = {
    name: name for name in ("human", "cancel", "survey", "callback", "returned")
}  # choices that are a wish of their own, whatever was asked
_WISHES |= dict.fromkeys(("case_answer", "case_question", "case_correct", "case_withdraw"), "say_in_case")


class TurnOutput(OutputChannel):
    """Collects what the bot says in one turn."""

    def __init__(self) -> None:
        self.said: List[Dict[Text, Any]] = []

    @classmethod
    def name(cls) -> Text:
        return "comisario"

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        buttons = message.get("buttons") or []
        self.said.append(
            {
                "text": message.get("text") or "",
                "choices": [{"id": b["payload"], "title": b["title"]} for b in buttons],
            }
        )


class SignedChannel(InputChannel):
    """Takes turns from whoever holds the secret, and from nobody else."""

    def __init__(self, secret: Text) -> None:
        self._secret = secret.encode()

    @classmethod
    def name(cls) -> Text:
        return "comisario"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> InputChannel:
        if not credentials or not credentials.get("secret"):
            cls.raise_missing_credentials_exception()
        return cls(str(credentials["secret"]))

    def _is_signed(self, request: Request) -> bool:
        moment = request.headers.get("X-Comisario-Time", "")
        if not _MOMENT.fullmatch(moment) or abs(time.time() - int(moment)) > _CLOCK_SKEW:
            return False
        expected = hmac.new(self._secret, moment.encode() + b"." + request.body, "sha256").hexdigest()
        given = request.headers.get("X-Comisario-Signature", "")
        return hmac.compare_digest(expected.encode(), given.encode(errors="replace"))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        lean.install()
        blueprint = Blueprint("comisario")

        @blueprint.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            """Whether a turn would be answered: this process is up, and so is the action server."""
            url = os.environ["COMISARIO_ACTIONS_URL"].replace("/webhook", "/health")
            try:
                timeout = aiohttp.ClientTimeout(total=2)
                async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
                    return response.json({}, status=200 if answer.status == 200 else 503)
            except (aiohttp.ClientError, asyncio.TimeoutError):
                return response.json({}, status=503)

        @blueprint.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._is_signed(request):
                return response.json({"error": "unsigned"}, status=401)
            body = request.json
            output = TurnOutput()
            message = _user_message(body, output)
            with snapshot.turn(message.sender_id, body["dialogue"]) as state:
                failures = lean.collect_failures()
                await on_new_message(message)
                if failures or state.after is None:
                    logger.error("turn of %s failed: %s", message.sender_id, failures or "nothing was saved")
                    return response.json({"error": "failed"}, status=502)
                return response.json({"said": output.said, "dialogue": state.after})

        @blueprint.post("/note")
        async def note(request: Request) -> HTTPResponse:
            """Read what a person writes down for the citizen as the form would; nothing is said and no dialogue goes on."""
            if not self._is_signed(request):
                return response.json({"error": "unsigned"}, status=401)
            tracker = {"sender_id": "", "slots": {}, "latest_message": {"metadata": request.json}, "events": []}
            tracker.update({"paused": False, "followup_action": None, "active_loop": {}, "latest_action_name": None})
            asked = {"next_action": "action_note", "sender_id": "", "tracker": tracker, "domain": {}}
            timeout, url = aiohttp.ClientTimeout(total=8), os.environ["COMISARIO_ACTIONS_URL"]
            try:
                async with aiohttp.ClientSession(timeout=timeout) as session, session.post(url, json=asked) as answer:
                    found = await answer.json()
                    return response.json(found["responses"][0]["custom"], status=answer.status)
            except (aiohttp.ClientError, asyncio.TimeoutError, KeyError, IndexError):
                return response.json({"error": "failed"}, status=502)

        return blueprint


def _user_message(body: Dict[Text, Any], output: OutputChannel) -> UserMessage:
    text, choice = body["text"], body["choice"]
    parse_data = None
    if body["opening"]:
        parse_data = _prepared(_OPENING)
    elif text is not None and body["asked"] is None and _SIX_DIGITS.fullmatch(text):
        parse_data = _prepared(_CODE)
    elif text is None and choice is None and body["asked"] is None:
        parse_data = _prepared(_FILE)
    elif text is None:
        parse_data = _prepared(_WISHES.get(choice, _CHOICE))
    return UserMessage(
        text=_neutralised(text) if parse_data is None else "",
        output_channel=output,
        sender_id=body["conversation_id"],
        input_channel="comisario",
        parse_data=parse_data,
        metadata={"asked": body["asked"]},
    )


def _prepared(intent: Text) -> Dict[Text, Any]:
    return {
        "text": "",
        "intent": {"name": intent, "confidence": 1.0},
        "intent_ranking": [],
        "entities": [],
    }


def _neutralised(text: Text) -> Text:
    """Rasa takes a text with a leading slash for a command: the slash goes, the rest stays a text."""
    return _COMMAND_MARKS.sub("", text[:_TEXT_CAP]) or "…"
