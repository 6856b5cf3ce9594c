"""What was understood beside what was meant: counts, rates and the misses, from lists of pairs. No file is read here."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ANY_TEXT = "*"
"""The value of an answer whose words are free: anything said is right."""

FACTS = (
    "incident_type", "date", "time", "district", "amount_lost", "suspects", "weapon", "phone", "dni", "imei", "plate",
)  # fmt: skip
NUMBERS = ("dni", "phone", "imei", "plate")
ITEMS = "items"


@dataclass(frozen=True)
class Pair:
    """One message: the label that it should get and the one that it got; ``text`` is for the examples."""

    text: str
    wanted: str
    told: str

    @property
    def right(self) -> bool:
        return self.wanted == self.told


@dataclass(frozen=True)
class Score:
    """How often a label was ``told``, ``wanted``, and both at once (``right``)."""

    right: int = 0
    told: int = 0
    wanted: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(self.right + other.right, self.told + other.told, self.wanted + other.wanted)

    @property
    def precision(self) -> float | None:
        return self.right / self.told if self.told else None

    @property
    def recall(self) -> float | None:
        return self.right / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        both = self.told + self.wanted
        return 2 * self.right / both if both else None

    def measures(self, name: str) -> dict[str, float]:
        """Its rates by their dotted names; one that has nothing to count is left out."""
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {f"{name}.{rate}": value for rate, value in rates.items() if value is not None}


def by_label(pairs: Iterable[Pair]) -> dict[str, Score]:
    """The score of each label, the most frequent first."""
    wanted, told, right = Counter[str](), Counter[str](), Counter[str]()
    for pair in pairs:
        wanted[pair.wanted] += 1
        told[pair.told] += 1
        right[pair.wanted] += pair.right
    names = sorted(wanted | told, key=lambda name: (-wanted[name], name))
    return {name: Score(right[name], told[name], wanted[name]) for name in names}


def accuracy(rights: Iterable[bool]) -> float | None:
    """The share that is right; None of nothing."""
    counted = list(rights)
    return sum(counted) / len(counted) if counted else None


def confusions(pairs: Iterable[Pair]) -> list[tuple[str, str, list[str]]]:
    """Every kind of miss as (wanted, told, texts), the most frequent first."""
    misses: dict[tuple[str, str], list[str]] = {}
    for pair in pairs:
        if not pair.right:
            misses.setdefault((pair.wanted, pair.told), []).append(pair.text)
    ordered = sorted(misses.items(), key=lambda miss: (-len(miss[1]), miss[0]))
    return [(wanted, told, texts) for (wanted, told), texts in ordered]


def value_right(wanted: Any, told: Any, facts: Mapping[str, Any]) -> bool:
    """Whether the value of an answer is the one meant.

    ``*`` takes anything said. An amount of money is looked for among the facts, since the value there is the text.
    """
    if isinstance(wanted, dict):
        return _money(wanted) == _money(facts.get("amount_lost"))
    if wanted == ANY_TEXT:
        return told is not None and told != ""
    if isinstance(wanted, str) and isinstance(told, str):
        return _plain(wanted) == _plain(told)
    return type(wanted) is type(told) and bool(wanted == told)


def fact_score(wanted: Mapping[str, Any], told: Mapping[str, Any], name: str) -> Score:
    """The score of one fact in one story, or of a kind of thing (``items.phone``)."""
    should, does = Counter(fact_values(wanted, name)), Counter(fact_values(told, name))
    return Score((should & does).total(), does.total(), should.total())


def fact_values(facts: Mapping[str, Any], name: str) -> list[Any]:
    """The values of a fact, none where the text does not tell it."""
    moment, place, things = facts.get("occurred_at") or {}, facts.get("place") or {}, facts.get("items") or []
    if name.startswith(ITEMS):
        kind = name.partition(".")[2]
        return [thing["kind"] for thing in things if not kind or thing["kind"] == kind]
    match name:
        case "date" | "time":
            found = [moment.get(name)]
        case "district":
            found = [place.get("ubigeo")]
        case "amount_lost":
            found = [_money(facts.get(name))]
        case "suspects":
            found = [(facts.get(name) or {}).get("count")]
        case "phone":
            found = [facts.get("phone_mentioned")]
        case "dni":
            found = [facts.get("document_number")]
        case "imei" | "plate":
            found = [thing.get(name) for thing in things]
        case _:
            found = [facts.get(name)]
    return [value for value in found if value is not None]


def kinds_of_items(stories: Iterable[Mapping[str, Any]]) -> list[str]:
    """The kinds of things in stories, the most frequent first."""
    counted = Counter(kind for story in stories for kind in fact_values(story, ITEMS))
    return [kind for kind, _ in counted.most_common()]


def below(measures: Mapping[str, float], floors: Mapping[str, float]) -> list[tuple[str, float | None, float]]:
    """The measures below their floors as (name, value, floor); a floor of what was not measured has no value."""
    found = ((name, measures.get(name), floor) for name, floor in floors.items())
    return [(name, value, floor) for name, value, floor in found if value is None or value < floor]


def flat(floors: Mapping[str, Any], prefix: str = "") -> dict[str, float]:
    """Nested tables of floors by dotted names."""
    found: dict[str, float] = {}
    for name, value in floors.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": float(value)}
    return found


def _money(fact: Mapping[str, Any] | None) -> tuple[float, str] | None:
    return (float(fact["amount"]), fact["currency"]) if fact else None


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.strip().casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
