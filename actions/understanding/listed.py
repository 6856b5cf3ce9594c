"""Things told one after the other behind what was done to them: "se llevaron dos pavos, mi mochila de fumigar y la soga"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from actions.understanding import gazetteer
from actions.understanding.losses import Losses
from actions.understanding.makes import BRANDS
from actions.understanding.numbers import UNITS
from actions.understanding.people import CRIMINALS, PEOPLE
from actions.understanding.things import KIND_OF, NAMELESS

_COUNT = "|".join(sorted((word for word in UNITS if word not in ("un", "una", "uno")), key=len, reverse=True))
_HEAD = re.compile(
    r"(?:(?:y|e|tambien|hasta|incluso|ademas|aparte|de|como|casi|solo|mas|o sea|osea|su)\s)*?"
    rf"(?:(?:tod[oa]s?\s)?(?P<own>mis?|nuestr[oa]s?|sus?)|(?P<given>una?|el|la|l[oa]s|otr[oa]s?|unos|unas|varios|varias|\d{{1,3}}|{_COUNT}|par de|medi[oa]))\s"
    rf"(?:(?:{_COUNT}|\d{{1,3}}|otr[oa]s?|propi[oa]s?|nuev[oa]s?|viej[oa]s?|dos|tres|cuatro|unic[oa]s?|(?:cajas?|bolsas?|docenas?|jabas?|cajones|rollos?|pares?|kilos?|arrobas?|botellas?|paquetes?|bultos?|juegos?) de)\s)*"
    r"(?P<noun>[a-z]{3,})\b"
)
_BARE = re.compile(
    r"(?:(?:y|e|tambien|hasta|mas)\s)?(?P<noun>[a-z]{4,})(?:\s(?:de|del|para)\s[a-z]+|\s[a-z]{4,}){0,2}$"
)
_STOPS = re.compile(
    r"[.;?!\n](?!\d)|\b(?:cuando|mientras|porque|pero|aunque|para (?:que|no|vend)|despues|luego|entonces|huy\w+|escap\w+|salier\w+|corri\w+|"
    r"apunt\w+|amenaz\w+|estaba(?:mos)?|iba(?:mos)?|vivo|vive|soy|quiero|necesito|llam[eoa]\w*|fue(?:ron)?|era|ayer|anoche|hoy|anteayer|"
    r"gracias|dicen|dice|diciendo|felizmente|menos|excepto|ni siquiera|estacionad[oa]|a pesar|segun|quien\w*|aprovech\w+|sin que|ya que|"
    r"lunes|martes|miercoles|jueves|viernes|sabado|domingo|hace|tengo|tenemos|puse|fui|vine|vino|esta|estan|son|no|se|me|nos)\b"
)
_PARTS = re.compile(
    r"\s?(?:,|\bcon (?=mis?\b|sus\b|unos\b|unas\b|\d|dos\b|tres\b)|\by\b|\be\b|\+|\bmas\b|\bademas de\b|\bjunto con\b|\basi como\b|:|\n-?)\s?"
)
_WHERE = re.compile(r"(?:en|de|del|a|al|por|desde|hacia|con|sin|dentro|cerca|frente|sobre|bajo|entre|para|que|donde)\b")
_SUMS_UP = re.compile(r"(?:documentos|papeles|cosas|pertenencias|articulos|objetos|prendas) ?(?::|\(|como )")
_FROM_SOMEWHERE = re.compile(
    r"(?:del?|a|al) (?:(?:mis?|la|el|las|los|su|una?|nuestr[oa]) )?[a-z]+ (?=(?:mis?|nuestr[oa]s?|la|el|los|las|una?|unos|unas|dos|tres|cuatro|cinco|seis|\d+) [a-z])"
)
"""What stands between a loss and its things: "de mi patio la manguera", "a mi mamá su manta"."""
_WORD_OF_TIME = re.compile(
    r"(?:\d.*|mes(?:es)?|ano|dia|hora|semana|minuto|sol(?:es)?|dolar(?:es)?|luca|mil|vez|vec(?:es)?)s?"
)
_ACTS = re.compile(
    r"\b(?:r+o[bv]\w+|asalt\w+|hurt\w+|cogote\w+|atrac\w+|bolsique\w+|llev\w+|perd\w+|extravi\w+|falta\w*|denuncio|sustra\w+)\b"
)
_INSIDE = re.compile(
    r"[.;!\n]\s?(?:y )?(?:(?:a?dentro|ahi|alli|en ella|en el)\s?(?:mismo )?(?:tenia|habia|estaban?|iban?|llevaba|guardaba)?:?|(?:tenia|contenia|llevaba|traia)(?: dentro| adentro)?|tambien|ademas|aparte)\s"
)
_KEPT = re.compile(
    r"[^.;,\n]{0,24}?\b(?:si (?:l[oa]s? )?(?:esta|estaban?|dej\w+|qued\w+)|sigue(?:n)?|ahi seguia|intact\w+|no (?:se |me |nos )?(?:l[oa]s? )?\w+(?:aron|ieron|io|o)\b|l[oa]s? dej\w+|a salvo)"
)
_MOST = 40
"""Losses of one text whose enumerations are read."""


@dataclass(frozen=True)
class Named:
    """A thing by its noun: ``kind`` where a list has it, else None."""

    noun: str
    kind: str | None
    start: int
    end: int


def things_listed(folded: str, told: Losses) -> Iterator[Named]:
    """The things at the head of each part of an enumeration that follows a loss.

    A known noun counts behind an article; one that no list has only behind a word that says it is the victim's or how many,
    or once the list has begun with another thing.
    """
    for start, colon in _beginnings(folded, told):
        yield from _enumerated(folded, start, colon=colon)


def _beginnings(folded: str, told: Losses) -> Iterator[tuple[int, bool]]:
    for _, end in told.spans[:_MOST]:
        yield end, False
    if not told.spans and (":" not in folded or not _ACTS.search(folded)):
        return
    for m in re.finditer(r":\s?(?!\d\d\b)", folded):
        sentence = folded[max(folded.rfind(".", 0, m.start()), folded.rfind("\n", 0, m.start())) + 1 : m.start()]
        if _ACTS.search(sentence) or re.search(
            r"\b(?:dentro|adentro|cosas|pertenencias|sin nada|siguiente)\b[\w ]{0,20}$", sentence
        ):
            yield m.end(), True
    first = min((end for _, end in told.spans), default=None)
    if first is not None:
        for m in _INSIDE.finditer(folded, first):
            yield m.end(), "dentro" in m.group() or ":" in m.group()


def _enumerated(folded: str, start: int, *, colon: bool) -> Iterator[Named]:
    stop = _STOPS.search(folded, start, start + 320)
    zone = folded[start : stop.start() if stop else start + 320]
    at, began = start, colon
    for part, position in _parts(zone):
        at = start + position
        named = _named(part, at, began=began, first=position < 4)
        if named is not None and _SUMS_UP.match(folded, named.start):
            continue
        if named is None:
            if began and re.search(r"\b\w{3,}(?:aron|ieron)\b", part):
                return
            continue
        if named.kind is None and _KEPT.match(folded, named.end):
            continue
        began = True
        yield named


def _parts(zone: str) -> Iterator[tuple[str, int]]:
    at = 0
    for m in (*_PARTS.finditer(zone), None):
        end = m.start() if m else len(zone)
        part = zone[at:end]
        lead = len(part) - len(part.lstrip())
        if part.strip():
            yield part.strip(), at + lead
        at = m.end() if m else end


def _named(part: str, at: int, *, began: bool, first: bool) -> Named | None:
    if behind := _FROM_SOMEWHERE.match(part):
        return _named(part[behind.end() :], at + behind.end(), began=began, first=first)
    if _WHERE.match(part) and not part.startswith(("de mi", "a mi ")):
        return None
    m = _HEAD.match(part)
    if m:
        noun = m["noun"]
        known = _known(part, m.start("noun"))
        if known:
            return Named(known, KIND_OF[known], at + m.start("noun"), at + m.start("noun") + len(known))
        if not AS_A_WEAPON.match(part, m.start("noun")) and (m["own"] or began or (first and m["given"])):
            return _unknown(noun, at + m.start("noun"))
        return None
    known = _known(part, 0)
    if known and (began or first):
        return Named(known, KIND_OF[known], at, at + len(known))
    bare = _BARE.match(part) if began else None
    return _unknown(bare["noun"], at + bare.start("noun")) if bare else None


def _known(part: str, at: int) -> str | None:
    words = part[at:].split()
    for length in range(min(5, len(words)), 0, -1):
        name = " ".join(words[:length])
        if name in KIND_OF and part.startswith(name, at):
            return name
    return None


_NO_THING = re.compile(
    r"\w+(?:mente|ando|iendo|aron|ieron|aba|aban|[ai]d[oa]s?)|(?:encontr|dej|saqu|hall|llev|guard|busqu|llam|compr|pagu|baj|entr|avis)e"
    r"|(?:hij|herman|abuel|niet|sobrin|espos|vecin|mamit|papit|cunad|suegr)\w*"
)
"""Adverbs, forms of verbs, and relatives."""
AS_A_WEAPON = re.compile(
    r"\w+(?: \w+){0,2} (?:en|contra|por) (?:la|mi|su|el) (?:cabeza|cara|espalda|brazo|nuca|frente|cuerpo)"
)


def _unknown(noun: str, at: int) -> Named | None:
    if (
        noun in NAMELESS or noun in gazetteer.names() or noun in BRANDS or _WORD_OF_TIME.fullmatch(noun)
        or re.fullmatch(CRIMINALS, noun) or re.fullmatch(PEOPLE, noun)
        or any(f"{article} {noun}" in gazetteer.names() for article in ("la", "el", "los", "las"))
        or _NO_THING.fullmatch(noun)
    ):  # fmt: skip
        return None
    return Named(noun, None, at, at + len(noun))
