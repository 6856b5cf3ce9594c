"""The victim's things that were stolen, lost or damaged: kind, make, plate, IMEI and value, one entry a mention."""

import re
from collections.abc import Iterator
from dataclasses import replace

from actions.understanding.branded import joined, with_makes
from actions.understanding.listed import AS_A_WEAPON, things_listed
from actions.understanding.losses import Losses
from actions.understanding.numbers import UNITS, figures_of_dictation
from actions.understanding.plates import is_foreign, is_ours
from actions.understanding.text import capped, fold
from actions.understanding.things import DOCUMENT_OF, KIND_OF, NAMELESS, OPEN, THING
from actions.understanding.values import Item, with_amounts, with_numbers
from vocabulary.incidents import IncidentType

__all__ = ["Item", "find"]

_IDENTIFIED = re.compile(
    r"^ ?(?:n°|nro\.?|numero|num\.?|no\.?|es(?: el)?|era|:|#|con numero|con n°|de contacto)*:? ?(?:es |el )?[\d+][\d .-]{6,}"
)
_NUMBERED = re.compile(r"^ ?(?:n°|nro\.?|numero)? ?\d[\d .]{6,}")
_GIVEN = re.compile(
    r"\b(?:un|una|unos|unas|el|la|los|las|mi|mis|nuestr[oa]s?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|varios|varias|algunos|algunas|su|sus|\d+) (?:\w+ )?$|(?:^|[,y] |r+o[bv]\w+ |llev\w+ |\b(?:sin|ni|con) )$"
)
_OWN = re.compile(r"\b(?:mis?|nuestr[oa]s?) (?:\w+ )?$")
_RIDDEN = frozenset({"vehicle", "bicycle"})
_MOST = 40
"""Things that are read of one text."""
_ENTRY = re.compile(
    r"(?:puertas?|ventanas?|chapa|cerradura|candados?|rejas?|techo|calaminas?|calamina|pared|cerco|muro|porton)$"
)
_DOUBTFUL_WORDS = """
carne lap tele radio luna cel titulo placa certificado motor plata coche cable medidor control equipo equipos chapa disco saco sacos mesa silla compras gas techo tablero pantalla medalla papas
tico gol spark swift sail versa accent contrato contratos expediente voucher pato patos toro haba chancho pendientes cosas articulos lana modulo cama red redes plantas facturas factura sueldo quincena jornal mandado almuerzo cash control equipaje
ropa llave llaves puerta puertas ventana ventanas pared fachada vidrio vidrios camara camaras casco correa chacra cheque cheques boletas materiales tractor trailer sobre pulso sencillo vuelto foco focos saco
"""
_DOUBTFUL = frozenset(_DOUBTFUL_WORDS.split())
_NOT_THE_THING = re.compile(
    r"^ (?:del? (?:metropolitano|metro|linea|regalo|memoria|presentacion|sim|tren)|de linea)|^ ?(?:lima pass)"
)
_ON_MARKS = re.compile(
    r"^ (?:de (?:seguridad|vigilancia)|grabaron|de la (?:casa|esquina|tienda|bodega)|del? (?:vecin|edificio|banco|municip|serenazgo))"
)


_ALWAYS_SOMETHING = frozenset(
    {
        IncidentType.ROBBERY,
        IncidentType.THEFT,
        IncidentType.LOST_DOCUMENT,
        IncidentType.LOST_PROPERTY,
        IncidentType.VEHICLE_THEFT,
    }
)
"""Kinds in which something is always gone, so that an own thing that is named is it if nothing else is told."""


def find(text: str, *, asked: bool = False, incident_type: str | None = None) -> tuple[Item, ...]:
    """The things of the victim in a text.

    ``asked`` is whether it answers "what?", when every thing named is meant. The kind of incident, where it is known,
    decides on the things of which nothing is said.
    """
    folded = figures_of_dictation(fold(capped(text)))
    told = Losses(folded)
    mentions = _mentions(folded, told, asked=asked)
    gone = _gone(folded, mentions, told, asked=asked)
    if not gone and not asked:
        first = next((m for m in mentions if told.tells_later(m.start, m.end, m.kind)), None)
        gone = _gone(folded, mentions, told, asked=False, first=first) if first else []
    if not asked:
        if more := _listed(folded, gone, mentions, told):
            gone = joined(folded, with_makes(folded, _merged(gone, more), asked=False, alone=False))
        gone = gone or _of_the_kind(folded, mentions, incident_type)
        gone = _with_own_vehicle(folded, gone, mentions, incident_type)
    if any(not _ENTRY.match(folded[i.start : i.end]) for i in gone):
        gone = [i for i in gone if not _ENTRY.match(folded[i.start : i.end])]
    gone = with_numbers(folded, gone, mentions, incident_type)
    gone = with_amounts(folded, gone, told, asked=asked)
    return tuple(sorted(gone, key=lambda item: item.start))


def _merged(*items: list[Item]) -> list[Item]:
    return sorted((item for some in items for item in some), key=lambda item: item.start)


def _of_the_kind(folded: str, mentions: list[Item], incident_type: str | None) -> list[Item]:
    """The own things that are named where something must be gone and nothing is told to be."""
    if incident_type not in _ALWAYS_SOMETHING:
        return []
    vehicle = incident_type == IncidentType.VEHICLE_THEFT
    return [
        item
        for item in mentions
        if _OWN.search(folded[max(0, item.start - 24) : item.start])
        and not _identifies(folded, item)
        and (item.kind == "vehicle") == vehicle
    ][: 1 if vehicle else None]


def _with_own_vehicle(folded: str, gone: list[Item], mentions: list[Item], incident_type: str | None) -> list[Item]:
    """In an accident the victim's vehicle is one of the things that came to harm."""
    if incident_type != IncidentType.TRAFFIC_ACCIDENT:
        return gone
    ours = [item for item in gone if item.kind in _RIDDEN and _ours(folded, item)]
    if ours:
        return [item for item in gone if item in ours or item.kind != "vehicle" or not is_foreign(folded, item)]
    if any(item.kind in _RIDDEN for item in gone):
        return gone
    own = (m for m in mentions if m.kind in _RIDDEN and _ours(folded, m))
    return _merged(gone, [item for item in (next(own, None),) if item])


def _ours(folded: str, item: Item) -> bool:
    """Whether a thing is called the writer's or their family's: "mi moto", "el auto de mi esposo"."""
    behind = re.match(r" de (?:mi|nuestr[oa])\b", folded[item.end : item.end + 12])
    return bool(behind) or is_ours(folded, item)


def _gone(folded: str, mentions: list[Item], told: Losses, *, asked: bool, first: Item | None = None) -> list[Item]:
    """Those of the things named that are gone; ``first`` is known to be."""
    gone: list[Item] = []
    for item in mentions:
        if _identifies(folded, item):
            continue
        if (
            (asked and not _of_others(folded, item))
            or item is first
            or told.tell(item.start, item.end, item.kind, after=gone[-1].end if gone else None)
        ):
            gone.append(item)
    return gone


def _mentions(folded: str, told: Losses, *, asked: bool) -> list[Item]:
    """Every thing that is named, makes put to what they are of; makes alone where they name a telephone or vehicle."""
    found: list[Item] = []
    for m in THING.finditer(folded):
        item = _named(folded, m)
        if item is None:
            continue
        if len(found) >= _MOST:
            break
        if found and found[-1].kind == item.kind and _same(folded, found[-1], item.start):
            found[-1] = replace(found[-1], end=item.end, document_type=found[-1].document_type or item.document_type)
        elif not (
            found
            and found[-1].kind == "phone"
            and item.kind == "other"
            and KIND_OF[m[1]] == "other"
            and m[1].startswith("equipo")
            and item.start - found[-1].end < 2
        ):
            found.append(item)
    found = with_makes(folded, found, asked=asked)
    taken = [(i.start, i.end) for i in found]
    found += [i for i in _nameless(folded, told) if not any(a < i.end and i.start < b + 1 for a, b in taken)]
    return sorted(found, key=lambda item: item.start)


def _named(folded: str, m: re.Match[str]) -> Item | None:
    name, kind = m[1], KIND_OF[m[1]]
    before, after = folded[max(0, m.start() - 24) : m.start()], folded[m.end() : m.end() + 30]
    if name in _DOUBTFUL and not _GIVEN.search(before):
        return None
    if name in ("luna", "puerta", "ventana", "placa", "techo") and re.match(
        r" (?:del? (?:miel|colegio|cole|escuela|banco|mercado|la casa de|mi trabajo|negocio))", after
    ):
        return None
    if name.startswith("camara") and _ON_MARKS.match(after):
        return None
    if name in ("tarjeta", "tarjetas", "targeta"):
        if _NOT_THE_THING.match(after):
            kind = "other"
        if re.search(r"\b(?:numero de (?:mi )?|datos de (?:mi |la )?)$", before):
            return None
    if name in ("pantalla", "tapa") and re.match(r" (?:del?|a) (?:mi |el |su )?(?:cel|tel|fono|movil|equipo)", after):
        kind = "phone"
    if name.startswith("bolsa") and re.match(r" de (?!mano|cuero|mi|compras|tela)", after):
        kind = "other"
    if name.startswith("carrito") and re.match(
        r" (?:sanguch|emolient|helad|ambulante|de (?:comida|emoliente|helado|anticucho|salchi)|comida|salchi|anticuch|chifer|dulcer)",
        after,
    ):
        kind = "other"
    if (
        kind == "vehicle"
        and re.match(r" (?:se (?:fugo|fue|dio a la fuga)|huyo|escapo|no paro)\b", after)
        and not _OWN.search(before)
    ):
        return None
    if name == "moto" and re.match(r" ?(?:g|e|edge)\d", after):
        kind = "phone"
    if name in ("documentos", "papeles") and re.match(r" ?(?::|\(|como )", after):
        return None
    if kind == "cash" and (
        re.search(r"(?<!poco )(?<!algo )(?<!cantidad )\bde $|\bcolor $", before) and name == "plata"
    ):
        return None
    if name in ("aro", "aros") and re.search(r"\bllantas? (?:con|y) (?:sus )?$", before):
        return None
    if name == "plata" and re.search(
        r"\b(?:yaris|auto|carro|color|moto|accent|rio|camioneta|corolla|picanto|sentra|cadena de|aretes de|reloj de) $",
        before,
    ):
        return None
    if name == "equipo" and re.match(r" (?:de (?:futbol|trabajo|voley|musculo)|contrario|policial|rival)", after):
        return None
    if name in ("placa", "placas") and (
        re.match(r" ?(?:de rodaje )?(?:n|nro|es|:|numero|[^.;,]{0,22}\b[a-z0-9]{3,4}-?\d)", after)
        or not re.search(r"\b(?:la|las|mi|mis|una|dos|ambas) $", before)
    ):
        return None
    return Item(kind, m.start(), m.end(), document_type=DOCUMENT_OF.get(name))


def _same(folded: str, item: Item, start: int) -> bool:
    """Whether a second word is one mention with the first: "celular iPhone", "moto, una motocicleta"."""
    between = folded[item.end : start]
    if item.kind in ("phone", "laptop", "vehicle", "bicycle") and re.fullmatch(
        r", ?(?:un|una|era un|es un) (?:marca )?", between
    ):
        return True
    return bool(re.fullmatch(r" ?(?:marca )?|(?: en| de) ", between))


def _identifies(folded: str, item: Item) -> bool:
    """Whether a document or telephone is named only to give its number: "mi DNI es 45678912", "CEL 961008734"."""
    after, before = folded[item.end : item.end + 40], folded[max(0, item.start - 30) : item.start]
    if item.kind == "phone":
        taken = re.search(
            r"\b(?:r+ob|quit|arrebat|arranch|hurt|perd|sustra|extravi|llev|jal|con numero)\w* (?:mi|el|su|un) $", before
        )
        return (
            bool(_IDENTIFIED.match(after))
            and not after.startswith(" con n")
            and not taken
            and not re.search(r"^[^\d]{0,12}imei", after)
        )
    if item.kind != "document" or not _IDENTIFIED.match(after):
        return False
    listed = re.search(
        r"(?:perd\w+|extravi\w+|r+ob\w+|contenia|llev\w+|con|y|,|estaban|tenia|habia|quitaron|mas|falta) (?:mi|su|el) $",
        before,
    )
    return not (listed and _NUMBERED.match(after) and not re.search(r"\b(?:con|y) mi $|, (?:con )?(?:mi|el) $", before))


def _of_others(folded: str, item: Item) -> bool:
    before = folded[max(0, item.start - 40) : item.start]
    return item.kind == "vehicle" and bool(
        re.search(r"\b(?:en|a bordo de|con|desde|subieron a|huyeron en) (?:un|una|su|otra|otro) $", before)
    )


def _nameless(folded: str, told: Losses) -> Iterator[Item]:
    """Things that no list has, right behind what was done to them: "me robaron mi dron", "se llevó un exprimidor"."""
    for _, end in told.spans:
        if (
            (m := OPEN.match(folded, end))
            and not AS_A_WEAPON.match(folded, m.start("noun"))
            and not any(m["noun"] in words for words in (NAMELESS, UNITS, KIND_OF))
        ):
            yield Item("other", m.start("noun"), m.end("noun"))


def _listed(folded: str, gone: list[Item], mentions: list[Item], told: Losses) -> list[Item]:
    """Things told in one breath with those that are gone, also such as no list has: "la mochila, mi bastón y dos pavos"."""
    taken = [(item.start, item.end) for item in gone]
    found: list[Item] = []
    for named in things_listed(folded, told):
        item = Item(named.kind or "other", named.start, named.end, document_type=DOCUMENT_OF.get(named.noun))
        if any(a < item.end and item.start < b + 1 for a, b in taken) or _identifies(folded, item):
            continue
        if named.kind is not None:
            known = next((m for m in mentions if m.start < item.end and item.start < m.end), None)
            if known is None or told.keeps(known.start, known.end, known.kind):
                continue
            item = known
        taken.append((item.start, item.end))
        found.append(item)
    return found
