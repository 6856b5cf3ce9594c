"""``evaluate``: how well the held-out sets are understood, by the very code of ``classify``, ``extract`` and ``interpret``."""

import json
import sys
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from api.cli import scoring, setup, understand
from api.cli.errors import Trouble
from api.cli.scoring import Pair, Score
from api.settings import ROOT
from vocabulary.dialogue import Outcome, Service
from vocabulary.sentences import sentence

HELD_OUT = ROOT / "tests" / "heldout"
TUNING = ROOT / "tests" / "tuning"
REPORT = ROOT / "docs" / "understanding.md"
CURVE = ROOT / "docs" / "learning-curve.md"
ANSWERED_AT = "2026-11-23T10:00"
"""When the answers of the set were given; each story says its own moment."""

_CURVE_TITLE = """# What more training messages would teach

Made by `./comisario evaluate --curve --write`: the classifier alone, learning from a part of the training messages, on the
tuning sets. Bars go from 0.5 to 1."""
_EXAMPLES = 5
_LEARNT = frozenset({"messages", "answers"})
"""The sets that the classifier answers."""
_MOST_CONFUSED = 12
_NOTHING = "none"
_TITLE = """# Understanding, measured

Made by `./comisario evaluate --write` from the held-out sets, which no training message was written from."""

_FACT_HEAD = ["Fact", "Precision", "Recall", "F1", "Stories right", "Told by the text", "Stated"]

type _Lines = list[dict[str, Any]]
type _Read = tuple[str, dict[str, Any], dict[str, Any]]
"""A story, the facts that it should give and those that it does."""


@dataclass
class Part:
    """What one set gave: measures by dotted names, the families of names that it measures, and its pages."""

    families: tuple[str, ...]
    measures: dict[str, float] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)


def run(folder: Path, *, only: str | None, write: bool) -> int:
    """Print the report, or write it; 1 if a measure is below its floor."""
    sets = {name: _read(folder, name) for name in SETS if only in (None, name)}
    _mark_new([line for name, lines in sets.items() if name in _LEARNT for line in lines])
    parts = [SETS[name](lines) for name, lines in sets.items()]
    report = "\n\n".join([_TITLE, *(page for part in parts for page in part.pages)]) + "\n"
    if write:
        REPORT.write_text(report, encoding="utf-8")
    else:
        sys.stdout.write(report)
    measures = {name: value for part in parts for name, value in part.measures.items()}
    families = {family for part in parts for family in part.families}
    low = scoring.below(measures, _floors(folder / "floors.toml", None if only is None else families))
    for name, value, floor in low:
        said = sentence("cli.evaluate.not_measured") if value is None else f"{value:.3f}"
        print(sentence("cli.evaluate.below", name=name, value=said, floor=f"{floor:.3f}"), file=sys.stderr)
    return 1 if low else 0


def curve(folder: Path, *, write: bool) -> int:
    """Print how the measures grow with the training data, or write it."""
    lines = [line for name in ("messages", "answers") for line in _read(folder, name)]
    sent = "".join(json.dumps(line) + "\n" for line in lines)
    command = [str(setup.bot_python()), "-W", "ignore", "-m", "comisario_bot.curve"]
    steps = understand.run_over(command, sent, env=setup.bot_environment())
    names = [name for name in steps[0] if name != "messages"]
    rows = [[str(step["messages"]), *(_rate(step[name]) for name in names)] for step in steps]
    drawn = [f"{name}:\n\n```\n{_bars(steps, name)}\n```" for name in names]
    page = "\n\n".join([_CURVE_TITLE, _table(["Messages", *names], rows), *drawn]) + "\n"
    if write:
        CURVE.write_text(page, encoding="utf-8")
    else:
        sys.stdout.write(page)
    return 0


def _bars(steps: _Lines, name: str) -> str:
    """A bar for each step, from one half to the whole."""
    return "\n".join(f"{step['messages']:>6} {'█' * round((step[name] - 0.5) * 80)} {step[name]:.3f}" for step in steps)


def _read(folder: Path, name: str) -> _Lines:
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        raise Trouble("no_such_file", path=path)
    raw = path.read_text(encoding="utf-8").splitlines()
    return [{"id": f"{name} {number}"} | json.loads(line) for number, line in enumerate(raw, start=1) if line.strip()]


def _mark_new(lines: _Lines) -> None:
    """Say of each line, as ``new``, whether the training data does not hold it almost word for word.

    Stories and their numbers are read by the grammar, which learns from no data.
    """
    sent = "".join(json.dumps({"id": line["id"], "text": line["text"]}) + "\n" for line in lines)
    command = [str(setup.bot_python()), "-W", "ignore", "-m", "comisario_bot.duplicates"]
    answers = understand.run_over(command, sent, env=setup.bot_environment()) if lines else []
    near = {answer["id"] for answer in answers}
    for line in lines:
        line["new"] = line["id"] not in near


def _floors(path: Path, families: set[str] | None) -> dict[str, float]:
    """The floors that the sets at hand can be held to."""
    if not path.is_file():
        return {}
    floors = scoring.flat(tomllib.loads(path.read_text(encoding="utf-8")))
    return {name: floor for name, floor in floors.items() if families is None or name.partition(".")[0] in families}


def measure_messages(lines: _Lines) -> Part:
    """Services, kinds of incident and emergencies."""
    kept = [line for line in lines if line["new"]]
    told = understand.understood("classify", kept, now=None)
    services, kinds = [], []
    for line, answer in zip(kept, told, strict=True):
        services.append(Pair(line["text"], line["service"], answer["service"]))
        if line["service"] == Service.COMPLAINT and line.get("incident_type"):
            kinds.append(Pair(line["text"], line["incident_type"], answer["incident_type"] or _NOTHING))
    by_service = scoring.by_label(services)
    danger = by_service.get(Service.EMERGENCY, Score())
    part = Part(("service", "incident_type", "emergency"))
    part.measures = _measures("service", services) | _measures("incident_type", kinds) | danger.measures("emergency")
    part.pages = [
        f"## Messages\n\n{len(lines)} messages, {len(lines) - len(kept)} of them taken out: nearly the same as one of training.",
        f"Emergencies: recall {_rate(danger.recall)}, precision {_rate(danger.precision)} (n {danger.wanted}).",
        *_labels("Services", services),
        *_labels("Kinds of incident, over the complaints that have one", kinds),
    ]
    return part


def measure_stories(lines: _Lines) -> Part:
    """Every fact beside the one that the story tells."""
    told = understand.understood("extract", lines, now=ANSWERED_AT)
    pairs = [(line["text"], line["facts"], answer["facts"]) for line, answer in zip(lines, told, strict=True)]
    kinds = scoring.kinds_of_items(facts for _, wanted, told in pairs for facts in (wanted, told))
    names = [*scoring.FACTS, scoring.ITEMS, *(f"{scoring.ITEMS}.{kind}" for kind in kinds)]
    part, rows = Part(("facts", "questions")), []
    misses: list[tuple[str, list[str]]] = []
    for name in names:
        row, missed = _measure_fact(part, pairs, name)
        rows.append(row)
        if "." not in name:
            misses += missed
    district = sum((scoring.fact_score(wanted, told, "district") for _, wanted, told in pairs), Score())
    wrong = (district.told - district.right) / district.told if district.told else None
    if wrong is not None:
        part.measures["facts.district.right_where_stated"] = 1 - wrong
    asking = _questions(lines)
    part.measures |= {"questions.per_field": asking[1], "questions.median": asking[0]}
    part.pages = [
        f"## Stories\n\n{len(lines)} stories. A fact counts where the text tells it or the reader states it; the share of"
        " stories that are right counts silence too.",
        f"Districts stated as sure that are wrong: {_rate(wrong)} of {district.told}.",
        f"Questions asked ÷ fields filled: {_rate(asking[1])} at the median story, which leaves {asking[0]:g} questions"
        " (consent, oath and confirmation among them).",
        _table(_FACT_HEAD, rows),
        *_examples(misses),
    ]
    return part


def measure_numbers(lines: _Lines) -> Part:
    """The numbers that identify, in stories that are full of numbers; nothing else is marked in them."""
    told = understand.understood("extract", lines, now=ANSWERED_AT)
    pairs = [(line["text"], line["facts"], answer["facts"]) for line, answer in zip(lines, told, strict=True)]
    part, rows = Part(("numbers",)), []
    misses: list[tuple[str, list[str]]] = []
    for name in scoring.NUMBERS:
        row, missed = _measure_fact(part, pairs, name)
        rows.append(row)
        misses += missed
    part.pages = [
        f"## Numbers\n\n{len(lines)} stories with numbers of all sorts; whose they are decides.",
        _table(_FACT_HEAD, rows),
        *_examples(misses),
    ]
    return part


def _measure_fact(part: Part, pairs: Sequence[_Read], name: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Put the measures of a fact over stories into the part; answers its row of the table and its misses."""
    scores = [scoring.fact_score(wanted, told, name) for _, wanted, told in pairs]
    exact = [score.right == score.told == score.wanted for score in scores]
    total, share, family = sum(scores, Score()), scoring.accuracy(exact), part.families[0]
    part.measures |= total.measures(f"{family}.{name}")
    if share is not None:
        part.measures[f"{family}.{name}.accuracy"] = share
    wrong = [pair for pair, good in zip(pairs, exact, strict=True) if not good]
    row = [name, *_cells(total), _rate(share), str(total.wanted), str(total.told)]
    return row, list(_fact_misses(name, wrong))


def _questions(lines: _Lines) -> tuple[float, float]:
    """The median of the questions that a story leaves, and of their number by the fields that are filled in the end."""
    asked = [line | {"kind": line["facts"]["incident_type"]} for line in lines]
    told = understand.understood("intake", asked, now=ANSWERED_AT)
    return median(one["questions"] for one in told), median(one["questions"] / one["fields"] for one in told)


def measure_answers(lines: _Lines) -> Part:
    """What each reply is, and the value of those that answer."""
    told = {answer["id"]: answer for answer in understand.understood("interpret", lines, now=ANSWERED_AT)}
    kept = [line for line in lines if line["new"]]
    outcomes = [Pair(f"{line['asked']}: {line['text']}", line["outcome"], told[line["id"]]["outcome"]) for line in kept]
    values = [
        (line, told[line["id"]], _value_right(line, told[line["id"]]))
        for line in lines
        if line["outcome"] == Outcome.ANSWER
    ]
    part = Part(("outcome", "value"))
    part.measures = _measures("outcome", outcomes)
    rows, misses = [], []
    for step in (None, *sorted({str(line["asked"]) for line, _, _ in values})):
        rights = [right for line, _, right in values if step in (None, line["asked"])]
        share = scoring.accuracy(rights)
        if share is not None:
            part.measures["value.accuracy" if step is None else f"value.{step}"] = share
        rows.append([step or "all", _rate(share), str(len(rights))])
        wrong = [(line, answer) for line, answer, right in values if line["asked"] == step and not right]
        if wrong:
            texts = [f"{line['text']} → {answer['outcome']}, {answer['value']!r}" for line, answer in wrong]
            misses.append((f"value of {step}", texts))
    part.pages = [
        f"## Answers\n\n{len(lines)} answers; {len(lines) - len(kept)} are nearly the same as a message of training and are left"
        " out of the outcomes. A value is right if the outcome is, too.",
        *_labels("Outcomes", outcomes),
        "### Values",
        _table(["Step", "Right", "n"], rows),
        *_examples(misses),
    ]
    return part


SETS: dict[str, Callable[[_Lines], Part]] = {
    "messages": measure_messages,
    "stories": measure_stories,
    "numbers": measure_numbers,
    "answers": measure_answers,
}


def _value_right(line: dict[str, Any], answer: dict[str, Any]) -> bool:
    answers = answer["outcome"] == Outcome.ANSWER
    return answers and scoring.value_right(line["value"], answer["value"], answer["facts"])


def _fact_misses(name: str, wrong: Sequence[tuple[str, Any, Any]]) -> Iterable[tuple[str, list[str]]]:
    """The stories whose fact is not told, invented, or another one."""
    kinds: dict[str, list[str]] = {}
    for text, wanted, told in wrong:
        should, does = scoring.fact_values(wanted, name), scoring.fact_values(told, name)
        kind = "not found" if not does else "invented" if not should else "another"
        kinds.setdefault(f"{name}, {kind}", []).append(f"{text} → {_said(does)} instead of {_said(should)}")
    return sorted(kinds.items())


def _said(values: list[Any]) -> str:
    return ", ".join(str(value) for value in values) or "nothing"


def _measures(family: str, pairs: Sequence[Pair]) -> dict[str, float]:
    share = scoring.accuracy(pair.right for pair in pairs)
    found = {} if share is None else {f"{family}.accuracy": share}
    for name, score in scoring.by_label(pairs).items():
        found |= score.measures(f"{family}.{name}")
    return found


def _labels(title: str, pairs: Sequence[Pair]) -> list[str]:
    """The page of one classifier: the score of each label, the commonest confusions, examples of each."""
    rows = [[name, *_cells(score), str(score.wanted)] for name, score in scoring.by_label(pairs).items()]
    misses = scoring.confusions(pairs)
    confused = [[wanted, told, str(len(texts))] for wanted, told, texts in misses[:_MOST_CONFUSED]]
    share = scoring.accuracy(pair.right for pair in pairs)
    return [
        f"### {title}\n\nAccuracy {_rate(share)} (n {len(pairs)}).",
        _table(["Label", "Precision", "Recall", "F1", "n"], rows),
        _table(["Meant", "Understood", "Times"], confused),
        *_examples([(f"{wanted} taken for {told}", texts) for wanted, told, texts in misses]),
    ]


def _examples(misses: Sequence[tuple[str, list[str]]]) -> list[str]:
    pages = []
    for kind, texts in misses:
        shown = "\n".join(f"- {' '.join(text.split())}" for text in texts[:_EXAMPLES])
        pages.append(f"{kind} ({len(texts)}):\n\n{shown}")
    return pages


def _cells(score: Score) -> list[str]:
    return [_rate(score.precision), _rate(score.recall), _rate(score.f1)]


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
