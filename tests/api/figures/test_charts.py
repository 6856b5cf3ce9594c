"""Charts draw what the numbers say, and nothing that a label holds is markup."""

import re
from xml.etree import ElementTree

from api.figures.charts import Point, bars, line

SVG = ElementTree.fromstring


def test_bars_are_as_long_as_their_values() -> None:
    drawn = bars("Denuncias", [Point("a", 10, "10"), Point("b", 5, "5"), Point("c", None, "Muy pocas")])
    widths = [float(one) for one in re.findall(r'<rect[^>]* width="([\d.]+)"', drawn)]
    assert len(widths) == 2
    assert abs(widths[0] - 2 * widths[1]) < 0.2
    assert "Muy pocas" in drawn


def test_a_line_stops_where_a_value_is_missing() -> None:
    points = [Point("ene", 1, "1"), Point("feb", 2, "2"), Point("mar", None, "—"), Point("abr", 3, "3", 2, 4)]
    drawn = line("Tiempo", points)
    assert drawn.count('class="chart__point"') == 3
    assert drawn.count('class="chart__line"') == 1
    assert drawn.count('class="chart__interval"') == 1


def test_what_is_written_is_never_markup() -> None:
    for drawn in (bars('<b>"x"</b>', [Point("<script>", 1, "<i>")]), line("<b>", [Point("<script>", 1, "&")])):
        root = SVG(drawn)
        assert "<script>" in "".join(root.itertext())
        assert "<b>" in root.attrib["aria-label"]
        assert "<script>" not in drawn


def test_there_is_a_chart_of_nothing() -> None:
    for drawn in (
        bars("Nada", []),
        line("Nada", []),
        bars("Nada", [Point("a", 0, "0")]),
        line("Nada", [Point("a", 0, "0")]),
    ):
        assert SVG(drawn).tag == "svg"
