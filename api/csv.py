"""Comma-separated text that a spreadsheet opens as what it is."""

import csv
import io
from collections.abc import Iterable

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def row(values: Iterable[object]) -> str:
    """One line. A cell that a spreadsheet would take for a formula is quoted by an apostrophe; None is empty."""
    line = io.StringIO()
    csv.writer(line).writerow(_cell(value) for value in values)
    return line.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
