"""Times of day as they are said: "a las 8 y media de la noche", "tipo 3", "20:30 hrs", "al mediodía"."""

import re
from dataclasses import dataclass
from datetime import time

PARTS = {
    "madrugada": time(3), "mananita": time(7), "manana": time(9), "mediodia": time(12), "tarde": time(15, 30),
    "tardecita": time(15, 30), "noche": time(21, 30), "nochecita": time(21, 30), "medianoche": time(0),
    "amanecer": time(3), "tempranito": time(7), "temprano": time(7),
}  # fmt: skip
"""What a part of the day without an hour is written as, always approximate."""

_PART = r"(madrugada|mananita|manana|mediodia|tardecita|tarde|nochecita|noche|dia)"
_OF_PART = rf"(?: ?,? ?(?:de|en|por|d|a) (?:la |el )?{_PART}| del (dia|mediodia)| ?(am|pm)\b| {_PART}(?! buen))"
_NOT_THINGS = (
    r"(?! (?:cuadras|personas|mujeres|chicas|senoras|senoritas|tarjetas|casas|llantas|motos|hermanas|hijas|nenas"
    r"|ninas|semanas|esquinas|avenidas|maletas|mochilas|carteras|bolsas|camaras|puertas|tiendas|veces|por ciento"
    r"|soles|lucas|dias|meses|anos|sujetos|tipos|hombres|choros|rateros|ladrones|metros|km|kilometros)\b)(?! ?%)"
)
_TWELVE = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.h ](\d{2})| (?:y|con) (media|cuarto|\d{1,2}))? ?(am|pm)\b")
_DIGITAL = re.compile(
    rf"(?<![\d:./])(?:(las|la|tipo|siendo) )?(\d{{1,2}})([:.h])(\d{{2}})(?![\d:.]\d)( ?(?:hrs?|horas|h)\b)?(?:{_OF_PART})?"
)
_SAID = re.compile(
    r"\b(?P<lead>a eso de las?|a las?|como las?|tipo las?|tipo|sobre las?|hacia las?|desde las?|hasta las?"
    r"|cerca (?:de|a) las?|pasadas? las?|entre las?|seria[n]? las?|eran? las?|antes de las?|despues de las?"
    r"|siendo las?|alrededor de las?|casi las?|de las|aprox(?:imadamente)? las|ala?s|por las|fue las?|toda las"
    rf"|tipin las|las) (?P<hour>\d{{1,2}}|una)(?![\d/%])(?![.,]\d){_NOT_THINGS}"
    rf"(?: (?:y|con) (?P<past>media|cuarto|pico|algo|\d{{1,2}})(?: minutos)?| menos (?P<less>cuarto|\d{{1,2}})"
    rf"| (?P<minutes>\d{{2}})(?! ?(?:soles|cuadras|anos|dias|de (?!la)))(?: minutos)?)?(?: en punto| hrs?\b| horas?)*"
    rf"(?:{_OF_PART})?"
)
_TO = re.compile(rf"\b(cuarto|\d{{1,2}})(?: minutos)? para las? (\d{{1,2}}|una)(?!\d)(?:{_OF_PART})?")
_BARE = re.compile(
    rf"(?<![\d:./,$-])(?<!el )(?<!dia )(\d{{1,2}})(?: y (media|cuarto|\d{{1,2}}))?(?: en punto)?"
    rf" (?:(?:de|d|en|por) la {_PART}|de (mediodia|la {_PART})|(noche|tarde)\b)"
)
_BETWEEN = re.compile(
    rf"\b(?:entre |de |desde )(?:las )?(\d{{1,2}})(?:[:.](\d\d))?(?: y media)? ?(?:y|a|hasta|o) (?:las )?"
    rf"\d{{1,2}}(?:[:.]\d\d)?(?: y media)?{_OF_PART}"
)
_MILITARY = re.compile(r"(?<!\d)([01]\d|2[0-3])([0-5]\d) ?(?:hrs?|horas|h)\b")
_DAYPART = re.compile(
    r"\b(?:(?:en|por|x|de|a|toda|esta|esa|pasada|hoy|ayer|anteayer|antier|lunes|martes|miercoles|jueves|viernes|sabado"
    r"|domingo|media|temprano)(?: (?:la|pleno|plena|toda la|la media|muy|altas horas de la|horas de la))?"
    r"|horas de la|al|la) (?:pasado )?(madrugada|mananita|manana|mediodia|medio dia|tardecita|tarde|nochecita|noche"
    r"|media ?noche|medianoche|amanecer)\b(?! (?:voy|ire|vengo))"
)
_ALONE = re.compile(
    r"\b(anoche|anteanoche|antenoche|medianoche|media noche|mediodia|medio dia|madrugada|mananita|tempranito|(?<=hoy )temprano|(?<=ayer )temprano|(?<=muy )temprano|(?<=bien )temprano)\b"
)
_TOMORROW = re.compile(r"\b(?:pasado|para|desde|hasta|y|de|hoy o|a) manana\b")
_ABOUT_BEFORE = re.compile(
    r"\b(?:tipo|como|eso|mas o menos|masomenos|aprox\w*|alrededor|cerca|a golpe de|a golpe|casi|por ahi|sobre|creo|entre|unas|pasadas?"
    r"|calculo|antes|despues|hacia|serian?|quizas?|talvez|tal vez|cuando menos|debe haber sido|mmm|hasta)\b"
    r"[^.;\d]{0,14}$"
)
_ABOUT_AFTER = re.compile(
    r"^ ?,?\(? ?(?:aprox\w*|mas o menos|masomenos|maso|por ahi|algo asi|creo|y pico|y algo|mas menos)"
)
_EVENING = re.compile(
    r"\b(?:sali\w* (?:de |del )(?:mi )?(?:trabajo|trabajar|chamba|oficina|turno|universidad|instituto|fiesta|discoteca)"
    r"|regresa\w*|volvi\w*|retorna\w*|cenar?|cenando|discoteca|fiesta|oscur\w+|anochec\w+|del trabajo|de la chamba)\b"
)
_MORNING = re.compile(
    r"\b(?:(?:iba|yendo|camino|rumbo|ir|salia|sali|salgo) (?:a|al|para|pal|hacia) (?:mi |la |el )?"
    r"(?:trabajo|trabajar|chamba|colegio|universidad|oficina|clases)|desayun\w+|temprano|tempranito)\b"
)


@dataclass(frozen=True)
class Clock:
    """A time of day in a text: where it stands, what it is, and whether it is only about then."""

    start: int
    end: int
    time: time | None
    approximate: bool
    part: str | None = None
    next_day: bool = False


def find_clocks(text: str, *, day: tuple[int, int] = (0, 0)) -> list[Clock]:
    """Every time of day in a normalised text (see ``dates.normalised``), hours before parts of the day.

    ``day`` is where the date stands: its number is no hour.
    """
    found: list[Clock] = []
    parts = [(m.start(1), m.end(1), m.group(1).replace(" ", "")) for m in _DAYPART.finditer(text)]
    parts += [(m.start(), m.end(), m.group(1).replace(" ", "")) for m in _ALONE.finditer(text)]
    parts = [p for p in parts if not any(m.end() == p[1] for m in _TOMORROW.finditer(text))]

    def add(
        match: re.Match[str], hour: int, minute: int, part: str | None, *, about: bool = False, bare: bool = True
    ) -> None:
        digits = match.start() + len(match.group()) - len(match.group().lstrip("0123456789"))
        if day[0] < digits <= day[1] and digits > match.start():
            return
        if hour > 24 or minute > 59 or any(match.start() < c.end and c.start < match.end() for c in found):
            return
        about = about or bool(
            _ABOUT_BEFORE.search(text[max(0, match.start() - 30) : match.start()])
            or _ABOUT_AFTER.search(text[match.end() : match.end() + 20])
        )
        if part is None and bare:
            part, inferred = _part_nearby(text, match, parts)
            about = about or inferred
        at, guessed = _on_the_dial(hour, minute, part) if bare or part else (time(hour % 24, minute), False)
        found.append(Clock(match.start(), match.end(), at, about or guessed, part))

    for m in _BETWEEN.finditer(text):
        add(m, int(m[1]), int(m[2] or 0), _part(m, 3), about=True)
    for m in _TWELVE.finditer(text):
        add(m, int(m[1]), int(m[2] or 0) or _minutes(m[3]), m[4])
    for m in _TO.finditer(text):
        hour = 1 if m[2] == "una" else int(m[2])
        minute = 60 - (15 if m[1] == "cuarto" else int(m[1]))
        add(m, 12 if hour == 1 else hour - 1, minute, _part(m, 3))
    for m in _MILITARY.finditer(text):
        add(m, int(m[1]), int(m[2]), None, bare=False)
    for m in _DIGITAL.finditer(text):
        part = _part(m, 6)
        if m[3] == "." and not (m[1] or m[5] or part):
            continue
        literal = bool(m[5]) or m[2].startswith("0")
        add(m, int(m[2]), int(m[4]), part, bare=not literal)
    for m in _SAID.finditer(text):
        if m["lead"] in ("las", "por las", "de las", "entre las") and not (_part(m, 6) or m["past"] or m["less"]):
            continue
        hour = 1 if m["hour"] == "una" else int(m["hour"])
        if m["less"]:
            minute = 60 - (15 if m["less"] == "cuarto" else int(m["less"]))
            hour -= 1
        else:
            minute = _minutes(m["past"] or m["minutes"])
        about = m["past"] in ("pico", "algo") or m["lead"].split()[0] not in (
            "a",
            "ala",
            "las",
            "siendo",
            "fue",
            "als",
            "desde",
            "eran",
            "era",
            "ala",
        )
        about = about or m["lead"].startswith("a eso")
        literal = m["hour"].startswith("0") and len(m["hour"]) == 2
        add(m, hour, minute, _part(m, 6), about=about, bare=not literal)
    for m in _BARE.finditer(text):
        add(m, int(m[1]), _minutes(m[2]), m[3] or m[5] or m[6] or "mediodia")
    for start, end, part in parts:
        if not any(start < c.end and c.start < end for c in found):
            found.append(Clock(start, end, _of_part(part), True, part))
    return found


def _part(match: re.Match[str], group: int) -> str | None:
    """The part of the day that ``_OF_PART`` caught; its four groups begin at ``group``."""
    return next((match[i] for i in range(group, group + 4) if match[i]), None)


def _minutes(said: str | None) -> int:
    return {"media": 30, "cuarto": 15, "pico": 0, "algo": 0, None: 0}.get(
        said, int(said) if said and said.isdigit() else 0
    )


def _of_part(part: str) -> time:
    return PARTS["noche"] if part in ("anoche", "anteanoche", "antenoche") else PARTS[part]


def _part_nearby(text: str, match: re.Match[str], parts: list[tuple[int, int, str]]) -> tuple[str | None, bool]:
    """The part of the day told in the same sentence, or what the errand of the hour tells (then only about)."""
    start = max(text.rfind(stop, 0, match.start()) for stop in (".", ";", "\n")) + 1
    near = [p for p in parts if start <= p[0] < match.end() + 40]
    if near:
        part = min(near, key=lambda p: abs(p[0] - match.start()))[2]
        return {"anoche": "noche", "anteanoche": "noche", "antenoche": "noche"}.get(part, part), False
    around = text[max(0, match.start() - 70) : match.end() + 70]
    if _EVENING.search(around):
        return "evening", True
    if _MORNING.search(around):
        return "manana", True
    return None, False


def _on_the_dial(hour: int, minute: int, part: str | None) -> tuple[time | None, bool]:
    """The time meant by an hour of the dial and a part of the day, and whether that was a guess.

    Without a part of the day 12 is noon and 1 to 6 are the afternoon; 7 to 11 may be either, so there is no time.
    """
    if hour == 24:
        return time(0, minute), False
    if hour > 12 or (hour == 0):
        return time(hour, minute), False
    if part is None:
        if hour == 12 or hour < 7:
            return time(hour if hour == 12 else hour + 12, minute), hour != 12
        return None, True
    if part in ("am", "madrugada", "mananita", "tempranito", "temprano", "manana", "amanecer"):
        return time(hour % 12 if part != "manana" or hour < 12 else 12, minute), False
    if part in ("noche", "nochecita", "medianoche", "evening"):
        late = 5 if part != "evening" else 4
        return time((hour + 12) % 24 if late <= hour < 12 else hour % 12, minute), False
    if part in ("dia", "mediodia") and 7 <= hour < 12:
        return time(hour, minute), False
    return time(hour % 12 + 12, minute), False
