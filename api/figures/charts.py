"""Charts as SVG made here: bars of counts, and points with their intervals. A table of the same numbers stands beside each.

Colours are classes of ``static/figures.css``, so that they follow dark, light and print; nothing is told by colour alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_WIDTH, _LABEL, _VALUE = 640, 256, 120
_LINE, _HEIGHT, _LEFT, _BELOW, _TOP = 26, 220, 44, 40, 12


@dataclass(frozen=True)
class Point:
    """A value, written as ``shown``, and where it lies with some confidence; without a value there is a gap."""

    label: str
    value: float | None
    shown: str
    low: float | None = None
    high: float | None = None


def bars(title: str, points: Sequence[Point]) -> Markup:
    """A horizontal bar for each, from nought; an interval is a line across its end."""
    most = max((point.high or point.value or 0 for point in points), default=0) or 1
    room, drawn = _WIDTH - _LABEL - _VALUE, []
    for place, point in enumerate(points):
        middle = place * _LINE + _LINE / 2
        drawn.append(_text(point.label, _LABEL - 8, middle + 4, "end"))
        if point.value is None:
            drawn.append(_text(point.shown, _LABEL + 4, middle + 4, "start"))
            continue
        length = room * point.value / most
        drawn.append(
            Markup('<rect class="chart__bar" x="{}" y="{:.1f}" width="{:.1f}" height="{}"/>').format(
                _LABEL, middle - 8, length, 16
            )
        )
        end = length
        if point.low is not None and point.high is not None:
            low, end = (_LABEL + room * edge / most for edge in (point.low, point.high))
            drawn.append(_whisker(low, middle, end, middle))
            end -= _LABEL
        drawn.append(_text(point.shown, _LABEL + end + 6, middle + 4, "start"))
    return _svg(title, points, len(points) * _LINE, Markup("").join(drawn))


def line(title: str, points: Sequence[Point], *, bottom: float | None = None, top: float | None = None) -> Markup:
    """The values in their order, joined where none is missing between, each with its interval. The axis goes from ``bottom``
    to ``top``, from nought to a round number above the greatest unless they are given."""
    edges = [edge for point in points for edge in (point.value, point.high) if edge is not None]
    low, high = bottom or 0.0, top if top is not None else _round_up(max(edges, default=1))
    room, height = _WIDTH - _LEFT - 8, _HEIGHT - _TOP - _BELOW
    step = room / max(len(points), 1)

    def across(place: int) -> float:
        return _LEFT + step * (place + 0.5)

    def down(value: float) -> float:
        return _TOP + height * (1 - (min(max(value, low), high) - low) / (high - low))

    drawn = []
    for part in range(5):
        value = low + (high - low) * part / 4
        y = down(value)
        drawn.append(Markup('<path class="chart__grid" d="M{} {:.1f}H{}"/>').format(_LEFT, y, _WIDTH - 8))
        drawn.append(_text(f"{value:g}".replace(".", ","), _LEFT - 6, y + 4, "end"))
    before: tuple[float, float] | None = None
    for place, point in enumerate(points):
        x = across(place)
        drawn.append(_text(point.label, x, _HEIGHT - _BELOW + 18, "middle"))
        if point.value is None:
            before = None
            continue
        y = down(point.value)
        if point.low is not None and point.high is not None:
            drawn.append(_whisker(x, down(point.low), x, down(point.high)))
        if before:
            drawn.append(Markup('<path class="chart__line" d="M{:.1f} {:.1f}L{:.1f} {:.1f}"/>').format(*before, x, y))
        drawn.append(Markup('<circle class="chart__point" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(x, y))
        before = x, y
    return _svg(title, points, _HEIGHT, Markup("").join(drawn))


def _whisker(x: float, y: float, to_x: float, to_y: float) -> Markup:
    """A line with a stroke across each end."""
    across, down = (0, 4) if y == to_y else (4, 0)
    ends = "".join(
        f"M{a - across:.1f} {b - down:.1f}L{a + across:.1f} {b + down:.1f}" for a, b in ((x, y), (to_x, to_y))
    )
    return Markup('<path class="chart__interval" d="M{:.1f} {:.1f}L{:.1f} {:.1f}{}"/>').format(x, y, to_x, to_y, ends)


def _text(content: str, x: float, y: float, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, content)


def _svg(title: str, points: Sequence[Point], height: float, drawn: Markup) -> Markup:
    told = "; ".join(f"{point.label}: {point.shown}" for point in points)
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {width} {height}" aria-label="{title}"><title>{title}</title>'
        "<desc>{told}</desc>{drawn}</svg>"
    ).format(width=_WIDTH, height=height, title=escape(title), told=told, drawn=drawn)


def _round_up(value: float) -> float:
    """The least of 1, 2, 4, 6, 8 and 10 times a power of ten that is not below."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(times * power for times in (1, 2, 4, 6, 8, 10) if times * power >= value)
