"""Days told by their month: "5/11", "el 15 del mes pasado", "a fines de enero, el 29", "el primer domingo de julio"."""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from actions.understanding.day import (
    MONTHS,
    STREET,
    WEEKDAYS,
    Day,
    at,
    latest_date,
    latest_day,
    nothing,
    safe_date,
    year_of,
)

_MONEY_AFTER = re.compile(
    r"^ ?(?:soles|lucas|dolares|mil|personas|sujetos|%|por ciento|cuadras|metros|anos|km|horas)\b"
)


def iso(m: re.Match[str], now: datetime) -> Day | None:
    return at(m, safe_date(int(m[1]), int(m[2]), int(m[3])), weight=0.5)


def numeric(m: re.Match[str], now: datetime) -> Day | None:
    return at(m, safe_date(year_of(m[3]), int(m[2]), int(m[1])), weight=0.5)


def day_month(m: re.Match[str], now: datetime) -> Day | None:
    if STREET.search(m.string[max(0, m.start() - 30) : m.start()]) and not m["lead"]:
        return nothing(m, now)
    return of_month(m, now, int(m["day"]), MONTHS.index(m["month"]) + 1)


def stretch(m: re.Match[str], now: datetime) -> Day | None:
    return of_month(m, now, int(m["day"]), MONTHS.index(m["month"]) + 1, approximate=True)


def of_month(m: re.Match[str], now: datetime, day: int, month: int, *, approximate: bool = False) -> Day | None:
    today = now.date()
    if m["year"]:
        return at(m, safe_date(year_of(m["year"]), month, day), weight=0.5, approximate=approximate)
    if m["said"] and "pasado" in m["said"]:
        return at(m, safe_date(today.year - 1, month, day), weight=0.5, approximate=approximate)
    return at(m, latest_date(today, month, day), weight=0.5, approximate=approximate)


def month_day(m: re.Match[str], now: datetime) -> Day | None:
    if _MONEY_AFTER.search(m.string[m.end() : m.end() + 14]):
        return None
    return at(m, latest_date(now.date(), MONTHS.index(m[1]) + 1, int(m[2])), weight=0.5)


def slashed(m: re.Match[str], now: datetime) -> Day | None:
    day, month = int(m[1]), int(m[2])
    said = re.search(r"(?:\bel|dia|fecha|del?|:|,|^) ?$", m.string[max(0, m.start() - 8) : m.start()])
    if month > 12 or (day, month) == (24, 7) or (day < month <= 4 and day < 4 and not said):
        return None
    if "-" in m.group() and not said:
        return None
    return at(m, latest_date(now.date(), month, day), weight=0.4)


_POINTS = {
    "quincena": 15,
    "mediados": 15,
    "principios": 1,
    "inicios": 1,
    "comienzos": 1,
    "fines": 31,
    "finales": 31,
    "fin": 31,
}


def point_of_month(m: re.Match[str], now: datetime) -> Day | None:
    today, day = now.date(), _POINTS[m[1]]
    if m["month"]:
        month = MONTHS.index(m["month"]) + 1
        day = min(day, monthrange(int(m["year"]) if m["year"] and len(m["year"]) == 4 else today.year, month)[1])
        if month == 2:
            day = min(day, 28)
        return of_month(m, now, day, month, approximate=True)
    first = today.replace(day=1)
    this = today.replace(day=min(day, monthrange(today.year, today.month)[1]))
    before = first - timedelta(days=1)
    earlier = before.replace(day=min(day, before.day))
    past = m["which"] and "pasado" in m["which"]
    return at(m, earlier if past or this > today else this, approximate=True)


def bare_fortnight(m: re.Match[str], now: datetime) -> Day | None:
    return at(m, latest_day(now.date(), 15), approximate=True)


def the_number(m: re.Match[str], now: datetime) -> Day | None:
    today, day, said = now.date(), int(m[1]), m[2] or ""
    if not 1 <= day <= 31:
        return None
    if "mes pasado" in said:
        before = today.replace(day=1) - timedelta(days=1)
        return at(m, safe_date(before.year, before.month, day))
    if said:
        return at(m, safe_date(today.year, today.month, day))
    return at(m, latest_day(today, day), weight=-0.2)


def last_month(m: re.Match[str], now: datetime) -> Day | None:
    """The day told behind the month: "el mes pasado, el 15"."""
    last = now.date().replace(day=1)
    if "pasado" in m["which"]:
        last -= timedelta(days=1)
    return at(m, safe_date(last.year, last.month, int(m["day"])), weight=0.2)


def exact_point(m: re.Match[str], now: datetime) -> Day | None:
    """The day told behind the stretch of the month: "a fines de enero, el 29"."""
    if m["month"] == "mes pasado":
        last = now.date().replace(day=1) - timedelta(days=1)
        return at(m, safe_date(last.year, last.month, int(m["day"])), weight=0.5)
    return at(m, latest_date(now.date(), MONTHS.index(m["month"]) + 1, int(m["day"])), weight=0.5)


def nth_weekday(m: re.Match[str], now: datetime) -> Day | None:
    """The first, second or last such weekday of a month: "el primer domingo de julio"."""
    today, weekday = now.date(), WEEKDAYS.index(m["weekday"])
    month = MONTHS.index(m["month"]) + 1
    for year in (today.year, today.year - 1):
        days = [d for d in range(1, monthrange(year, month)[1] + 1) if date(year, month, d).weekday() == weekday]
        found = date(year, month, days[_ORDINALS[m["nth"]]])
        if found <= today:
            return at(m, found, weight=0.3)
    return None


_ORDINALS = {
    "1": 0,
    "primer": 0,
    "2": 1,
    "segundo": 1,
    "3": 2,
    "tercer": 2,
    "cuarto": 3,
    "4": 3,
    "ultimo": -1,
    "pasado": -1,
}
