"""Reads messages outside a conversation, with the model and the code of the live chat: JSON lines in, JSON lines out."""

import asyncio
import json
import logging
import sys
from typing import Text

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage


async def read_all(model: Text) -> None:
    """Each line has ``id``, ``text`` and maybe ``asked``; each answer adds how the message was understood."""
    processor = Agent.load(model).processor
    assert processor is not None
    for line in sys.stdin:
        asked = json.loads(line)
        message = UserMessage(text=asked["text"] or "…", metadata={"asked": asked.get("asked")})
        reading = await processor.parse_message(message)
        answer = {
            "id": asked["id"],
            "intent": reading["intent"]["name"],
            "confidence": reading["intent"]["confidence"],
            "ranking": reading.get("intent_ranking", []),
            "incident_types": reading.get("incident_types", []),
            "danger": reading.get("danger", 0.0),
        }
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(read_all(sys.argv[1]))
