"""Making tables that harm nobody: partitions whose every part has at least k different people.

Nothing is left out with a hole that a total fills: each row stands in exactly one part, a part that is too small is told
together with others, and what stays too small at the coarsest is withheld. A finer table splits the parts of a coarser one,
each into parts that are large enough themselves. So every sum and every difference of what is published is a sum of parts,
and has k people or none.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

K = 5

SEVERAL = "varios"
"""The value of a column in which the rows of a part differ, or are not told apart."""


def people(owners: Sequence[Hashable | None]) -> int:
    """How many different people there are at the least: all of whom nothing is known may be one."""
    return len(set(owners))


@dataclass(frozen=True)
class Part[Row]:
    """Rows that are published as one number, under a name."""

    name: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Partition[Row]:
    """The parts that are published, and the rows that are not."""

    parts: tuple[Part[Row], ...]
    withheld: tuple[Row, ...]


type Namer[Row] = Callable[[Row], tuple[str, ...] | None]
"""The name of the part that a row is in at some level of coarseness; None where the row does not take part so finely."""


def coarsened[Row](
    rows: Sequence[Row], *, levels: Sequence[Namer[Row]], owner: Callable[[Row], Hashable | None], k: int = K
) -> Partition[Row]:
    """Put each row into the finest part that is large enough; ``levels`` go from the finest to the coarsest.

    A part of a coarser level holds only what no finer one took. Names of different levels must differ.
    """
    parts: list[Part[Row]] = []
    left = list(rows)
    for name_of in levels:
        together: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        waiting: list[Row] = []
        for row in left:
            name = name_of(row)
            (waiting if name is None else together[name]).append(row)
        for name, members in together.items():
            if people([owner(row) for row in members]) >= k:
                parts.append(Part(name, tuple(members)))
            else:
                waiting += members
        left = waiting
    return Partition(tuple(sorted(parts, key=lambda part: part.name)), tuple(left))


def refined[Row](
    part: Part[Row],
    *,
    columns: Sequence[Callable[[Row], str]],
    owner: Callable[[Row], Hashable | None],
    k: int = K,
) -> list[Part[Row]]:
    """Split a part by one column after the other, wherever every piece stays large enough; the name grows by a value each."""
    pieces = [part]
    for column in columns:
        pieces = [smaller for piece in pieces for smaller in _split(piece, column, owner, k)]
    return pieces


def _split[Row](
    part: Part[Row], column: Callable[[Row], str], owner: Callable[[Row], Hashable | None], k: int
) -> list[Part[Row]]:
    """Values with enough people stand alone and the rest together; if those are too few, the smallest others join them."""
    by_value: dict[str, list[Row]] = defaultdict(list)
    for row in part.rows:
        by_value[column(row)].append(row)
    if len(by_value) == 1:
        (value,) = by_value
        return [Part((*part.name, value), part.rows)]
    ordered = sorted(by_value.items(), key=lambda one: (people([owner(row) for row in one[1]]), one[0]))
    pooled: list[Row] = []
    alone = dict(ordered)
    for value, members in ordered:
        if people([owner(row) for row in members]) >= k and (not pooled or people([owner(row) for row in pooled]) >= k):
            break
        pooled += alone.pop(value)
    split = [Part((*part.name, value), tuple(members)) for value, members in sorted(alone.items())]
    return split + ([Part((*part.name, SEVERAL), tuple(pooled))] if pooled else [])
