"""A day that a text tells, and the arithmetic of days that its rules share."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "setiembre", "octubre",
          "noviembre", "diciembre")  # fmt: skip
WEEKDAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")


@dataclass(frozen=True)
class Day:
    """A day in a text; ``weight`` is how readily it is the day of the incident."""

    start: int
    end: int
    on: date
    approximate: bool = False
    weight: float = 0
    night: bool = False
    at: time | None = None
    part: str | None = None
    """The part of the day that the day itself tells, where no hour is said."""


type Rule = Callable[[re.Match[str], datetime], Day | None]

STREET = re.compile(
    r"(?:\b(?:av|avenida|jr|jiron|calle|ca|psje|pasaje|plaza|urb|urbanizacion|asentamiento humano|aahh|hh|colegio|ie"
    r"|institucion educativa|hospital|mercado|ovalo|estacion|paradero|cooperativa|asociacion|pueblo joven|barrio"
    r"|sector|julio|jose|luis|juan|carlos|cruce(?: de)?|esquina(?: de| con)?|cuadra \d+ de|santo|don|senor|club|parque|puente|promo|con|la)\.? ?|"
    r"(?<!dia )(?<!fue )\b(?:en|por|con) )$"
)


def safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def at(m: re.Match[str], when: date | None, **more: Any) -> Day | None:
    return Day(m.start(), m.end(), when, **more) if when else None


def nothing(m: re.Match[str], now: datetime) -> Day | None:
    return Day(m.start(), m.end(), date.max)


def year_of(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def latest_date(today: date, month: int, day: int) -> date | None:
    """The latest such day that is not in the future."""
    for year in range(today.year, today.year - 5, -1):
        found = safe_date(year, month, day)
        if found and found <= today:
            return found
    return None


def latest_day(today: date, day: int) -> date | None:
    year, month = today.year, today.month
    for _ in range(3):
        found = safe_date(year, month, day)
        if found and found <= today:
            return found
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return None


def last_weekday(today: date, weekday: str) -> date:
    """The latest such weekday before today."""
    return today - timedelta(days=(today.weekday() - WEEKDAYS.index(weekday) - 1) % 7 + 1)
