"""What somebody does who has every table of every release and knows of a person where it happened and in which week."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from api.clock import LIMA

type Table = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Target:
    """What is known of one complaint; ``known`` are values of columns."""

    ubigeo: str
    filed_at: datetime
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def months(self) -> set[tuple[int, int]]:
        """The months of the week around it."""
        days = [(self.filed_at.astimezone(LIMA) + timedelta(days=by)).date() for by in (-3, 3)]
        return {(day.year, day.month) for day in days}


def crowd(by_place: Mapping[tuple[int, int, str], Table], target: Target) -> int:
    """Among how many published complaints the target's may be; 0 if among none.

    The row of the finest place that fits is tried first by itself: who is sure of the district takes it.
    """
    sizes = []
    for year, month in target.months:
        for place in (target.ubigeo, f"{target.ubigeo[:4]}00", f"{target.ubigeo[:2]}0000", "000000"):
            fitting = [row for row in by_place.get((year, month, place), ()) if _fits(row, target.known)]
            if fitting:
                sizes.append(sum(row["cantidad"] for row in fitting))
    return min(sizes, default=0)


def _fits(row: Mapping[str, Any], known: Mapping[str, str]) -> bool:
    return all(row.get(name, value) in (value, "varios") for name, value in known.items())


def indexed(table: Table) -> Mapping[tuple[int, int, str], Table]:
    found = defaultdict(list)
    for row in table:
        found[row["ANIO"], row["MES"], row["UBIGEO_HECHO"]].append(row)
    return found


def totals(table: Table, *, count: str = "cantidad") -> Mapping[tuple[int, int, str], int]:
    """The sum of what is told of each place and month, and of each place that it is in."""
    found: dict[tuple[int, int, str], int] = defaultdict(int)
    for row in table:
        for place in {row["UBIGEO_HECHO"][:digits].ljust(6, "0") for digits in (0, 2, 4, 6)}:
            found[row["ANIO"], row["MES"], place] += row[count]
    return found


def over_time(found: Mapping[tuple[int, int, str], int]) -> Mapping[str, int]:
    """The same for all months together, which two releases differ in."""
    summed: dict[str, int] = defaultdict(int)
    for (_, _, place), many in found.items():
        summed[place] += many
    return summed


def hidden(whole: Mapping[Any, int], told: Mapping[Any, int], *, k: int) -> list[object]:
    """Where the difference of two totals is of somebody, and of fewer than k."""
    return [key for key in whole.keys() | told.keys() if 0 < abs(whole.get(key, 0) - told.get(key, 0)) < k]


def naive(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, k: int = 1) -> list[dict[str, Any]]:
    """An export that counts by columns and leaves out what is fewer than k."""
    counts: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in rows:
        counts[tuple(row[name] for name in columns)] += 1
    return [
        dict(zip(columns, values, strict=True)) | {"cantidad": many} for values, many in counts.items() if many >= k
    ]
