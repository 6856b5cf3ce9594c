"""Rasa, quiet, and a model of the rules alone: it trains in a second, and nothing of the understanding is loaded."""

import logging
import os
import warnings
from pathlib import Path
from typing import Text

os.environ["LOG_LEVEL"] = "ERROR"  # without it Rasa draws progress bars; it is read at import
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import structlog  # noqa: E402 - silenced first

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

from rasa.model_training import train_core  # noqa: E402 - silenced first
from rasa.shared.utils.io import read_config_file, write_yaml  # noqa: E402 - silenced first

BOT = Path(__file__).resolve().parents[1]
DOMAIN = BOT / "domain"
RULES = BOT / "data" / "rules"


def train(folder: Path, *, domain: Path = DOMAIN, rules: Path = RULES) -> Text:
    """Train in a folder with the bot's own policies, and answer where the model is. Raises ``InvalidRule``."""
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
    config = folder / "config.yml"
    write_yaml({**read_config_file(BOT / "config.yml"), "pipeline": []}, config)
    model = train_core(str(domain), str(config), str(rules), str(folder), fixed_model_name="rules")
    assert model is not None
    return model
