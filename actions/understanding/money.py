"""Amounts of money: "800 lucas", "mil doscientos soles", "S/. 1,200.50", "$300", "2 mil"."""

import re
from dataclasses import dataclass
from functools import lru_cache

from actions.understanding.numbers import Number, Token, read_number, tokens
from actions.understanding.text import capped, fold


@dataclass(frozen=True)
class Money:
    amount: int | float
    currency: str
    start: int
    end: int

    @property
    def fact(self) -> dict[str, object]:
        return {"amount": self.amount, "currency": self.currency}


_MOST = 40
"""Amounts that are read of one text."""

_UNITS = {
    "sol": "PEN", "soles": "PEN", "luca": "PEN", "luquitas": "PEN", "luquita": "PEN", "lucrecias": "PEN", "soletes": "PEN", "solitos": "PEN", "lucas": "PEN", "lukas": "PEN", "luka": "PEN", "mangos": "PEN",
    "pen": "PEN", "solsitos": "PEN", "solcitos": "PEN", "solesitos": "PEN", "soless": "PEN", "zoles": "PEN",
    "dolar": "USD", "dolares": "USD", "usd": "USD", "dolarse": "USD", "dolars": "USD", "cocos": "USD", "verdes": "USD",
    "dolaritos": "USD", "euro": "EUR", "euros": "EUR", "eur": "EUR",
}  # fmt: skip
_MULTIPLES = {"gambas": 100, "gamba": 100}
_BEFORE = re.compile(r"(?:(s ?/ ?\.? ?|\bsoles:? |\bpen |s/\. ?)|(us\$ ?|u\$s ?|usd ?|\$ ?)|(€ ?|\beur ))$")
_SPEAKS_OF_MONEY = re.compile(
    r"\b(?:transfer\w+|deposit\w+|pagu\w+|pague|pago|abon\w+|giro|giraba|mando|yape\w+|plin\w*|adelant\w+|prest\w+|cost\w+|val[eií]\w*|valoriz\w+|perd\w+|saldo"
    r"|monto|total|suma|saque|saqu\w+|tenia|llevaba|junt\w+|sacaron|saco|retir\w+|efectivo|plata|dinero|estaf\w+|piden|pidio|pidieron|pidiendo|exig\w+|cobr\w+"
    r"|compr\w+|di|entregu\w+|gir\w+|mande|envi\w+|vaci\w+|precio|llev\w+|rob\w+|quit\w+)\b[^.;\n]{0,26}$"
)
_NOT_MONEY_AFTER = re.compile(
    r"^ ?(?:personas|metros|mts|cuadras|anos|ano|meses|dias|veces|horas|hrs|minutos|sujetos|tipos|hombres|mujeres|kilos|km|gb|gigas"
    r"|cajas|celulares|de la (?:noche|manana|tarde|madrugada)|am|pm|%|por ciento|de (?:enero|febrero|marzo|abril|mayo|junio|julio"
    r"|agosto|setiembre|septiembre|octubre|noviembre|diciembre)|choros|ladrones|rateros|hijos|casacas|zapatillas|pares|polos"
    r"|laptops|tarjetas|mensajes|llamadas|veintiseis|veinticinco|libras|unidades|sacos|llantas|motos|carros|y tantos de|pisos?)\b"
)


def find(text: str, *, bare: bool = False) -> tuple[Money, ...]:
    """Every amount in a text; ``bare`` takes a number without a currency too: for the answer to "how much?"."""
    return _find(fold(capped(text)), bare)


@lru_cache(maxsize=64)
def _find(folded: str, bare: bool) -> tuple[Money, ...]:
    found: list[Money] = []
    parts = tokens(folded)
    i = 0
    while i < len(parts) and len(found) < _MOST:
        number = read_number(parts, i)
        if number is None:
            i += 1
            continue
        money, i = _money(folded, parts, number, bare)
        if money:
            found.append(money)
    return tuple(found)


def _money(folded: str, parts: list[Token], number: Number, bare: bool) -> tuple[Money | None, int]:
    value, after, end = number.value, number.after, number.end
    following = parts[after].text if after < len(parts) else ""
    tight = after < len(parts) and parts[after].start - end <= 1
    if following in ("k", "mil") and tight and not number.spelled:
        value, after, end = value * 1000, after + 1, parts[after].end
        following = parts[after].text if after < len(parts) else ""
    if following in ("y",) and after + 2 < len(parts) and parts[after + 1].text in ("pico", "tantos", "algo"):
        after += 2
        following = parts[after].text
    if following == "de" and number.spelled and after + 1 < len(parts) and parts[after + 1].text in _UNITS:
        after += 1
        following = parts[after].text
    if following in ("nuevos", "nuevo") and after + 1 < len(parts):
        after += 1
        following = parts[after].text
    before = _BEFORE.search(folded[max(0, number.start - 8) : number.start])
    start = number.start - len(before.group()) if before else number.start
    if following in _UNITS or following in _MULTIPLES:
        value *= _MULTIPLES.get(following, 1)
        currency, end, after = _UNITS.get(following, "PEN"), parts[after].end, after + 1
        if after + 1 < len(parts) and parts[after].text == "con":
            cents = read_number(parts, after + 1)
            if (
                cents
                and cents.value < 100
                and cents.after < len(parts)
                and parts[cents.after].text.startswith("centimo")
            ):
                value, end, after = value + cents.value / 100, parts[cents.after].end, cents.after + 1
        if (
            parts[after - 1].text == "soles"
            and after + 1 < len(parts)
            and parts[after].text == "y"
            and parts[after + 1].text == "medio"
        ):
            value, after = value + 0.5, after + 2
    elif following == "s" and folded[parts[after].end : parts[after].end + 1] == "/":
        currency, end, after = "PEN", parts[after].end + 1, after + 2
    elif following in ("$", "€"):
        currency, end, after = {"$": "USD", "€": "EUR"}[following], parts[after].end, after + 1
    elif before:
        currency = "USD" if before[2] else "EUR" if before[3] else "PEN"
    elif bare or _bare_amount(folded, number, value, end):
        currency = "PEN"
        if bare and (_NOT_MONEY_AFTER.search(folded[end : end + 30]) or value >= 10_000_000):
            return None, after
    else:
        return None, max(number.after, after) if after > number.after else number.after
    if value <= 0 or value >= 1e9:
        return None, after
    amount = int(value) if value == int(value) else round(value, 2)
    return Money(amount, currency, start, end), after


_PAID_JUST = re.compile(
    r"\b(?:canguro|cartera|billetera|monedero|bolso|mochila|sobre|fajo)(?: \w+)? con (?:mis |sus |unos |como )?$|\b(?:mande|envie|yapee|yapeo|yapeamos|plinee|deposite|deposito|depositamos|transferi|transfirio|pague|pago|pagamos|gire|giro|abone|abono|entregue|cobraron|sacaron|retiraron|saque|retire|cobre|pidieron|pidio|exigieron|adelante|adelanto|presto|preste)"
    r" (?:como |unos |casi |solo |al toque |ya |un total de )?$"
)
_ENDS_WELL = re.compile(
    r" ?(?:$|[.,;)!\n]| (?:nomas|no mas|por|x|a|al|en|de (?!la|enero|febrero|marzo|abril|mayo|ju|ago|set|oct|nov|dic)|y|para|desde|con|mas|pero|que|q|solo|luego|el|ese|esa|como|porque)\b)"
)


def _bare_amount(folded: str, number: Number, value: float, end: int) -> bool:
    """A round number that money words stand before: "transferí 2 mil", "me sacaron 1500"."""
    before = folded[max(0, number.start - 45) : number.start]
    if (
        _PAID_JUST.search(before)
        and not _NOT_MONEY_AFTER.search(folded[end : end + 30])
        and _ENDS_WELL.match(folded[end:])
    ):
        return 20 <= value < 1e6 and not 2000 < value <= 2030
    if (
        value < 1000
        or value > 1e6
        or value % 10
        or 2000 <= value <= 2030
        or _NOT_MONEY_AFTER.search(folded[end : end + 30])
    ):
        mil = (
            "mil" in folded[number.start : end] and value < 1e6 and not _NOT_MONEY_AFTER.search(folded[end : end + 30])
        )
        if not (mil and value >= 1000 and value % 100 == 0):
            return False
    digits = folded[number.start : end]
    if re.search(
        r"\b(?:numero|nro|n°|av|avenida|calle|jr|dni|cuadra|ano|del|placa|cuenta|operacion|codigo|el) ?$", before
    ):
        return False
    if re.match(r"\d{5,}", digits) and "mil" not in digits:
        return False
    return bool(_SPEAKS_OF_MONEY.search(before))


_NOT_LOST = re.compile(
    r"\b(?:pid(?:e|en|io|ieron|iendo)(?:me|nos)?|exig\w+|quier\w+ que|si no (?:pago|le|les|pagamos|deposito|doy)|para no|a cambio de|cobra(?!ron)\w*|si no (?:le |les |lo |la )?\w+"
    r"|gan(?:o|aba)|sueldo|alquiler|renta|deb(?:o|e|ia|en)|deuda|cupo|me cobran|tiene que|tenia que|amenaz\w+|recompensa|coima|ofrec\w+|(?:que|q) (?:yo )?(?:le |les |nos )?(?:deposite|pague|yapee|transfiera|gire|mande|de|entregue|adelante)|no (?:giraba|pagaba|depositaba|daba)|encontre|halle|credito|prestamo|multa"
    r"|queria[n]?|pague(?:mos)? (?:o|sino)|solicit\w+|mensuales|demand\w+|reclam\w+)\b[^.;\n]{0,48}$"
)
_PAID = re.compile(
    r"(?<!que )(?<!\bq )(?<!que le )(?<!\bq le )(?<!no le )(?<!si no )\b(?:le|les|ya|yo|al final)? ?(?<!que le )(?<!\bq le )(?<!no le )(?<!si no )(?<!que )(?<!\bq )(?:di|dimos|(?<!que )(?<!q )giro|abono|yapeo|(?<!que )pago|(?<!que )deposito|transfirio|(?<!me )entrego|mando|hice (?:un )?(?:yape|deposito|transferencia|pago|plin)|pague|pagamos|entregue|deposite|depositamos|transferi|transferimos|yapee|yapeamos|plinee|mande"
    r"|envie|gire|adelante|preste|presto)\b[^.;\n]{0,45}$"
)
_OFFERED_AFTER = re.compile(
    r"^[^.;\n]{0,15}\b(?:mensual(?:es)?|al mes|de sueldo|de alquiler|de recompensa|de cupo|o si no|a cambio)\b"
)
_TAKEN = re.compile(
    r"\b(?:rob\w+|quit\w+|llev\w+|sustra\w+|hurt\w+|arrebat\w+|sac(?:o|aron|ado|ando)|retir\w+|perd\w+|extravi\w+|estaf\w+|vaci\w+|desapareci\w+"
    r"|transfiri\w+|transferencias?|cargos?|consumos?|compras|prestamo|yape\w*|plin\w*|deposit\w+|efectivo|dinero|plata|billetera|cartera"
    r"|monedero|falta\w*|cayo|desfalc\w+|descont\w+|despoj\w+|hackea\w+|clona\w+|debit\w+|movimientos?|billetes?|ahorros|pagu\w+|pague|cay[oe]"
    r"|desvio|dano|danos|cobro|cobraron|robaron|bolso|mochila|bolsillo|caja|retiros?|operacion(?:es)?|estafa|fraude|adelanto|dejaron sin|cupo|rescate|entregar)\b"
)
_TOTAL = re.compile(
    r"\b(?:en total|un total de|total de|total|sumando|en suma|suma (?:de|total de)|perdida (?:total )?(?:de|es de|asciende)|todo (?:junto )?(?:suma|vale"
    r"|valorizado)|monto(?: total)? (?:de|es|fue)|asciende\w* a|perdi en total|valorizado todo|todo por)\b[^.;\n]{0,28}$"
)
_TOTAL_AFTER = re.compile(
    r"^ ?,? ?(?:de (?:dano|perdida|perjuicio)s? )?(?:en total|en todo|total|todo junto|sumando todo)\b"
)


_PAID_LATER = re.compile(
    r"\b(?:les?|se l[oa]s?|tuve que|tuvimos que|termine|al final|por miedo) (?:hice (?:un |el )?(?:yape|deposito|pago|plin|transferencia)|di|dimos|pague|pagamos|yapee|deposite|transferi|darle|pagar\w*|pagando|entregue)\b(?! \d)"
)
_UNPAID = re.compile(
    r"\bno (?:les?|se l[oa]s?|he|hemos|quise|quiero|voy a|pienso|pude)? ?(?:di|dimos|dado|pague|pagado|pagamos|deposite|depositado|transferi|pagar|dar\w*|acepte)\b"
)


def lost(folded: str, amounts: tuple[Money, ...]) -> Money | None:
    """The cash, transfers and ransom really lost, or the total stated; what was only demanded is not lost.

    ``amounts`` are those that are not the value of one thing.
    """
    taken: list[Money] = []
    for money in amounts:
        before = folded[max(0, money.start - 110) : money.start]
        cut = max((m.end() for m in re.finditer(r"[.;\n](?!\d)", before)), default=0)
        before, after = before[cut:], folded[money.end : money.end + 40]
        if _TOTAL.search(before) or _TOTAL_AFTER.search(after):
            return money
        demanded = _NOT_LOST.search(before)
        paid = _PAID.search(before)
        if demanded and not paid and _PAID_LATER.search(folded, money.end) and not _UNPAID.search(folded):
            taken.append(money)
            continue
        if (demanded and not (paid and paid.start() > demanded.start())) or _OFFERED_AFTER.search(after):
            continue
        if re.search(
            r"\bno (?:le |les |se )?(?:di|pague|deposite|transferi|perdi|llevaron|robaron|entregue)\b[^,;.]*$", before
        ):
            continue
        if paid or _TAKEN.search(before) or _TAKEN.search(after.split(".")[0]):
            taken.append(money)
    if not taken:
        return None
    same = [m for m in taken if m.currency == taken[0].currency]
    amount = sum(m.amount for m in same)
    return Money(
        int(amount) if amount == int(amount) else round(amount, 2), same[0].currency, same[0].start, same[-1].end
    )
