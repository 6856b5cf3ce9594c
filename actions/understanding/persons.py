"""Answers that say who somebody is, how to reach them and for whom they speak."""

import re
from typing import Any

from actions.understanding import dates, identity, names, people
from actions.understanding.numbers import spelled_to_figures
from actions.understanding.own_dni import find_own_dni
from actions.understanding.polarity import yes_no
from actions.understanding.reply import Context, Reading, is_none
from actions.understanding.text import capped, cleaned, fold


def name(text: str, context: Context) -> Reading | None:
    """The name of a person, with the document or telephone told beside it."""
    found = names.read_name(text)
    if not found:
        return None
    facts: dict[str, Any] = {}
    if number := find_own_dni(text):
        facts |= {"document_type": "dni", "document_number": number}
    if phones := people.find_phones(text):
        facts["phone"] = phones[0]
    return Reading(found[0], sure=found[1], facts=facts)


def document_type(text: str, context: Context) -> Reading | None:
    """The kind of document, with its number where that is told too."""
    number = identity.read_document_number(text, context.document_type)
    kind = identity.read_document_type(text) or (number[1] if number else None)
    if kind is None:
        return None
    facts: dict[str, Any] = {"document_type": kind}
    if number and kind != "none" and re.search(r"\d{6}", re.sub(r"\D", "", text)):
        facts["document_number"] = number[0]
    return Reading(kind, sure=True, facts=facts)


def document_number(text: str, context: Context) -> Reading | None:
    """A document's number, or that there is none."""
    if found := identity.read_document_number(text, context.document_type):
        number, kind, sure = found
        return Reading(number, sure=sure, facts={"document_type": kind} if kind else {})
    if identity.read_document_type(text) == "none" and not re.search(r"\d{5}", text):
        if re.search(r"\b(?:a la mano|conmigo|aqui|ahorita|en este momento)\b", fold(text)):
            return None
        return Reading(False, sure=True, facts={"document_type": "none"})
    return None


def phone(text: str, context: Context) -> Reading | None:
    """A telephone in E.164, or that there is none."""
    if found := identity.read_phone(text):
        return Reading(found[0], sure=found[1], facts={"phone": found[0]})
    return _lacking(text, _PHONES)


def email(text: str, context: Context) -> Reading | None:
    """An e-mail address, or that there is none."""
    if found := identity.read_email(text):
        return Reading(found[0], sure=found[1], facts={"email": found[0]})
    return _lacking(text, _EMAILS)


_HAVE = r"(?:tengo|uso|hay|cuento con|manejo|poseo|he tenido|tuve|tenemos|existe)"
_PHONES = r"(?:celular|cel|telefono|fono|numero|linea|chip)"
_EMAILS = r"(?:correo|email|e-mail|mail|gmail|internet)"


def _lacking(text: str, noun: str) -> Reading | None:
    """That there is no such thing: "no tengo correo", "correo no manejo", "nunca he tenido"."""
    folded = fold(capped(text))
    lacks = re.search(
        rf"\b(?:no|nunca|jamas|ni|tampoco) (?:\w+ )?{_HAVE} (?:\w+ )?{noun}|\b{noun} (?:\w+ )?no(?:\W|$)(?! (?:es|era|esta|funciona))",
        folded,
    )
    if is_none(text) or (lacks and not re.search(r"\d{4}|@|\?|\bno (?:se|recuerdo|me acuerdo|quiero)\b", folded)):
        return Reading(False, sure=True)
    return None


_ADDRESS_LEAD = re.compile(
    r"^\W*(?:(?:hola|bueno|si|claro|ya|este|pues)[\s,]+)*(?:(?:yo )?(?:vivo|resido|vivimos|domicilio|radico|estoy viviendo|me ubico|estoy) (?:actualmente )?(?:en|por)|(?:mi |la )?(?:direccion|domicilio|casa)(?: actual)? ?(?:es|queda|esta|:)(?: en)?|es en|en)\b[\s:,]*"
)
_ADDRESS = re.compile(
    r"\b(?:av|avenida|jr|jiron|calle|ca|psje|pasaje|urb|urbanizacion|mz|manzana|lote|lt|aahh|asentamiento|prolongacion|sector|barrio|block|dpto|departamento|km|condominio|edificio|int|cooperativa|pueblo joven|comunidad|anexo|caserio|centro poblado)\b"
)


def address(text: str, context: Context) -> Reading | None:
    """Where somebody lives, without the words around it, or that there is no address."""
    if is_none(text):
        return Reading(False, sure=True)
    kept = cleaned(text)
    lead = _ADDRESS_LEAD.match(fold(kept))
    rest = kept[lead.end() :] if lead and len(kept) - lead.end() > 3 else kept
    if not re.search(r"[^\W\d_]{2}", rest):
        return None
    return Reading(rest, sure=bool(_ADDRESS.search(fold(rest)) and re.search(r"\d", rest)), facts={"address": rest})


_AGE = re.compile(
    r"^(?:(?:ella|el|la (?:nina|chica|senora)|mi \w+|creo|que|como|mas o menos|unos|aproximadamente|ya|pues|recien|solo|apenas)[ ,]+)*"
    r"(?:(?:tiene|tenia|tendra|cumplio|edad:?|es de|de|anda por los|son)[ ,]+)?(?:(?:como|mas o menos|unos|casi|solo|ya|recien|apenas|los)[ ,]+)*(\d{1,3})"
    r"(?: ?(?:anos|anitos|ano|anito|primaveras)\b.*| ?(?:nomas|mas o menos|cumplidos|recien cumplidos|creo|pues|pe)?\W*$)"
)
_AGE_SAID = re.compile(
    r"\b(?:tiene|tenia|cumplio|edad (?:es |de )?|de) (?:como |unos |casi |solo |ya |recien )?(\d{1,3}) (?:anos|anitos|ano|anito)\b"
)
_MONTHS_OLD = re.compile(r"(?:^|\b(?:tiene|de) )\d{1,2} (?:meses|mesecitos|semanas|dias)\b")
_MOST_YEARS = 115
_MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "setiembre",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
_SHORT_MONTH = re.compile(r"(?<=\d)[-/ .](ene|feb|mar|abr|may|jun|jul|ago|set|sep|oct|nov|dic)[-/ .]+(?=\d)")
_DAY_OF_MONTH = re.compile(rf"\b(\d{{1,2}}) de ({'|'.join(_MONTHS)})\b|\b({'|'.join(_MONTHS)}) (\d{{1,2}})\b")
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b|\bdel? (?:ano )?(\d\d)\b(?! de)|\bpor el (\d\d)\b")


def _together(folded: str) -> str:
    """A date of birth whose month is cut short or whose year stands apart, written as one."""
    folded = re.sub(r"\bd\b", "de", folded)
    folded = _SHORT_MONTH.sub(lambda m: f" de {next(name for name in _MONTHS if name.startswith(m[1]))} de ", folded)
    figures = spelled_to_figures(folded)
    day, year = _DAY_OF_MONTH.search(figures), _YEAR.search(figures)
    if not day or not year or year.start() > day.start():
        return folded
    return f"{day[1] or day[4]} de {day[2] or day[3]} de {year[1] or year[2] or year[3]}"


def birth_date(text: str, context: Context) -> Reading | None:
    """A date of birth; or the age alone, which is a fact without a value."""
    folded = fold(capped(text))
    for said in (folded, _together(folded)):
        if born := dates.find_birth_date(said, now=context.now):
            return Reading(born.isoformat(), sure=True)
    figures = spelled_to_figures(folded, least=1).strip(" .,!¡")
    if coming := re.search(r"\b(?:va a cumplir|cumplira|por cumplir|cumple) (?:los )?(\d{1,2})\b(?! de)", figures):
        return Reading(None, sure=True, facts={"age": int(coming[1]) - 1})
    found = (
        _AGE.match(figures) or _AGE_SAID.search(figures) or re.search(r"\bedad (?:es |de |: ?)?(\d{1,3})\b", figures)
    )
    if found and int(found[1]) <= _MOST_YEARS:
        return Reading(None, sure=True, facts={"age": int(found[1])})
    return Reading(None, sure=True, facts={"age": 0}) if _MONTHS_OLD.search(figures) else None


_KIN = (
    r"(?:(?:ex|mejor|propi[oa]|unic[oa]) ?)?(?:(?:hij|niet|herman|sobrin|prim|ti|abuel|suegr|cunad|amig|vecin|novi|enamorad|espos|companer|emplead|alumn|ahijad|inquilin|jef|soci|nen|chic|viej|flac|gord|pequen)"
    r"(?:it|uit|ecit|cit)?(?:o|a|os|as)\b|(?:mama|papa|mami|papi|mamita|papito|mamacita|madre|padre|padrastro|madrastra|hijastr[oa]|padrin[oa]|madrina|comadre|compadre|caser[oa]|marido|mujer|senora?|pareja|conviviente|ex|menor|bebe"
    r"|causa|pata|bateria|yerno|nuera|familia\w*|gente|papas|padres|patron[a]?|trabajador[a]?|cliente|paciente|profesora?)\b)"
)
_OTHER = re.compile(
    rf"\b(?:mis?|una?|el|la|los|las|su|nuestr[oa]) {_KIN}|\b(?:otr[oa] persona|otr[oa]s?|alguien mas|terceros?|no (?:es |fue |soy )?(?:por mi|a mi|yo|para mi|conmigo)|ella|a el|de el|por el|para el|no me paso a mi|x ?a? mi h(?:no|na|ij)\w*|en (?:nombre|representacion) de|(?:mi|la) (?:empresa|institucion|junta|asociacion)|una (?:persona|conocida|desconocida|senora|chica|joven)|un (?:conocido|desconocido|senor|joven))\b"
)
_SELF = re.compile(
    rf"\b(?<!no )(?:(?:a|por|para|pa|sobre|de) mi(?: mism[oa]| persona)?(?! {_KIN})(?! \w+(?:it[oa]|cit[oa])\b)(?=\W*$|[,.;]| no\b| me\b| pe\b| pues\b| nomas\b| solit[oa]\b| sol[oa]\b| y\b| fue\b| es\b| que\b)|yo mism[oa]|soy yo|fui yo|yo soy (?:la|el) (?:victima|agraviad[oa]|afectad[oa]|que)|soy (?:la|el) (?:victima|agraviad[oa]|afectad[oa])|es (?:mia|mio|personal)|(?:la|el|lo) mi[oa]|me (?:paso|ocurrio|sucedio|robaron|asaltaron|pego|golpeo) a mi|conmigo|por mi (?:cuenta|persona)|a mi nombre|(?:y|e) yo (?:estab|ib|somos|mism)|agraviad[oa] soy|y yo\b|propia|a titulo personal)"
    r"|^\W*(?:yo(?: pues| pe| nomas)?|mio|mia|personal|para mi|mi persona)\W*$"
)


_NOT_SELF = re.compile(
    r"\bno (?:(?:me )?(?:es|fue|era|paso|ocurrio|sucedio|soy) )?(?:(?:a|por|para) mi|yo|mi[oa])\b|\byo no fui\b|\bno me (?:paso|ocurrio|sucedio)\b"
)


def reporting_for(text: str, context: Context) -> Reading | None:
    """Whether the writer speaks of themselves; who does so of both, too, speaks for themselves."""
    kept, folded = cleaned(text), fold(capped(text))
    if not re.search(r"[^\W\d_]", kept) or "?" in kept:
        return None
    if _SELF.search(folded) and not _NOT_SELF.search(folded):
        return Reading(kept, sure=True, facts={"reporting_for": "self"})
    if _OTHER.search(folded) or _NOT_SELF.search(folded):
        return Reading(kept, sure=True, facts={"reporting_for": "other"})
    value = yes_no(text)
    return Reading(kept, facts={} if value is None else {"reporting_for": "self" if value else "other"})


_NO_CONTACT = re.compile(
    r"\bno (?:quiero|deseo|quisiera) (?:que me (?:contacten|busquen|ubiquen|molesten)\b(?! (?:por|al|en la))|(?:ningun(?:a)? )?(?:contacto|comunicacion)|saber nada)|\b(?:no me|que no me|nunca me) (?:contacten|busquen|ubiquen)\b(?! (?:por|al|en|de|antes|despues|a la))"
    r"|\bno se (?:comuniquen|contacten) conmigo\b(?! (?:por|al|en|de|antes|despues|a la))|\b(?:de|por) (?:ningun|ninguna) (?:modo|manera|forma|medio|lado)\b|\bno hay (?:forma|manera|modo|hora) segur[oa]\b"
)
_THIS_WAY = re.compile(
    r"\b(?:solo|salvo|excepto|unicamente|mejor|pero|prefiero|nomas|por (?:aqui|aca|este|whats\w*|wasap|correo|mensaje|chat))\b"
)


def safe_contact(text: str, context: Context) -> Reading | None:
    """How and when it is safe to reach somebody, in their words; False where they want no contact at all."""
    kept, folded = cleaned(text), fold(capped(text))
    if is_none(text) or (_NO_CONTACT.search(folded) and not _THIS_WAY.search(folded)):
        return Reading(False, sure=True)
    return Reading(kept) if re.search(r"\w", kept) else None


_PERSONAL = re.compile(
    r"^\W*(?:no\b(?!.*\b(?:ruc|empresa es)\b)|(?:es |fue |a titulo )?personal\b|(?:es |son |era )?(?:mi[oa]s?|por mi|para mi|a mi nombre)\b|(?:soy )?persona natural\b|a titulo personal|por mi cuenta|ninguna\b|nada\b|negativo\b|nop\b|nel\b)"
)
_RUC = re.compile(r"(?<!\d)(\d(?:[ .-]?\d){10})(?!\d)")
_RUC_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_NOT_A_COMPANY = re.compile(
    r"^\W*(?:(?:yo )?soy\b|mi cargo|cargo\b|como (?:su )?(?:gerente|administrador|representante|empleado)|si+\W*$|claro\W*$)"
)
_COMPANY_LEAD = re.compile(
    r"^\W*(?:(?:si|claro|ya|bueno|con|el|la|de|mi|por|una|y|a nombre|es|en nombre|en representacion)[ ,]+)*(?:(?:ruc|numero|nro|n°|es|empresa|razon social|se llama|llamada|denominada|nombre)[ :,]*(?:(?:es|la|de|se llama|llamada)[ :]+)*)*"
)


_COMPANY_TAIL = re.compile(r"(?i)[ ,]*\b(?:con )?(?:n[uú]mero de )?ruc\b.*$")


def company(text: str, context: Context) -> Reading | None:
    """The company on whose behalf somebody reports: its RUC if the check digit is right, and its name."""
    kept, folded = cleaned(text), fold(capped(text))
    found = _RUC.search(folded)
    if not found and _PERSONAL.match(folded):
        return Reading(False, sure=True)
    if "?" in kept or not re.search(r"\w", kept) or (yes_no(kept) is not None and len(kept.split()) <= 2):
        return None
    number = re.sub(r"\D", "", found[1]) if found else ""
    ruc = number if valid_ruc(number) else None
    parts = [part.strip() for part in re.split(r"[,;\n]|\by soy\b", _RUC.sub(",", kept))]
    named = [part for part in parts if re.search(r"[^\W\d_]{2}", part) and not _NOT_A_COMPANY.match(fold(part))]
    titles = (_COMPANY_TAIL.sub("", part[_lead(part) :]).strip(" .:-") for part in named)
    name = next(filter(None, titles), None)
    return Reading(kept, sure=ruc is not None, facts={"company": {"ruc": ruc, "name": name}})


def _lead(part: str) -> int:
    """Where the name of a company begins."""
    found = _COMPANY_LEAD.match(fold(part))
    return found.end() if found else 0


def valid_ruc(number: str) -> bool:
    """Whether eleven digits are a RUC by SUNAT's check digit."""
    if len(number) != 11 or number[:2] not in ("10", "15", "16", "17", "20"):
        return False
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(number, _RUC_WEIGHTS, strict=False)) % 11
    return int(number[10]) == rest % 10
