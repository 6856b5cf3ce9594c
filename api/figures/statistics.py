"""How sure a figure is: intervals of shares and means, and whether a fall is more than chance."""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from pydantic import BaseModel

CONFIDENCE = 0.95


class Interval(BaseModel):
    """An estimate of ``n`` observations and where the true value lies with 95 % confidence; of one value alone it is
    not known where."""

    value: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Moments:
    """How many values there are, their sum and the sum of their squares."""

    n: int = 0
    total: float = 0
    squares: float = 0

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Of the sample, with n - 1."""
        return max(0.0, (self.squares - self.total**2 / self.n) / (self.n - 1))


def share(part: int, whole: int) -> Interval | None:
    """A share with Wilson's interval, which holds for few observations and near 0 and 1; None of nothing."""
    if not whole:
        return None
    z, p = NormalDist().inv_cdf((1 + CONFIDENCE) / 2), part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    return Interval(value=p, low=max(0.0, middle - half), high=min(1.0, middle + half), n=whole)


def mean(of: Moments, *, confidence: float = CONFIDENCE) -> Interval | None:
    """A mean with Student's interval; None of nothing."""
    if not of.n:
        return None
    if of.n == 1:
        return Interval(value=of.mean, low=None, high=None, n=1)
    half = t_quantile((1 + confidence) / 2, of.n - 1) * math.sqrt(of.variance / of.n)
    return Interval(value=of.mean, low=of.mean - half, high=of.mean + half, n=of.n)


def fall(before: Moments, now: Moments) -> float:
    """How likely so great a fall of the mean, or a greater one, is by chance alone: Welch's test, one-sided."""
    a, b = before.variance / before.n, now.variance / now.n
    if a + b == 0:
        return 0.0 if now.mean < before.mean else 1.0
    t = (before.mean - now.mean) / math.sqrt(a + b)
    degrees = (a + b) ** 2 / (a * a / (before.n - 1) + b * b / (now.n - 1))
    return t_tail(t, degrees)


def t_tail(t: float, degrees: float) -> float:
    """The probability that Student's t is above ``t``."""
    tail = _incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t)) / 2
    return tail if t >= 0 else 1 - tail


@lru_cache(maxsize=4096)
def t_quantile(probability: float, degrees: float) -> float:
    """The value below which Student's t is with a probability of at least a half, by bisection."""
    low, high = 0.0, 1.0
    while t_tail(high, degrees) > 1 - probability:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(middle, degrees) > 1 - probability else (low, middle)
    return (low + high) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction (Lentz's method; DLMF 8.17.22)."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny = 1e-300
    value, c, d = tiny, tiny, 0.0
    for i in range(1000):
        m = i // 2
        if i == 0:
            step = 1.0
        elif i % 2:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + step * d or tiny)
        c = 1 + step / c or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return front * value
