"""What happens in a conversation, as server-sent events; PostgreSQL tells every process."""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import psycopg

_log = logging.getLogger(__name__)


@dataclass
class Listener:
    """One listening connection of this process, for all its readers."""

    url: str
    channels: tuple[str, ...]
    _waiting: defaultdict[str, set[asyncio.Event]] = field(default_factory=lambda: defaultdict(set))
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen(), name="listener")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):  # the one asked for above
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
                    for channel in self.channels:
                        await connection.execute(f'listen "{channel}"')
                    self._wake_all()
                    async for notification in connection.notifies():
                        for event in self._waiting.get(notification.payload, ()):
                            event.set()
            except psycopg.OperationalError:
                _log.warning("the listening connection was lost")
                await asyncio.sleep(1)

    def _wake_all(self) -> None:
        """After a lost connection nobody knows what was missed, so that everyone looks."""
        for events in self._waiting.values():
            for event in events:
                event.set()

    async def changes(self, payload: str, *, heartbeat: float) -> AsyncGenerator[bool]:
        """Yields true at once and at each change that is told with this payload, false if there was none for ``heartbeat``
        seconds."""
        event = asyncio.Event()
        self._waiting[payload].add(event)
        changed = True
        try:
            while True:
                event.clear()
                yield changed
                with contextlib.suppress(TimeoutError):  # nothing changed: a heartbeat
                    await asyncio.wait_for(event.wait(), heartbeat)
                changed = event.is_set()
        finally:
            self._waiting[payload].discard(event)
            if not self._waiting[payload]:
                del self._waiting[payload]
