"""Scores, confusions, values and floors, from made-up pairs."""

from typing import Any

import pytest

from api.cli.scoring import (
    Pair,
    Score,
    accuracy,
    below,
    by_label,
    confusions,
    fact_score,
    fact_values,
    flat,
    kinds_of_items,
    value_right,
)

PAIRS = [
    Pair("a", "theft", "theft"),
    Pair("b", "theft", "robbery"),
    Pair("c", "theft", "robbery"),
    Pair("d", "robbery", "robbery"),
    Pair("e", "fraud", "theft"),
]

STORY: dict[str, Any] = {
    "incident_type": "robbery",
    "occurred_at": {"date": "2026-11-19", "time": None, "approximate": True},
    "place": {"ubigeo": "150132", "district": "San Juan de Lurigancho"},
    "items": [
        {"kind": "phone", "imei": "490154203237518", "plate": None},
        {"kind": "phone", "imei": None, "plate": None},
        {"kind": "vehicle", "imei": None, "plate": "ABC-123"},
    ],
    "amount_lost": {"amount": 1200, "currency": "PEN"},
    "suspects": {"count": 2, "known_to_victim": None},
    "weapon": False,
    "phone_mentioned": "+51987654321",
    "document_number": None,
}


def test_each_label_has_its_precision_recall_and_count() -> None:
    scores = by_label(PAIRS)
    assert list(scores) == ["theft", "fraud", "robbery"]
    assert scores["theft"] == Score(right=1, told=2, wanted=3)
    assert scores["robbery"].measures("kind.robbery") == pytest.approx(
        {"kind.robbery.precision": 1 / 3, "kind.robbery.recall": 1.0, "kind.robbery.f1": 0.5}
    )


def test_a_rate_of_nothing_is_none_and_no_measure() -> None:
    never_told = by_label(PAIRS)["fraud"]
    assert (never_told.precision, never_told.recall, never_told.f1) == (None, 0.0, 0.0)
    assert "fraud.precision" not in never_told.measures("fraud")
    assert accuracy([]) is None
    assert Score().f1 is None


def test_the_commonest_confusion_comes_first_with_its_texts() -> None:
    assert confusions(PAIRS) == [("theft", "robbery", ["b", "c"]), ("fraud", "theft", ["e"])]


@pytest.mark.parametrize(
    ("wanted", "told", "facts", "right"),
    [
        ("45678912", "45678912", {}, True),
        ("45678912", 45678912, {}, False),
        ("José Leonardo Ortiz", "Jose Leonardo Ortiz", {}, True),
        (True, True, {}, True),
        (1, True, {}, False),
        (None, None, {}, True),
        (None, "Miraflores", {}, False),
        ("*", "lo que sea", {}, True),
        ("*", None, {}, False),
        ("*", "", {}, False),
        (
            {"amount": 850, "currency": "USD"},
            "850 dólares",
            {"amount_lost": {"amount": 850.0, "currency": "USD"}},
            True,
        ),
        ({"amount": 850, "currency": "USD"}, "850", {"amount_lost": {"amount": 850, "currency": "PEN"}}, False),
        ({"amount": 850, "currency": "USD"}, "mucho", {}, False),
    ],
)
def test_the_value_of_an_answer(wanted: Any, told: Any, facts: dict[str, Any], right: bool) -> None:
    assert value_right(wanted, told, facts) is right


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("incident_type", ["robbery"]),
        ("date", ["2026-11-19"]),
        ("time", []),
        ("district", ["150132"]),
        ("amount_lost", [(1200.0, "PEN")]),
        ("suspects", [2]),
        ("weapon", [False]),
        ("phone", ["+51987654321"]),
        ("dni", []),
        ("imei", ["490154203237518"]),
        ("plate", ["ABC-123"]),
        ("items", ["phone", "phone", "vehicle"]),
        ("items.phone", ["phone", "phone"]),
    ],
)
def test_the_values_of_a_fact(name: str, values: list[Any]) -> None:
    assert fact_values(STORY, name) == values


def test_things_are_counted_by_kind_and_silence_is_no_statement() -> None:
    told = STORY | {"items": [{"kind": "phone"}, {"kind": "bag"}], "place": None}
    assert fact_score(STORY, told, "items") == Score(right=1, told=2, wanted=3)
    assert fact_score(STORY, told, "items.phone") == Score(right=1, told=1, wanted=2)
    assert fact_score(STORY, told, "district") == Score(right=0, told=0, wanted=1)
    assert kinds_of_items([STORY, told]) == ["phone", "vehicle", "bag"]


def test_what_is_below_its_floor_or_was_not_measured_is_named() -> None:
    floors = flat({"outcome": {"accuracy": 0.95, "cancel": {"recall": 0.9}}, "value.phone": 1})
    assert floors == {"outcome.accuracy": 0.95, "outcome.cancel.recall": 0.9, "value.phone": 1.0}
    measures = {"outcome.accuracy": 0.96, "outcome.cancel.recall": 0.5}
    assert below(measures, floors) == [("outcome.cancel.recall", 0.5, 0.9), ("value.phone", None, 1.0)]
