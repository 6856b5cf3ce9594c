"""Keeps the processes of an installation running: what dies is started again, what is stopped is stopped whole."""

import asyncio
import contextlib
import ctypes
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_STOP_SECONDS = 10
_PAUSE = 0.5
_NICE = 10
_LONGEST_PAUSE = 10.0
_libc = ctypes.CDLL(None)


def die_with_parent() -> None:
    """In a child before its program starts: it gets SIGTERM if this process is killed."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def give_way() -> None:
    """In a child before its program starts: as ``die_with_parent``, and the processor goes to others first."""
    die_with_parent()
    os.nice(_NICE)
    with contextlib.suppress(OSError):  # where sessions share the processor, as on a desktop, theirs is what counts
        Path("/proc/self/autogroup").write_text(str(_NICE))


@dataclass
class Part:
    """One process: how it is started and where its output goes. One with ``yields`` gives way to those without (nice)."""

    name: str
    command: list[str]
    cwd: Path
    env: dict[str, str]
    log: Path
    yields: bool = False
    process: asyncio.subprocess.Process | None = None
    starts: int = 0


@dataclass
class Supervisor:
    parts: list[Part]
    on_restart: Callable[[Part], None]
    _keepers: list[asyncio.Task[None]] = field(default_factory=list)
    _stopping: bool = False

    def start(self) -> None:
        self._keepers = [asyncio.create_task(self._keep(part)) for part in self.parts]

    async def _keep(self, part: Part) -> None:
        pause = _PAUSE
        loop = asyncio.get_running_loop()
        while not self._stopping:
            begun = loop.time()
            with part.log.open("ab") as log:
                part.process = await asyncio.create_subprocess_exec(
                    *part.command, cwd=part.cwd, env=os.environ | part.env, stdout=log, stderr=log,
                    stdin=asyncio.subprocess.DEVNULL, start_new_session=True,
                    preexec_fn=give_way if part.yields else die_with_parent,
                )  # fmt: skip
            part.starts += 1
            await part.process.wait()
            if self._stopping:
                return
            self.on_restart(part)
            pause = _PAUSE if loop.time() - begun > _LONGEST_PAUSE else min(pause * 2, _LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def stop(self) -> None:
        """End every process and everything that it started: asked first, forced after some seconds."""
        self._stopping = True
        running = [p.process for p in self.parts if p.process and p.process.returncode is None]
        for process in running:
            _signal(process.pid, signal.SIGTERM)
        if running:
            await asyncio.wait([asyncio.create_task(p.wait()) for p in running], timeout=_STOP_SECONDS)
        for process in running:
            _signal(process.pid, signal.SIGKILL)
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)


def _signal(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return  # it ended by itself
