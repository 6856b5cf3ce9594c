"""What an answer says at a step: the value as the contract writes it, and the facts to put into the draft.

``False`` is the answer that there is none ("no tengo", "no hay testigos", "no vi a nadie", "nada más"), at every step
where having none is an answer; ``None`` is a text without a usable value for the step.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from actions.understanding import choices, dates, identity, items, money, opinions, people, persons, places
from actions.understanding.gazetteer import Area
from actions.understanding.numbers import dictated_digits
from actions.understanding.plates import find_plate
from actions.understanding.polarity import yes_no
from actions.understanding.reply import Context, Reader, Reading, free, free_or_none, is_none, polar
from actions.understanding.story import amount_lost
from actions.understanding.text import capped, cleaned, fold
from actions.understanding.values import Item
from vocabulary.codes import find_case_number, find_code
from vocabulary.steps import Step

__all__ = ["Reading", "read", "yes_no"]


def read(
    step: Step,
    text: str,
    *,
    now: datetime,
    options: Sequence[str] = (),
    document_type: str | None = None,
    place: Mapping[str, Any] | None = None,
    likely: str | None = None,
) -> Reading | None:
    """The reading of a text as the answer to a step, or None if it has no usable value for it.

    ``options`` are the titles offered at ``clarify``; ``document_type`` and ``place`` are what the draft already holds;
    ``likely`` is the kind of incident that the classifier sees in the text, taken where its words name none.
    """
    if not text.strip():
        return None
    return _READERS.get(step, free)(text, Context(now, options, document_type, place, likely))


_STOP = re.compile(
    r"^\W*(?:si,? )?(?:cancel\w*|anul\w*|ya no (?:quiero|deseo)|no quiero (?:seguir|continuar)|elimin\w*|borr\w*|dejal[oa]|deja\w* ahi|sal(?:ir|go)|termin\w*|mejor no sigo)\b"
)
_GO_ON = re.compile(
    r"\b(?:sigamos|sigo|seguir|segui(?:r|mos)|continu\w*|no (?:la |lo )?(?:canceles?|cancelar|anules?|borres?)|sigue|sigan|siga|me equivoque|prosig\w*|quiero terminar(?:la)?)\b"
)


def _cancel(text: str, context: Context) -> Reading | None:
    folded = fold(capped(text))
    stops = _STOP.search(folded) or re.search(r"\b(?:si,? )(?:quiero )?(?:cancel|anul|borr)\w*", folded)
    if _GO_ON.search(folded) and not re.search(
        r"\bno (?:quiero |deseo |voy a )?(?:seguir|continu\w*|sigamos|sigas|sigo)\b", folded
    ):
        return Reading(False, sure=True)
    if stops:
        return Reading(True, sure=True)
    return polar(text, context)


_UNSAFE = re.compile(
    r"\b(?:sigue[n]? (?:aqui|aca|ahi|afuera|en la|cerca|golpe|peg|amenaz)\w*|no (?:estoy|estamos|me siento|nos sentimos) (?:a salvo|segur[oa]s?|bien)|todavia (?:esta|estan|no|sigue|viv\w+ con)|aun (?:esta|estan|no)"
    r"|tengo miedo|siguiendo|ayud\w+|auxilio|socorro|esta afuera|estan afuera|me persigue\w*|me sigue\w*|(?<!no estoy )en peligro|(?:estoy|esta|estan|hay|quede) (?:\w+ )?herid[oa]s?|sangr\w+|no se (?:ha ido|fue|han ido|fueron))\b"
)
_SAFE = re.compile(
    r"\b(?:(?:estoy|estamos|toy|tamos) (?:donde|lejos|en (?:mi|el|la|un|otra?)|chill|tranqui\w*|bien)|(?:esta|estan) (?:en cana|pres[oa]s?|detenid[oa]s?)|(?:ya )?(?:se l[oa]s? llev\w+|no vuelve|no ha vuelto|fue hace|termin\w+|termno)|respiro|bien estoy|(?:ya )?(?:estoy|estamos|me encuentro|nos encontramos) (?:a salvo|segur[oa]s?|bien|en (?:mi )?casa|en un lugar seguro|tranquil[oa]s?|lejos|mejor|fuera de peligro|en la comisaria|con)|a salvo|(?:ya )?se (?:fue|fueron|ha ido|han ido|escap\w+)"
    r"|(?:ya )?(?:paso|termino|llego la policia|llegaron)|segur[oa]\b|fuera de peligro|lugar seguro|en (?:mi )?casa|no (?:hay|corro|estoy en) peligro|sin peligro)\b"
)


def _safe(text: str, context: Context) -> Reading | None:
    folded = fold(capped(text))
    if _UNSAFE.search(folded) and not re.search(r"\bya no (?:sigue|esta|me sigue)", folded):
        return Reading(False, sure=True)
    if _SAFE.search(folded):
        return Reading(True, sure=True)
    return polar(text, context)


def _confirm(text: str, context: Context) -> Reading | None:
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
        r"\b(?:(?<!no )(?:esta|estan|todo|es|son|fue|lo veo|quedo|quedaron) (?:\w+ ){0,2}(?:correct[oa]s?|conformes?|bien|exact[oa]|perfect[oa]|en orden|ok|verdad)|tal cual|conform\w+|igualit[oa]|sin errores?|nada (?:mal|que (?:corregir|cambiar))|no hay (?:ningun )?error\w*|no falta nada|registr\w+|envi\w+|mand[ea]l[oa]|presentar?l?a?|procede\w*|firm\w+)\b",
        folded,
    ) and not re.search(r"\bno (?:la |lo )?(?:registr|envi|mand|present|firm|proced|estoy conforme)\w*", folded):
        return Reading(True, sure=True)
    value = yes_no(text)
    if value is None:
        return Reading(False, facts={"field": step.value}) if step and not re.search(r"[?¿]", text) else None
    return Reading(value, sure=len(text.split()) <= 6, facts={"field": step.value} if step and not value else {})


_NAMED = 5
"""Words up to which an answer names the kind; a longer one tells what happened, which the classifier reads better."""


def _incident_type(text: str, context: Context) -> Reading | None:
    found = choices.read_incident_type(text)
    if found and (context.likely is None or len(text.split()) <= _NAMED):
        return Reading(found[0].value, sure=found[1], facts={"incident_type": found[0].value})
    return Reading(context.likely, facts={"incident_type": context.likely}) if context.likely else None


_TAKEN_BACK = re.compile(
    r"^(?P<first>.{2,60}?)(?:,? ?\b(?:no,? (?:perdon|digo|miento|mejor dicho|que digo|espera|no)|perdon(?: no)?|digo|miento|mejor dicho|corrijo|me equivoque|que digo)\b|(?<=\w) no,| no (?=sino ))[\s,:.]*(?P<then>.+)$"
)


def _mended(text: str) -> str:
    """The text without what it takes back itself: "ayer no, anteayer", "el lunes, perdón, el martes"."""
    m = _TAKEN_BACK.match(fold(text))
    return text[m.start("then") :] if m else text


def _occurred_at(text: str, context: Context) -> Reading | None:
    said = capped(text)
    mended = _mended(said)
    moment = dates.find(mended, now=context.now, lenient=True)
    if moment is None and mended is not said:
        moment = dates.find(said, now=context.now, lenient=True)
    if moment is None:
        return None
    return Reading(moment.iso, sure=len(text.split()) <= 12, facts={"occurred_at": moment.fact})


def _place(text: str, context: Context) -> Reading | None:
    known = context.place or {}
    within = Area(known["department"], known.get("province")) if known.get("department") else None
    found = places.find(text, within=within, asked=True)
    fact = found.fact
    if found.place:
        return Reading(
            found.place.district, sure=len(text.split()) <= 12, facts={"place": fact}, candidates=found.candidates
        )
    named = bool(fact and fact.get("department")) and len(text.split()) <= 5
    if found.candidates or fact:
        return Reading(
            None,
            sure=bool(found.candidates) or named,
            facts={"place": fact} if fact else {},
            candidates=found.candidates,
        )
    return None


def _items(text: str, context: Context) -> Reading | None:
    if is_none(text):
        return Reading(False, sure=True, facts={"items": []})
    things = items.find(text, asked=True)
    kept = cleaned(text)
    if not re.search(r"\w", kept):
        return None
    facts: dict[str, Any] = {"items": [thing.fact for thing in things]} if things else {}
    if lost := amount_lost(text, things):
        facts["amount_lost"] = lost
    return Reading(kept, sure=bool(things), facts=facts)


_PLATED = re.compile(r"\b(?:placa|matricula|rodaje)\b|[a-z0-9]-[a-z0-9]|\b[a-z]\d[a-z] ?\d{3}\b|\b\d{4} ?\d[a-z]\b")
"""What makes letters and figures a plate and no model ("CGL 125")."""


def _vehicle(text: str, context: Context) -> Reading | None:
    """A vehicle, which may be told by its plate alone."""
    reading = _items(text, context)
    plate = find_plate(text)
    if (
        reading is None
        or not plate
        or not _PLATED.search(fold(capped(text)))
        or any(thing["plate"] for thing in reading.facts.get("items", ()))
    ):
        return reading
    things = reading.facts.get("items") or [Item("vehicle", 0, 0).fact]
    vehicle = next((thing for thing in things if thing["kind"] == "vehicle"), None)
    if vehicle is not None:
        vehicle["plate"] = plate
    return Reading(reading.value, sure=True, facts=reading.facts | {"items": things})


def _payment(text: str, context: Context) -> Reading | None:
    """To whom money went; the amount, where it is told that it is lost."""
    reading = free_or_none(text, context)
    if reading is None or reading.value is False:
        return reading
    lost = amount_lost(text, ())
    return Reading(reading.value, facts={"amount_lost": lost} if lost else {})


_NO_MONEY = re.compile(
    r"^\W*(?:casi )?nada\b|\b(?:plata|dinero|efectivo) (?:no|nada)\b|\bno (?:perdi|me quitaron|me sacaron|alcanzaron a|se llevaron) (?:\w+ )?(?:dinero|plata|nada|efectivo|sacar)\b"
)


def _amount(text: str, context: Context) -> Reading | None:
    folded = fold(capped(text))
    found = money.find(text, bare=True)
    if is_none(text) or (not found and _NO_MONEY.search(folded)):
        return Reading(False, sure=True)
    if len(found) > 1:  # "400 y después 350, los dos por yape" tells two amounts
        found = tuple(m for m in found if m.amount >= 10 or folded[m.start].isdigit()) or found
    if not found:
        return None
    lost = money.lost(folded, found) or max(found, key=lambda m: m.amount)
    return Reading(cleaned(text), sure=True, facts={"amount_lost": lost.fact})


def _suspects(text: str, context: Context) -> Reading | None:
    if is_none(text) or re.search(
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


def _narrative(text: str, context: Context) -> Reading | None:
    kept = cleaned(text)
    return Reading(kept, sure=len(kept.split()) > 12) if len(re.findall(r"\w{2,}", kept)) >= 2 else None


def _field(text: str, context: Context) -> Reading | None:
    step = choices.read_field(text)
    return Reading(step.value, sure=len(text.split()) <= 8, facts={"field": step.value}) if step else None


def _clarify(text: str, context: Context) -> Reading | None:
    if not context.options:
        return free(text, context)
    index = choices.read_option(text, context.options)
    return None if index is None else Reading(index, sure=True)


def _case_number(text: str, context: Context) -> Reading | None:
    if number := find_case_number(capped(text)):
        return Reading(number, sure=True)
    return Reading(False, sure=True) if is_none(text) else None


def _code(text: str, context: Context) -> Reading | None:
    text = capped(text)
    starts = (m.start() for m in re.finditer(r"(?<!\w)(?=\w{4}[\s-]?\w{4})", text))
    code = find_code(text) or next((found for at in starts if (found := find_code(text[at : at + 22]))), None)
    return Reading(code, sure=True) if code else None


def _otp(text: str, context: Context) -> Reading | None:
    dictated = dictated_digits(identity.with_figures(text))
    for gap in (r"(?<=\d)[ -](?=\d)", r"(?<=\d)[ ,.-]+(?=\d)"):
        joined = re.sub(gap, "", dictated)
        found = [(m[1], m.start(), m.end()) for m in re.finditer(r"(?<!\d)(\d{6})(?!\d)", joined)]
        if code := identity.preferred(found, joined):
            return Reading(code, sure=True)
    return None


def _language(text: str, context: Context) -> Reading | None:
    found = choices.read_languages(text)
    if len(found) == 1:
        return Reading(found[0].value, sure=True)
    return Reading(None, sure=True, candidates=tuple(language.value for language in found)) if found else None


_STAYS = re.compile(
    r"\b(?:no (?:hace falta|es necesari[oa]|quiero|gracias|por ahora|todavia)|no,? (?:prefiero|mejor|sigo|sigamos|contigo|con(?:tinua|tinuemos)?)|(?:con ?tigo|con (?:usted|el bot|la maquina)|por (?:aqui|aca|este)|asi) (?:nomas|no mas|mismo|esta bien)|(?:sigo|seguir|sigamos|seguimos|prefiero|mejor) (?:con ?tigo|(?:por )?(?:aqui|aca)|con (?:usted|el bot)|asi|que no))\b|\bprefiero que no\b"
)
_CALLS = re.compile(
    r"\b(?:que me (?:atienda|llame|ayude|hable|contacte)|(?:pas|comuniqu|conect|pong|deriv|transf)\w*(?:me|nos)|(?:con|a) (?:una?|el|la) (?:persona|humano|operador\w*|agente|policia|asesor\w*|efectivo|oficial|encargad[oa])|quiero (?:una? )?(?:persona|humano|operador\w*|agente|policia|hablar))\b"
)


_SOMEBODY = re.compile(r"\b(?:personas?|human[oa]|dama|polici\w+|operador\w*|oficial|efectivo|asesor\w*|alguien)\b")


def _operator(text: str, context: Context) -> Reading | None:
    folded = fold(capped(text))
    if _STAYS.search(folded) and not re.search(r"\bno quiero (?:seguir|hablar|continuar)\b", folded):
        return Reading(False, sure=True)
    if _CALLS.search(folded) or (_SOMEBODY.search(folded) and yes_no(text) is not False and "?" not in text):
        return Reading(True, sure=True)
    return polar(text, context)


_CENTRAL = re.compile(
    r"\b(?:central|mesa|fuera|lejos|afuera|otr[oa]|segunda|inspectoria|miedo|desconfio|no confio|(?:se enter|sabr|escuch)\w+|(?:zona|barrio|distrito|aqui|aca)\b[^,.;]* no$|(?:no|ni|menos|excepto) (?:a |en |por |la |quiero |con |que sea )*(?:de |la |comisaria |mi )*(?:mi )?(?:zona|barrio|distrito|comisaria|aqui|aca|cerca))\b"
)
_OWN_STATION = re.compile(
    r"\b(?:zona|barrio|distrito|cerca\w*|comisaria|aqui|aca|mi casa|local|primera|de siempre|misma|donde vivo|jurisdiccion)\b"
)


def _office(text: str, context: Context) -> Reading | None:
    """True for the station of their own district, False for the central desk outside of it."""
    folded = fold(capped(text))
    if "?" in text:
        return None
    if _CENTRAL.search(folded):
        return Reading(False, sure=True)
    return Reading(True, sure=True) if _OWN_STATION.search(folded) else polar(text, context)


_POLAR = (Step.CONSENT, Step.OATH, Step.SURVEY_OFFER)
_OPEN = (
    Step.WITNESSES,
    Step.EVIDENCE,
    Step.INJURIES,
    Step.ANYTHING_ELSE,
    Step.SURVEY_COMMENT,
)
_SCALES = (
    Step.SURVEY_SCORE,
    Step.SURVEY_EASE,
    Step.SURVEY_TREATMENT,
    Step.SURVEY_SPEED,
    Step.SURVEY_CLARITY,
    Step.SURVEY_LANGUAGE,
    Step.SURVEY_SAFE,
)
_READERS: dict[Step, Reader] = {
    **{step: partial(opinions.scale, step) for step in _SCALES},
    **dict.fromkeys(_POLAR, polar),
    **dict.fromkeys(_OPEN, free_or_none),
    Step.CANCEL_CONFIRM: _cancel,
    Step.SAFE_NOW: _safe,
    Step.CONFIRM: _confirm,
    Step.OPERATOR_CONFIRM: _operator,
    Step.FULL_NAME: persons.name,
    Step.VICTIM_NAME: persons.name,
    Step.DOCUMENT_TYPE: persons.document_type,
    Step.DOCUMENT_NUMBER: persons.document_number,
    Step.COPY_IDENTITY: persons.document_number,
    Step.PHONE: persons.phone,
    Step.CALLBACK_PHONE: persons.phone,
    Step.EMAIL: persons.email,
    Step.ADDRESS: persons.address,
    Step.INCIDENT_TYPE: _incident_type,
    Step.OCCURRED_AT: _occurred_at,
    Step.PLACE: _place,
    Step.NARRATIVE: _narrative,
    Step.STOLEN_ITEMS: _items,
    Step.ITEM_DETAILS: _items,
    Step.VEHICLE: _vehicle,
    Step.DAMAGE: _items,
    Step.PAYMENT_DETAILS: _payment,
    Step.AMOUNT_LOST: _amount,
    Step.SUSPECTS: _suspects,
    Step.CORRECTION_FIELD: _field,
    Step.CLARIFY: _clarify,
    Step.COPY_CASE_NUMBER: _case_number,
    Step.STATUS_CASE_NUMBER: _case_number,
    Step.VERIFY_CODE: _code,
    Step.OTP: _otp,
    Step.SURVEY_SOLVED: opinions.solved,
    Step.SURVEY_MISSING: opinions.missing,
    Step.SURVEY_GENDER: opinions.gender,
    Step.LANGUAGE_CHOICE: _language,
    Step.BIRTH_DATE: persons.birth_date,
    Step.REPORTING_FOR: persons.reporting_for,
    Step.SAFE_CONTACT: persons.safe_contact,
    Step.COMPANY: persons.company,
    Step.OFFICE: _office,
}
