"""``doctor``: what is missing or misconfigured, and the mend, before anything is started."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from api.cli import setup
from api.cli.errors import Trouble
from api.cli.up import Options, check
from api.copies import keys
from api.copies.keeping import WARNED_DAYS
from api.settings import Settings
from documents.keys import KeyUnusable
from vocabulary.sentences import sentence


def run(*, data: Path, port: int) -> int:
    """Answers 0 if nothing stands in the way of a start."""
    found = [text for text in (_settings(), _start(data, port), _bot(), _key(), _authority()) if text]
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
        if not (Settings().signing_key or Settings().signing_module):
            return None
        ends = keys.signer().certificate.not_valid_after_utc
    except (OSError, KeyUnusable):
        return str(Trouble("signing_key"))
    except ValidationError:
        return None  # told by _settings
    if ends - datetime.now(UTC) <= timedelta(days=max(WARNED_DAYS)):
        return str(Trouble("signing_key_ends", ends=f"{ends:%d/%m/%Y}"))
    return None


def _authority() -> str | None:
    """Whether the time-stamp authority's certificates can be read."""
    try:
        if Settings().time_stamp_url and keys.time_stamper() is None:
            return str(Trouble("time_stamp_certificates"))
    except ValidationError:
        return None  # told by _settings
    except (OSError, ValueError):
        return str(Trouble("time_stamp_certificates"))
    return None
