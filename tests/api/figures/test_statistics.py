"""Intervals and the test of a fall, held against tables and a computation of another kind."""

import math

import pytest

from api.figures.statistics import Moments, fall, mean, share, t_quantile, t_tail


def moments(*values: float) -> Moments:
    return Moments(len(values), sum(values), sum(value * value for value in values))


def area(until: float, degrees: float) -> float:
    """The probability below ``until``, by Simpson's rule over the density of Student's t."""
    scale = math.gamma((degrees + 1) / 2) / math.sqrt(degrees * math.pi) / math.gamma(degrees / 2)
    parts = 2000
    step = until / parts
    heights = [scale * (1 + (i * step) ** 2 / degrees) ** (-(degrees + 1) / 2) for i in range(parts + 1)]
    return 0.5 + step / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1::2]) + 2 * sum(heights[2:-1:2]))


@pytest.mark.parametrize(("degrees", "printed"), [(1, 12.706), (4, 2.776), (9, 2.262), (29, 2.045), (120, 1.980)])
def test_a_quantile_is_that_of_the_printed_tables(degrees: int, printed: float) -> None:
    assert t_quantile(0.975, degrees) == pytest.approx(printed, abs=5e-4)


@pytest.mark.parametrize("degrees", [2, 5.5, 30, 200])
@pytest.mark.parametrize("t", [0.3, 1.0, 2.5, 4.0])
def test_a_tail_is_what_the_density_leaves(t: float, degrees: float) -> None:
    assert t_tail(t, degrees) == pytest.approx(1 - area(t, degrees), abs=1e-9)
    assert t_tail(-t, degrees) == pytest.approx(area(t, degrees), abs=1e-9)


@pytest.mark.parametrize(("part", "whole"), [(0, 5), (7, 20), (5, 5), (300, 1000)])
def test_the_ends_of_a_shares_interval_are_as_unlikely_as_said(part: int, whole: int) -> None:
    """Wilson's ends are the shares that the observed one is 1.96 standard errors away from."""
    found = share(part, whole)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    for end in (found.low, found.high):
        if 0 < end < 1:
            distance = abs(part / whole - end) / math.sqrt(end * (1 - end) / whole)
            assert distance == pytest.approx(1.959964, abs=1e-5)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_of_nothing_there_is_neither_share_nor_mean_and_of_one_no_interval() -> None:
    assert share(0, 0) is None
    assert mean(Moments()) is None
    one = mean(moments(4))
    assert one is not None
    assert (one.value, one.low, one.high, one.n) == (4, None, None, 1)


def test_a_means_interval_is_students() -> None:
    found = mean(moments(2, 3, 4, 5, 6))
    assert found is not None
    assert found.value == 4
    assert found.high == pytest.approx(4 + 2.776445 * math.sqrt(2.5 / 5), abs=1e-5)
    assert found.low == pytest.approx(4 - 2.776445 * math.sqrt(2.5 / 5), abs=1e-5)


def test_a_fall_is_as_likely_as_welch_says() -> None:
    a = moments(27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4)
    b = moments(27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 23.4)
    va, vb = a.variance / a.n, b.variance / b.n
    t = (b.mean - a.mean) / math.sqrt(va + vb)
    degrees = (va + vb) ** 2 / (va**2 / 14 + vb**2 / 14)
    assert fall(b, a) == pytest.approx(1 - area(t, degrees), abs=1e-9)
    assert fall(a, b) == pytest.approx(area(t, degrees), abs=1e-9)
    assert fall(moments(5, 5, 5), moments(4, 4, 4)) == 0
    assert fall(moments(4, 4, 4), moments(4, 4, 4)) == 1
