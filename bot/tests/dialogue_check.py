"""Runs the dialogue's test stories, then takes out each rule and each form in turn and sees that stories fail.

Only the rules are trained, not the understanding: a story says itself what was understood. It prints a JSON line for
each check. A check that holds has an empty ``wrong``; what was taken out also tells which stories ``failed`` for it.
``python bot/tests/dialogue_check.py``, in the bot's Python.
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
from typing import Any, Dict, Iterator, List, Set, Text

os.environ["LOG_LEVEL"] = "ERROR"  # without it Rasa draws progress bars; it is read at import
warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import structlog  # noqa: E402

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))

from rasa.core.agent import Agent  # noqa: E402
from rasa.core.policies.rule_policy import InvalidRule  # noqa: E402
from rasa.core.test import test as run_stories  # noqa: E402
from rasa.model_training import train_core  # noqa: E402
from rasa.shared.core.constants import DEFAULT_INTENTS  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.utils.io import read_config_file, read_yaml_file, write_yaml  # noqa: E402

_BOT = Path(__file__).resolve().parents[1]
_HANDLED_BY_FORMS = {"answer"}
_UNTRAINABLE = "the rules that are left can't be trained"

Part = Dict[Text, Any]


def _listed(folder: Path, key: Text) -> List[Part]:
    files = sorted(folder.rglob("*.yml"))
    return [part for path in files for part in read_yaml_file(path)[key]]


def _named(steps: Any, key: Text) -> Set[Text]:
    """The names that stand under a key in the steps of a rule or story, alternatives included."""
    if isinstance(steps, list):
        return {name for step in steps for name in _named(step, key)}
    if not isinstance(steps, dict):
        return set()
    found = {steps[key]} if isinstance(steps.get(key), str) else set()
    return found | _named(steps.get("or"), key)


def _touches(story: Part, rule: Part) -> bool:
    """Whether a story does everything that a rule does; with alternatives, one of them."""
    intents = _named(rule["steps"], "intent")
    if intents and not intents & _named(story["steps"], "intent"):
        return False
    return _named(rule["steps"], "action") <= _named(story["steps"], "action")


class Dialogue:
    """The bot's domain, rules and stories, and a folder to train in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.domain: Part = Domain.load(str(_BOT / "domain")).as_dict()
        self.rules = _listed(_BOT / "data" / "rules", "rules")
        self.stories = _listed(_BOT / "tests", "stories")
        write_yaml({**read_config_file(_BOT / "config.yml"), "pipeline": []}, folder / "config.yml")

    def failing(self, *, domain: Part, rules: List[Part], stories: List[Part]) -> List[Text]:
        """Train on these rules and name the stories that fail then."""
        out = self._folder / "out"
        out.mkdir(exist_ok=True)
        write_yaml(domain, self._folder / "domain.yml")
        write_yaml({"version": "3.1", "rules": rules}, self._folder / "rules.yml")
        write_yaml({"version": "3.1", "stories": stories}, self._folder / "test_stories.yml")
        try:
            model = train_core(
                str(self._folder / "domain.yml"),
                str(self._folder / "config.yml"),
                str(self._folder / "rules.yml"),
                str(self._folder),
                fixed_model_name="dialogue",
            )
        except InvalidRule:
            return [_UNTRAINABLE]
        stories_file = str(self._folder / "test_stories.yml")
        agent = Agent.load(model)
        asyncio.run(run_stories(stories_file, agent, e2e=True, out_directory=str(out), disable_plotting=True))
        failed = read_yaml_file(out / "failed_test_stories.yml") or {}
        return [story["story"].partition(f" ({self._folder}")[0] for story in failed.get("stories", [])]

    def without_rule(self, rule: Part) -> List[Text]:
        rest = [one for one in self.rules if one is not rule]
        touched = [story for story in self.stories if _touches(story, rule)]
        return self.failing(domain=self.domain, rules=rest, stories=touched) if touched else []

    def without_form(self, form: Text) -> List[Text]:
        """The form leaves the domain; what the rules call by its name is then an action like any other."""
        domain = {
            **self.domain,
            "forms": {name: slots for name, slots in self.domain["forms"].items() if name != form},
            "actions": [*self.domain["actions"], form],
        }
        touched = [story for story in self.stories if form in _named(story["steps"], "action")]
        return self.failing(domain=domain, rules=self.rules, stories=touched) if touched else []


def _intents(dialogue: Dialogue) -> Set[Text]:
    named = {intent if isinstance(intent, str) else next(iter(intent)) for intent in dialogue.domain["intents"]}
    return named - set(DEFAULT_INTENTS)


def _is_triggered(rule: Part, intents: Set[Text]) -> bool:
    """Whether a rule waits for intents, but not for all of them, or for the end of its own form."""
    first = rule["steps"][0]
    waits_for = _named([first], "intent")
    if waits_for:
        return waits_for < intents
    loops = _named(rule.get("condition"), "active_loop")
    return loops == {first.get("action")} and {"active_loop": None} in rule["steps"]


def checks(dialogue: Dialogue) -> Iterator[Part]:
    failed = dialogue.failing(domain=dialogue.domain, rules=dialogue.rules, stories=dialogue.stories)
    yield {"check": "stories", "total": len(dialogue.stories), "wrong": failed}

    intents = _intents(dialogue)
    matching_all = [rule["rule"] for rule in dialogue.rules if not _is_triggered(rule, intents)]
    yield {"check": "triggers", "wrong": matching_all}

    handled = {intent for rule in dialogue.rules for intent in _named(rule["steps"], "intent")}
    yield {"check": "intents", "wrong": sorted(intents - handled - _HANDLED_BY_FORMS)}

    for rule in dialogue.rules:
        failed = dialogue.without_rule(rule)
        yield {"check": "rule", "name": rule["rule"], "failed": failed, "wrong": [] if failed else [rule["rule"]]}
    for form in dialogue.domain["forms"]:
        failed = dialogue.without_form(form)
        yield {"check": "form", "name": form, "failed": failed, "wrong": [] if failed else [form]}


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        os.environ["RASA_CACHE_DIRECTORY"] = str(Path(name) / "cache")
        lines = sys.stdout
        with contextlib.redirect_stdout(sys.stderr):
            for check in checks(Dialogue(Path(name))):
                print(json.dumps(check, ensure_ascii=False), file=lines, flush=True)


if __name__ == "__main__":
    main()
