"""The rules of dates: each is a pattern over a normalised text and what day it means, seen from today.

The rules are in order: what an earlier one read, a later one leaves alone. A rule that answers ``nothing`` takes its
words out of the way ("todos los sábados", "avenida 28 de julio") without naming a day.
"""

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from actions.understanding.day import MONTHS, STREET, WEEKDAYS, Day, Rule, at, last_weekday, nothing, safe_date
from actions.understanding.feasts import FEASTS, latest
from actions.understanding.months import (
    bare_fortnight,
    day_month,
    exact_point,
    iso,
    last_month,
    month_day,
    nth_weekday,
    numeric,
    point_of_month,
    slashed,
    stretch,
    the_number,
)

_MONTH = "(" + "|".join(MONTHS) + ")"
_WEEKDAY = "(" + "|".join(WEEKDAYS) + ")"


def _weekday_number(m: re.Match[str], now: datetime) -> Day | None:
    today, day = now.date(), int(m[2])
    for months in range(12):
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        found = safe_date(year, month + 1, day)
        if found and found <= today and found.weekday() == WEEKDAYS.index(m[1]):
            return at(m, found)
    return None


def _week_before(m: re.Match[str], now: datetime) -> Day | None:
    weekday = WEEKDAYS.index(m["a"] or m["b"])
    monday = now.date() - timedelta(days=now.weekday())
    weeks = 2 if "antepasada" in m.group() else 1
    return at(m, monday - timedelta(weeks=weeks) + timedelta(days=weekday), weight=0.2)


def _this_week(m: re.Match[str], now: datetime) -> Day | None:
    monday = now.date() - timedelta(days=now.weekday())
    return at(m, monday + timedelta(days=WEEKDAYS.index(m[1])))


def _weekday_before_last(m: re.Match[str], now: datetime) -> Day | None:
    return at(m, last_weekday(now.date(), m[1]) - timedelta(weeks=1))


def _weeks_ago_on(m: re.Match[str], now: datetime) -> Day | None:
    if m[1] and int(m[1]) < 6:
        return at(m, last_weekday(now.date(), m[2]) - timedelta(weeks=int(m[1]) - 1))
    return None


def _weekday(m: re.Match[str], now: datetime) -> Day | None:
    before = m.string[max(0, m.start() - 30) : m.start()]
    part = m.group().startswith("la noche")
    if STREET.search(before) and not part and not re.search(r"\b(?:la|en)\.? ?$", before):
        return nothing(m, now)
    return at(m, last_weekday(now.date(), m["weekday"]))


def _daybreak(m: re.Match[str], now: datetime) -> Day | None:
    when = now.date() if m[2] == "hoy" else last_weekday(now.date(), m[2])
    return at(m, when, part="madrugada")


def _relative(days: int, **more: object) -> Rule:
    def rule(m: re.Match[str], now: datetime) -> Day | None:
        return at(m, now.date() - timedelta(days=days), **more)

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
    exact = re.match(r" ?(?:exact\w+|clavad\w+|justo)", m.string[m.end() : m.end() + 14])
    habit = _HABIT.search(m.string[m.end() : m.end() + 40])
    if unit.startswith(("hora", "minuto", "hrs")):
        if count > 72 * (60 if unit.startswith("min") else 1):
            return None
        when = now - (timedelta(minutes=count) if unit.startswith("min") else timedelta(hours=count))
        return at(m, when.date(), at=when.time().replace(second=0, microsecond=0), weight=0.3)
    about = about and not exact
    if habit or (since and not unit.startswith("dia")) or count > 400:
        return nothing(m, now)
    if unit.startswith("dia"):
        return at(m, now.date() - timedelta(days=round(count)), approximate=about)
    if unit.startswith("semana"):
        return at(m, now.date() - timedelta(days=round(7 * count)), approximate=not exact)
    if unit.startswith("mes") and count <= 24:
        year, month = divmod(now.year * 12 + now.month - 1 - int(count), 12)
        day = min(now.day, monthrange(year, month + 1)[1])
        return at(m, date(year, month + 1, day), approximate=True)
    return nothing(m, now)


def _holiday(m: re.Match[str], now: datetime) -> Day | None:
    if m["whole"]:
        return nothing(m, now)
    find = next(find for said, find in FEASTS.items() if re.fullmatch(said, m["feast"]))
    when = latest(find, now.date())
    if m["eve"]:
        when -= timedelta(days=1)
    return at(m, when, weight=0.1, part="noche" if m["feast"].startswith("noche") else None)


def _days_before(m: re.Match[str], now: datetime) -> Day | None:
    """So many days before yesterday ("3 días antes de ayer") or before today."""
    count = 1 if m["count"] in ("un", "una") else int(m["count"])
    return at(m, now.date() - timedelta(days=count + {"hoy": 0, "ayer": 1, "anteayer": 1}[m["from"]]), weight=0.2)


def _just_now(m: re.Match[str], now: datetime) -> Day | None:
    return at(m, now.date(), approximate=True, weight=-0.3)


_YEAR = (
    r"(?:(?:,? ?(?:de|del))?(?: ano| presente ano)? (?P<year>20\d\d)(?!\d)"
    r"| (?:de |del )?(?P<said>(?:este|presente|mismo) ano|ano pasado))?"
)
_NO_NOUN = r"(?=$|[.,;)!?\n]| (?:a|de|del|en|por|como|tipo|y|me|nos|le|les|se|cuando|hacia|aprox\w*|fue|entre|que|mi|mientras|al|un|una|recien|pasado|ya|yo|era|no|con|saliendo|estaba|iba|mas|casi|eso|tarde|noche|lo|la|los|mis|x|para|desde|ingres\w*|entr\w*|rob\w*|perd\w*)\b)"
_WHEN_OF_DAY = r"(?! ?(?:am|pm|hrs|horas|y media|y cuarto|y \d{1,2} (?:de|por|d) la|de la|por la|d la|en punto|soles|mil|personas|[:%]|\d))"

RULES: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"(?<![\d-])(20\d\d)[-/](\d{1,2})[-/](\d{1,2})(?!\d)", iso),
        (r"(?<![\d/.-])(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(20\d\d|\d\d)(?![\d-])", numeric),
        (
            rf"\b(?:entre|del|desde) (?:el )?(?:dia )?(?P<day>\d{{1,2}}) (?:al|y|hasta) (?:el )?\d{{1,2}}"
            rf" (?:de|del mes de) (?P<month>{_MONTH[1:-1]}){_YEAR}",
            stretch,
        ),
        (
            rf"(?P<lead>\b(?:el|dia|fue|fecha|del|desde el) )?(?:{_WEEKDAY} )?(?:dia )?(?<![\d/.,$])(?P<day>\d{{1,2}})(?:ro|ero|ra)?"
            rf" ?(?:de |d |del mes de |/|-)?(?P<month>{_MONTH[1:-1]}){_YEAR}(?! (?:buen))",
            day_month,
        ),
        (rf"\b{_MONTH} (\d{{1,2}})(?![\d:])", month_day),
        (r"(?<![\d/.,$-])(\d{1,2})[/-](\d{1,2})(?![\d/-])(?! ?(?:de|kilo|litro|hora|taza)\b)", slashed),
        (
            rf"\b(?:(?P<eve>visperas? (?:de |del )(?:la |el |las )?)|(?P<whole>(?:feriado largo|semana|campana|regalos?|compras|panet\w+|canasta|gratificacion) (?:de |por |del )(?:la |el |las )?))?(?P<feast>{'|'.join(FEASTS)})\b",
            _holiday,
        ),
        (
            rf"\b(?P<nth>1|primer|2|segundo|3|tercer|cuarto|4|ultimo|pasado) (?P<weekday>{_WEEKDAY[1:-1]})"
            rf" (?:de |del mes de )(?:este )?(?P<month>{_MONTH[1:-1]})\b",
            nth_weekday,
        ),
        (
            rf"\b(?:fines|finales|fin|inicios|principios|comienzos|mediados) (?:de |del )(?P<month>{_MONTH[1:-1]}|mes pasado),? (?:fue |creo |seria )?(?:el|dia|el dia) (?P<day>\d{{1,2}})\b(?! ?(?:de|soles))",
            exact_point,
        ),
        (r"\b(?:el )?(?P<which>mes pasado|este mes|presente mes),? (?:fue |creo (?:que )?|como |seria )*(?:el|dia|el dia|a los|un) (?:dia )?(?P<day>\d{1,2})\b(?! ?(?:soles|de (?!este)|dias))", last_month),
        (r"\b(?P<count>\d{1,2}|un) dias? (?:antes de )?(?P<from>anteayer|hoy)\b", _days_before),
        (
            rf"\b(quincena|mediados|principios|inicios|comienzos|fines|finales|fin) (?:de |del )(?:(?P<month>{_MONTH[1:-1]}){_YEAR}"
            r"|(?P<which>mes pasado|este mes|presente mes|mes))\b",
            point_of_month,
        ),
        (r"\b(?:en|para|por|fue|a) (?:la )?quincena\b", bare_fortnight),
        (r"\b(?:todos los|todas las|cada|los|por los|dias) (?:dias )?(?:lunes|martes|miercoles|jueves|viernes|sabados?|domingos?)\b"
         r"(?! \d)", nothing),
        (rf"\b(?:otro|proximo|siguiente|este proximo) {_WEEKDAY}|\b{_WEEKDAY} (?:proximo|que viene|siguiente|a {_WEEKDAY})", nothing),
        (rf"\bhoy,? (?:dia )?{_WEEKDAY}\b(?! \d)", _relative(0)),
        (rf"\b{_WEEKDAY},? (?:dia )?(\d{{1,2}}){_WHEN_OF_DAY}{_NO_NOUN}", _weekday_number),
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
        (r"\b(?:la semana pasada|el mes pasado|el ano pasado|el otro dia|otro dia)\b", nothing),
        (r"\b(?:noche|tarde|madrugada|manana|amanecer) del (?:dia )?(\d{1,2})(?! ?(?:de|/|-|:))()\b", the_number),
        (
            r"\b(?:el|fue el|dia|pasado) (?:dia )?(\d{1,2})(?:( (?:de este(?: presente)? mes|del mes pasado|del presente(?: mes)?|del mes"
            r"|del mismo mes|del corriente))\b|(?=$|[.,;\n]|\)| pasado\b| a las?\b| a eso| tipo\b| en la (?:noche|tarde|manana|madrugada)| por la (?:noche|tarde|manana)"
            r"| me | nos | le | se | como a| entre| cerca de las))",
            the_number,
        ),
        (r"\b(?:hoy en dia|hasta (?:el dia de )?hoy|desde hoy|de hoy en adelante|hoy por hoy)\b", nothing),
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
