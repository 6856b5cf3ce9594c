"""Whose a number in a story is: the writer's to be called at, or somebody else's."""

import re
from collections.abc import Iterator

from actions.understanding.identity import EMAIL
from actions.understanding.numbers import figures_of_dictation
from actions.understanding.people import find_phones, numbers_else
from actions.understanding.text import capped, fold

_PHONE = re.compile(r"(?<![\d+-])(?:\(?(?:\+|00) ?\d{1,3}\)?[ -]?)?\(?\d(?:[ .()-]{0,2}\d){6,13}(?![\d]|-\d)")
_WORD = r"(?:cel(?:ular)?|celu|numero|nro|num|telefono|telf?|fono|movil|whatsapp|wsp|watsap|wasap|wassap|wsap|contacto|linea|fijo|rpc|rpm)"
_OWN = re.compile(
    rf"(?:\b(?:llam\w{{0,4}}(?:me|nos)|contact\w+(?:me|nos)|comuni\w+(?:me|nos|se)?|escrib\w+(?:me|nos)|ubi\w+(?:me|nos)|avis\w+(?:me|nos)|respond\w+(?:me|nos)|localiz\w+me|timbr\w+me|me (?:pueden|puede|podrian) \w+)\b[^.;\n\d]{{0,40}}"
    rf"|\bmi(?:s)? (?:nuevo |otro |propio )?{_WORD}(?: (?:de contacto|nuevo|actual|personal|de casa|de referencia|es|seria|para|que|me|llamen|llamarme|celular|cel|whatsapp|fijo|telefonico|y|es el|al|de|el|:|tengo|prestado)){{0,6}}"
    rf"|\b(?:contacto|{_WORD} de contacto|{_WORD} (?:para )?contactar(?:me)?|{_WORD} donde (?:me )?\w+(?: \w+)?|{_WORD} para (?:que me )?llam\w+|mis datos)(?: es)?"
    rf"|\b(?:el|al) mio\b(?: si)?(?: (?:me |lo )?(?:pueden|puede)? ?llam\w+)?(?: es)?|\bavis(?:ar|en) al?|\bmi (?:{_WORD}), su \w+"
    rf"|(?:^|[.;,\n] ?|\d ?|\by )(?:{_WORD}|atte)\.?)[ :.°nºro#=-]{{0,6}}(?:el |al |es )?$"
)
_STOLEN_LINE = re.compile(
    rf"\b(?:{_WORD}|chip)\b[^.;\n\d]{{0,20}}\b(?:era|robad[oa]|perdid[oa]|sustraid[oa]|que (?:me )?(?:rob|quit|perd|ten)\w+|bloque\w+|que se llevaron)\b[^.;\n\d]{{0,14}}$"
    rf"|\b(?:con (?:el )?(?:numero|nro|chip|linea)|(?:la |de )?linea(?: es)?|cuyo numero (?:es|era)|de numero|chip (?:con )?(?:numero)?)\b[ :.el°]{{0,6}}$"
)
_BLOCK_AFTER = re.compile(
    r"^[^.;\n\d]{0,30}\b(?:bloque\w+|era (?:el|mi|del) (?:robado|numero)|el robado|que me robaron|de mi (?:celular|equipo) robado)"
)
_THEIRS = re.compile(
    r"\b(?:llam(?:an|aron|o|aba|aban|a|ando)|escrib(?:en|ieron|io|e|ia|ian|iendo)|amenaz\w+|extors\w+|numero desconocido|se comunic\w+|contest\w+|respond(?:e|ia|io)|estafador\w*|ladron\w*|yap\w+|plin\w*|transfer\w+|deposit\w+"
    r"|envi\w+|mand(?:e|o|aron)|gir\w+|su (?:numero|celular|telefono|whatsapp|cel|yape)|del numero|desde el|al numero|a la cuenta|cuenta|cci|piden|pidio|a nombre|dan es|vendedor\w*|sospechos\w+|chofer|conductor|empresa|agencia)\b"
)
_ACCOUNT = re.compile(
    r"\b(?:cuentas?|cta|cci|ahorros?|corriente|interbancari[oa]|bcp|bbva|interbank|scotiabank|banco de la nacion|banbif|pichincha|caja \w+)\b[^\d;\n]{0,45}?(?<![\d-])(\d(?:[ -]?\d){9,19})(?![\d]|-\d)"
)
_LOST_THING = re.compile(
    r"\b(?:me |le |nos )?(?:r+ob\w+|quit\w+|arrebat\w+|arranch\w+|perdi|extravi\w+|llev\w+|jal\w+|sac\w+)\b[^.;\n]{0,60}\b(?:celular|telefono|cel|equipo|iphone|samsung|xiaomi)\b[^.;\n\d]{0,40}$"
)


def own_contact(text: str) -> str | None:
    """The telephone (E.164) that the writer says is theirs to be called at; never that of the stolen telephone."""
    own = [phone for phone, _, whose in _phones(text) if whose == "own"]
    return next((phone for phone in own if phone.startswith("+519")), own[0] if own else None)


_EMAIL_SAID = re.compile(r"\b(?:mi )?(?:correo|email|e-mail|mail)(?: electronico)?(?: es)?[ :]*")
_OTHERS_EMAIL = re.compile(r"\b(?:su|del|desde|al|un|el) (?:\w+ )?$")


def own_email(text: str) -> str | None:
    """The e-mail address that the writer gives as theirs."""
    folded = fold(capped(text))
    for said in _EMAIL_SAID.finditer(folded):
        address = EMAIL.match(folded, said.end())
        if address and not _OTHERS_EMAIL.search(folded[max(0, said.start() - 16) : said.start()]):
            return address.group()
    return None


def others_numbers(text: str) -> list[dict[str, str]]:
    """The telephones and bank accounts of others: who called, who extorts, whom money was sent to."""
    found = [(at, {"kind": "phone", "value": phone}) for phone, at, whose in _phones(text) if whose == "other"]
    found += [(at, {"kind": "account", "value": number}) for number, at in _accounts(_readable(text))]
    numbers = [number for _, number in sorted(found, key=lambda pair: pair[0])]
    return [number for i, number in enumerate(numbers) if number not in numbers[:i]]


def _readable(text: str) -> str:
    return figures_of_dictation(fold(capped(text)))


def _accounts(folded: str) -> Iterator[tuple[str, int]]:
    for m in _ACCOUNT.finditer(folded):
        digits = re.sub(r"\D", "", m[1])
        if not find_phones(m[1]) and not re.search(
            r"\b(?:dni|ruc|imei|celular|numero de operacion)\b", folded[m.start() : m.start(1)]
        ):
            yield digits, m.start(1)


def _phones(text: str) -> Iterator[tuple[str, int, str]]:
    """Every telephone, where it stands and whose it is: ``own``, ``stolen`` or ``other``."""
    folded = _readable(text)
    accounts = [at for _, at in _accounts(folded)]
    for m in _PHONE.finditer(folded):
        phone = next(iter(find_phones(m.group(), asked=True)), None)
        if phone and m.start() not in accounts and not numbers_else(folded, m.start()):
            yield phone, m.start(), _whose(folded, m.start(), m.end())


def _whose(folded: str, start: int, end: int) -> str:
    before, after = folded[max(0, start - 90) : start], folded[end : end + 60]
    sentence = before[max((m.end() for m in re.finditer(r"[.;\n](?!\d)", before)), default=0) :]
    if _STOLEN_LINE.search(sentence) or _BLOCK_AFTER.match(after):
        return "stolen"
    own = _OWN.search(before)
    if own and not _THEIRS.search(re.sub(r"\bllam\w*(?:me|nos)\b", "", sentence[-45:])):
        return "stolen" if _LOST_THING.search(sentence) else "own"
    return "stolen" if _LOST_THING.search(sentence) else "other"
