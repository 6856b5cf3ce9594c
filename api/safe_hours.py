"""At which hours somebody may be written to, read from what they said of it; by day where they said nothing of hours.

Whoever lives with danger says "no está de 8 a 17" and "de noche no": read the wrong way round it is the hour to write that hurts. So
a text is believed only if each of its words is known and it can be read in one way; of any other nothing is known.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

from api.clock import LIMA

type Hours = frozenset[int]
"""Whole hours of the day in Lima: 9 is from 9:00 to 9:59."""
type Days = frozenset[int]
"""Days of the week, Monday being 0."""

DAYTIME: Hours = frozenset(range(8, 20))
"""The hours at which whoever named none is told of something: none of it is urgent."""
_LATEST = 22
_WEEK: Days = frozenset(range(7))
_PARTS: dict[str, tuple[Hours, Hours]] = {
    "dia": (frozenset(range(8, 18)), frozenset(range(5, 20))),
    "manana": (frozenset(range(8, 12)), frozenset(range(5, 13))),
    "mediodia": (frozenset(range(12, 14)), frozenset(range(11, 15))),
    "tarde": (frozenset(range(13, 19)), frozenset(range(12, 20))),
    "noche": (frozenset(range(19, 22)), frozenset(range(6)) | frozenset(range(18, 24))),
    "madrugada": (frozenset(range(6)), frozenset(range(7))),
}
"""The hours of a part of the day that are surely in it, and those that may be."""
_CLOCK = (
    r"(\d{1,2})(?:[:.h]([0-5]\d))?\s*(?:hrs?|horas?|h)?\.?\s*"
    r"(am|pm|a\.? ?m\.?|p\.? ?m\.?|de la manana|de la tarde|de la noche|de la madrugada|del mediodia)?(?![\da-z])"
)
_TO = r"\s*(?:a|hasta|y|-)\s*(?:las?\s+)?"
_DAYS = ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo")
_NAMED = "|".join(_DAYS)
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\d)(?:\+?51[\s-]?)?9\d\d[\s-]?\d{3}[\s-]?\d{3}(?!\d)|(?<!\d)\d{7,}(?!\d)"
    r"|\best[ea] (?:mismo |misma )?(?:numero|celular|correo|chat|whatsapp|wsp|medio|via)\b"
)
_NOT = re.compile(r"\b(?:no|nunca|jamas|ni|tampoco|menos|excepto|salvo|evit\w+)\b")
_EXCEPT = re.compile(r"\s*(?:menos|excepto|salvo)\b")
_YES = re.compile(
    r"\b(?:si|solo|solamente|unicamente|nomas|mejor|pero|sino|siempre|pueden?|prefer\w+|prefiero|disponible|libre|sola"
    r"|llam\w+|escrib\w+|mand\w+|envi\w+|contact\w+)\b"
)
_CLAUSE = re.compile(r"[.;,\n()]+|(?=\b(?:pero|sino|mejor|solo|solamente|unicamente|nomas|menos|excepto|salvo|ni)\b)")
_EITHER_WAY = re.compile(
    r"\bno mas\b|\bsino hasta\b|\b(?:menos|salvo|excepto) (?:que|si)\b|\bsi no\b|\b12\s*(?:a\.? ?m|de la noche)"
    r"|\bestoy\b(?! (?:sola|libre|disponible)\b)"
    rf"|\bel\b(?!\s+(?:{_NAMED}|medio|dia|fin|correo|mail|email|celular|cel|telefono|numero|movil|whatsapp|wsp|chat|sms|mensaje))"
)
"""What can be read in two ways; "él" without its accent is one."""
_KNOWN = frozenset((
    "a", "al", "antes", "aca", "aqui", "ahi", "aprox", "aproximadamente", "cel", "celular", "chat", "contactar",
    "contactarme", "contacten", "contactenme", "contacto", "correo", "correos", "cualquier", "de", "del", "dia", "dias",
    "disponible", "e", "el", "email", "en", "enviar", "enviarme", "envien", "envienme", "es", "escriba", "escriban",
    "escribame", "escribanme", "escriben", "escribir", "escribirme", "estoy", "evitar", "evite", "eviten", "excepto",
    "favor", "gmail", "gracias", "hora", "horas", "hotmail", "jamas", "la", "las", "le", "les", "libre", "llamada",
    "llamadas", "llamar", "llamarme", "llame", "llamen", "llameme", "llamenme", "lo", "los", "mail", "manden", "mandenme",
    "mandar", "mandarme", "me", "mejor", "menos", "mensaje", "mensajes", "mi", "mis", "momento", "movil", "ni", "no",
    "nomas", "nos", "numero", "nunca", "o", "outlook", "para", "pero", "personal", "por", "porfa", "porfavor", "prefiero",
    "preferencia", "preferible", "preferiblemente", "propio", "pueda", "puede", "pueden", "que", "quiero", "quisiera",
    "salvo", "se", "sea", "segura", "seguro", "si", "siempre", "sino", "sms", "sola", "solamente", "solo", "tampoco",
    "telefono", "texto", "toda", "todo", "todos", "u", "unicamente", "wasap", "wasapp", "guasap", "whatsapp", "wsp", "y",
))  # fmt: skip
"""The only words that a text may have beside contacts, hours and days, to be believed."""


class _Unsure(Exception):
    """A text can't be read for sure."""


class _Window:
    """Hours that a text names: those that are ``surely`` meant where they are wanted, and those that ``perhaps`` are
    where they are not. ``bound`` is whether only one end of them was named."""

    def __init__(self, surely: Hours, perhaps: Hours, *, bound: bool = False) -> None:
        self.surely, self.perhaps, self.bound = surely, perhaps, bound


def next_safe(said: str, at: datetime) -> datetime | None:
    """The first moment from ``at`` on at which whoever said this may be written to; None where what they said can't be read
    for sure."""
    try:
        hours, days = _read(said)
    except _Unsure:
        return None
    moment = at.astimezone(LIMA)
    while not (moment.hour in hours and moment.weekday() in days):
        moment = (moment + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return at if moment == at else moment


def _read(said: str) -> tuple[Hours, Days]:
    """The hours and the days of the week. Raises ``_Unsure``."""
    told = unicodedata.normalize("NFC", said.casefold())
    if re.search(r"\bél\b", told):
        raise _Unsure
    plain = "".join(c for c in unicodedata.normalize("NFD", told) if not unicodedata.combining(c))
    plain = re.sub(r"\b(?:nada mas|no mas(?=\s*(?:$|[.,;])))", "nomas", _CONTACT.sub(" ", plain))
    if _EITHER_WAY.search(plain):
        raise _Unsure
    text, found = _marked(plain)
    wanted, unwanted = list[Hours](), set[int]()
    days, free = set[int](), set[int]()
    negated_before = False
    for clause in _CLAUSE.split(text):
        named = [found[mark] for mark in clause if mark in found]
        if any(word not in _KNOWN for word in re.findall(r"[^\W_]+", re.sub(r"[\ue000-\uf8ff]", " ", clause))):
            raise _Unsure
        windows = [one for one in named if isinstance(one, _Window)]
        weekdays = frozenset[int]().union(*(one for one in named if isinstance(one, frozenset)))
        if negation := _NOT.search(clause):
            if not named and not re.search(r"\bllam", clause):
                raise _Unsure  # who wants no message at all, rather than no call
            _one_way(clause, clause[: negation.start()], found, again=negated_before)
            unwanted.update(*(window.perhaps for window in windows))
            free |= weekdays
            negated_before = True
            continue
        yes = _YES.search(clause)
        if negated_before and named and not yes:
            raise _Unsure
        negated_before = negated_before and not yes
        if windows:
            wanted.append(_together(windows, either=re.search(r"\bo\b", clause) is not None))
        days |= weekdays
    _each_day_alike(text, found)
    hours = (frozenset[int]().union(*wanted) if wanted else DAYTIME) - unwanted
    allowed = (frozenset(days) or _WEEK) - free
    if not hours or not allowed:
        raise _Unsure
    return hours, allowed


def _one_way(clause: str, before: str, found: dict[str, _Window | Days], *, again: bool) -> None:
    """Raises ``_Unsure`` where a clause that denies may deny what stands before or after it, or an exception from what was
    denied."""
    after = clause[len(before) :]
    both = any(mark in found for mark in before) and any(mark in found for mark in after)
    if both or re.search(r"\bsi\b", clause) or (again and _EXCEPT.match(clause)):
        raise _Unsure


def _together(windows: list[_Window], *, either: bool) -> Hours:
    """What several expressions of one clause leave: "por la mañana hasta las 11" is both, "de 8 a 10 y de 3 a 5" either."""
    free = [window.surely for window in windows if not window.bound]
    bounds = [window.surely for window in windows if window.bound]
    if either:
        return frozenset[int]().union(*free, *bounds)
    hours = frozenset[int]().union(*free) if free else frozenset(range(24))
    hours = hours.intersection(*bounds)
    if not hours:
        raise _Unsure
    return hours


def _each_day_alike(text: str, found: dict[str, _Window | Days]) -> None:
    """Raises ``_Unsure`` where several hours and a day after the first of them may belong to each other in many ways."""
    order = [isinstance(found[mark], _Window) for mark in text if mark in found]
    if order.count(True) > 1 and False in order[order.index(True) :]:
        raise _Unsure


def _marked(plain: str) -> tuple[str, dict[str, _Window | Days]]:
    """The text with a private sign for each expression of hours or days, and what each stands for, the longest first."""
    found: dict[str, _Window | Days] = {}

    def take(pattern: re.Pattern[str], means: Callable[[re.Match[str]], _Window | Days]) -> None:
        def mark(match: re.Match[str]) -> str:
            sign = chr(0xE000 + len(found))
            found[sign] = means(match)
            return f" {sign} "

        nonlocal plain
        plain = pattern.sub(mark, plain)

    take(_DAY, _weekdays)
    take(_SPAN, _span)
    take(_AFTER, lambda match: _from(_minutes(match, 1, afternoon_below=8, sure_from=12)))
    take(_BEFORE, lambda match: _until(_minutes(match, 1, afternoon_below=9, sure_from=0)))
    take(_AT, _at)
    take(_PART, lambda match: _Window(*_PARTS[next(filter(None, match.groups())).rstrip("s")]))
    return plain, found


_DAY = re.compile(
    rf"\b(?:de(?:sde)? (?:el |los )?)?({_NAMED})s?\b(?:\s+(?:a|al|hasta|hasta el)\s+({_NAMED})s?\b)?"
    r"|\b(?:los )?fin(?:es)? de semana\b|\b(entre semana|dias (?:de semana|utiles|laborables))\b"
)
_SPAN = re.compile(rf"(?<![\d])(?:\b(?:de|desde|entre)\s+)?(?:\blas?\s+)?(?<![\d:.]){_CLOCK}{_TO}{_CLOCK}")
_AFTER = re.compile(rf"\b(?:despues de|a partir de|desde|pasadas?)\s+(?:las?\s+)?{_CLOCK}")
_BEFORE = re.compile(rf"\b(?:antes de|hasta)\s+(?:las?\s+)?{_CLOCK}")
_AT = re.compile(rf"\b(?:a|tipo|a eso de)\s+(?:las?\s+){_CLOCK}")
_PART = re.compile(
    r"\b(?:por|en|de|a|durante|y|o|ni)\s+(?:las?\s+|el\s+)?(manana|mediodia|tarde|noche|madrugada)s?\b"
    r"|\b(mananas|tardes|noches)\b|\bal (mediodia)\b|\b(?:de|en el|durante el) (dia)\b"
)


def _weekdays(found: re.Match[str]) -> Days:
    if found[1] is None:
        return frozenset(range(5)) if found[3] else frozenset({5, 6})
    first = _DAYS.index(found[1])
    last = _DAYS.index(found[2]) if found[2] else first
    return frozenset(day % 7 for day in range(first, last + 1 if last >= first else last + 8))


def _span(found: re.Match[str]) -> _Window:
    """From one hour to another; an hour without its half of the day takes the one that makes a day of it."""
    first, last = int(found[1]), int(found[4])
    if max(first, last) > 24 or (not found[3] and not found[6] and 6 <= first < last <= 11):
        raise _Unsure  # from 8 to 10 may be morning or night
    half = found[3] or (found[6] if first < last != 12 else None)
    begin = _minute(first, found[2], half, afternoon_below=7)
    end = _minute(last, found[5], found[6], afternoon_below=0)
    if found[6] is None and end <= begin < end + 720 <= 1440:
        end += 720
    if end > begin:
        return _Window(_whole(begin, end), _touched(begin, end))
    return _Window(_whole(begin, 1440) | _whole(0, end), _touched(begin, 1440) | _touched(0, end))


def _at(found: re.Match[str]) -> _Window:
    begin = _minutes(found, 1, afternoon_below=6, sure_from=12)
    return _Window(_whole(begin, begin + 60), _touched(max(begin - 60, 0), min(begin + 120, 1440)))


def _from(begin: int) -> _Window:
    return _Window(_whole(begin, _LATEST * 60), _touched(begin, 1440), bound=True)


def _until(end: int) -> _Window:
    return _Window(_whole(min(DAYTIME) * 60, end), _touched(0, end), bound=True)


def _minutes(found: re.Match[str], group: int, *, afternoon_below: int, sure_from: int) -> int:
    """The minute of the day of one hour. Raises ``_Unsure`` where it says no half of the day and needs one."""
    hour = int(found[group])
    if hour > 24 or (found[group + 2] is None and afternoon_below <= hour < sure_from):
        raise _Unsure
    return _minute(hour, found[group + 1], found[group + 2], afternoon_below=afternoon_below)


def _minute(hour: int, minutes: str | None, half: str | None, *, afternoon_below: int) -> int:
    """A minute of the day; an hour that says no half of it and is below a limit is of the afternoon."""
    if half is None:
        hour += 12 if hour < afternoon_below else 0
    elif half.startswith("p") or half.endswith(("tarde", "noche")):
        hour = hour % 12 + 12
    elif half.startswith("a") or half.endswith(("manana", "madrugada")):
        hour %= 12
    return hour * 60 + int(minutes or 0)


def _whole(begin: int, end: int) -> Hours:
    """The hours that lie wholly between two minutes of a day."""
    return frozenset(range(-(-begin // 60), end // 60))


def _touched(begin: int, end: int) -> Hours:
    """The hours of which some minute lies between two of a day."""
    return frozenset(range(begin // 60, -(-end // 60)))
