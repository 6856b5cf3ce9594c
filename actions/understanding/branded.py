"""Makes of things: put to the thing they stand at, or a thing of their own ("me quitaron mi Samsung")."""

import re
from dataclasses import replace

from actions.understanding.makes import BRAND, BRANDS, MODELS, PHONE_MAKES, VEHICLE_MAKES
from actions.understanding.values import Item

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
_FILLER = re.compile(
    r"^[\s,(:]*(?:(?:un|una|marca|de|modelo|era|es|color|negr[oa]|blanc[oa]|azul|roj[oa]|gris|nuev[oa]|smart|inteligente|lineal|la|el|tipo|que|celular|equipo|telefono|plateado|verde"
    r"|usad[oa]|electrica|montanera|personal|plomo|guinda|dorado|plata|grande|chico|viejit[oa]|seminuev[oa]|torito|station|wagon|hatchback|sedan|lap|\d+ pulgadas)[,(]? ?){0,4}$"
)
_APPOSED = re.compile(r"(?:[,.;:(\n-] ?|\b(?:era|es|marca|modelo) )(?:(?:era|es|marca|modelo|uno|una|un|de) ){0,3}$")
_MY = re.compile(r"\bmi $")


def with_makes(folded: str, items: list[Item], *, asked: bool, alone: bool = True) -> list[Item]:
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
    return joined(folded, sorted(items, key=lambda item: item.start))


def joined(folded: str, items: list[Item]) -> list[Item]:
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
