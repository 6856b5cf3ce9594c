"""At which hours somebody may be written to, read from what they said of it; else by day."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta

from api.clock import LIMA

type Hours = frozenset[int]
"""Whole hours of the day in Lima: 9 is from 9:00 to 9:59."""

_DAYTIME: Hours = frozenset(range(8, 20))
_PARTS = {
    "manana": frozenset(range(8, 12)),
    "mediodia": frozenset(range(12, 14)),
    "tarde": frozenset(range(13, 19)),
    "noche": frozenset(range(19, 22)),
    "madrugada": frozenset(range(6)),
}
_LATEST = 22
_CLOCK = r"(\d{1,2})(?:[:.h]?([0-5]\d))?\s*(?:hrs?|horas?|h)?\.?\s*(am|pm|a\.? ?m\.?|p\.? ?m\.?|de la manana|de la tarde|de la noche|del mediodia)?(?![\d])"
_SPAN = re.compile(rf"\b(?:de|desde|entre)\s+(?:las?\s+)?{_CLOCK}\s*(?:a|hasta|y|-)\s*(?:las?\s+)?{_CLOCK}")
_BARE_SPAN = re.compile(rf"(?<![\d]){_CLOCK}\s*(?:a|-)\s*(?:las?\s+)?{_CLOCK}")
_AFTER = re.compile(rf"\b(?:despues de|a partir de|desde|pasadas?)\s+(?:las?\s+)?{_CLOCK}")
_BEFORE = re.compile(rf"\b(?:antes de|hasta)\s+(?:las?\s+)?{_CLOCK}")
_PART = re.compile(
    r"\b(?:por|en|de|a)\s+(?:las?\s+|el\s+)?(manana|mediodia|tarde|noche|madrugada)s?\b|\b(mananas|tardes|noches)\b|\bal (mediodia)\b"
)
_NOT = re.compile(r"\b(?:no|nunca|jamas|ni|menos|excepto|salvo|evit\w+)\b")
_CLAUSE = re.compile(r"[.;,]|\bpero\b|\bsino\b|\bmejor\b")
_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_DAY = re.compile(
    rf"\b({'|'.join(_DAYS)})s?\b(?:\s+(?:a|al|hasta el)\s+({'|'.join(_DAYS)})s?\b)?|\bfin(?:es)? de semana\b"
)


def next_safe(said: str, at: datetime) -> datetime:
    """The first moment from ``at`` on at which whoever said this may be written to."""
    hours, days = _read(said)
    moment = at.astimezone(LIMA)
    while not (moment.hour in hours and moment.weekday() in days):
        moment = (moment + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return at if moment == at else moment


def _read(said: str) -> tuple[Hours, frozenset[int]]:
    """The hours and the days of the week; what can't be read leaves the day's hours, and every day."""
    letters = unicodedata.normalize("NFD", said.casefold())
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    wanted, unwanted = set[int](), set[int]()
    days, free = set[int](), set[int]()
    for clause in _CLAUSE.split(plain):
        negated = bool(_NOT.search(clause))
        for hours in _windows(clause):
            (unwanted if negated else wanted).update(hours)
        for found in _DAY.finditer(clause):
            (free if negated else days).update(_weekdays(found))
    safe = (frozenset(wanted) or _DAYTIME) - unwanted
    allowed = (frozenset(days) or frozenset(range(7))) - free
    return safe or _DAYTIME, allowed or frozenset(range(7))


def _windows(clause: str) -> Iterator[Hours]:
    """The hours that a clause names; each word is read once, the longest expression first."""
    for pattern in (_SPAN, _BARE_SPAN):
        for found in pattern.finditer(clause):
            if hours := _span(found):
                yield hours
        clause = pattern.sub(" ", clause)
    for found in _AFTER.finditer(clause):
        yield frozenset(range(_hour(found[1], found[3], afternoon_below=8), _LATEST))
    clause = _AFTER.sub(" ", clause)
    for found in _BEFORE.finditer(clause):
        yield frozenset(range(min(_DAYTIME), _hour(found[1], found[3], afternoon_below=9)))
    clause = _BEFORE.sub(" ", clause)
    for found in _PART.finditer(clause):
        yield _PARTS[(found[1] or found[2] or found[3]).rstrip("s")]


def _span(found: re.Match[str]) -> Hours:
    """From one hour to another; an hour without its half of the day takes the one that makes a day of it."""
    first, last = found[1], found[4]
    half = found[3]
    if half is None and found[6] and int(first) < int(last) != 12:
        half = found[6]
    begin, end = _hour(first, half, afternoon_below=7), _hour(last, found[6], afternoon_below=0)
    if found[6] is None and end <= begin and end <= 12:
        end += 12
    if int(first) > 24 or int(last) > 24 or end <= begin:
        return frozenset()
    return frozenset(range(begin, min(end, 24)))


def _hour(number: str, half: str | None, *, afternoon_below: int) -> int:
    """An hour of the day; one that says no half of it and is below a limit is of the afternoon."""
    hour = int(number) % 24
    if half is None:
        return hour + 12 if hour < afternoon_below else hour
    if half.startswith("p") or half.endswith(("tarde", "noche")):
        return hour % 12 + 12
    return hour % 12 if half.startswith("a") or half.endswith("manana") else hour


def _weekdays(found: re.Match[str]) -> set[int]:
    if found[1] is None:
        return {5, 6}
    first = _DAYS.index(found[1])
    last = _DAYS.index(found[2]) if found[2] else first
    return {day % 7 for day in range(first, last + 1 if last >= first else last + 8)}
