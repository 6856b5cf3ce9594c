"""Whatever the rows, nobody stands in small company: not in a part, nor in what is left when parts are taken from each other."""

from collections.abc import Sequence
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from api.open_data import datasets
from api.open_data.datasets import Complaint, Office
from api.open_data.mapping import MODALITIES, SENSITIVE
from api.open_data.suppression import Part, people, refined

K = 5
_PLACES = ["150101", "150102", "150201", "010101", "010102", "020101", None]
ROWS = st.lists(
    st.builds(
        Complaint,
        ubigeo=st.sampled_from(_PLACES),
        incident_type=st.sampled_from(sorted(MODALITIES)),
        owner=st.one_of(st.none(), st.integers(0, 60).map(lambda one: bytes([one]))),
        basis=st.sampled_from(["bot", "officer"]),
        channel=st.sampled_from(["web", "whatsapp"]),
        language=st.sampled_from(["es", "es", "es", "quy", "ay"]),
        gender=st.sampled_from(["mujer", "hombre", "no preguntado"]),
    ),
    max_size=160,
)
_FINER = tuple(datasets._FINER.values())


def finer(part: Part[Complaint]) -> list[Part[Complaint]]:
    return refined(part, columns=_FINER, owner=lambda row: row.owner, k=K)


def company(rows: Sequence[Complaint]) -> int:
    return people([row.owner for row in rows])


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_every_part_and_every_difference_of_nested_parts_has_at_least_k_people_or_none(rows: list[Complaint]) -> None:
    for part in datasets.base(rows, k=K):
        assert company(part.rows) >= K
        pieces = finer(part)
        for piece in pieces:
            assert company(piece.rows) >= K
        for many in range(1, min(len(pieces), 4)):
            for taken in combinations(pieces, many):
                away = {id(row) for piece in taken for row in piece.rows}
                assert company([row for row in part.rows if id(row) not in away]) >= K


@settings(max_examples=150, deadline=None)
@given(ROWS)
def test_every_row_stands_in_one_part_or_is_withheld_and_what_is_withheld_is_of_fewer_than_k_people(
    rows: list[Complaint],
) -> None:
    parts = datasets.base(rows, k=K)
    told = [id(row) for part in parts for row in part.rows]
    assert len(told) == len(set(told))
    withheld = [row for row in rows if id(row) not in set(told)]
    assert company(withheld) < K
    for part in parts:
        assert sorted(id(row) for piece in finer(part) for row in piece.rows) == sorted(id(row) for row in part.rows)
    assert len({part.name for part in parts}) == len(parts)


@settings(max_examples=80, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_rows_in_any_order_give_the_same_tables(rows: list[Complaint], chance: Random) -> None:
    mixed = list(rows)
    chance.shuffle(mixed)
    tables = [
        (datasets.complaints(parts, period="2026-01"), datasets.detailed(parts, period="2026-01", k=K))
        for parts in (datasets.base(rows, k=K), datasets.base(mixed, k=K))
    ]
    assert tables[0] == tables[1]


@settings(max_examples=100, deadline=None)
@given(ROWS)
def test_what_is_sensitive_is_never_told_of_a_district(rows: list[Complaint]) -> None:
    for part in datasets.base(rows, k=K):
        if not part.name[0].endswith("00"):
            assert not {row.incident_type for row in part.rows} & SENSITIVE


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_the_service_times_count_nothing_that_the_complaints_do_not(rows: list[Complaint]) -> None:
    parts = datasets.base(rows, k=K)
    offices = {"150101": Office("1", "A", "150000"), "150102": Office("1", "A", "150000")}
    told = {
        (row["nivel"], row["codigo"]): row["denuncias"]
        for row in datasets.service_times(parts, period="2026-01", offices=offices, k=K)
    }
    counted: dict[tuple[str, str], int] = {}
    for part in parts:
        code = part.name[0]
        unit = ("comisaría", "1") if code in offices else (datasets._level(code), code)
        counted[unit] = counted.get(unit, 0) + len(part.rows)
    assert told == counted


def test_complaints_of_nobody_known_count_as_one_person_s() -> None:
    rows = [Complaint("150101", "theft", None, "bot", "web", "es")] * 40
    assert datasets.base(rows, k=K) == ()


def test_a_value_of_a_few_is_told_together_with_the_smallest_other() -> None:
    def of(language: str, many: int, first: int) -> list[Complaint]:
        return [Complaint("150101", "theft", bytes([first + n]), "bot", "web", language) for n in range(many)]

    (part,) = datasets.base([*of("es", 20, 0), *of("quy", 6, 50), *of("ay", 2, 90)], k=K)
    languages = {piece.name[5]: len(piece.rows) for piece in finer(part)}
    assert languages == {"es": 20, "varios": 8}
