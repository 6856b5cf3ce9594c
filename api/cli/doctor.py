"""``doctor``: what is missing or misconfigured, and the mend, before anything is started."""

from pathlib import Path

from pydantic import ValidationError

from api.cli import setup
from api.cli.errors import Trouble
from api.cli.up import Options, check
from api.copies import keys
from api.settings import Settings
from documents.keys import KeyUnusable
from vocabulary.sentences import sentence


def run(*, data: Path, port: int) -> int:
    """Answers 0 if nothing stands in the way of a start."""
    found = [text for text in (_settings(), _start(data, port), _bot(), _key()) if text]
    for text in found:
        print(text)
    if not found:
        print(sentence("cli.doctor.good"))
    return 1 if found else 0


def _settings() -> str | None:
    try:
        Settings()
    except ValidationError as error:
        return str(Trouble("settings", detail="; ".join(str(one["msg"]) for one in error.errors())))
    return None


def _start(data: Path, port: int) -> str | None:
    try:
        check(Options("127.0.0.1", port, data, demo=False, testing=False))
    except Trouble as trouble:
        return str(trouble)
    return None


def _bot() -> str | None:
    return None if setup.bot_python().exists() else str(Trouble("bot_missing"))


def _key() -> str | None:
    try:
        if Settings().signing_key or Settings().signing_module:
            keys.signer()
    except (OSError, KeyUnusable):
        return str(Trouble("signing_key"))
    except ValidationError:
        return None  # told by _settings
    return None
