"""Comma-separated text that a spreadsheet opens as what it is."""

import csv
import io
import re
from collections.abc import Iterable

_BLANK = r'(?:[^\S\t\r\n]|["\x00-\x08\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])*'
_FORMULA = re.compile(rf"^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?={_BLANK}[=+\-@＝＋－＠﹦﹢﹣﹫−])")
"""Where a spreadsheet may begin to calculate: at a cell's start, and also within its text after what divides cells for one whose
separator is another than ours, since quotes within a cell then hold nothing together."""


def row(values: Iterable[object]) -> str:
    """One line. Whatever a spreadsheet would take for a formula is quoted by an apostrophe before it; None is empty."""
    line = io.StringIO()
    csv.writer(line).writerow(_cell(value) for value in values)
    return line.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else _FORMULA.sub("'", str(value))
