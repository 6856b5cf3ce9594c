"""When it happened: Spanish dates and times as Peruvians say them. No date said is None, never today."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from actions.understanding.clock import PARTS, Clock, find_clocks
from actions.understanding.day import MONTHS, Day, safe_date
from actions.understanding.days import RULES
from actions.understanding.numbers import spelled_to_figures
from actions.understanding.text import capped, fold, nearest_word

LIMA = ZoneInfo("America/Lima")


@dataclass(frozen=True)
class Moment:
    """A date with or without a time, in Lima; ``approximate`` where the citizen said about when."""

    date: date
    time: time | None
    approximate: bool

    @property
    def iso(self) -> str:
        """``YYYY-MM-DD``, or ``YYYY-MM-DDTHH:MM`` with a time."""
        return f"{self.date.isoformat()}T{self.time:%H:%M}" if self.time else self.date.isoformat()

    @property
    def fact(self) -> dict[str, object]:
        return {
            "date": self.date.isoformat(),
            "time": f"{self.time:%H:%M}" if self.time else None,
            "approximate": self.approximate,
        }


_LONG_WORDS = (
    "lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo", "enero", "febrero", "marzo", "abril",
    "junio", "julio", "agosto", "setiembre", "septiembre", "octubre", "noviembre", "diciembre", "anteayer", "anoche",
    "quincena", "madrugada", "mediodia", "semana", "pasado",
)  # fmt: skip
_SPELLINGS = {
    "septiembre": "setiembre", "savado": "sabado", "sabao": "sabado", "miercole": "miercoles", "bierne": "viernes",
    "biernes": "viernes", "vierne": "viernes", "sabdo": "sabado", "jueve": "jueves", "marte": "martes",
    "domigo": "domingo", "antier": "anteayer", "antiayer": "anteayer", "antiyer": "anteayer", "antayer": "anteayer",
    "antesdeayer": "anteayer", "anteyer": "anteayer", "ayr": "ayer", "aller": "ayer", "ayerr": "ayer",
    "hayer": "ayer", "aier": "ayer", "haier": "ayer", "ayar": "ayer", "ayier": "ayer", "oy": "hoy", "anoxe": "anoche", "anochee": "anoche",
    "noxe": "noche", "nohe": "noche", "manaana": "manana", "maana": "manana", "mannana": "manana", "tarte": "tarde",
    "madrugda": "madrugada", "ace": "hace", "asia": "hace", "hase": "hace", "hacen": "hace", "aze": "hace",
    "has": "hace", "orita": "ahorita", "ahorits": "ahorita", "sem": "semana", "set": "setiembre", "sept": "setiembre",
    "sep": "setiembre", "oct": "octubre", "nov": "noviembre", "dic": "diciembre", "ene": "enero", "feb": "febrero",
    "abr": "abril", "jun": "junio", "jul": "julio", "ago": "agosto", "hr": "hora", "minuto": "minutos",
    "min": "minutos", "mins": "minutos", "ahier": "ayer", "ayeer": "ayer", "nobiembre": "noviembre",
    "mier": "miercoles", "vier": "viernes", "sab": "sabado", "dom": "domingo", "lun": "lunes", "jue": "jueves",
    "obiembre": "noviembre", "desiembre": "diciembre", "otubre": "octubre", "pasao": "pasado", "ultimo": "pasado",
    "primero": "1", "1ro": "1", "1ero": "1", "kincena": "quincena", "trasanteayer": "trasanteayer",
}  # fmt: skip
_KEEP_WORDS = """
sacado sacados sacada salado sabido sobado asia dom has ultimo vienes partes marte madruga julia pasada pasados pasadas semanas quincenas sabados
domingos marzos justo agota agosta abrir abrio abril agrio octubres anochece anteojos antes lunas lunar
martas mares cartes marcos junto junta junior julios semanal pasando pasamos pasaron pesado pisado posado
casado lunares enera jueces parado pagado rasado pegado pasador tasado martin mares partes artes marta
"""
_KEEP = frozenset(_KEEP_WORDS.split())
_TIDY: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bp\.? ?m\b\.?"), "pm"),
    (re.compile(r"\ba\. ?m\b\.?|(?<=\d)a\.?m\b\.?|(?<=\d )am\b\.?"), "am"),
    (re.compile(r"(?<=\d)(?=pm|am\b|hrs)"), " "),
    (re.compile(r"\bhrs?\b\.?|\bhs\b\.?"), "hrs"),
    (re.compile(r"(?<=\d) ?[°º]"), ""),
    (re.compile(r"\b(?:x|en|por|de|d)( l)a? (?=manana|tarde|noche|madrugada)"), r"por\1a "),
    (re.compile(r"\bx\b"), "por"),
    (re.compile(r"\bante ?ante ?ayer\b|\btras ante ?ayer\b|\btrasantier\b"), "trasanteayer"),
    (re.compile(r"\b(?:antes?(?: de| d)? ayer|ante ?s?de ?ayer)\b"), "anteayer"),
    (re.compile(r"\bante anoche|\bantes de anoche|\bantenoche"), "anteanoche"),
    (re.compile(r"\bmedio ?dia\b"), "mediodia"),
    (re.compile(r"\bmedia ?noche\b"), "medianoche"),
    (re.compile(r"\bayer (?:en |a |por )?(?:la )?noche\b"), "ayer en la noche"),
    (re.compile(r"[ \t]+"), " "),
)
_WORD = re.compile(r"\d?[a-z]+")


def normalised(text: str) -> str:
    """The text folded, its slips mended and its numbers in figures: what the rules of dates and times read."""

    def mended(match: re.Match[str]) -> str:
        word = match.group()
        if word in _KEEP:
            return word
        if word in _SPELLINGS:
            return _SPELLINGS[word]
        if len(word) > 5 and word not in _LONG_WORDS:
            return _SPELLINGS.get(near := nearest_word(word, _LONG_WORDS) or word, near)
        return word

    mended_text = _WORD.sub(mended, fold(capped(text)))
    for pattern, better in _TIDY:
        mended_text = pattern.sub(better, mended_text)
    return spelled_to_figures(mended_text)


_EVENT = re.compile(
    r"\b(?:rob\w+|asalt\w+|hurt\w+|perdi\w*|extravi\w+|ocurri\w+|sucedi\w+|paso|pasaron|fue|arrebat\w+|quitaron|quito"
    r"|llevaron|llevo|golpe\w+|pego|pegaron|estaf\w+|amenaz\w+|choc\w+|atropell\w+|hackea\w+|transfi\w+|sacaron|jalaron"
    r"|agred\w+|atac\w+|extorsion\w+|desapareci\w+|sustraj\w+|cogote\w+|encontr\w+|entraron|rompieron|llamaron|salio"
    r"|acos\w+|toco|toque\w+|insult\w+|dano|danaron|deposit\w+|yape\w+|hecho|hechos|incidente|cerca|violen\w+|viola\w*)\b"
)
_BACKGROUND = re.compile(
    r"\b(?:naci\w*|cumpl\w+|adquiri\w*|denunciar|(?<!mi )(?<!su )trabajo|trabajaba|vivo|vivimos|contrato|vence|vencio|caduc\w+|emitid\w+"
    r"|emision|quiero|quisiera|necesito|puedo|podria|deseo|voy|ire|iria|atienden|abren|cita|nacimiento|vengo|devolv\w+"
    r"|audiencia|juicio|hasta)\b(?:(?! y | pero )[^.;,\n]){0,28}$"
)
_MILD = re.compile(
    r"\b(?:compre|compramos|denuncie|denunciamos|puse (?:la|mi|una) denuncia|me entere|di cuenta|conoci|vine|comisaria"
    r"|recien|deje|dejamos|estacione|guarde|parquee|volv\w+|cobre|pagaron|aunque)\b(?:(?! y | pero )[^.;,\n]){0,28}$"
)
_AHEAD = re.compile(
    r"^[^.;,\n]{0,12}\b(?:quiero|quisiera|vengo|deseo|necesito|me entere|me di cuenta|voy|puedo|denunci\w+)\b"
)
_FOUND_GONE = re.compile(
    r"^[^.;]{0,45}\b(?:ya no (?:estaban?|l[oa]s? (?:encontre|vi|halle))|no estaba|habia desaparecido)\b"
)
_UNTIL = re.compile(
    r"\bhasta (?:(?:como |eso de |casi )?las? )?[\d:.]{1,5}(?: y \w+)?(?: ?(?:am|pm|de la \w+|por la \w+))?$"
)
_DAY_UNKNOWN = re.compile(
    r"\b(?:no (?:se|sabemos|sabria\w*|recuerdo|recordamos|tengo claro|sabe)|ni idea)\b[^.;,\n]{0,20}\b(?:que|el|cual) dia\b(?! exacto)"
)
_STOPS = re.compile(r"[.;!?\n](?!\d)|\bpero\b|\baunque\b")


def find(text: str, *, now: datetime, lenient: bool = False) -> Moment | None:
    """The moment of the incident that a text tells, or None.

    ``lenient`` takes a date whatever is said around it: for the answer to "when?".
    """
    source = normalised(text)
    today = now.astimezone(LIMA)
    days = [day for day in _days(source, today) if day.on <= today.date()]
    if not days:
        return None
    if not lenient and (unsure := _DAY_UNKNOWN.search(source)):
        days = [day for day in days if day.start > unsure.start()]
        if not days:
            return None
    scored = [(_score(source, day), day) for day in days]
    best, day = max(scored, key=lambda pair: (pair[0], -pair[1].start))
    if best <= -2 and not lenient:
        return None
    return _with_time(source, day, today, others=[d for d in days if d.on != day.on])


def _days(source: str, today: datetime) -> list[Day]:
    found: list[Day] = []
    for pattern, handler in RULES:
        for match in pattern.finditer(source):
            if any(match.start() < d.end and d.start < match.end() for d in found):
                continue
            day = handler(match, today)
            if day is not None:
                found.append(day)
    return [day for day in found if day.on != date.max]


def _score(source: str, day: Day) -> float:
    before = source[max(0, day.start - 90) : day.start]
    after = source[day.end : day.end + 90]
    if last := _last(before):
        before = before[last.end() :]
    if first := _STOPS.search(after):
        after = after[: first.start()]
    score = day.weight
    if _EVENT.search(before) or _EVENT.search(after):
        score += 1
    if _FOUND_GONE.search(after):
        score += 1.5
    if _BACKGROUND.search(before):
        score -= 3
    elif _MILD.search(before):
        score -= 1.5
    if day.weight < 0 and _AHEAD.search(after):
        score -= 2
    return score


def _last(text: str) -> re.Match[str] | None:
    found = list(_STOPS.finditer(text))
    return found[-1] if found else None


def _with_time(source: str, day: Day, today: datetime, *, others: list[Day]) -> Moment:
    if day.at is not None:
        return Moment(day.on, day.at, True)
    if day.part and not _hours_beside(source, day):
        return Moment(day.on, PARTS[day.part], True)
    clocks = [
        c
        for c in find_clocks(source, day=(day.start, day.end))
        if not (c.start >= day.start and c.end <= day.end and c.part is None)
    ]
    clocks = [c for c in clocks if not any(_beside(source, c, d) for d in others)] or clocks
    clocks = [c for c in clocks if not _UNTIL.search(source[: c.end])] or clocks
    hours = [c for c in clocks if _is_hour(c, source)]
    pool = hours or clocks
    if not pool:
        return Moment(day.on, None, day.approximate)
    clock = min(pool, key=lambda c: _apart(source, c, day))
    when, at = day.on, clock.time
    if at is None:
        part = next((c for c in clocks if not _is_hour(c, source)), None)
        at = _today_only(day, clock, source, today) or (part.time if part else None)
    if day.part == "madrugada" and clock.part is None and at is not None and at.hour >= 12:
        return Moment(when, time(at.hour - 12, at.minute), False)
    if day.night and at is not None and at.hour < 5 and clock.part in ("madrugada", "am", "manana", "noche"):
        when = min(when + timedelta(days=1), today.date())
    if at is not None and when == today.date() and at > today.time().replace(tzinfo=None):
        earlier = time((at.hour - 12) % 24, at.minute)
        guessed = _is_hour(clock, source) and clock.part is None and at.hour >= 12
        at = earlier if guessed and earlier <= today.time() else None
    return Moment(when, at, clock.approximate or day.approximate)


def _hours_beside(source: str, day: Day) -> bool:
    """Whether an hour is told in the sentence of the day."""
    return any(
        _is_hour(c, source) and _apart(source, c, day) < 40 for c in find_clocks(source, day=(day.start, day.end))
    )


def _beside(source: str, clock: Clock, day: Day) -> bool:
    """Whether an hour is told as that of a day: "a las 10 de la noche de ayer"."""
    low, high = min(clock.end, day.end), max(clock.start, day.start)
    return low >= high or bool(re.fullmatch(r" ?,? ?(?:(?:de|del|el|dia|a) ){0,2}", source[low:high]))


def _is_hour(clock: Clock, source: str) -> bool:
    said = source[clock.start : clock.end]
    return any(c.isdigit() for c in said) or " una" in f" {said}"


def _today_only(day: Day, clock: Clock, source: str, today: datetime) -> time | None:
    """An hour of the dial on the very day of the message: the one that is already past, if only one is."""
    hour = re.search(r"\d{1,2}", source[clock.start : clock.end])
    if day.on != today.date() or not hour:
        return None
    minutes = re.search(r"[:.](\d\d)", source[clock.start : clock.end])
    minute = int(minutes[1]) if minutes else 30 if " media" in source[clock.start : clock.end] else 0
    early = time(int(hour.group()) % 12, minute)
    late = time(int(hour.group()) % 12 + 12, minute)
    return early if early <= today.time() < late else None


def _apart(source: str, clock: Clock, day: Day) -> int:
    low, high = min(clock.end, day.end), max(clock.start, day.start)
    between = source[low:high] if low < high else ""
    return len(between) + 200 * len(_STOPS.findall(between))


def find_birth_date(text: str, *, now: datetime) -> date | None:
    """A date of birth, which needs a year: ``3/5/85``, ``3 de mayo de 1985``, ``03051985``."""
    source = normalised(text)
    today = now.astimezone(LIMA).date()
    months = "|".join(MONTHS)
    shapes: tuple[tuple[str, Callable[[re.Match[str]], tuple[str, str, str]]], ...] = (
        (r"(?<!\d)((?:19|20)\d\d)[-/. ](\d{1,2})[-/. ](\d{1,2})(?!\d)", lambda m: (m[1], m[2], m[3])),
        (r"(?<!\d)(\d{1,2}) ?[-/. ] ?(\d{1,2}) ?[-/. ] ?(\d{4}|\d\d)(?!\d)", lambda m: (m[3], m[2], m[1])),
        (rf"(?<!\d)(\d{{1,2}}) (?:de |del )?({months})(?: ?,? ?(?:de|del)?(?: ano)?) (\d{{4}}|\d\d)(?!\d)",
         lambda m: (m[3], str(MONTHS.index(m[2]) + 1), m[1])),
        (r"(?<!\d)(\d\d)(\d\d)((?:19|20)\d\d)(?!\d)", lambda m: (m[3], m[2], m[1])),
    )  # fmt: skip
    for shape, parts in shapes:
        if match := re.search(shape, source):
            year, month, day = (int(part) for part in parts(match))
            if year < 100:
                year += 2000 if year <= today.year % 100 else 1900
            found = safe_date(year, month, day)
            if found and date(1900, 1, 1) <= found <= today:
                return found
    return None
