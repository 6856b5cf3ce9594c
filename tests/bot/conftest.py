"""The bot's own Python, which these tests ask: it lives apart, with its own packages."""

import os
import subprocess
from pathlib import Path

import pytest

from api.cli import setup
from api.settings import ROOT
from vocabulary import generated

BOT = ROOT / "bot"


@pytest.fixture(scope="session")
def bot_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the bot's processes; what Rasa keeps between trainings stays out of the repository."""
    generated.write(BOT)
    cache = tmp_path_factory.mktemp("rasa")
    return os.environ | setup.bot_environment() | {"RASA_CACHE_DIRECTORY": str(cache)}


def run_bot(environment: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the bot's Python in the bot's folder to its end."""
    command = [str(setup.bot_python()), "-W", "ignore", *map(str, arguments)]
    return subprocess.run(command, cwd=BOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
