"""The victim's things that were stolen, lost or damaged: kind, make, plate, IMEI and value, one entry a mention."""

import re
from dataclasses import dataclass, replace

from actions.understanding import money as amounts
from actions.understanding.money import Money
from actions.understanding.text import capped, fold
from actions.understanding.things import BRAND, BRANDS, DOCUMENT_OF, KIND_OF, PHONE_MAKES, THING
from vocabulary.codes import valid_imei


@dataclass(frozen=True)
class Item:
    kind: str
    start: int
    end: int
    document_type: str | None = None
    brand: str | None = None
    plate: str | None = None
    imei: str | None = None
    amount: int | float | None = None
    currency: str | None = None

    @property
    def fact(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "document_type": self.document_type,
            "brand": self.brand,
            "plate": self.plate,
            "imei": self.imei,
            "amount": self.amount,
            "currency": self.currency,
        }


_LOSS = re.compile(
    r"\b(?:rob(?:o|aron|ado|ada|ados|adas|an|arme|arle|arnos|ando)|roba|quit(?:o|aron|ado|ando|arme|arle)|arrebat\w+|arranch\w+|llev(?:o|aron|ado|arse)"
    r"|sustra\w+|sustraj\w+|hurt\w+|perdi(?:o|do|da|dos|das|mos|eron)?|perdida|perder|extravi\w+|olvid\w+|deje|rompi\w+|roto|dan(?:o|aron|ado|ada|ados)"
    r"|choc(?:o|aron|ado)|ray(?:o|aron|ado|ada)|desapareci\w*|jal(?:o|aron)|baj(?:aron|o el)|sac(?:aron|o|ado)|despoj\w+|cay(?:o|eron)|cogi\w+"
    r"|agarr(?:o|aron)|se fue con|fueron con|falta\w*|malogr\w+|quem(?:o|aron|ado)|destroz\w+|abolla\w+|rescat\w+|entregu?\w+|vaci\w+|estaf\w+"
    r"|pinchar\w*|desmantel\w+|desvalij\w+|encuentro|tumb(?:o|aron)|pele[oó]|limpi\w+|chore\w+|bolsique\w+|arranco|arrancaron|cort(?:o|aron)|ya no estaban?"
    r"|despareci\w+|traspapel\w+|abrieron|rompio|quede sin|perdimos|pedi el duplicado|quito|carterearon|carterear\w+|choque(?= (?:mi|el) )|ya no (?:tenia|tengo|encontre)|(?:amaneci|quede|desperte|quedamos) sin|contenian?|(?:a?dentro|ahi|alli|donde|la cual|el cual|que) (?:yo )?(?:tenia|llevaba|habia|estaban?|guardaba|tenian))\b"
)
_ENDS = re.compile(
    r"[.;!?\n](?!\d)|\b(?:cuando|mientras|huy\w+|escap\w+|se fueron|se fugaron|fugaron|estaba\w*|iba|venia|vinieron|subieron|bajaron de|apunt\w+|amenaz\w+"
    r"|llam(?:o|aron|e|ar)|contact\w+|escrib\w+|quiero|necesito|vivo|soy|luego|despues|porque|pero|aparecio|aparecieron|acerc\w+|intercept\w+)\b"
)
_OWNED_LOST = re.compile(
    r"^[^.;\n]{0,45}?\b(?:(?:fue|fueron|ha sido|han sido|es|esta) (?:robad|sustraid|hurtad|perdid|extraviad|arrebatad|danad|rayad|rot)\w+|me (?:lo|la|los|las)? ?(?:han )?"
    r"(?:rob|quit|arrebat|arranch|llev|sac|jal|hurt|chor|sustraj|romp|ray)\w+|se (?:me |lo |la |los |las |nos )?(?:llev|perdi|cay|extravi|rob)\w+"
    r"|desapareci\w*|ya no (?:esta|estaba|estaban|lo|la|los|las)\b|(?:lo|la|los|las) (?:perdi|deje|olvide|extravie|robaron|llevaron)|sin mi|ya no aparece"
    r"|(?:lo|la) habian? (?:rob|llev)\w+|robad[oa]|perdid[oa])"
)
_SKIPPED = re.compile(
    r"(?:\b(?:en|a bordo de|abordo de|sobre|desde|conduciendo|manejando|por|via|mediante|dentro de|encima de|subi\w* a|subio a|subir a|bajar de|bajando de|bajo de"
    r"|chofer de|conductor de|llamada de|fuera de|adentro de|atras de|tarjeta de|placa de|numero de|bajarme de|interior de|chip de|cargador de|funda de|case de"
    r"|hacia|estacionad[oa] en|robando en|venta de|compra de|vendia|vendian|compr\w+|ofrecia\w*|venia en|iba en|chalecos? de|choco con|choque con|contra|en plena"
    r"|tapa de|clave de|pantalla de|puerta de|ventana de|ventanas de|puertas de|llaves? de|vidrio de|luna de|lunas de|espejos? de|llantas? de|motor de|bateria de|asiento de|maletera de|faros? de"
    r"|aros de|parachoques de|autopartes de|radio de|autoradio de|computadora de|papeles de|soat de|duenos? de|ocupantes? de|alarma de|puerta del|retrovisor(?:es)? de) "
    r"(?:la |el |un |una |unos |unas |mi |mis |su |sus |otro |otra |los |las |al |nuestr[oa] |dicho |esa |ese )?(?:gran |misma |mismo )?"
    r"|\b(?:al|del) |\b(?:un|una|otro|otra|su|sus|con su|con un|con una) (?:supuest[oa] )?)$"
)
_OF_LOSS = re.compile(
    r"\b(?:robo|hurto|perdida|extravio|despoj\w+|duplicado|denuncia|sustraccion|apoder\w+|arrebato|desaparicion|danos?|adueñ\w+|parte) (?:total |parcial )?"
    r"(?:de |del |a |en )(?:mi |mis |la |el |los |las |su |un |una |nuestr[oa] )?$"
)
_VEHICLE_OF_OTHERS = re.compile(
    r"\b(?:en|con|de|a|por|subi\w*|desde|bajo|vino|vinieron|chocado por|atropellad[oa] por|manejando|conduciendo|un|una|dos|otra|otro|esa|ese|aquella|su|sus)"
    r" (?:un |una |unos |dos |tres |su |sus |otro |otra )?$"
)
_GIVEN = re.compile(r"\b(?:un|una|unos|unas|el|la|los|las|mi|mis|nuestr[oa]s?|dos|tres|cuatro|su|sus) (?:\w+ )?$")
_FROM_INSIDE = re.compile(
    r"\b(?:de|del|en|desde|dentro de|a|al|por) (?:mi|la|el|mis|su|nuestr[oa]|un|una|los|las|al|bolsillo de mi|bolsillo de la|interior de (?:mi|la|el))? ?$"
)
_PLATE = re.compile(
    r"(?<![a-z0-9-])(?:([a-z][a-z0-9]{2})[- ]?(\d{3})|(\d{4})[- ]?(\d[a-z])|([a-z]\d)[- ]?(\d{4}))(?![a-z0-9-])"
)
_IMEI = re.compile(r"(?<!\d)(?:\d[ -]?){14}\d(?!\d)")
_PRICED = re.compile(
    r"^[^.;\n]{0,45}?\b(?:cost\w+|val(?:e|ia|en|ian|or|uado|uada|orizad[oa]s?)|valoriz\w+|avaluad[oa]|precio|de|que me salio|por|compre (?:a|en|por)|aprox\w*)\b[^.;\n\d]{0,25}$"
)
_IDENTIFIED = re.compile(r"^ ?(?:n°|nro\.?|numero|num\.?|no\.?|es|es el|:|#|con numero|con n°)? ?:? ?(?:es )?\d{7,}")
_FILLER = re.compile(
    r"^[\s,(:]*(?:(?:un|una|marca|de|modelo|era|es|color|negr[oa]|blanc[oa]|azul|roj[oa]|gris|nuev[oa]|smart|inteligente|lineal|la|el|tipo|que|celular|equipo|telefono|plateado|verde|usad[oa]|electrica|montanera|personal) ?[,(]? ?){0,4}$"
)

_DOUBTFUL = frozenset(
    (
        "carne",
        "lap",
        "tele",
        "radio",
        "luna",
        "cel",
        "titulo",
        "placa",
        "certificado",
        "motor",
        "plata",
        "coche",
        "cable",
    )
)
_HOLDS = frozenset(("vehicle", "bag", "phone", "laptop", "other", "wallet", "cash", "document"))
_WORDS_TOO = frozenset(("honor", "porta", "puma", "giant", "best", "ford", "galaxy", "pixel", "scott", "oxford"))


def find(text: str, *, asked: bool = False) -> tuple[Item, ...]:
    """The things of the victim in a text; ``asked`` is whether it answers "what?", when every thing named is meant."""
    text = capped(text)
    folded = fold(text)
    losses = [m.span() for m in _LOSS.finditer(folded)]
    items = [
        item
        for item in _mentions(folded)
        if _is_identifier(folded, item) is False
        and ((asked and not _others(folded, item)) or _lost(folded, item, losses))
    ]
    items = _with_brands(folded, items, losses, asked)
    items = _with_numbers(folded, items)
    return tuple(_with_amounts(folded, items, asked))


def _mentions(folded: str) -> list[Item]:
    found: list[Item] = []
    for m in THING.finditer(folded):
        kind, name = KIND_OF[m[1]], m[1]
        before, after = folded[max(0, m.start() - 24) : m.start()], folded[m.end() : m.end() + 30]
        if name in _DOUBTFUL and not (_GIVEN.search(before) or re.search(r"(?:^|[,y] |rob\w+ )$", before)):
            continue
        if name in ("tarjeta", "tarjetas", "targeta") and re.match(
            r" (?:del? (?:metropolitano|metro|linea|regalo|memoria|presentacion|sim|tren))", after
        ):
            kind = "other"
        if name in ("tarjeta",) and re.search(r"\bnumero de (?:mi )?$", before):
            continue
        if name in ("reloj",) and after.startswith(" inteligente"):
            kind = "jewelry"
        if name == "moto" and re.match(r" ?(?:g|e|edge)\d", after):
            kind = "phone"
        if name in ("documentos", "papeles") and re.match(r" ?(?::|\(|como )", after):
            continue
        if name == "plata" and re.search(r"(?<!poco )(?<!algo )\bde $", before):
            continue
        if name in ("licencia", "titulo") and re.match(r" (?:de (?:funcionamiento|obra|maternidad))", after):
            kind = "document"
        if found and found[-1].kind == kind and _same(folded, found[-1], m.start()):
            found[-1] = replace(found[-1], end=m.end(), document_type=found[-1].document_type or DOCUMENT_OF.get(name))
            continue
        found.append(Item(kind, m.start(), m.end(), document_type=DOCUMENT_OF.get(name)))
    return found


def _same(folded: str, item: Item, start: int) -> bool:
    """Whether a second word is one mention with the first: "celular iPhone", "moto, una motocicleta"."""
    between = folded[item.end : start]
    return bool(re.fullmatch(r" ?(?:, ?(?:un|una|era un|es un) )?(?:marca )?|(?: en| de) ", between))


def _is_identifier(folded: str, item: Item) -> bool:
    """Whether a document is named only to give its number: "mi DNI es 45678912"."""
    return item.kind == "document" and bool(_IDENTIFIED.match(folded[item.end : item.end + 40]))


def _others(folded: str, item: Item) -> bool:
    before = folded[max(0, item.start - 40) : item.start]
    return (
        bool(re.search(r"\b(?:en|a bordo de|con|desde|subieron a|huyeron en) (?:un|una|su|otra|otro) $", before))
        and item.kind == "vehicle"
    )


def _lost(folded: str, item: Item, losses: list[tuple[int, int]]) -> bool:
    start, end = item.start, item.end
    before = folded[max(0, start - 60) : start]
    after = folded[end : end + 70]
    owned = re.search(r"\b(?:mi|mis|nuestr[oa]s?|su|sus|la|el|los|las) (?:\w+ )?$", before)
    if _OF_LOSS.search(before):
        return True
    if owned and _OWNED_LOST.search(after) and not _FROM_INSIDE.search(before):
        return True
    if (
        item.kind in _HOLDS
        and _FROM_INSIDE.search(before)
        and not (
            re.search(r"\b(?:a|al) (?:mi|la|el|su)? ?$", before)
            and re.search(r"\b(?:choc\w+|ray\w+|dan\w+|romp\w+)\b", before)
        )
    ):
        return False
    if item.kind == "vehicle" and re.search(
        r"\b(?:chofer|conductor|taxista|pasajero|chofer de|en|con|por) (?:de |del )?(?:un |una )?$", before
    ):
        return False
    loss = max((span for span in losses if span[1] <= start and start - span[0] < 420), default=None)
    if loss is None:
        return False
    between = folded[loss[1] : start]
    if _ENDS.search(between) or _by_another(folded, item, loss) or _LACKED.search(between):
        return False
    if item.kind == "vehicle" and re.search(r"\b(?:en|con|a bordo de|desde|sobre) (?:\w+ ){0,2}$", between):
        return False
    if re.search(r"\b(?:con|usando|en|por|mediante|via) (?:un|una|el|la|su) (?:\w+ )?$", between):
        return False
    return not re.search(r"\bno (?:me |se |nos )?$", folded[max(0, loss[0] - 8) : loss[0]])


_LACKED = re.compile(r"\bno (?:tiene|tenia|lleva|llevaba|usa|cuenta con|habia|hay) (?:\w+ )?$")


def _by_another(folded: str, item: Item, loss: tuple[int, int]) -> bool:
    """Whether the vehicle did it: "me chocó una camioneta"."""
    done = folded[loss[0] : loss[1]].startswith(("choc", "atropell"))
    to_whom = re.search(r"\b(?:me|nos|le|lo|la|les) $", folded[max(0, loss[0] - 5) : loss[0]])
    return item.kind == "vehicle" and done and bool(to_whom) and " mi " not in folded[loss[1] : item.start]


def _with_brands(folded: str, items: list[Item], losses: list[tuple[int, int]], asked: bool) -> list[Item]:
    """Makes go to the thing they stand at; a make of telephones alone is a telephone."""
    for m in BRAND.finditer(folded):
        name, brand = m[1], BRANDS[m[1]]
        if name in _WORDS_TOO and not _near(items, m.start(), 30) and not (asked or name in ("galaxy",)):
            continue
        inside = next((i for i, item in enumerate(items) if item.start <= m.start() < item.end), None)
        near = inside if inside is not None else _holder(folded, items, m.start(), m.end(), brand)
        if near is not None:
            if items[near].brand is None:
                items[near] = replace(items[near], brand=brand, end=max(items[near].end, m.end()))
        elif (brand in PHONE_MAKES or name.startswith(("iphone", "iphon", "ipone"))) and not any(
            i.start <= m.start() <= i.end + 1 for i in items
        ):
            item = Item("phone", m.start(), m.end(), brand=brand)
            if asked or _lost(folded, item, losses):
                items.append(item)
    for i, item in enumerate(items):
        if (
            item.kind == "phone"
            and item.brand is None
            and re.match(r" (?:marca )?vivo\b(?! en)", folded[item.end : item.end + 14])
        ):
            items[i] = replace(item, brand="Vivo")
    return sorted(items, key=lambda item: item.start)


def _near(items: list[Item], at: int, reach: int) -> bool:
    return any(0 <= at - item.end < reach for item in items)


_FITS = {
    "phone": PHONE_MAKES | {"Apple", "LG", "TCL", "Google", "Sony"},
    "laptop": frozenset(("HP", "Lenovo", "Dell", "Asus", "Acer", "Toshiba", "MSI", "Apple", "Samsung", "Huawei", "LG", "Xiaomi", "Sony")),
    "document": frozenset(), "cash": frozenset(), "bank_card": frozenset(),
}  # fmt: skip


def _holder(folded: str, items: list[Item], start: int, end: int, brand: str) -> int | None:
    for i, item in reversed(list(enumerate(items))):
        fits = _FITS.get(item.kind)
        if item.end <= start and (fits is None or brand in fits):
            gap = folded[item.end : start]
            if item.brand is None and (_FILLER.match(gap) or re.fullmatch(r"[^,.;]{0,22}\bmarca ", gap)):
                return i
            if item.brand == brand and len(gap) < 4:
                return i
    return None


def _with_numbers(folded: str, items: list[Item]) -> list[Item]:
    for m in _IMEI.finditer(folded):
        digits = re.sub(r"\D", "", m.group())
        phone = next((i for i, item in enumerate(items) if item.kind == "phone" and item.imei is None), None)
        if valid_imei(digits) and phone is not None:
            items[phone] = replace(items[phone], imei=digits)
    for m in _PLATE.finditer(folded):
        plate = plate_of(m)
        said = re.search(r"\b(?:placas?|matricula)\b[^.;,]{0,20}$", folded[max(0, m.start() - 32) : m.start()])
        if not plate or not (said or "-" in m.group()):
            continue
        vehicles = [
            i
            for i, item in enumerate(items)
            if item.kind == "vehicle" and item.plate is None and item.start < m.start()
        ]
        if vehicles:
            between = folded[items[vehicles[-1]].end : m.start()]
            if not _ENDS.search(between.replace("soy", "")) and not re.search(
                r"\b(?:moto|auto|carro|camioneta|taxi|mototaxi)\b", between
            ):
                items[vehicles[-1]] = replace(items[vehicles[-1]], plate=plate)
    return items


def plate_of(m: re.Match[str]) -> str | None:
    if m[1]:
        return f"{m[1].upper()}-{m[2]}" if not m[1].isdigit() else None
    return f"{m[3]}-{m[4].upper()}" if m[3] else f"{m[5].upper()}-{m[6]}"


def find_plate(text: str) -> str | None:
    """The first plate in a text: ``ABC-123``, motorcycles ``1234-5A``."""
    for m in _PLATE.finditer(fold(capped(text))):
        if plate := plate_of(m):
            return plate
    return None


def _with_amounts(folded: str, items: list[Item], asked: bool) -> list[Item]:
    """Values go to the thing they are told of; cash that was taken is a thing itself."""
    out = list(items)
    previous = 0
    for money in amounts.find(folded):
        cards = [item.end for item in out if item.kind == "bank_card" and item.end <= money.start]
        before = folded[max(previous, money.start - 90, *cards) : money.start]
        previous = money.end
        holder = max(
            (i for i, item in enumerate(out) if item.end <= money.start + 1), key=lambda i: out[i].end, default=None
        )
        if holder is not None and out[holder].amount is None and _values(folded, out[holder], money):
            out[holder] = replace(out[holder], amount=money.amount, currency=money.currency)
        elif _is_cash(folded, before, money, asked):
            cash = next(
                (i for i, item in enumerate(out) if item.kind == "cash" and abs(item.start - money.end) < 14), None
            )
            if cash is not None and out[cash].amount is None:
                out[cash] = replace(out[cash], amount=money.amount, currency=money.currency)
            elif cash is None:
                out.append(Item("cash", money.start, money.end, amount=money.amount, currency=money.currency))
    return sorted(out, key=lambda item: item.start)


def _values(folded: str, item: Item, money: Money) -> bool:
    gap = folded[item.end : money.start]
    if re.search(r"\b(?:en total|total|sumando|suman?)\b", gap):
        return False
    if item.kind == "cash":
        return len(gap) < 25 and not re.search(r"[.;\n]", gap) and not THING.search(gap)
    if item.kind in ("document", "wallet", "bank_card") and not re.search(r"\b(?:cost\w+|val\w+)\b", gap):
        return False
    if (
        len(gap) > 60
        or re.search(r"[.;\n](?!\d)", gap)
        or re.search(r"\b(?:con|tenia|habia|y|mas|ademas) (?:mis |los |sus |unos |como )?$", gap)
    ):
        return bool(re.search(r"\b(?:me )?(?:cost\w+|val[ei]\w*|valorizad\w*)\b[^.;]{0,20}$", gap)) and len(gap) < 150
    return bool(_PRICED.match(gap) or (re.search(r"[(,]? ?(?:s/\.? ?)?$", gap) and len(gap) < 4))


_CASH = re.compile(
    r"\b(?:rob\w+|quit\w+|llev\w+|sustra\w+|hurt\w+|arrebat\w+|arranch\w+|despoj\w+|perdi\w*|con|tenia|habia|y|efectivo|dinero|plata|mis|sacaron|saco|extravi\w+|cayeron)\b"
)
_NOT_CASH = re.compile(
    r"\b(?:transf\w+|deposit\w+|yape\w*|plin\w*|pagu\w+|pague|cuenta|tarjeta|banco|retir\w+|prestamo|pid\w+|exig\w+|adelant\w+|estaf\w+|cobr\w+|gir\w+|compr\w+|vale|valor\w*"
    r"|cost\w+|total|alquil\w+|mande|envi\w+|debe|deuda|consumos?|cargos?|di|dimos|entregu\w+|coima|cupo|amenaz\w+|vend\w+|precio|monto|gano|sueldo|ofrec\w+|movimiento\w*)\b"
)


def _is_cash(folded: str, before: str, money: Money, asked: bool) -> bool:
    cut = max((m.end() for m in re.finditer(r"[.;\n](?!\d)", before)), default=0)
    before, after = before[cut:], folded[money.end : money.end + 24]
    if re.match(r" ?(?:en|de) (?:efectivo|mi (?:cartera|billetera|bolso|mochila))", after):
        return True
    if _NOT_CASH.search(before) or re.match(
        r" ?(?:de|por|a traves|via|en|x) (?:mi |la |el |su )?(?:cuenta|yape|plin|tarjeta|banca|banco|transferencia)",
        after,
    ):
        return False
    return asked or bool(_CASH.search(before))
