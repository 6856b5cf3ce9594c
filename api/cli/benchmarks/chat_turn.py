"""What a turn of the chat costs: through the api with its commits, and by Rasa alone as it comes.

The floor is the same bot with the same model and the same actions, behind Rasa's REST channel with the stock check of
the action server's answers and the stock tracker store, at the same question of the same form. Both are wall time.
"""

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.cli import setup
from api.cli.postgres import free_port
from api.settings import ROOT

_ROUNDS = 40
_OPENING = ("quiero poner una denuncia", "sí")
_QUESTION = "¿para qué me pide eso?"


@contextmanager
def installation() -> Iterator[tuple[str, dict[str, str]]]:
    """An installation of its own on the loopback, and the environment that reaches its action server and its data."""
    with tempfile.TemporaryDirectory() as folder:
        port, actions_port = free_port(), free_port()
        environment = os.environ | {"COMISARIO_ACTIONS_PORT": str(actions_port)}
        environment.pop("DATABASE_URL", None)
        process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "up", "--port", str(port), "--data", folder, "--testing"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            if not process.stdout.readline():
                raise RuntimeError("the installation did not start")
            reached = {"COMISARIO_ACTIONS_URL": f"http://127.0.0.1:{actions_port}/webhook", "COMISARIO_DATA": folder}
            yield f"http://127.0.0.1:{port}", reached
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


class _Chat:
    """A conversation through the api."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        opened = client.post("/api/v1/conversations", json={"channel": "web"}).json()
        self.id: str = opened["id"]
        self._headers = {"Authorization": f"Bearer {opened['token']}"}
        self._sent = 0

    def say(self, text: str) -> float:
        """Milliseconds until the answer."""
        self._sent += 1
        begun = time.perf_counter()
        response = self._client.post(
            f"/api/v1/conversations/{self.id}/messages",
            json={"client_message_id": str(self._sent), "text": text},
            headers=self._headers,
        )
        taken = (time.perf_counter() - begun) * 1000
        response.raise_for_status()
        return taken


@contextmanager
def _stock_rasa(environment: dict[str, str]) -> Iterator[httpx.Client]:
    """The same bot as it comes: REST channel, stock tracker store, stock validator."""
    with tempfile.TemporaryDirectory() as folder:
        credentials, endpoints = Path(folder) / "credentials.yml", Path(folder) / "endpoints.yml"
        credentials.write_text("rest:\n")
        endpoints.write_text(f"action_endpoint:\n  url: {environment['COMISARIO_ACTIONS_URL']}\n")
        port = free_port()
        process = subprocess.Popen(
            [
                str(setup.bot_python()), "-W", "ignore", "-m", "rasa", "run", "--model", str(setup.ensure_model()),
                "--endpoints", str(endpoints), "--credentials", str(credentials), "--interface", "127.0.0.1",
                "--port", str(port),
            ],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT / "bot",
            env=os.environ | setup.bot_environment() | environment,
        )  # fmt: skip
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
                asyncio.run(_until_up(port))
                yield client
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


async def _until_up(port: int) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.2)
            else:
                writer.close()
                return


def _stock_say(client: httpx.Client, sender: str, text: str) -> float:
    begun = time.perf_counter()
    client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text}).raise_for_status()
    return (time.perf_counter() - begun) * 1000


def turn(_data: Path) -> tuple[float, float]:
    """Median milliseconds of a question in the middle of the intake, ours and the floor's, taken by turns.

    Each turn is one of the first ten of a conversation, so that neither side drags a long past along.
    """
    ours: list[float] = []
    floor: list[float] = []
    with (
        installation() as (url, environment),
        httpx.Client(base_url=url, timeout=60) as client,
        _stock_rasa(environment) as rasa,
    ):
        while len(ours) < _ROUNDS:
            chat, twin = _Chat(client), _Chat(client)
            for text in _OPENING:
                chat.say(text)
                _stock_say(rasa, twin.id, text)
            for _ in range(5):
                ours.append(chat.say(_QUESTION))
                floor.append(_stock_say(rasa, twin.id, _QUESTION))
    return statistics.median(ours), statistics.median(floor)


def late_turn(_data: Path) -> tuple[float, float]:
    """Median milliseconds of the turns around the 200th and around the 5th of the same conversations."""
    early: list[float] = []
    late: list[float] = []
    with installation() as (url, _), httpx.Client(base_url=url, timeout=60) as client:
        for _ in range(2):
            chat = _Chat(client)
            taken = [chat.say(text) for text in _OPENING] + [chat.say(_QUESTION) for _ in range(205)]
            early += taken[3:13]
            late += taken[194:204]
    return statistics.median(late), statistics.median(early)
