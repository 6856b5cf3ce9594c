"""Serves the signed channel as the live bot does, on the rules alone and with actions that settle nothing.

``python bot/tests/channel_server.py PORT``, in the bot's Python with its environment. What a test wants to see beside
the channel's answers is at ``/seen``: how the last message was understood.
"""

import contextlib
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, Text

from rules_only import train  # first: it keeps Rasa quiet

from rasa.core.agent import Agent
from rasa.core.channels.channel import register
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from comisario_bot import snapshot
from comisario_bot.channel import SignedChannel

_seen: Dict[Text, Any] = {}


class WatchedStore(snapshot.SnapshotTrackerStore):
    """The store of the live bot; it also notes how the last message was understood."""

    async def save(self, tracker: DialogueStateTracker) -> None:
        message = tracker.latest_message
        if message is not None:
            _seen.update(text=message.text, intent=message.intent.get("name"), confidence=message.intent["confidence"])
        await super().save(tracker)


def _app(agent: Agent, secret: Text) -> Sanic:
    app = Sanic("comisario_channel")
    app.ctx.agent = agent
    register([SignedChannel(secret)], app, route="/webhooks/")

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return response.json({})

    @app.get("/seen")
    async def seen(request: Request) -> HTTPResponse:
        return response.json(_seen)

    @app.post("/webhook")
    async def act(request: Request) -> HTTPResponse:
        """The action server: a form asks its first question again and again, everything else does nothing."""
        name = request.json["next_action"]
        if name == "action_note":  # which tells what it was asked
            told = request.json["tracker"]["latest_message"]["metadata"]
            return response.json({"events": [], "responses": [{"custom": {"draft": told}}]})
        events = []
        if name.startswith("validate_"):
            form = name[len("validate_") :]
            asked = agent.domain.forms[form]["required_slots"][0]
            events = [{"event": "slot", "name": "requested_slot", "value": asked}]
        return response.json({"events": events, "responses": []})

    @app.post("/long")
    async def long(request: Request) -> HTTPResponse:
        """The state that the store keeps of a conversation with this many messages of this text."""
        asked = request.json
        store = agent.tracker_store
        with snapshot.turn("long", None) as state:
            tracker = await store.get_or_create_tracker("long")
            tracker.update(ActiveLoop("complaint_form"))
            for count in range(asked["messages"]):
                tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
                tracker.update(UserUttered(f"{asked['text']} {count}", {"name": "answer", "confidence": 1.0}))
                tracker.update(ActionExecuted("complaint_form"))
                tracker.update(BotUttered(f"{asked['text']} {count}"))
                tracker.update(SlotSet("tries", count % 3))
                tracker.update(SlotSet("requested_slot", "place"))
            await store.save(tracker)
            return response.json({"events": len(tracker.events), "dialogue": state.after})

    return app


def main() -> None:
    port = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        actions = EndpointConfig(os.environ["COMISARIO_ACTIONS_URL"])
        agent = Agent.load(train(Path(folder)), tracker_store=WatchedStore(), action_endpoint=actions)
        app = _app(agent, os.environ["COMISARIO_INTERNAL_SECRET"])
        app.run(host="127.0.0.1", port=port, motd=False, access_log=False)


if __name__ == "__main__":
    main()
