"""With every release and a person's district and week, nobody is found; of a naive export somebody is."""

from typing import Any

import pytest

from api.clock import LIMA
from api.open_data.datasets import NOT_ASKED
from api.open_data.mapping import MODALITIES
from tests.open_data.attacker import Target, crowd, hidden, indexed, naive, over_time, totals
from tests.open_data.conftest import Released

K = 5
KNOWLEDGE = {
    "place and week": (),
    "and what happened": ("incident_type",),
    "and the language": ("language",),
    "and the gender, what happened, the language and the channel": ("gender", "incident_type", "language", "channel"),
}
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("open_data")]


def targets(released: Released, names: tuple[str, ...]) -> list[Target]:
    """Every complaint of the months that were released whose place is known."""
    return [
        Target(
            row["ubigeo"], row["filed_at"], {name: (row | {"gender": NOT_ASKED})[name] or "sin dato" for name in names}
        )
        for row in released.truth
        if row["ubigeo"] and row["filed_at"].astimezone(LIMA).month not in (10, 11)
    ]


def exported_naively(released: Released) -> list[dict[str, Any]]:
    """The truth with the columns of the tables."""
    return [
        row
        | {"ANIO": day.year, "MES": day.month, "UBIGEO_HECHO": row["ubigeo"], "gender": NOT_ASKED}
        | {"language": row["language"] or "sin dato"}
        for row in released.truth
        if row["ubigeo"] and (day := row["filed_at"].astimezone(LIMA)).month not in (10, 11)
    ]


@pytest.mark.parametrize("names", KNOWLEDGE.values(), ids=KNOWLEDGE)
def test_nobody_is_found_by_place_and_week_with_more_knowledge_or_without(
    released: Released, names: tuple[str, ...]
) -> None:
    found = targets(released, names)
    assert len(found) > 10_000
    for tables in released.tables:
        for dataset in ("denuncias", "denuncias_detalle"):
            by_place = indexed(tables[dataset])
            assert [one for one in found if 0 < crowd(by_place, one) < K] == []
    columns = ["ANIO", "MES", "UBIGEO_HECHO", *names]
    control = indexed(naive(exported_naively(released), columns))
    assert len([one for one in found if crowd(control, one) == 1]) > 100


def test_no_table_taken_from_another_leaves_fewer_than_k(released: Released) -> None:
    for tables in released.tables:
        whole, told = totals(tables["denuncias"]), totals(tables["denuncias_detalle"])
        assert hidden(whole, told, k=1 << 30) == []
        times = {(r["ANIO"], r["MES"]): 0 for r in tables["tiempos"]}
        for row in tables["tiempos"]:
            times[row["ANIO"], row["MES"]] += row["denuncias"]
            assert row["denuncias"] >= K
        assert times == {(year, month): many for (year, month, place), many in whole.items() if place == "000000"}
    rows = exported_naively(released)
    holes = naive([row | {"P_MODALIDADES": MODALITIES[row["incident_type"]]} for row in rows],
                  ["ANIO", "MES", "UBIGEO_HECHO", "P_MODALIDADES"], k=K)  # fmt: skip
    published = totals(naive(rows, ["ANIO", "MES", "UBIGEO_HECHO"]))
    assert len(hidden(published, totals(holes), k=K)) > 100


def test_two_nights_beside_each_other_tell_of_nobody_alone(released: Released) -> None:
    assert released.nights == [1, None, 2, None]
    before, after = released.tables
    closed = {(2026, 9, None), (2026, None, 3)}
    for dataset, rows in before.items():
        kept = [row for row in after[dataset] if (row["ANIO"], row.get("MES"), row.get("TRIMESTRE")) not in closed]
        assert rows
        assert kept == rows
    assert hidden(over_time(totals(before["denuncias"])), over_time(totals(after["denuncias"])), k=K) == []
    assert hidden(totals(before["denuncias"]), totals(after["denuncias"]), k=K) == []


def test_every_number_that_is_published_is_of_at_least_k(released: Released) -> None:
    for tables in released.tables:
        for dataset, column in (
            ("denuncias", "cantidad"), ("denuncias_detalle", "cantidad"), ("copias", "cantidad"), ("encuestas", "respuestas"),
        ):  # fmt: skip
            assert tables[dataset], dataset
            assert min(row[column] for row in tables[dataset]) >= K
