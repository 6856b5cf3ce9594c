"""What is told of a thing beside its name: plate, IMEI and value; and the cash that was taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from actions.understanding import money as amounts
from actions.understanding.losses import Losses
from actions.understanding.money import Money
from actions.understanding.plates import Plate, is_ours, of_another, own_vehicle, plates
from actions.understanding.things import THING
from vocabulary.codes import valid_imei
from vocabulary.incidents import IncidentType


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


_IMEI = re.compile(r"(?<![\d+])(?:\d[ .-]?){14}\d(?!\d)")
_PART = re.compile(
    r"(?:llanta|bateria|espejo|retrovisor|faro|catalizador|computadora|autoradio|radio|parachoque|tapabarro|luna|aro|placa|stereo|estereo|tanque|puerta|techo|vidrio|parabrisa|maletera)s?\b"
)
"""Parts of a vehicle, which are gone without it."""
_BROKEN = re.compile(
    r"\b(?:romp|rot[oa]|revent|pate|cort|golpe|abolla|hund|ray|apedre|quem|incendi|candela|ceniza|molotov|destroz|piedra|pedrad|volaron|choc)\w*"
)
"""What is done to a vehicle beside its theft."""
_OF_A_VEHICLE = frozenset({IncidentType.VEHICLE_THEFT, IncidentType.TRAFFIC_ACCIDENT, IncidentType.PROPERTY_DAMAGE})
"""Kinds in which the writer's own vehicle, told with its plate, is the thing that is gone or came to harm."""
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


def with_numbers(folded: str, items: list[Item], mentions: Sequence[Item], incident_type: str | None) -> list[Item]:
    """Plates and IMEIs go to the vehicle and the telephone they are told of, named among the things that are gone or not."""
    for m in _IMEI.finditer(folded):
        digits = re.sub(r"\D", "", m.group())
        if valid_imei(digits):
            _give_imei(folded, items, mentions, digits)
    vehicles = [item for item in mentions if item.kind == "vehicle"]
    found = plates(folded)
    for plate in [plate for plate in found if plate.said] or [p for p in found if _beside(vehicles, p, folded)]:
        _give_plate(folded, items, vehicles, plate, incident_type)
    return sorted(items, key=lambda item: item.start)


def _give_imei(folded: str, items: list[Item], mentions: Sequence[Item], imei: str) -> None:
    """To the first telephone that has none; who tells the number of a telephone that is only named has lost it."""
    if any(item.imei == imei for item in items):
        return
    at = next((i for i, item in enumerate(items) if item.kind == "phone" and item.imei is None), None)
    if at is not None:
        items[at] = replace(items[at], imei=imei)
    elif named := next((m for m in reversed(mentions) if m.kind == "phone" and "imei" in folded[m.end :]), None):
        items.append(replace(named, imei=imei))


def _beside(vehicles: Sequence[Item], plate: Plate, folded: str) -> bool:
    """Whether letters and figures that nothing calls a plate stand right behind a vehicle, and are no model."""
    written = folded[plate.start : plate.start + len(plate.value)]
    mixed = bool(re.match(r"[a-z]+\d", written))
    near = any(0 <= plate.start - vehicle.end < 24 for vehicle in vehicles)
    return near and (mixed or " " not in written)


def _give_plate(
    folded: str, items: list[Item], vehicles: Sequence[Item], plate: Plate, incident_type: str | None
) -> None:
    """To the vehicle that is gone or came to harm; where the kind of incident says so, that is the writer's own."""
    if any(item.plate == plate.value for item in items):
        return
    gone = [i for i, item in enumerate(items) if item.kind == "vehicle" and item.start < plate.start]
    last = items[gone[-1]] if gone else None
    if last and not of_another(folded[last.start : last.end], folded[last.end : plate.start]):
        if items[gone[-1]].plate is None:
            items[gone[-1]] = replace(items[gone[-1]], plate=plate.value)
        return
    own = own_vehicle(folded, plate, vehicles, stolen=incident_type == IncidentType.VEHICLE_THEFT)
    if own is None:
        return
    mine = (
        own is not None
        and is_ours(folded, vehicles[own])
        and _BROKEN.search(folded[max(0, vehicles[own].start - 70) : plate.start + 80])
    )
    free = next((i for i, item in enumerate(items) if item.kind == "vehicle" and item.plate is None), None)
    if free is not None:
        items[free] = replace(items[free], plate=plate.value)
    elif not gone and _concerned(folded, items, incident_type, broken=bool(mine)):
        items.append(replace(vehicles[own], plate=plate.value))


def _concerned(folded: str, items: Sequence[Item], incident_type: str | None, *, broken: bool) -> bool:
    """Whether the vehicle itself is gone or came to harm, by the kind of incident or by what is said to be done to it."""
    parts = any(_PART.match(folded, item.start) for item in items)
    if incident_type not in _OF_A_VEHICLE:
        return broken and not parts
    return not (parts and incident_type == IncidentType.VEHICLE_THEFT and not _BROKEN.search(folded))


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
