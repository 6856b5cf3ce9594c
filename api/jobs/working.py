"""The worker at work: every queue at once, each with slots of its own."""

import asyncio
import signal

import httpx
from procrastinate import App

from api import jobs
from api.conversations.bot import Bot
from api.conversations.turns import Turns
from api.database import make_engine, make_sessions
from api.jobs.desk import Desk
from api.jobs.tasks import make_app, register
from api.security import KeyRing
from api.settings import settings

AT_ONCE = {jobs.USUAL: 4, jobs.SLOW: 2, jobs.SWEEPS: 3}
"""How many jobs of each queue are done at a time."""


async def _run_until_told(app: App) -> None:
    """Work on every queue until a signal comes, or one of them can't go on, and then stop with all."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    running = [
        asyncio.create_task(
            app.run_worker_async(
                queues=[queue],
                concurrency=many,
                fetch_job_polling_interval=2,
                shutdown_graceful_timeout=5,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        )
        for queue, many in AT_ONCE.items()
    ]
    stop = asyncio.create_task(told.wait())
    await asyncio.wait([*running, stop], return_when=asyncio.FIRST_COMPLETED)
    for one in (*running, stop):
        one.cancel()
    ended = await asyncio.gather(*running, stop, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception):
            raise error


async def work() -> None:
    """Run the worker until it is told to stop."""
    url = settings().database_url.get_secret_value()
    engine = make_engine(url)
    sessions = make_sessions(engine)
    keys = KeyRing(settings().keys)
    async with httpx.AsyncClient(base_url=settings().bot_url, timeout=30) as client:
        secret = settings().internal_secret.get_secret_value() or keys.internal_secret
        locks = make_engine(url)
        desk = Desk(sessions, keys, Turns(locks, sessions, Bot(client, secret), keys))
        app = make_app(url)
        register(app, desk)
        async with app.open_async():
            await _run_until_told(app)
    await engine.dispose()
    await locks.dispose()
