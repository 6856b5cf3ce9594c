"""No spreadsheet calculates what a stranger wrote, whatever it takes for the separator of cells."""

import csv
import io

import pytest

from api import csv as sheets

STARTS = ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−"]
BEFORE = ["", " ", "\t", "\r", "\n", "\r\n", "\u00a0", "\ufeff", "\u200b", "\u202e", "\x00", '"', 'a;', "a; ", 'a;"', "a\n", "a\r\n ", "a\t"]  # fmt: skip


def _cells(line: str, separator: str) -> list[str]:
    """As a spreadsheet reads it: a quote is one at the start of a cell alone."""
    return [cell for row in csv.reader(io.StringIO(line, newline=""), delimiter=separator) for cell in row]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("start", STARTS)
def test_whatever_begins_like_a_formula_is_text(start: str, before: str, separator: str) -> None:
    line = sheets.row(["x", f"{before}{start}1+1", "y"])
    blank = "".join(chr(code) for code in range(33)) + '"\u00a0\ufeff\u200b\u202e'
    assert [cell for cell in _cells(line, separator) if cell.lstrip(blank).startswith(tuple(STARTS))] == []
    (_, kept, _) = _cells(line, ",")
    assert kept.replace("'", "") == f"{before}{start}1+1"


@pytest.mark.parametrize("text", ["Me robaron; fue a las 8", "1 - 2 = 3, a+b@c", "uno\r\ndos", "'='", "a,=b"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert _cells(sheets.row([text, None, 3]), ",") == [text, "", "3"]
