"""The victim's things that were stolen, lost or damaged: kind, make, plate, IMEI and value, one entry a mention."""

import re
from collections.abc import Iterator
from dataclasses import replace

from actions.understanding.listed import AS_A_WEAPON, things_listed
from actions.understanding.losses import Losses
from actions.understanding.makes import BRAND, BRANDS, MODELS, PHONE_MAKES, VEHICLE_MAKES
from actions.understanding.numbers import UNITS
from actions.understanding.text import capped, fold
from actions.understanding.things import DOCUMENT_OF, KIND_OF, NAMELESS, OPEN, THING
from actions.understanding.values import Item, with_amounts, with_numbers
from vocabulary.incidents import IncidentType

__all__ = ["Item", "find"]

_IDENTIFIED = re.compile(
    r"^ ?(?:n°|nro\.?|numero|num\.?|no\.?|es(?: el)?|era|:|#|con numero|con n°|de contacto)*:? ?(?:es |el )?[\d+][\d .-]{6,}"
)
_NUMBERED = re.compile(r"^ ?(?:n°|nro\.?|numero)? ?\d[\d .]{6,}")
_MY = re.compile(r"\bmi $")
_GIVEN = re.compile(
    r"\b(?:un|una|unos|unas|el|la|los|las|mi|mis|nuestr[oa]s?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|varios|varias|algunos|algunas|su|sus|\d+) (?:\w+ )?$|(?:^|[,y] |r+o[bv]\w+ |llev\w+ |\b(?:sin|ni|con) )$"
)
_FILLER = re.compile(
    r"^[\s,(:]*(?:(?:un|una|marca|de|modelo|era|es|color|negr[oa]|blanc[oa]|azul|roj[oa]|gris|nuev[oa]|smart|inteligente|lineal|la|el|tipo|que|celular|equipo|telefono|plateado|verde"
    r"|usad[oa]|electrica|montanera|personal|plomo|guinda|dorado|plata|grande|chico|viejit[oa]|seminuev[oa]|torito|station|wagon|hatchback|sedan|lap|\d+ pulgadas)[,(]? ?){0,4}$"
)
_APPOSED = re.compile(r"(?:[,.;:(\n-] ?|\b(?:era|es|marca|modelo) )(?:(?:era|es|marca|modelo|uno|una|un|de) ){0,3}$")
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
_WORDS_TOO = frozenset(
    (
        "honor",
        "porta",
        "puma",
        "giant",
        "best",
        "ford",
        "galaxy",
        "pixel",
        "scott",
        "oxford",
        "mg",
        "singer",
        "vans",
        "stanley",
        "blu",
        "mercedes",
        "pandora",
        "sym",
        "tcl",
        "nexus",
        "jeep",
    )
)
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
    folded = fold(capped(text))
    told = Losses(folded)
    mentions = _mentions(folded, told, asked=asked)
    gone = _gone(folded, mentions, told, asked=asked)
    if not gone and not asked:
        first = next((m for m in mentions if told.tells_later(m.start, m.end, m.kind)), None)
        gone = _gone(folded, mentions, told, asked=False, first=first) if first else []
    if not asked:
        if more := _listed(folded, gone, mentions, told):
            gone = _joined(folded, _with_makes(folded, _merged(gone, more), asked=False, alone=False))
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
    if incident_type != IncidentType.TRAFFIC_ACCIDENT or any(item.kind in _RIDDEN for item in gone):
        return gone
    own = (m for m in mentions if m.kind in _RIDDEN and _OWN.search(folded[max(0, m.start - 24) : m.start]))
    return _merged(gone, [item for item in (next(own, None),) if item])


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
    found = _with_makes(folded, found, asked=asked)
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


def _with_makes(folded: str, items: list[Item], *, asked: bool, alone: bool = True) -> list[Item]:
    """Makes go to the thing they stand at; a make of telephones or vehicles ``alone`` is one."""
    previous: tuple[int, str] | None = None
    for m in BRAND.finditer(folded):
        name, brand = m[1], BRANDS[m[1]]
        if previous and m.start() - previous[0] < 3 and previous[1] == brand:
            continue
        previous = m.end(), brand
        before = folded[max(0, m.start() - 30) : m.start()]
        if name in _WORDS_TOO and not (
            asked
            or name == "galaxy"
            or _near(items, m.start(), 30)
            or (_MY.search(before) or re.match(r" ?[a-z]?\d", folded[m.end() :]))
        ):
            continue
        inside = next((i for i, item in enumerate(items) if item.start <= m.start() < item.end), None)
        near = inside if inside is not None else _holder(folded, items, m.start(), brand)
        if near is not None:
            if items[near].brand is None:
                items[near] = replace(items[near], brand=brand, end=max(items[near].end, m.end()))
            continue
        kind = _kind_of_make(name, brand) if alone else None
        if kind and not any(i.start <= m.start() <= i.end + 1 for i in items):
            _add_make(folded, items, Item(kind, m.start(), m.end(), brand=brand))
    for i, item in enumerate(items):
        vivo = re.match(r" (?:marca )?vivo\b(?! en)", folded[item.end : item.end + 14])
        if item.kind == "phone" and item.brand is None and vivo:
            items[i] = replace(item, brand="Vivo")
    return _joined(folded, sorted(items, key=lambda item: item.start))


def _joined(folded: str, items: list[Item]) -> list[Item]:
    """A model said behind its make or apart is one thing with it: "station wagon Toyota Probox", "mi taxi… Toyota Yaris"."""
    out: list[Item] = []
    for item in items:
        last = next((i for i in reversed(range(len(out))) if out[i].kind == item.kind), None)
        model = item.kind == "vehicle" and (
            folded[item.start : item.end].split()[0] in MODELS or item.brand is not None
        )
        if last is not None and item.kind in ("vehicle", "phone", "laptop"):
            gap = folded[out[last].end : item.start]
            if len(gap) < 2:
                out[last] = replace(out[last], end=item.end, brand=out[last].brand or item.brand)
                continue
            if (
                model
                and out[last].brand is None
                and len(gap) < 260
                and _APPOSED.search(folded[max(0, item.start - 40) : item.start])
            ):
                out[last] = replace(out[last], brand=item.brand)
                continue
        out.append(item)
    return out


def _kind_of_make(name: str, brand: str) -> str | None:
    if brand in PHONE_MAKES or name.startswith(("iphon", "ipone")):
        return "phone"
    return "vehicle" if brand in VEHICLE_MAKES else None


def _add_make(folded: str, items: list[Item], item: Item) -> None:
    """A make said apart is that of the thing told before ("el celular…, un Samsung A54") or a thing of its own."""
    before = folded[max(0, item.start - 40) : item.start]
    model = next(
        (i for i, other in enumerate(items) if other.kind == item.kind and 0 <= other.start - item.end < 3), None
    )
    if model is not None:
        items[model] = replace(items[model], start=item.start, brand=items[model].brand or item.brand)
        return
    earlier = [i for i, other in enumerate(items) if other.kind == item.kind and other.end <= item.start]
    if (
        earlier
        and items[earlier[-1]].brand is None
        and item.start - items[earlier[-1]].end < 260
        and _APPOSED.search(before)
    ):
        items[earlier[-1]] = replace(items[earlier[-1]], brand=item.brand)
        return
    items.append(item)
    items.sort(key=lambda other: other.start)


def _near(items: list[Item], at: int, reach: int) -> bool:
    return any(0 <= at - item.end < reach for item in items)


_FITS = {
    "phone": PHONE_MAKES | {"Apple", "LG", "TCL", "Google", "Sony"},
    "laptop": frozenset(("HP", "Lenovo", "Dell", "Asus", "Acer", "Toshiba", "MSI", "Apple", "Samsung", "Huawei", "LG", "Xiaomi", "Sony")),
    "vehicle": VEHICLE_MAKES,
    "document": frozenset(), "cash": frozenset(), "bank_card": frozenset(), "wallet": frozenset(("Totto", "Samsonite", "Puma", "Michelle Belau")),
}  # fmt: skip


def _holder(folded: str, items: list[Item], start: int, brand: str) -> int | None:
    for i, item in reversed(list(enumerate(items))):
        fits = _FITS.get(item.kind)
        if item.kind in ("other", "bag") and brand in VEHICLE_MAKES - {"Honda", "Yamaha", "Bajaj", "Suzuki"}:
            continue
        if item.end <= start and (fits is None or brand in fits):
            gap = folded[item.end : start]
            if item.brand is None and (_FILLER.match(gap) or re.fullmatch(r"[^,.;]{0,22}\bmarca ", gap)):
                return i
            if (
                item.brand is None
                and item.kind in ("phone", "laptop", "vehicle")
                and re.fullmatch(r" (?!con|del|por|que|mas|una)[a-z]{3,12} ", gap)
            ):
                return i
            if item.brand == brand and len(gap) < 4:
                return i
    return None
