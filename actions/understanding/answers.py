"""What an answer says at a step: the value as the contract writes it, and the facts to put into the draft.

``False`` is the answer that there is none ("no tengo", "no hay testigos", "no vi a nadie", "nada más"), at every step
where having none is an answer; ``None`` is a text without a usable value for the step.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actions.understanding import choices, dates, identity, items, money, people, places
from actions.understanding.gazetteer import Area
from actions.understanding.numbers import dictated_digits
from actions.understanding.polarity import yes_no
from actions.understanding.story import amount_lost
from actions.understanding.text import capped, cleaned, fold
from vocabulary.codes import find_case_number, find_code
from vocabulary.places import Place
from vocabulary.steps import Step

__all__ = ["Reading", "read", "yes_no"]


@dataclass(frozen=True)
class Reading:
    """The value of an answer; ``sure`` where the text decisively is one, so that a classifier may be overruled.

    ``facts`` are fields of the draft that the answer gives beside or as its value; ``candidates`` are the districts (or
    codes of languages) among which the text leaves a doubt, and then the value is None.
    """

    value: Any
    sure: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    candidates: tuple[Place | str, ...] = ()


@dataclass(frozen=True)
class _Context:
    now: datetime
    options: Sequence[str]
    document_type: str | None
    place: Mapping[str, Any] | None


type _Reader = Callable[[str, _Context], Reading | None]


def read(
    step: Step,
    text: str,
    *,
    now: datetime,
    options: Sequence[str] = (),
    document_type: str | None = None,
    place: Mapping[str, Any] | None = None,
) -> Reading | None:
    """The reading of a text as the answer to a step, or None if it has no usable value for it.

    ``options`` are the titles offered at ``clarify``; ``document_type`` and ``place`` are what the draft already holds.
    """
    if not text.strip():
        return None
    return _READERS.get(step, _free)(text, _Context(now, options, document_type, place))


def _polar(text: str, context: _Context) -> Reading | None:
    value = yes_no(text)
    return None if value is None else Reading(value, sure=len(text.split()) <= 5)


_STOP = re.compile(
    r"^\W*(?:si,? )?(?:cancel\w*|anul\w*|ya no (?:quiero|deseo)|no quiero (?:seguir|continuar)|elimin\w*|borr\w*|dejal[oa]|deja\w* ahi|sal(?:ir|go)|termin\w*|mejor no sigo)\b"
)
_GO_ON = re.compile(
    r"\b(?:sigamos|sigo|seguir|segui(?:r|mos)|continu\w*|no (?:la |lo )?(?:canceles?|cancelar|anules?|borres?)|sigue|sigan|siga|me equivoque|prosig\w*|quiero terminar(?:la)?)\b"
)


def _cancel(text: str, context: _Context) -> Reading | None:
    folded = fold(capped(text))
    stops = _STOP.search(folded) or re.search(r"\b(?:si,? )(?:quiero )?(?:cancel|anul|borr)\w*", folded)
    if _GO_ON.search(folded) and not re.search(
        r"\bno (?:quiero |deseo |voy a )?(?:seguir|continu\w*|sigamos|sigas|sigo)\b", folded
    ):
        return Reading(False, sure=True)
    if stops:
        return Reading(True, sure=True)
    return _polar(text, context)


_UNSAFE = re.compile(
    r"\b(?:sigue[n]? (?:aqui|aca|ahi|afuera|en la|cerca|golpe|peg|amenaz)\w*|no (?:estoy|estamos|me siento|nos sentimos) (?:a salvo|segur[oa]s?|bien)|todavia (?:esta|estan|no|sigue)|aun (?:esta|estan|no)"
    r"|tengo miedo|siguiendo|ayud\w+|auxilio|socorro|esta afuera|estan afuera|me persigue\w*|me sigue\w*|en peligro|herid[oa]|sangr\w+|no se (?:ha ido|fue|han ido|fueron))\b"
)
_SAFE = re.compile(
    r"\b(?:(?:ya )?(?:estoy|estamos|me encuentro|nos encontramos) (?:a salvo|segur[oa]s?|bien|en (?:mi )?casa|en un lugar seguro|tranquil[oa]s?|lejos|mejor|fuera de peligro|en la comisaria|con)|a salvo|(?:ya )?se (?:fue|fueron|ha ido|han ido|escap\w+)"
    r"|(?:ya )?(?:paso|termino|llego la policia|llegaron)|segur[oa]\b|fuera de peligro|lugar seguro|en (?:mi )?casa|no (?:hay|corro|estoy en) peligro|sin peligro)\b"
)


def _safe(text: str, context: _Context) -> Reading | None:
    folded = fold(capped(text))
    if _UNSAFE.search(folded) and not re.search(r"\bya no (?:sigue|esta|me sigue)", folded):
        return Reading(False, sure=True)
    if _SAFE.search(folded):
        return Reading(True, sure=True)
    return _polar(text, context)


def _confirm(text: str, context: _Context) -> Reading | None:
    folded = fold(capped(text))
    step = choices.read_field(text)
    wrong = re.search(
        r"\b(?:mal|equivoc\w*|error(?:es)?|incorrect\w*|correg\w+|corrij\w+|corrig\w+|cambi\w+|modific\w+|no es|no son|falta\w*|falto|no era|no fue|menos|excepto|salvo|editar|arregl\w+|actualiz\w+)\b",
        folded,
    )
    if wrong and not re.search(
        r"\b(?:no (?:hay|veo|tiene) (?:ningun )?error|nada (?:mal|que (?:corregir|cambiar))|sin error\w*|no falta nada|no (?:quiero|hay que) (?:corregir|cambiar))",
        folded,
    ):
        return Reading(False, sure=True, facts={"field": step.value} if step else {})
    if re.search(
        r"\b(?:sin errores?|nada (?:mal|que (?:corregir|cambiar))|no hay (?:ningun )?error\w*|no falta nada|registr\w+|envi\w+|presentar?l?a?|procede\w*|firm\w+)\b",
        folded,
    ):
        return Reading(True, sure=True)
    value = yes_no(text)
    if value is None:
        return Reading(False, facts={"field": step.value}) if step and not re.search(r"[?¿]", text) else None
    return Reading(value, sure=len(text.split()) <= 6, facts={"field": step.value} if step and not value else {})


_NONE = re.compile(
    r"^\W*(?:(?:que|la verdad|lamentablemente|pues|mire|este|bueno|no,|creo que)[\s,]+)*(?:(?:por ahora |por el momento |ahorita |yo )?no,? ?(?:tengo|hay|hubo|habia|vi|existe\w*|cuento con|poseo|uso|manejo|dispongo|me acompanaba|estaba con)(?: (?:a )?"
    r"(?:nadie|nada|ningun[oa]?|testigos?|pruebas?|evidencias?|fotos?|videos?|correo|email|e-mail|telefono|celular|numero|eso|mas|algun[oa]?|que (?:agregar|anadir|decir)|lesion\w*|heridas?|danos?|imei|boleta|el numero|la placa|ninguna?|alguien|direccion"
    r"|caja|documentos?|dni|otr[oa]|mas (?:datos|informacion|que \w+)|cuenta|a la mano|aun|todavia|ahorita|por ahora|y|o|ni|de|electronico|la|el|los|las|mi|una?|fija?|propio))*|ningun[oa]?(?: (?:testigo|prueba|lesion|dano|herida|correo)\w*)?|nadie(?: (?:me )?(?:vio|estaba|fue)(?: nada)?)?|nada(?: mas)?|no,? (?:nada|ningun[oa]|nadie)(?: mas)?|sin (?:testigos?|pruebas?|correo|lesiones|danos)"
    r"|no (?:me |nos )?(?:robaron|quitaron|llevaron|falta|perdi|se llevaron) nada|no creo|estaba sol[oa]|(?:yo )?(?:iba|andaba) sol[oa]|no|nop|nel|negativo|no gracias|nada,? gracias|eso es todo|es todo|eso nomas|seria todo|no,? eso es todo|eso seria todo|no recuerdo a nadie|cero)[\s.!,]*(?:gracias|por ahora|senor\w*|mas|todavia|aun|pe|amigo)?[\s.!,]*$"
)


_BARE_YES = re.compile(
    r"^\W*(?:(?:si+p?|claro|ya|ok|bueno|por supuesto|aja|hay|hubo|tengo|pe|pues|que|por favor)\b\W*){1,4}$"
)


def _none(text: str) -> bool:
    return bool(_NONE.search(fold(capped(text))))


def _free(text: str, context: _Context) -> Reading | None:
    kept = cleaned(text)
    return Reading(kept) if re.search(r"\w", kept) else None


def _free_or_none(text: str, context: _Context) -> Reading | None:
    if _none(text):
        return Reading(False, sure=True)
    if _BARE_YES.match(fold(capped(text))):
        return Reading(True)
    return _free(text, context)


def _name(text: str, context: _Context) -> Reading | None:
    found = identity.read_name(text)
    if not found:
        return None
    facts: dict[str, Any] = {}
    if number := people.find_document_number(text):
        facts |= {"document_type": "dni", "document_number": number}
    if phones := people.find_phones(text):
        facts["phone"] = phones[0]
    return Reading(found[0], sure=found[1], facts=facts)


def _document_type(text: str, context: _Context) -> Reading | None:
    number = identity.read_document_number(text, context.document_type)
    kind = identity.read_document_type(text) or (number[1] if number else None)
    if kind is None:
        return None
    facts: dict[str, Any] = {"document_type": kind}
    if number and kind != "none" and re.search(r"\d{6}", re.sub(r"\D", "", text)):
        facts["document_number"] = number[0]
    return Reading(kind, sure=True, facts=facts)


def _document_number(text: str, context: _Context) -> Reading | None:
    if found := identity.read_document_number(text, context.document_type):
        number, kind, sure = found
        return Reading(number, sure=sure, facts={"document_type": kind} if kind else {})
    if identity.read_document_type(text) == "none" and not re.search(r"\d{5}", text):
        if re.search(r"\b(?:a la mano|conmigo|aqui|ahorita|en este momento)\b", fold(text)):
            return None
        return Reading(False, sure=True, facts={"document_type": "none"})
    return None


def _phone(text: str, context: _Context) -> Reading | None:
    if found := identity.read_phone(text):
        return Reading(found[0], sure=found[1], facts={"phone": found[0]})
    return Reading(False, sure=True) if _none(text) else None


def _email(text: str, context: _Context) -> Reading | None:
    if found := identity.read_email(text):
        return Reading(found[0], sure=found[1], facts={"email": found[0]})
    return Reading(False, sure=True) if _none(text) else None


_ADDRESS_LEAD = re.compile(
    r"^\W*(?:(?:hola|bueno|si|claro|ya|este|pues)[\s,]+)*(?:(?:yo )?(?:vivo|resido|vivimos|domicilio|radico|estoy viviendo|me ubico|estoy) (?:actualmente )?(?:en|por)|(?:mi |la )?(?:direccion|domicilio|casa)(?: actual)? ?(?:es|queda|esta|:)(?: en)?|es en|en)\b[\s:,]*"
)
_ADDRESS = re.compile(
    r"\b(?:av|avenida|jr|jiron|calle|ca|psje|pasaje|urb|urbanizacion|mz|manzana|lote|lt|aahh|asentamiento|prolongacion|sector|barrio|block|dpto|departamento|km|condominio|edificio|int|cooperativa|pueblo joven|comunidad|anexo|caserio|centro poblado)\b"
)


def _address(text: str, context: _Context) -> Reading | None:
    if _none(text):
        return Reading(False, sure=True)
    kept = cleaned(text)
    lead = _ADDRESS_LEAD.match(fold(kept))
    rest = kept[lead.end() :] if lead and len(kept) - lead.end() > 3 else kept
    if not re.search(r"[^\W\d_]{2}", rest):
        return None
    return Reading(rest, sure=bool(_ADDRESS.search(fold(rest)) and re.search(r"\d", rest)), facts={"address": rest})


def _incident_type(text: str, context: _Context) -> Reading | None:
    found = choices.read_incident_type(text)
    return Reading(found[0].value, sure=found[1], facts={"incident_type": found[0].value}) if found else None


def _occurred_at(text: str, context: _Context) -> Reading | None:
    moment = dates.find(text, now=context.now, lenient=True)
    if moment is None:
        return None
    return Reading(moment.iso, sure=len(text.split()) <= 12, facts={"occurred_at": moment.fact})


def _place(text: str, context: _Context) -> Reading | None:
    known = context.place or {}
    within = Area(known["department"], known.get("province")) if known.get("department") else None
    found = places.find(text, within=within, asked=True)
    fact = found.fact
    if found.place:
        return Reading(
            found.place.district, sure=len(text.split()) <= 12, facts={"place": fact}, candidates=found.candidates
        )
    if found.candidates or fact:
        return Reading(
            None, sure=bool(found.candidates), facts={"place": fact} if fact else {}, candidates=found.candidates
        )
    return None


def _items(text: str, context: _Context) -> Reading | None:
    if _none(text):
        return Reading(False, sure=True, facts={"items": []})
    things = items.find(text, asked=True)
    kept = cleaned(text)
    if not re.search(r"\w", kept):
        return None
    facts: dict[str, Any] = {"items": [thing.fact for thing in things]} if things else {}
    if lost := amount_lost(text, things):
        facts["amount_lost"] = lost
    return Reading(kept, sure=bool(things), facts=facts)


def _amount(text: str, context: _Context) -> Reading | None:
    if _none(text):
        return Reading(False, sure=True)
    found = money.find(text, bare=True)
    if not found:
        return None
    lost = money.lost(fold(capped(text)), found) or max(found, key=lambda m: m.amount)
    return Reading(cleaned(text), sure=True, facts={"amount_lost": lost.fact})


def _suspects(text: str, context: _Context) -> Reading | None:
    if _none(text) or re.search(
        r"^\W*no (?:los |lo |la |le )?(?:vi|alcance a ver|pude ver)\b[\w ]{0,16}\W*$", fold(capped(text))
    ):
        return Reading(False, sure=True)
    kept = cleaned(text)
    if not re.search(r"\w", kept):
        return None
    suspects, weapon = people.find_suspects(text, asked=True), people.find_weapon(text)
    facts: dict[str, Any] = {}
    if suspects != people.Suspects():
        facts["suspects"] = suspects.fact
    if weapon is not None:
        facts["weapon"] = weapon
    return Reading(kept, sure=bool(facts), facts=facts)


def _narrative(text: str, context: _Context) -> Reading | None:
    kept = cleaned(text)
    return Reading(kept, sure=len(kept.split()) > 12) if len(re.findall(r"\w{2,}", kept)) >= 2 else None


def _field(text: str, context: _Context) -> Reading | None:
    step = choices.read_field(text)
    return Reading(step.value, sure=len(text.split()) <= 8, facts={"field": step.value}) if step else None


def _clarify(text: str, context: _Context) -> Reading | None:
    index = choices.read_option(text, context.options)
    return None if index is None else Reading(index, sure=True)


def _case_number(text: str, context: _Context) -> Reading | None:
    if number := find_case_number(capped(text)):
        return Reading(number, sure=True)
    return Reading(False, sure=True) if _none(text) else None


def _code(text: str, context: _Context) -> Reading | None:
    text = capped(text)
    starts = (m.start() for m in re.finditer(r"(?<!\w)(?=\w{4}[\s-]?\w{4})", text))
    code = find_code(text) or next((found for at in starts if (found := find_code(text[at : at + 22]))), None)
    return Reading(code, sure=True) if code else None


def _otp(text: str, context: _Context) -> Reading | None:
    joined = re.sub(r"(?<=\d)[ -](?=\d)", "", dictated_digits(fold(capped(text))))
    found = re.search(r"(?<!\d)(\d{6})(?!\d)", joined)
    return Reading(found[1], sure=True) if found else None


def _score(text: str, context: _Context) -> Reading | None:
    score = choices.read_score(text)
    return None if score is None else Reading(score, sure=len(text.split()) <= 4)


def _language(text: str, context: _Context) -> Reading | None:
    found = choices.read_languages(text)
    if len(found) == 1:
        return Reading(found[0].value, sure=True)
    return Reading(None, sure=True, candidates=tuple(language.value for language in found)) if found else None


def _birth_date(text: str, context: _Context) -> Reading | None:
    born = dates.find_birth_date(text, now=context.now)
    return Reading(born.isoformat(), sure=True) if born else None


_POLAR = (Step.CONSENT, Step.OATH, Step.SURVEY_OFFER, Step.OPERATOR_CONFIRM)
_OPEN = (
    Step.WITNESSES,
    Step.EVIDENCE,
    Step.INJURIES,
    Step.DAMAGE,
    Step.ANYTHING_ELSE,
    Step.SURVEY_COMMENT,
    Step.PAYMENT_DETAILS,
)
_READERS: dict[Step, _Reader] = {
    **dict.fromkeys(_POLAR, _polar),
    **dict.fromkeys(_OPEN, _free_or_none),
    Step.CANCEL_CONFIRM: _cancel,
    Step.SAFE_NOW: _safe,
    Step.CONFIRM: _confirm,
    Step.FULL_NAME: _name,
    Step.VICTIM_NAME: _name,
    Step.DOCUMENT_TYPE: _document_type,
    Step.DOCUMENT_NUMBER: _document_number,
    Step.COPY_IDENTITY: _document_number,
    Step.PHONE: _phone,
    Step.EMAIL: _email,
    Step.ADDRESS: _address,
    Step.INCIDENT_TYPE: _incident_type,
    Step.OCCURRED_AT: _occurred_at,
    Step.PLACE: _place,
    Step.NARRATIVE: _narrative,
    Step.STOLEN_ITEMS: _items,
    Step.ITEM_DETAILS: _items,
    Step.VEHICLE: _items,
    Step.AMOUNT_LOST: _amount,
    Step.SUSPECTS: _suspects,
    Step.CORRECTION_FIELD: _field,
    Step.CLARIFY: _clarify,
    Step.COPY_CASE_NUMBER: _case_number,
    Step.STATUS_CASE_NUMBER: _case_number,
    Step.VERIFY_CODE: _code,
    Step.OTP: _otp,
    Step.SURVEY_SCORE: _score,
    Step.LANGUAGE_CHOICE: _language,
    Step.BIRTH_DATE: _birth_date,
}
