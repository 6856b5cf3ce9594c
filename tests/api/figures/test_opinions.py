"""Nothing is told of fewer than five, nor can it be taken from what is told."""

from collections import Counter
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from api.figures.opinions import SEVERAL, blocks, parted
from api.figures.statistics import Moments

MONTHS = st.lists(
    st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(lambda day: day.replace(day=1)), st.integers(1, 7))
)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 12)), max_size=12))
def test_every_group_has_several_and_none_is_lost(counts: list[tuple[str, int]]) -> None:
    whole, told = sum(n for _, n in counts), parted((key, Moments(n, n * 3.0, n * 9.0)) for key, n in counts)
    assert sum(scores.n for scores in told.values()) == whole
    if whole >= SEVERAL:
        assert all(scores.n >= SEVERAL for scores in told.values())
    own = Counter[str]()
    for key, n in counts:
        own[key] += n
    assert all(scores.n == own[key] for key, scores in told.items() if key is not None)


@given(MONTHS)
def test_every_block_has_several_and_blocks_follow_each_other(counts: list[tuple[date, int]]) -> None:
    spans = blocks(counts)
    for first, last in spans:
        assert sum(n for month, n in counts if first <= month <= last) >= SEVERAL
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@given(MONTHS, st.integers(1, 20))
def test_a_block_never_changes_once_it_was_told(counts: list[tuple[date, int]], later: int) -> None:
    assert blocks([*counts, (date(2027, 1, 1), later)])[: len(blocks(counts))] == blocks(counts)


def test_a_single_answer_waits_for_others() -> None:
    assert blocks([(date(2026, 1, 1), 1)]) == []
    assert blocks([(date(2026, 1, 1), 1), (date(2026, 3, 1), 4), (date(2026, 4, 1), 5)]) == [
        (date(2026, 1, 1), date(2026, 3, 1)), (date(2026, 4, 1), date(2026, 4, 1)),
    ]  # fmt: skip
