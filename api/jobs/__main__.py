"""The worker's process: ``python -m api.jobs``."""

import asyncio
import logging

from api.jobs.working import work

logging.basicConfig(level=logging.WARNING)
asyncio.run(work())
