"""Every rule and every form carries a dialogue: without it, a test story fails."""

import json
import re
from typing import Any

import pytest

from tests.bot.conftest import BOT, run_bot
from vocabulary.dialogue import (
    CALLBACK_INTENT,
    CHOICE_INTENT,
    CODE_INTENT,
    FILE_INTENT,
    OPENING_INTENT,
    RETURNED_INTENT,
    SAY_INTENT,
    UNCLEAR_INTENT,
    Outcome,
    Service,
)
from vocabulary.generated import FORMS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bot")]

RULES = [
    name
    for path in sorted((BOT / "data" / "rules").glob("*.yml"))
    for name in re.findall(r"^- rule: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
]
PREPARED = {
    CALLBACK_INTENT, RETURNED_INTENT, CHOICE_INTENT, CODE_INTENT, FILE_INTENT, OPENING_INTENT, SAY_INTENT, UNCLEAR_INTENT,
}  # fmt: skip
"""Intents that no text is an example of: the channel or the classifier's doubt brings them."""


@pytest.fixture(scope="session")
def checks(bot_environment: dict[str, str]) -> dict[tuple[str, str | None], dict[str, Any]]:
    """What the bot's own check found, by what it checked."""
    done = run_bot(bot_environment, "tests/dialogue_check.py")
    assert done.returncode == 0, done.stderr[-2000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {(check["check"], check.get("name")): check for check in found}


@pytest.fixture(scope="session")
def warnings_of_rasa(bot_environment: dict[str, str]) -> list[str]:
    """What ``rasa data validate`` warns of in the bot's data."""
    options = ["--domain", "domain", "--data", "data", "--config", "config.yml"]
    done = run_bot(bot_environment, "-m", "rasa", "data", "validate", *options)
    assert done.returncode == 0, done.stderr[-2000:]
    return re.findall(r" UserWarning: (.+)", done.stderr)


def test_every_test_story_passes(checks: dict[tuple[str, str | None], dict[str, Any]]) -> None:
    stories = checks["stories", None]
    assert stories["total"] > len(RULES)
    assert stories["wrong"] == []


@pytest.mark.parametrize("rule", RULES)
def test_without_a_rule_its_dialogue_fails(rule: str, checks: dict[tuple[str, str | None], dict[str, Any]]) -> None:
    assert checks["rule", rule]["failed"]


@pytest.mark.parametrize("form", FORMS)
def test_without_a_form_its_dialogue_fails(form: str, checks: dict[tuple[str, str | None], dict[str, Any]]) -> None:
    assert checks["form", form]["failed"]


def test_no_rule_matches_every_intent(checks: dict[tuple[str, str | None], dict[str, Any]]) -> None:
    assert checks["triggers", None]["wrong"] == []


def test_every_intent_has_a_rule(checks: dict[tuple[str, str | None], dict[str, Any]]) -> None:
    """Only an answer has none: the form that asked takes it."""
    assert checks["intents", None]["wrong"] == []


def test_the_data_is_valid(warnings_of_rasa: list[str]) -> None:
    """Rasa warns of what is meant: intents without examples, and texts that the question asked tells apart."""
    unexplained = [warning for warning in warnings_of_rasa if not _is_meant(warning)]
    assert unexplained == []


def _is_meant(warning: str) -> bool:
    if found := re.match(r"The intent '(\w+)' is listed in the domain file, but is not found in the NLU", warning):
        return found[1] in PREPARED
    if found := re.match(r"The intent '(\w+)' is not used in any story or rule", warning):
        return found[1] == Outcome.ANSWER
    if found := re.search(r"labeled with multiple different intents .* is labeled with: (.+)\.", warning):
        return len(set(found[1].split(", ")) & (set(Service) - set(Outcome))) <= 1
    return False
