"""Runs the dialogue's test stories, then takes out each rule and each form in turn and sees them fail.

Rules alone are trained, without the understanding: the stories say what was understood. One JSON line a check::

    {"check": "stories", "total": 42, "failed": []}
    {"check": "rule", "name": "…", "failed": ["…"]}

Run it in the bot's Python from anywhere: ``python bot/tests/dialogue_check.py``.
"""

import asyncio
import contextlib
import json
import logging
import os
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Text

os.environ["LOG_LEVEL"] = "CRITICAL"  # Rasa draws its progress bars unless told so before it is imported
warnings.simplefilter("ignore")

import structlog  # noqa: E402

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.test import test as run_stories  # noqa: E402
from rasa.exceptions import ModelNotFound  # noqa: E402
from rasa.model_training import train_core  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.exceptions import RasaException  # noqa: E402
from rasa.shared.utils.io import read_config_file, read_yaml_file, write_yaml  # noqa: E402

_BOT = Path(__file__).resolve().parents[1]
_STORIES = _BOT / "tests"
