"""What an answer is read into, and the readings that many steps share."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from actions.understanding.polarity import yes_no
from actions.understanding.text import capped, cleaned, fold
from vocabulary.places import Place


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
class Context:
    """What is known around an answer: when it was written, the titles offered, and what the draft holds."""

    now: datetime
    options: Sequence[str]
    document_type: str | None
    place: Mapping[str, Any] | None
    likely: str | None


type Reader = Callable[[str, Context], Reading | None]


_NONE = re.compile(
    r"^\W*(?:(?:que|la verdad|lamentablemente|pues|mire|este|bueno|no,|creo que)[\s,]+)*(?:(?:por ahora |por el momento |ahorita |yo )?no,? ?(?:tengo|hay|hubo|habia|vi|existe\w*|cuento con|poseo|uso|manejo|dispongo|me acompanaba|estaba con)(?: (?:a )?"
    r"(?:nadie|nada|ningun[oa]?|testigos?|pruebas?|evidencias?|fotos?|videos?|correo|email|e-mail|telefono|celular|numero|eso|mas|algun[oa]?|que (?:agregar|anadir|decir)|lesion\w*|heridas?|danos?|imei|boleta|el numero|la placa|ninguna?|alguien|direccion"
    r"|caja|documentos?|dni|otr[oa]|mas (?:datos|informacion|que \w+)|cuenta|a la mano|aun|todavia|ahorita|por ahora|y|o|ni|de|electronico|la|el|los|las|mi|una?|fija?|propio))*|ningun[oa]?(?: (?:testigo|prueba|lesion|dano|herida|correo)\w*)?|nadie(?: (?:me )?(?:vio|estaba|fue)(?: nada)?)?|nada(?: mas)?|no,? (?:nada|ningun[oa]|nadie)(?: mas)?|sin (?:testigos?|pruebas?|correo|lesiones|danos)"
    r"|no (?:me |nos )?(?:robaron|quitaron|llevaron|falta|perdi|se llevaron) nada|no creo|estaba sol[oa]|(?:yo )?(?:iba|andaba) sol[oa]|no|nop|nel|negativo|no gracias|nada,? gracias|eso es todo|es todo|eso nomas|seria todo|no,? eso es todo|eso seria todo|no recuerdo a nadie|cero)[\s.!,]*(?:gracias|por ahora|senor\w*|mas|todavia|aun|pe|amigo)?[\s.!,]*$"
)


_BARE_YES = re.compile(
    r"^\W*(?:(?:si+p?|claro|ya|ok|bueno|por supuesto|aja|hay|hubo|tengo|pe|pues|que|por favor)\b\W*){1,4}$"
)


def is_none(text: str) -> bool:
    """Whether a text says that there is none."""
    return bool(_NONE.search(fold(capped(text))))


def free(text: str, context: Context) -> Reading | None:
    """What was said, cleaned."""
    kept = cleaned(text)
    return Reading(kept) if re.search(r"\w", kept) else None


def free_or_none(text: str, context: Context) -> Reading | None:
    """What was said, or that there is none, or that there is without saying what."""
    if is_none(text):
        return Reading(False, sure=True)
    if _BARE_YES.match(fold(capped(text))):
        return Reading(True)
    return free(text, context)


_GRANTS = re.compile(
    r"\b(?:acept|autoriz|consient|permit|confirm|declar|jur[oa]|promet)\w*|\b(?:doy|dare|tienen?|brindo|otorgo|con) (?:\w+ )?(?:permiso|autorizacion|consentimiento|palabra)\b|\b(?:de acuerdo|(?:es|fue) (?:la )?(?:pura )?verdad|es ciert[oa]|ciert[oa] es|pueden? (?:usar|guardar|registrar)\w*|us(?:e|en|a) (?:nomas|mis)|permiso (?:doy|tienen?)|autorizad[oa]|h[aá]g[ae]l[ao]|pregunte\w*|te la doy|verdad\w* verdad\w*|(?:ya|bueno) (?:pues|pe|ya)\b)"
)
_DECLINES = re.compile(
    r"\bno (?:\w+ ){0,2}(?:acept|autoriz|consient|permit|confirm|declar|jur|promet|doy|quiero|deseo|puedo|va a poder|tengo tiempo|moleste)\w*|\b(?:otro dia|otra vez sera|(?:la|para la) proxima|mas tarde|despues|ahora no|ahorita no|en otro momento|mejor no|paso\b)"
)
_UNDECIDED = re.compile(r"^\W*(?:no (?:se|entiendo|entendi|recuerdo|me acuerdo)|tal ?vez|quizas?|depende|ni idea)\b")


def polar(text: str, context: Context) -> Reading | None:
    """Yes or no."""
    value = yes_no(text)
    folded = fold(capped(text))
    if value is None and "?" not in text and not _UNDECIDED.search(folded):
        value = False if _DECLINES.search(folded) else True if _GRANTS.search(folded) else None
    plain = len(text.split()) <= 5 or (_GRANTS.search(folded) and "?" not in text)
    return None if value is None else Reading(value, sure=bool(plain))
