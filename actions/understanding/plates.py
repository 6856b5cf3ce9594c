"""Plates of vehicles: typed, spaced, or dictated letter by letter; and of whose vehicle one is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from actions.understanding.numbers import Token, read_number, tokens
from actions.understanding.text import capped, fold

_TYPED = re.compile(
    r"(?<![a-z0-9-])(?:([a-z][a-z0-9]{2})[- ]?(\d{3})|(\d{4})[- ]?(\d[a-z])|([a-z]\d)[- ]?(\d{4}))(?![a-z0-9-])"
)
_SAID = r"\b(?:pla[ck]as?|plaquitas?|plk|plc|matricula|pl)\b"
_SAID_BEFORE = re.compile(rf"{_SAID}[^;,]{{0,20}}$")
_DICTATED = re.compile(rf"{_SAID}(?: (?:de rodaje|del?|es|era|numero|nro|n°|nuestra|mi|la|auto|carro|moto))*[ :,°.]*")
_REACH = 110
"""Characters that a dictated plate may take."""
_LETTERS = {
    "be": "b", "ce": "c", "de": "d", "efe": "f", "ge": "g", "hache": "h", "ache": "h", "i": "i", "jota": "j", "ka": "k",
    "ca": "k", "ele": "l", "eme": "m", "ene": "n", "pe": "p", "cu": "q", "ku": "q", "ere": "r", "erre": "r", "ese": "s",
    "te": "t", "uve": "v", "ve": "v", "doblev": "w", "dobleu": "w", "equis": "x", "ye": "y", "igriega": "y", "zeta": "z",
    "seta": "z", "ceta": "z",
}  # fmt: skip
_DOUBLE = re.compile(r"\bdoble (?:u|v|ve|uve)\b")
_BETWEEN = frozenset({",", "-", ".", "guion", "raya", "y", "chica", "corta", "grande", "larga"})
_AGAIN = frozenset({"perdon", "digo", "corrijo", "miento"})
_CARS = (
    r"(?:moto(?!r)\w*|autos?|carros?|camioneta|taxi|combi|camion|bus|omnibus|trailer|volquete|custer|minivan|colectivo|station|tracto|vehiculo"
    r"|trimovil|furgon|remolque|couster|interprovincial|micro)"
)
_ANOTHER = re.compile(
    rf"\b(?:un|una|otro|otra|el|la|los|las|su|del|ese|esa) (?:(?!mi\b)\w+ ){{0,2}}?{_CARS}\b|\bla otra\b|\bel otro\b"
)
_NEW = frozenset({"un", "una", "otro", "otra"})
_THEIRS = re.compile(
    r"\b(?:huy\w+|escap\w+|fug\w+|a bordo|subieron|se fueron|vinieron|bajaron|llegaron|choco|impacto|cerraron|fuga)\b"
)
_OURS = re.compile(
    r"\b(?:mis?|nuestr[oa]s?) (?:\w+ ){0,3}$|\b(?:duen[oa]|propietari[oa]) de (?:un|una|la|el) $"
    r"|\byo (?:\w+ ){0,2}(?:en|con|manejaba|conducia|tengo|tenia) (?:un|una|mi) $"
)
_FOREIGN = re.compile(r"\b(?:un|una|otro|otra|su|ese|esa) (?:\w+ )?$")
_THE = re.compile(r"\b(?:el|la|del|al) $")
_CAME = re.compile(
    r"\b(?:huy\w+|escap\w+|fug\w+|a bordo|subi\w+ a|(?:vinieron|llegaron|bajaron|se fueron|apareci\w+|pas\w+) (?:en|de) (?:un|una)|(?:me|nos) (?:cerr|choc|sigui|intercept)\w+"
    r"|abandonad\w+|dicen que|no (?:le|se) (?:l[oa] )?(?:hicieron|llevaron|hizo)|sigue (?:ahi|aqui)|dentro de un|en un (?:auto|carro|taxi))\b"
)
"""What tells that the vehicle was somebody else's, or is still there."""
_VANISHED = re.compile(
    r"\b(?:sin (?:mi )?(?:carro|auto|moto)|desaparec\w+|no (?:estaba|habia|esta)|robad[oa]|hurtad[oa]|se (?:lo|la) (?:han )?llev\w+|me (?:lo|la) (?:han )?rob\w+|encanon\w+|(?:se )?(?:quedaron|fueron) con)\b"
)
_DRIVER = re.compile(r"(?<!mi )\b(?:taxista|chofer|conductor|repartidor|motorizad[oa])\w*\b")
_MINE = re.compile(r"\b(?:el|la) mi[oa]\b")
_MODEL = re.compile(r"\b(?:honda|yamaha|bajaj|suzuki|ronco|italika|zongshen|lifan|wanxin) $")
_OPENS = re.compile(r"(?:^|[.;:\n!] ?)(?P<the>(?:el|la) )?$|\bes (?:un |una |el |la )?$")
_WAS = re.compile(r"\bera (?:un |una )?$")
_OF_THEM = re.compile(r" de (?:ell[oa]s|el\b(?! \w+ de mi)|los|las|un|una|ese|esa)\b")
_DID_IT = re.compile(
    r"[^.;\n]{0,16}? (?:me|nos|le|lo|la) (?:choc|atropell|cerr|impact|embisti|golpe|mand|sigui|aplast|rob|asalt|quit)\w*"
)


class Named(Protocol):
    """A thing where the text names it."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Plate:
    """``ABC-123``, of a motorcycle ``1234-5A``; ``said`` if the text calls it a plate or writes its hyphen."""

    value: str
    start: int
    said: bool


def plates(folded: str) -> list[Plate]:
    """The plates of a folded text in their order, with such as may be the names of models."""
    found = {plate.start: plate for plate in _dictated(folded)}
    for match in _TYPED.finditer(folded):
        if value := _written(match):
            ahead = folded[max(0, match.start() - 32) : match.start()]
            model = match[1] and match[1].isalpha() and _MODEL.search(ahead)
            hyphened = "-" in match.group() and not model
            found[match.start()] = Plate(value, match.start(), bool(_SAID_BEFORE.search(ahead)) or hyphened)
    return [found[at] for at in sorted(found)]


def find_plate(text: str) -> str | None:
    """The first plate in a text."""
    found = plates(fold(capped(text)))
    return found[0].value if found else None


def of_another(thing: str, between: str) -> bool:
    """Whether another vehicle is named between a thing and a plate; the same word again names the same one ("la moto")."""
    word = thing.partition(" ")[0]
    others = (m.group().split() for m in _ANOTHER.finditer(between))
    if any(words[-1] != word or words[0] in _NEW for words in others):
        return True
    return bool(_THEIRS.search(between) and re.search(r"\b(?:un|una|otra|otro)\b", between))


def is_ours(folded: str, thing: Named) -> bool:
    """Whether a vehicle is called the writer's own where it is named: "mi moto"."""
    return bool(_OURS.search(folded[max(0, thing.start - 40) : thing.start]))


def is_foreign(folded: str, thing: Named) -> bool:
    """Whether a vehicle is one that came or somebody else's where it is named: "una combi", "su moto"."""
    return bool(_FOREIGN.search(folded[max(0, thing.start - 24) : thing.start]))


def own_vehicle(folded: str, plate: Plate, vehicles: Sequence[Named], *, stolen: bool) -> int | None:
    """The index of the writer's vehicle that a plate is told of, among the vehicles that are named; None if it is of others.

    Where a vehicle was ``stolen``, one that nobody came in and no driver is named with is the writer's.
    """
    found = _told_own(folded, plate, vehicles, stolen=stolen)
    if found is not None or not stolen or not vehicles:
        return found
    others = _CAME.search(folded) or _driven(folded) or _of_others(folded, vehicles, 0, plate)
    return 0 if _VANISHED.search(folded) and not others else None


def _driven(folded: str) -> bool:
    """Whether a driver is named who is not the writer's own."""
    return bool(_DRIVER.search(folded))


def _told_own(folded: str, plate: Plate, vehicles: Sequence[Named], *, stolen: bool) -> int | None:
    before = [at for at, vehicle in enumerate(vehicles) if vehicle.start < plate.start]
    if not before:
        return None
    between = folded[vehicles[before[-1]].end : plate.start]
    if _MINE.search(between):
        return before[-1]
    if of_another(folded[vehicles[before[-1]].start : vehicles[before[-1]].end], between):
        return None
    for at in reversed(before):
        if _of_others(folded, vehicles, at, plate):
            return None
        ahead = folded[max(0, vehicles[at].start - 40) : vehicles[at].start]
        if is_ours(folded, vehicles[at]) or _OPENS.search(ahead) or (stolen and _WAS.search(ahead)):
            return at
        if not stolen:
            return None
    ahead = folded[max(0, vehicles[before[0]].start - 8) : vehicles[before[0]].start]
    return before[0] if _THE.search(ahead) and not _driven(folded) else None


def _of_others(folded: str, vehicles: Sequence[Named], at: int, plate: Plate) -> bool:
    """Whether a vehicle is told to be somebody else's, or was first named as one that came."""
    vehicle = vehicles[at]
    ahead = folded[max(0, vehicle.start - 40) : vehicle.start]
    if is_ours(folded, vehicle):
        return False
    if _OF_THEM.match(folded, vehicle.end) or _DID_IT.match(folded, plate.start):
        return True
    if is_foreign(folded, vehicle) and not _OPENS.search(ahead) and not _WAS.search(ahead):
        return True
    opens = _OPENS.search(ahead)
    if ((opens and opens["the"]) or _WAS.search(ahead)) and _driven(folded):
        return True
    word = folded[vehicle.start : vehicle.end].split()[0]
    earlier = (v for v in vehicles[:at] if folded.startswith(word, v.start))
    return any(is_foreign(folded, v) for v in earlier)


def _written(match: re.Match[str]) -> str:
    letters = match[1] or match[5]
    if letters:
        return f"{letters.upper()}-{match[2] or match[6]}"
    return f"{match[3]}-{match[4].upper()}"


def _dictated(folded: str) -> Iterator[Plate]:
    for cue in _DICTATED.finditer(folded):
        ahead = _DOUBLE.sub("dobleu", folded[cue.end() : cue.end() + _REACH])
        spelled = _spelled(tokens(ahead.replace("i griega", "igriega")))
        match = _TYPED.fullmatch(spelled)
        if match and (value := _written(match)):
            yield Plate(value, cue.end(), said=True)


def _spelled(found: Sequence[Token]) -> str:
    """Six letters and figures as they are dictated, begun again behind "perdón"; nothing if they are not six."""
    spelled, at = "", 0
    while at < len(found) and len(spelled) < 6:
        word = found[at].text
        following = found[at + 1].text if at + 1 < len(found) else ""
        number = read_number(list(found), at)
        if word in _AGAIN or (word == "no" and following in _AGAIN):
            spelled = ""
            at += 1
            continue
        if word in _BETWEEN:
            at += 1
            continue
        if number and (number.spelled or word.isdigit()):
            spelled += word if not number.spelled else f"{number.value:g}"
            at = number.after
            continue
        if len(word) > 1 and word not in _LETTERS and (spelled or not following.isdigit()):
            break
        spelled += _LETTERS.get(word, word)
        at += 1
    return spelled if len(spelled) == 6 else ""
