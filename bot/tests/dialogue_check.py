"""Runs the dialogue's test stories, then takes out each rule and each form in turn and sees that stories fail.

Only the rules are trained, not the understanding: a story says itself what was understood. It prints a JSON line for
each check. A check that holds has an empty ``wrong``; what was taken out also tells which stories ``failed`` for it.
``python bot/tests/dialogue_check.py``, in the bot's Python.
"""

import asyncio
import contextlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, Set, Text

from rules_only import BOT, DOMAIN, RULES, train  # first: it keeps Rasa quiet

from rasa.core.agent import Agent
from rasa.core.policies.rule_policy import InvalidRule
from rasa.core.test import test as run_stories
from rasa.shared.core.domain import Domain
from rasa.shared.utils.io import read_yaml_file, write_yaml

_HANDLED_BY_FORMS = {"answer"}
_RASAS_OWN = {"back", "restart", "session_start", "nlu_fallback"}
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
        self.domain: Part = Domain.load(str(DOMAIN)).as_dict()
        self.rules = _listed(RULES, "rules")
        self.stories = _listed(BOT / "tests", "stories")

    def failing(self, *, domain: Part, rules: List[Part], stories: List[Part]) -> List[Text]:
        """Train on these rules and name the stories that fail then."""
        out, domain_file, rules_file, stories_file = (
            self._folder / name for name in ("out", "domain.yml", "rules.yml", "test_stories.yml")
        )
        out.mkdir(exist_ok=True)
        write_yaml(domain, domain_file)
        write_yaml({"version": "3.1", "rules": rules}, rules_file)
        write_yaml({"version": "3.1", "stories": stories}, stories_file)
        try:
            agent = Agent.load(train(self._folder, domain=domain_file, rules=rules_file))
        except InvalidRule:
            return [_UNTRAINABLE]
        asyncio.run(run_stories(str(stories_file), agent, e2e=True, out_directory=str(out), disable_plotting=True))
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
    return named - _RASAS_OWN


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
        lines = sys.stdout
        with contextlib.redirect_stdout(sys.stderr):
            for check in checks(Dialogue(Path(name))):
                print(json.dumps(check, ensure_ascii=False), file=lines, flush=True)


if __name__ == "__main__":
    main()
