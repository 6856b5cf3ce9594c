"""A worker's desk on committed data, and the emulators of what an installation gets from others."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api.cli.postgres import free_port
from api.conversations.bot import Bot
from api.conversations.turns import Turns
from api.database import make_engine, make_sessions
from api.jobs.desk import Desk
from api.security import KeyRing
from api.settings import ROOT, settings

ACCOUNT = ("AC" + "1" * 32, "secret", "+15005550006")


@pytest.fixture
async def desk(database_url: str, connection: AsyncConnection, keys: KeyRing) -> AsyncIterator[Desk]:
    """A desk without a bot: these tasks never ask it."""
    engine = make_engine(database_url)
    sessions = make_sessions(engine)
    async with httpx.AsyncClient() as client:
        yield Desk(sessions, keys, Turns(engine, sessions, Bot(client, ""), keys))
    await engine.dispose()


@dataclass(frozen=True)
class Emulators:
    """Where the emulators listen."""

    url: str
    smtp_url: str
    folder: Path

    def page(self) -> str:
        """What their page shows: every message that arrived."""
        return httpx.get(self.url).text


@pytest.fixture(scope="session")
def running_emulators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulators]:
    port, smtp_port, folder = free_port(), free_port(), tmp_path_factory.mktemp("emulators")
    command = [sys.executable, "-m", "emulators", "--port", str(port), "--smtp-port", str(smtp_port)]
    command += ["--folder", str(folder), "--account", *ACCOUNT]
    process = subprocess.Popen(command, cwd=ROOT, env={"PATH": os.environ["PATH"]})
    found = Emulators(f"http://127.0.0.1:{port}", f"smtp://127.0.0.1:{smtp_port}", folder)
    for _ in range(200):
        try:
            httpx.get(found.url)
            break
        except httpx.TransportError:
            time.sleep(0.1)
    yield found
    process.terminate()
    process.wait(10)


@pytest.fixture
def emulators(running_emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulators]:
    """An installation whose e-mail and SMS go to the emulators, by SMTP and by Twilio's own client."""
    monkeypatch.setenv("COMISARIO_SMTP_URL", running_emulators.smtp_url)
    sid, token, number = ACCOUNT
    monkeypatch.setenv("COMISARIO_TWILIO_ACCOUNT_SID", sid)
    monkeypatch.setenv("COMISARIO_TWILIO_AUTH_TOKEN", token)
    monkeypatch.setenv("COMISARIO_TWILIO_SMS_FROM", number)
    monkeypatch.setenv("COMISARIO_TWILIO_URL", running_emulators.url)
    settings.cache_clear()
    yield running_emulators
    settings.cache_clear()
