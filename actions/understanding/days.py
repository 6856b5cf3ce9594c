"""The rules of dates: each is a pattern over a normalised text and what day it means, seen from today.

The rules are in order: what an earlier one read, a later one leaves alone. A rule that answers ``nothing`` takes its
words out of the way ("todos los sábados", "avenida 28 de julio") without naming a day.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

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


type Rule = Callable[[re.Match[str], datetime], Day | None]

_MONTH = "(" + "|".join(MONTHS) + ")"
_WEEKDAY = "(" + "|".join(WEEKDAYS) + ")"
_STREET = re.compile(
    r"(?:\b(?:av|avenida|jr|jiron|calle|ca|psje|pasaje|plaza|urb|urbanizacion|asentamiento humano|aahh|hh|colegio|ie"
    r"|institucion educativa|hospital|mercado|ovalo|estacion|paradero|cooperativa|asociacion|pueblo joven|barrio"
    r"|sector|julio|jose|luis|juan|carlos|cruce(?: de)?|esquina(?: de| con)?|cuadra \d+ de|santo|don|senor|club|parque|puente|promo|con|la)\.? ?|"
    r"(?<!dia )(?<!fue )\b(?:en|por|con) )$"
)
_MONEY_AFTER = re.compile(
    r"^ ?(?:soles|lucas|dolares|mil|personas|sujetos|%|por ciento|cuadras|metros|anos|km|horas)\b"
)


def safe_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _at(m: re.Match[str], when: date | None, **more: object) -> Day | None:
    return Day(m.start(), m.end(), when, **more) if when else None  # type: ignore[arg-type]


def _nothing(m: re.Match[str], now: datetime) -> Day | None:
    return Day(m.start(), m.end(), date.max)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _latest(today: date, month: int, day: int) -> date | None:
    """The latest such day that is not in the future."""
    for year in range(today.year, today.year - 5, -1):
        found = safe_date(year, month, day)
        if found and found <= today:
            return found
    return None


def _latest_day(today: date, day: int) -> date | None:
    year, month = today.year, today.month
    for _ in range(3):
        found = safe_date(year, month, day)
        if found and found <= today:
            return found
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return None


def _last_weekday(today: date, weekday: str) -> date:
    """The latest such weekday before today."""
    return today - timedelta(days=(today.weekday() - WEEKDAYS.index(weekday) - 1) % 7 + 1)


def _iso(m: re.Match[str], now: datetime) -> Day | None:
    return _at(m, safe_date(int(m[1]), int(m[2]), int(m[3])), weight=0.5)


def _numeric(m: re.Match[str], now: datetime) -> Day | None:
    return _at(m, safe_date(_year(m[3]), int(m[2]), int(m[1])), weight=0.5)


def _day_month(m: re.Match[str], now: datetime) -> Day | None:
    if _STREET.search(m.string[max(0, m.start() - 30) : m.start()]) and not m["lead"]:
        return _nothing(m, now)
    return _of_month(m, now, int(m["day"]), MONTHS.index(m["month"]) + 1)


def _range(m: re.Match[str], now: datetime) -> Day | None:
    return _of_month(m, now, int(m["day"]), MONTHS.index(m["month"]) + 1, approximate=True)


def _of_month(m: re.Match[str], now: datetime, day: int, month: int, *, approximate: bool = False) -> Day | None:
    today = now.date()
    if m["year"]:
        return _at(m, safe_date(_year(m["year"]), month, day), weight=0.5, approximate=approximate)
    if m["said"] and "pasado" in m["said"]:
        return _at(m, safe_date(today.year - 1, month, day), weight=0.5, approximate=approximate)
    return _at(m, _latest(today, month, day), weight=0.5, approximate=approximate)


def _month_day(m: re.Match[str], now: datetime) -> Day | None:
    if _MONEY_AFTER.search(m.string[m.end() : m.end() + 14]):
        return None
    return _at(m, _latest(now.date(), MONTHS.index(m[1]) + 1, int(m[2])), weight=0.5)


def _slashed(m: re.Match[str], now: datetime) -> Day | None:
    day, month = int(m[1]), int(m[2])
    said = re.search(r"(?:\bel|dia|fecha|del?|:|,|^) ?$", m.string[max(0, m.start() - 8) : m.start()])
    if month > 12 or (day, month) == (24, 7) or (day < month <= 4 and day < 4 and not said):
        return None
    if "-" in m.group() and not said:
        return None
    return _at(m, _latest(now.date(), month, day), weight=0.4)


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


def _point_of_month(m: re.Match[str], now: datetime) -> Day | None:
    today, day = now.date(), _POINTS[m[1]]
    if m["month"]:
        month = MONTHS.index(m["month"]) + 1
        day = min(day, monthrange(int(m["year"]) if m["year"] and len(m["year"]) == 4 else today.year, month)[1])
        if month == 2:
            day = min(day, 28)
        return _of_month(m, now, day, month, approximate=True)
    first = today.replace(day=1)
    this = today.replace(day=min(day, monthrange(today.year, today.month)[1]))
    before = first - timedelta(days=1)
    earlier = before.replace(day=min(day, before.day))
    past = m["which"] and "pasado" in m["which"]
    return _at(m, earlier if past or this > today else this, approximate=True)


def _bare_fortnight(m: re.Match[str], now: datetime) -> Day | None:
    return _at(m, _latest_day(now.date(), 15), approximate=True)


def _weekday_number(m: re.Match[str], now: datetime) -> Day | None:
    today, day = now.date(), int(m[2])
    for months in range(12):
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        found = safe_date(year, month + 1, day)
        if found and found <= today and found.weekday() == WEEKDAYS.index(m[1]):
            return _at(m, found)
    return None


def _week_before(m: re.Match[str], now: datetime) -> Day | None:
    weekday = WEEKDAYS.index(m["a"] or m["b"])
    monday = now.date() - timedelta(days=now.weekday())
    weeks = 2 if "antepasada" in m.group() else 1
    return _at(m, monday - timedelta(weeks=weeks) + timedelta(days=weekday), weight=0.2)


def _this_week(m: re.Match[str], now: datetime) -> Day | None:
    monday = now.date() - timedelta(days=now.weekday())
    return _at(m, monday + timedelta(days=WEEKDAYS.index(m[1])))


def _weekday_before_last(m: re.Match[str], now: datetime) -> Day | None:
    return _at(m, _last_weekday(now.date(), m[1]) - timedelta(weeks=1))


def _weeks_ago_on(m: re.Match[str], now: datetime) -> Day | None:
    if m[1] and int(m[1]) < 6:
        return _at(m, _last_weekday(now.date(), m[2]) - timedelta(weeks=int(m[1]) - 1))
    return None


def _weekday(m: re.Match[str], now: datetime) -> Day | None:
    before = m.string[max(0, m.start() - 30) : m.start()]
    if _STREET.search(before) and not re.search(r"\b(?:la|en)\.? ?$", before):
        return _nothing(m, now)
    return _at(m, _last_weekday(now.date(), m["weekday"]))


def _daybreak(m: re.Match[str], now: datetime) -> Day | None:
    when = now.date() if m[2] == "hoy" else _last_weekday(now.date(), m[2])
    return _at(m, when, at=time(3), approximate=True)


def _relative(days: int, **more: object) -> Rule:
    def rule(m: re.Match[str], now: datetime) -> Day | None:
        return _at(m, now.date() - timedelta(days=days), **more)

    return rule


_HABIT = re.compile(
    r"^ ?(?:anos?|meses?|semanas?|dias?)?,? ?(?:que )?(?:(?:lo|la|le|nos|me|ya|yo|te|los) )?(?:viv\w+|trabaj\w+|conoz\w+|tengo"
    r"|tenemos|somos|estoy|estamos|alquil\w+|sal[ig]\w+|compre|adquir\w+|mud\w+|separ\w+|casad\w+|es mi|viene\w*|vengo|convivi\w+)\b"
)
_ABOUT = re.compile(r"\b(?:como|unos|unas|casi|aprox\w*|mas o menos|masomenos|mas|creo|algo)\b")


def _ago(m: re.Match[str], now: datetime) -> Day | None:
    if m["number"] in ("un", "una"):
        count = 1.0
    elif m["number"].startswith("media"):
        count = 0.5
    else:
        count = float(m["number"])
    if m["half"]:
        count += 0.5
    unit, since = m["unit"], bool(m["since"])
    about = bool(_ABOUT.search(m.group())) or bool(_ABOUT.match(m.string[m.end() + 1 : m.end() + 14]))
    habit = _HABIT.search(m.string[m.end() : m.end() + 40])
    if unit.startswith(("hora", "minuto", "hrs")):
        if count > 72 * (60 if unit.startswith("min") else 1):
            return None
        when = now - (timedelta(minutes=count) if unit.startswith("min") else timedelta(hours=count))
        return _at(m, when.date(), at=when.time().replace(second=0, microsecond=0), weight=0.3)
    if habit or (since and not unit.startswith("dia")) or count > 400:
        return _nothing(m, now)
    if unit.startswith("dia"):
        return _at(m, now.date() - timedelta(days=round(count)), approximate=about)
    if unit.startswith("semana"):
        return _at(m, now.date() - timedelta(days=round(7 * count)), approximate=True)
    if unit.startswith("mes") and count <= 24:
        year, month = divmod(now.year * 12 + now.month - 1 - int(count), 12)
        day = min(now.day, monthrange(year, month + 1)[1])
        return _at(m, date(year, month + 1, day), approximate=True)
    return _nothing(m, now)


def _the_number(m: re.Match[str], now: datetime) -> Day | None:
    today, day, said = now.date(), int(m[1]), m[2] or ""
    if not 1 <= day <= 31:
        return None
    if "mes pasado" in said:
        before = today.replace(day=1) - timedelta(days=1)
        return _at(m, safe_date(before.year, before.month, day))
    if said:
        return _at(m, safe_date(today.year, today.month, day))
    return _at(m, _latest_day(today, day), weight=-0.2)


def _holiday(m: re.Match[str], now: datetime) -> Day | None:
    name = m[1]
    month, day = next(v for k, v in _HOLIDAYS.items() if name.startswith(k))
    at = time(21, 30) if name.startswith("nochebuena") or name.startswith("noche buena") else None
    return _at(m, _latest(now.date(), month, day), at=at, approximate=at is not None)


_HOLIDAYS = {"navidad": (12, 25), "nochebuena": (12, 24), "noche buena": (12, 24), "ano nuevo": (1, 1), "halloween": (10, 31),
             "san valentin": (2, 14)}  # fmt: skip


def _just_now(m: re.Match[str], now: datetime) -> Day | None:
    return _at(m, now.date(), approximate=True, weight=-0.3)


_YEAR = (
    r"(?:(?:,? ?(?:de|del))?(?: ano| presente ano)? (?P<year>20\d\d)(?!\d)"
    r"| (?:de |del )?(?P<said>(?:este|presente|mismo) ano|ano pasado))?"
)
_WHEN_OF_DAY = r"(?! ?(?:am|pm|hrs|horas|y media|y cuarto|de la|por la|en punto|soles|mil|personas|[:%]|\d))"

RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"(?<![\d-])(20\d\d)[-/](\d{1,2})[-/](\d{1,2})(?!\d)", _iso),
        (r"(?<![\d/.-])(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(20\d\d|\d\d)(?![\d-])", _numeric),
        (
            rf"\b(?:entre|del|desde) (?:el )?(?:dia )?(?P<day>\d{{1,2}}) (?:al|y|hasta) (?:el )?\d{{1,2}}"
            rf" (?:de|del mes de) (?P<month>{_MONTH[1:-1]}){_YEAR}",
            _range,
        ),
        (
            rf"(?P<lead>\b(?:el|dia|fue|fecha|del|desde el) )?(?:{_WEEKDAY} )?(?:dia )?(?<![\d/.,$])(?P<day>\d{{1,2}})(?:ro|ero|ra)?"
            rf" ?(?:de |d |del mes de |/|-)?(?P<month>{_MONTH[1:-1]}){_YEAR}(?! (?:buen))",
            _day_month,
        ),
        (rf"\b{_MONTH} (\d{{1,2}})(?![\d:])", _month_day),
        (r"(?<![\d/.,$-])(\d{1,2})[/-](\d{1,2})(?![\d/-])(?! ?(?:de|kilo|litro|hora|taza)\b)", _slashed),
        (
            rf"\b(quincena|mediados|principios|inicios|comienzos|fines|finales|fin) (?:de |del )(?:(?P<month>{_MONTH[1:-1]}){_YEAR}"
            r"|(?P<which>mes pasado|este mes|presente mes|mes))\b",
            _point_of_month,
        ),
        (r"\b(?:en|para|por|fue|a) (?:la )?quincena\b", _bare_fortnight),
        (r"\b(?:todos los|todas las|cada|los|por los|dias) (?:dias )?(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)\b"
         r"(?! \d)", _nothing),
        (rf"\b(?:otro|proximo|siguiente|este proximo) {_WEEKDAY}|\b{_WEEKDAY} (?:proximo|que viene|siguiente|a {_WEEKDAY})", _nothing),
        (rf"\b{_WEEKDAY},? (?:dia )?(\d{{1,2}}){_WHEN_OF_DAY}", _weekday_number),
        (
            rf"\b(?:la )?semana (?:pasada|antepasada),? ?(?:(?:el|fue|un|creo|dia|que|como) ){{0,3}}(?P<a>{_WEEKDAY[1:-1]})\b"
            rf"|\b(?P<b>{_WEEKDAY[1:-1]}),? (?:de |en )?la semana (?:pasada|antepasada)",
            _week_before,
        ),
        (rf"\b{_WEEKDAY} de esta (?:misma )?semana", _this_week),
        (rf"\b(?:hace|hara) (\d) (?:semanas,? (?:el |un )?)?{_WEEKDAY}", _weeks_ago_on),
        (rf"\b{_WEEKDAY} (?:ante ?pasado|trasanterior)", _weekday_before_last),
        (rf"\b(?:{_WEEKDAY}|ayer|noche|anoche) (?:para |ya )?(?:amanec\w+) (?:el |al |del? )?({'|'.join(WEEKDAYS)}|hoy)\b", _daybreak),
        (rf"\b(?:el |este |pasado |dia |la noche del? |un ){{0,3}}(?P<weekday>{_WEEKDAY[1:-1]})\b(?: pasado)?", _weekday),
        (r"\btrasanteayer\b", _relative(3)),
        (r"\banteayer\b", _relative(2)),
        (r"\banteanoche\b", _relative(2, night=True)),
        (r"\banoche\b", _relative(1, night=True)),
        (r"\b(?:noche|madrugada) de ayer\b|\bayer\b", _relative(1)),
        (
            r"(?P<since>\bdesde )?\b(?:hace|hara|ya van?) (?:ya )?(?:mas de |mas o menos |masomenos |como |unos |unas |casi |aproximadamente "
            r"|aprox\.? |solo |apenas |creo |de |algo de ){0,3}(?P<number>\d{1,3}(?:[.,]5)?|una|un|media)(?P<half1> y media)?"
            r" (?P<unit>dias?|semanas?|mes(?:es)?|anos?|horas?|hrs|minutos)(?P<half> y medi[ao])?",
            _ago,
        ),
        (
            r"(?P<since>(?!))?(?<!\d)(?P<number>\d{1,2}|una?) (?P<unit>dias?|semanas?|mes(?:es)?|horas?)(?P<half>(?!))? atras\b",
            _ago,
        ),
        (r"\b(?:la semana pasada|el mes pasado|el ano pasado|el otro dia|otro dia)\b", _nothing),
        (
            r"\b(?:el|fue el|dia|pasado) (?:dia )?(\d{1,2})(?:( (?:de este(?: presente)? mes|del mes pasado|del presente(?: mes)?|del mes"
            r"|del mismo mes|del corriente))\b|(?=$|[.,;\n]|\)| a las?\b| a eso| tipo\b| en la (?:noche|tarde|manana|madrugada)| por la (?:noche|tarde|manana)"
            r"| me | nos | le | se | como a| entre| cerca de las))",
            _the_number,
        ),
        (r"\b(navidad|nochebuena|noche buena|ano nuevo|halloween|san valentin)\b", _holiday),
        (r"\b(?:hoy en dia|hasta (?:el dia de )?hoy|desde hoy|de hoy en adelante|hoy por hoy)\b", _nothing),
        (r"\bhoy(?: dia| mismo)?\b", _relative(0, weight=-0.4)),
        (r"\besta (?:misma )?(?:manana|madrugada|tarde|noche|mananita)\b", _relative(0)),
        (
            r"\b(?:hace|hara) (?:un |unos |poco )?(?:ratito|rato|momento|momentos|instantes|poquito|nada|poco)\b"
            r"|\b(?:acaban?|acabaron) de (?:rob|asalt|quit|arrebat|arranch|jal|golp|estaf|choc|atropell|peg|agred|hurt|llev)\w+"
            r"|\bme acaban? de\b|\brecien (?:nomas |ahorita )?me (?:rob|asalt|quit|arrebat|golp|estaf|hurt|arranch)\w+"
            r"|\bahorita (?:nomas |mismo )?(?:me |nos )(?:rob|asalt|quit|arrebat|arranch|han rob|golpearon)\w+",
            _just_now,
        ),
    )
)  # fmt: skip
