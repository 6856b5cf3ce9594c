"""Which contacts of a complaint a one-time code may go to.

Never a line or mailbox that may be in other hands, and in a restricted case only what its victim called safe. Where
the words leave a doubt nothing is sent: identity is then proved at a station.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import phonenumbers

from api.outbox.senders import Channel
from api.outbox.service import Contact
from vocabulary.incidents import IncidentType

_COUNTRY, _REGION = 51, "PE"
_PHONE = (
    r"(?:cel|celu|celular\w*|fono|telf?|tlf|telefono\w*|telef|movil\w*|smartphone|cell ?phone|i ?phone|equipo (?:celular|movil)"
    r"|mi equipo|chip|sim|sim ?card|e ?sim|mi linea(?! de credito)|samsung|galaxy|redmi|xiaomi|motorola|huawei|oppo|infinix|tecno"
    r"|realme|nokia|zte)"
)
_CARD = r"(?:mi chip|el chip|sim|sim ?card|e ?sim|mi linea(?! de credito))"
_TAKEN = r"(?:rob|quit|arranch|arrebat|sac|perd|llev|hurt|olvid|extravi|despoj|jal|asalt|gan|prest|cay|dej)\w*"
_NOT_MINE = re.compile(
    rf"\b(?:por|desde|en|con) (?:el |mi |un )?{_PHONE}\b|\b(?:su|el) numero de {_PHONE}\b"
    rf"|\b(?:funda|cargador|case|protector|mica|cable|audifono)\w* (?:de|del|para) (?:mi |el )?{_PHONE}\b|\b{_PHONE} del? (?:testigo|ladron|otro)\b"
)
"""A telephone that the words do not say to be lost: one spoken by, another's, or what belongs to one."""
_PHONE_TAKEN = re.compile(rf"\b{_TAKEN}\b[^.]{{0,60}}\b{_PHONE}\b|\b{_PHONE}\b[^.]{{0,40}}\b{_TAKEN}\b")
_NUMBER_GONE = re.compile(
    r"\b(?:perd|ya no|port|oper|clon|cambi|hack|rob)\w*\b[^.]{0,40}\b(?:numero|whats?app|wsp|operador\w*)\b"
    r"|\b(?:numero|whats?app|wsp)\b[^.]{0,40}\b(?:ya no|port|clon|hack|rob)\w*\b|\bsin senal\b|\bduplicad[oa]\b|\bsim ?swap\w*\b"
)
_MY_LINE = re.compile(rf"\b(?:mi|mis) (?:{_PHONE}|numero|linea|whats?app|wsp)\b|\bclon\w*\b")
_MY_MAILBOX = re.compile(
    r"\b(?:mi|mis) (?:correos?|e ?mails?|gmail|hotmail|outlook|yahoo|icloud|cuenta de (?:google|gmail|correo))\b"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HARMLESS = frozenset((
    "por", "al", "a", "el", "la", "las", "los", "mi", "mis", "en", "de", "del", "y", "o", "u", "entre", "desde",
    "hasta", "antes", "despues", "correo", "correos", "email", "e", "mail", "gmail", "hotmail", "whatsapp", "wsp",
    "wasap", "celular", "cel", "telefono", "numero", "movil", "sms", "mensaje", "mensajes", "texto", "solo",
    "solamente", "unicamente", "mejor", "si", "llamar", "llamen", "llamenme", "llameme", "llame", "llamada",
    "llamadas", "escribir", "escriban", "escribanme", "escribame", "escriba", "mandar", "mandenme", "enviar",
    "enviarme", "envienme", "hora", "horas", "am", "pm", "h", "hrs", "manana", "mananas", "tarde", "tardes",
    "noche", "noches", "mediodia", "dia", "dias", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado",
    "sabados", "domingo", "domingos", "cualquier", "todo", "todos", "siempre", "es", "seguro", "segura", "este",
    "pueden", "puede", "favor", "personal", "propio", "contacto",
))  # fmt: skip
"""The only words that a text on safe contact may have beside the contacts themselves, to be believed."""


def contacts(complaint: dict[str, Any], *, restricted: bool, line_taken: bool) -> list[Contact]:
    """The contacts of a complaint (as its statement has it) that a code may go to, the phone first.

    ``line_taken`` is what ``takes_line`` says of it and of what its complainant told later.
    """
    phones = list(_numbers(complaint.get("phone") or ""))
    if restricted:
        safe = called_safe(complaint.get("safe_contact") or "")
        lost = (
            [one for one in safe if one.channel is Channel.SMS and (one in phones or not phones)] if line_taken else []
        )
        return [one for one in safe if one not in lost]
    found: list[Contact] = [] if line_taken else phones
    if complaint.get("email") and not (
        _is_cybercrime(complaint) and _MY_MAILBOX.search(_plain(complaint["narrative"]))
    ):
        found = [*found, Contact(Channel.EMAIL, complaint["email"])]
    return found


def takes_line(complaint: dict[str, Any], supplements: Iterable[str]) -> bool:
    """Whether the complainant's line may be in other hands: a telephone or its card is among what was lost or taken, here
    or in what was added, or the account speaks of the number as gone."""
    items = complaint.get("items") or ()
    if any(item["kind"] == "phone" for item in items):
        return True
    things = [_plain(" ".join(str(item.get(part) or "") for part in ("description", "brand"))) for item in items]
    if any(re.search(rf"\b{_PHONE}\b", _NOT_MINE.sub(" ", thing)) for thing in things):
        return True
    narrative = _NOT_MINE.sub(" ", _plain(complaint.get("narrative") or ""))
    if re.search(rf"\b{_CARD}\b", narrative) or _PHONE_TAKEN.search(narrative) or _NUMBER_GONE.search(narrative):
        return True
    if _is_cybercrime(complaint) and _MY_LINE.search(narrative):
        return True
    own = re.sub(r"\D", "", complaint.get("phone") or "")[-9:]
    return any(_speaks_of_line(_plain(text), own) for text in supplements)


def _speaks_of_line(text: str, own: str) -> bool:
    """Whether an addition speaks of the telephone at all, or of its number."""
    mentioned = re.search(rf"\b{_PHONE}\b", _NOT_MINE.sub(" ", text)) or _NUMBER_GONE.search(text)
    return bool(mentioned) or bool(own and own in re.sub(r"\D", "", text))


def _is_cybercrime(complaint: dict[str, Any]) -> bool:
    return bool(complaint["incident_type"] == IncidentType.CYBERCRIME)


def called_safe(text: str) -> list[Contact]:
    """What a text on how to be reached safely names, if it says nothing else: a warning has too many words to know them."""
    if not says_only_how(text):
        return []
    mails = [Contact(Channel.EMAIL, found) for found in _EMAIL.findall(text)]
    return [*_numbers(_EMAIL.sub(" ", text)), *mails]


def says_only_how(text: str) -> bool:
    """Whether a text on how to be reached safely has no words but harmless ones."""
    return all(word in _HARMLESS for word in re.findall(r"[a-z]+", _plain(_EMAIL.sub(" ", text))))


def _numbers(text: str) -> Iterator[Contact]:
    """Peruvian mobile numbers; SMS go to no other country."""
    for match in phonenumbers.PhoneNumberMatcher(text, _REGION):
        number = match.number
        mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        if number.country_code == _COUNTRY and mobile:
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            yield Contact(Channel.SMS, e164)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold().replace("-", " "))
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())
