"""The worker's process: ``python -m api.jobs``."""

import asyncio
import logging

from api.jobs.tasks import work

logging.basicConfig(level=logging.WARNING)
asyncio.run(work())
