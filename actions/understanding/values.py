"""What is told of a thing beside its name: plate, IMEI and value; and the cash that was taken."""

import re
from dataclasses import dataclass, replace

from actions.understanding import money as amounts
from actions.understanding.losses import Losses
from actions.understanding.money import Money
from actions.understanding.text import capped, fold
from actions.understanding.things import THING
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


_PLATE = re.compile(
    r"(?<![a-z0-9-])(?:([a-z][a-z0-9]{2})[- ]?(\d{3})|(\d{4})[- ]?(\d[a-z])|([a-z]\d)[- ]?(\d{4}))(?![a-z0-9-])"
)
_IMEI = re.compile(r"(?<![\d+])(?:\d[ .-]?){14}\d(?!\d)")
_PLATE_SAID = re.compile(r"\b(?:placas?|matricula|pl)\b[^;,]{0,20}$")
_PLATE_APART = re.compile(
    r"\bplacas?(?: (?:de rodaje|de|es|era|numero|nro|n°|nuestra))*[ :,°]*((?:[a-z0-9](?: ?guion ?|[ -]{0,3})){6})(?![a-z0-9]{2})"
)
"""A plate dictated figure by figure: "placa 3 3 1 8 guion 9 C"."""
_ANOTHER_VEHICLE = re.compile(
    r"\b(?:un|una|otro|otra|el|la|los|las|su|del) (?:\w+ )?(?:moto|auto|carro|camioneta|taxi|mototaxi|combi|camion|bus)\b"
)
_THEIRS = re.compile(
    r"\b(?:huy\w+|escap\w+|fug\w+|a bordo|subieron|se fueron|vinieron|bajaron|llegaron|choco|impacto|cerraron|fuga)\b"
)
_PRICED = re.compile(
    r"^[^.;\n]{0,45}?\b(?:cost\w+|cuest\w+|val(?:e|ia|en|ian|or|uado|uada|orizad[oa]s?)|valoriz\w+|avaluad[oa]|precio|de|que me salio|por|compre (?:a|en|por)|compra\w* en|aprox\w*|cotiz\w+)\b[^.;\n\d]{0,25}$"
)
_COSTED = re.compile(
    r"\b(?:me |la |lo )?(?:cost\w+|cuest\w+|val[ei]\w*|valorizad\w*|cotiz\w+|compr\w+ (?:en|a|por))\b[^.;]{0,20}$"
)
_COST_BEHIND = re.compile(r"^ ?(?:me )?(?:cuesta|costo|costaba|vale|valia|cuestan) (?:el|la|mi|los|las) (\w+)")
_WITHDRAWN = re.compile(
    r"\b(?:retir\w+|saqu?[eé]\w*|sac(?:o|amos)|cobr\w+|tenia|llevaba\w*|traia|junt\w+|llevando|(?:sal\w+|venia|iba)\b[^.;\n]{0,30}\bcon|vend\w+ (?:en|por)|pension|prestamo)\b[^.;\n]{0,40}$"
)
_ALL_TAKEN = re.compile(
    r"\b(?:me|nos|le) l[oa]s? (?:quit|r+ob|arrebat|arranch|llev)\w+|\b(?:quit\w+|r+ob\w+|llev\w+|arrebat\w+|arranch\w+|sac\w+|jal\w+|perdi|despoj\w+)\b[^.;\n]{0,12}\b(?:tod[oa](?! (?:el|la) dia)|el sobre|el fajo|el paquete|lo (?:cobrado|retirado|que (?:tenia|llevaba|saque|cobre|retire)))"
)
_NOT_CASH = re.compile(
    r"\b(?:transf\w+|deposit\w+|yape\w*|plin\w*|pagu\w+|pague|pago|cuenta|tarjeta|banco|banca|prestamo|credito|pid\w+|exig\w+|adelant\w+|cobr(?!ad)\w+|gir\w+|compr\w+|vale|valor\w*|calcul\w+|cost\w+|cuest\w+"
    r"|total|alquil\w+|mande|envi\w+|debe|deuda|consumos?|cargos?|coima|cupo|amenaz\w+|vend\w+|precio|monto|gano|sueldo|ofrec\w+|movimiento\w*|clave|codigo|abon\w+|multa|reponer|reparacion|daños?|app|encontre|halle)\b"
)
_BY_WIRE = re.compile(
    r"\b(?:yape|plin|transferenc\w+|transfir\w+|(?:mi|la|su) cuenta|bbva|bcp|interbank|scotiabank|banca (?:movil|por internet)|cuenta (?:de ahorros?|sueldo|bancaria)|clave|codigo|hacke\w+|jaque\w+|token|operaciones|sim swap|app|clon\w+|link|enlace|cajero|tarjeta|credito|prestamo)\b"
)
_BY_HAND = re.compile(
    r"\b(?:billeter\w+|cartera|mochila|bolsill\w+|bolsiy\w+|asalt\w+|pistola|cuchill\w+|arma|monedero|sobre|fajo|cogote\w+|arranch\w+|arrebat\w+|encanon\w+|ropero|cajon|canguro|bolso|pension|combi|micro)\b"
)
_WIRED = re.compile(
    r" ?(?:de|por|a traves|via|en|x|con|desde|del) (?:mi |la |el |su )?(?:cuenta|yape|plin|tarjeta|banca|banco|transferencia|bcp|bbva|interbank|cajero)"
)
_SWINDLED = re.compile(r"\bestaf\w+ (?:(?:con|en|por|como|unos|casi) )*$")
_IN_CASH = re.compile(r" ?(?:en|de) (?:efectivo|mi (?:cartera|billetera|bolso|mochila|bolsillo)|billetes)")


def with_numbers(folded: str, items: list[Item]) -> list[Item]:
    """Plates and IMEIs go to the vehicle and the telephone they are told of."""
    for m in _IMEI.finditer(folded):
        digits = re.sub(r"\D", "", m.group())
        phone = next((i for i, item in enumerate(items) if item.kind == "phone" and item.imei is None), None)
        if valid_imei(digits) and phone is not None:
            items[phone] = replace(items[phone], imei=digits)
    for m in _PLATE.finditer(folded):
        before = folded[max(0, m.start() - 32) : m.start()]
        plate = plate_of(m)
        beside = any(item.kind == "vehicle" and 0 <= m.start() - item.end < 24 for item in items)
        mixed = bool(m[1] and re.search(r"\d", m[1]))
        if plate and (_PLATE_SAID.search(before) or "-" in m.group() or (beside and (mixed or " " not in m.group()))):
            _give_plate(folded, items, m.start(), plate)
    for m in _PLATE_APART.finditer(folded):
        joined = _PLATE.fullmatch(re.sub(r"guion|[^a-z0-9]", "", m[1])[:6])
        if joined and (plate := plate_of(joined)):
            _give_plate(folded, items, m.start(), plate)
    return items


def _give_plate(folded: str, items: list[Item], at: int, plate: str) -> None:
    vehicles = [i for i, item in enumerate(items) if item.kind == "vehicle" and item.start < at]
    if vehicles and items[vehicles[-1]].plate is None and not _of_another(folded[items[vehicles[-1]].end : at]):
        items[vehicles[-1]] = replace(items[vehicles[-1]], plate=plate)


def _of_another(between: str) -> bool:
    """Whether another vehicle is named between the thing and the plate."""
    return bool(
        _ANOTHER_VEHICLE.search(between)
        or (_THEIRS.search(between) and re.search(r"\b(?:un|una|otra|otro)\b", between))
    )


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


def with_amounts(folded: str, items: list[Item], told: Losses, *, asked: bool) -> list[Item]:
    """Values go to the thing they are told of; cash that was taken is a thing itself."""
    out = list(items)
    found = amounts.find(folded)
    for money in found:
        if behind := _COST_BEHIND.match(folded[money.end : money.end + 40]):
            named = next((i for i, item in enumerate(out) if folded[item.start : item.end].startswith(behind[1])), None)
            if named is not None:
                out[named] = replace(out[named], amount=money.amount, currency=money.currency)
                continue
        held = [i for i, item in enumerate(out) if item.end <= money.start + 1]
        holder = max(held, key=lambda i: out[i].end, default=None)
        if holder is not None and out[holder].amount is None and _values(folded, out[holder], money):
            out[holder] = replace(out[holder], amount=money.amount, currency=money.currency)
        elif _is_cash(folded, out, money, told, asked=asked):
            _add_cash(out, money)
    out = _with_withdrawn(folded, out, found)
    if not asked and _BY_WIRE.search(folded) and not _BY_HAND.search(folded):
        out = [item for item in out if item.kind != "cash" or item.amount is not None]
    return sorted(out, key=lambda item: item.start)


def _add_cash(items: list[Item], money: Money) -> None:
    cash = next(
        (
            i
            for i, item in enumerate(items)
            if item.kind == "cash"
            and (abs(item.start - money.end) < 14 or (item.amount is None and 0 <= money.start - item.end < 30))
        ),
        None,
    )
    if cash is None:
        items.append(Item("cash", money.start, money.end, amount=money.amount, currency=money.currency))
    elif items[cash].amount is None:
        items[cash] = replace(items[cash], amount=money.amount, currency=money.currency)


def _with_withdrawn(folded: str, items: list[Item], found: tuple[Money, ...]) -> list[Item]:
    """In "saqué 5 mil del banco y me quitaron todo" the money that was on them is the cash that went."""
    bare = next((i for i, item in enumerate(items) if item.kind == "cash" and item.amount is None), None)
    had = [m for m in found if _WITHDRAWN.search(folded[max(0, m.start - 60) : m.start])]
    if not had or any(item.kind == "cash" and item.amount is not None for item in items):
        return items
    money = had[0]
    if bare is not None and items[bare].start > money.start:
        items[bare] = replace(items[bare], amount=money.amount, currency=money.currency)
    elif bare is None and (taken := _ALL_TAKEN.search(folded, money.end)):
        items.append(Item("cash", taken.start(), taken.end(), amount=money.amount, currency=money.currency))
    return items


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
        return bool(_COSTED.search(gap)) and len(gap) < 150
    return bool(_PRICED.match(gap) or (re.search(r"[(,]? ?(?:s/\.? ?)?$", gap) and len(gap) < 4))


def _is_cash(folded: str, items: list[Item], money: Money, told: Losses, *, asked: bool) -> bool:
    before = folded[max(0, money.start - 90) : money.start]
    before = before[max((m.end() for m in re.finditer(r"[.;\n](?!\d)", before)), default=0) :]
    after = folded[money.end : money.end + 24]
    last = max((item.end for item in items if item.end <= money.start), default=None)
    if _IN_CASH.match(after) and not re.search(r"\bencontr(?:e|amos)\b", before):
        return True
    if asked:
        return not (_NOT_CASH.search(before) or _WIRED.match(after))
    card = last is not None and money.start - last < 24
    near = folded[last : money.start] if card else told.since(money.start, before)
    if _NOT_CASH.search(near) or _WIRED.match(after) or _SWINDLED.search(before):
        return False
    if not card and _BY_WIRE.search(folded) and not _BY_HAND.search(folded):
        return False
    return told.tell(money.start, money.end, "money", after=last)
