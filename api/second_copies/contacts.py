"""Which contacts of a complaint a one-time code may go to.

Never a line or mailbox that may be in other hands, and in a restricted case only what its victim called safe. Where
the words leave a doubt nothing is sent: identity is then proved at a station.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import phonenumbers

from api.outbox.senders import Channel
from api.outbox.service import Contact
from vocabulary.incidents import IncidentType

_COUNTRY, _REGION = 51, "PE"
_TELEPHONE = re.compile(
    r"\b(?:celular\w*|m[oó]vil\w*|tel[eé]fono\w*|smartphone\w*|iphone\w*|equipo\w*|chips?|sim|e-?sim|mi l[ií]nea)\b",
    re.IGNORECASE,
)
_CARD = re.compile(r"\b(?:chips?|sim|e-?sim|mi l[ií]nea)\b", re.IGNORECASE)
_LINE_TAKEN = re.compile(
    rf"{_TELEPHONE.pattern}|\b(?:n[uú]mero\w*|clon\w*|sin señal|duplicad[oa]\w*|whats?app|wsp)\b", re.IGNORECASE
)
_GONE = r"(?:rob|quit|arranch|arrebat|sac|perd|llev|hurt|olvid|extravi|despoj|jal)\w*"
_PHONE = r"(?:celular|tel[eé]fono|m[oó]vil|smartphone|iphone)"
_PHONE_GONE = re.compile(rf"\b{_GONE}\b[^.]{{0,60}}\b{_PHONE}\b|\b{_PHONE}\b[^.]{{0,40}}\b{_GONE}\b", re.IGNORECASE)
_MAILBOX_TAKEN = re.compile(r"\b(?:correos?|e-?mails?|gmail|hotmail|outlook|yahoo|icloud|cuentas?)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;\n]|\.(?:\s|$)|\bpero\b|\bsino\b", re.IGNORECASE)
_DANGER = re.compile(
    r"\b(?:no|ni|nunca|jam[aá]s|tampoco|evit\w*|peligr\w*|revis\w*|control\w*|ve|lee\w*|tiene|quit[oó]|"
    r"espos[oa]|parej\w*|marido|conviviente|enamorad[oa]|novi[oa]|ex|[eé]l|ella|agresor\w*|suegr[oa])\b",
    re.IGNORECASE,
)
_SAFE = re.compile(
    r"\b(?:s[ií]|mejor|sol[oa]|s[oó]lo|[uú]nicamente|us(?:e|en|ar)|escr[ií]b\w*|ll[aá]m\w*|m[aá]nd\w*|env[ií]\w*|por|al?)"
    r"(?:\s+(?:al?|por|el|la|mi|este|correo|e-?mail|n[uú]mero|celular|whats?app|wsp|:))*\s*:?\s*$",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def contacts(complaint: dict[str, Any], *, restricted: bool, line_taken: bool) -> list[Contact]:
    """The contacts of a complaint (as its statement has it) that a code may go to, the phone first.

    ``line_taken`` is what ``takes_line`` says of it and of what its complainant told later.
    """
    if restricted:
        return list(_called_safe(complaint.get("safe_contact") or ""))
    found: list[Contact] = []
    if complaint.get("phone") and not line_taken:
        found += [contact for _, contact in _numbers(complaint["phone"])]
    if complaint.get("email") and not _cybercrime_told_of(complaint, _MAILBOX_TAKEN):
        found.append(Contact(Channel.EMAIL, complaint["email"]))
    return found


def takes_line(complaint: dict[str, Any], supplements: Iterable[str]) -> bool:
    """Whether the complainant's line may be in other hands: a telephone or its card is among what was lost or taken, here
    or in what was added, or a cybercrime speaks of it."""
    items = complaint.get("items") or ()
    told = [" ".join(str(item.get(part) or "") for part in ("description", "brand")) for item in items]
    return (
        any(item["kind"] == "phone" for item in items)
        or any(_TELEPHONE.search(text) for text in (*told, *supplements))
        or any(gone.search(complaint.get("narrative") or "") for gone in (_CARD, _PHONE_GONE))
        or _cybercrime_told_of(complaint, _LINE_TAKEN)
    )


def _cybercrime_told_of(complaint: dict[str, Any], taken: re.Pattern[str]) -> bool:
    return complaint["incident_type"] == IncidentType.CYBERCRIME and bool(taken.search(complaint["narrative"] or ""))


def _called_safe(text: str) -> Iterator[Contact]:
    """What a text on how to be reached safely names. A text that warns of anything is believed only where it says,
    right before a contact, that this is the one to use."""
    warns = bool(_DANGER.search(text))
    for clause in _CLAUSE.split(text):
        for start, contact in _named(clause):
            if not warns or (not _DANGER.search(clause) and _SAFE.search(clause[:start])):
                yield contact


def _named(text: str) -> Iterator[tuple[int, Contact]]:
    yield from _numbers(text)
    for match in _EMAIL.finditer(text):
        yield match.start(), Contact(Channel.EMAIL, match[0])


def _numbers(text: str) -> Iterator[tuple[int, Contact]]:
    """Peruvian mobile numbers and where they stand; SMS go to no other country."""
    for match in phonenumbers.PhoneNumberMatcher(text, _REGION):
        number = match.number
        mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        if number.country_code == _COUNTRY and mobile:
            e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            yield match.start, Contact(Channel.SMS, e164)
