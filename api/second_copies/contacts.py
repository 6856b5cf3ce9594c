"""Which contacts of a complaint a one-time code may go to.

Never a line or mailbox that the complaint says is in other hands, and in a confidential case only what its complainant
called safe. Where none is left, identity is proved at a station.
"""

import re
from collections.abc import Iterator
from typing import Any

import phonenumbers

from api.outbox.senders import Channel
from api.outbox.service import Contact
from vocabulary.incidents import IncidentType

_REGION = "PE"
_LINE_TAKEN = re.compile(r"\b(?:chip|sim|e-?sim|l[ií]nea|sin señal|duplicad[oa])\b", re.IGNORECASE)
_MAILBOX_TAKEN = re.compile(r"\b(?:correo|e-?mail|gmail|hotmail|outlook|yahoo|icloud)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:\n]|\.(?:\s|$)|\b(?:pero|sino|mejor|solo|sólo)\b", re.IGNORECASE)
_UNSAFE = re.compile(r"\b(?:no|ni|nunca|jam[aá]s|tampoco|evite[n]?)\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def contacts(complaint: dict[str, Any], *, confidential: bool) -> list[Contact]:
    """The contacts of a complaint (as its statement has it) that a code may go to, the phone first."""
    if confidential:
        clauses = _CLAUSE.split(complaint.get("safe_contact") or "")
        named = ", ".join(clause for clause in clauses if not _UNSAFE.search(clause))
        return [*_numbers(named), *(Contact(Channel.EMAIL, found) for found in _EMAIL.findall(named))]
    found: list[Contact] = []
    if complaint.get("phone") and not _line_is_taken(complaint):
        found += _numbers(complaint["phone"])
    if complaint.get("email") and not _told_of(complaint, _MAILBOX_TAKEN):
        found.append(Contact(Channel.EMAIL, complaint["email"]))
    return found


def _numbers(text: str) -> Iterator[Contact]:
    for match in phonenumbers.PhoneNumberMatcher(text, _REGION):
        if phonenumbers.number_type(match.number) in (
            phonenumbers.PhoneNumberType.MOBILE,
            phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        ):
            yield Contact(Channel.SMS, phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))


def _line_is_taken(complaint: dict[str, Any]) -> bool:
    """Whether the line may be in other hands: a telephone is among the things lost, or a card was duplicated."""
    return any(item["kind"] == "phone" for item in complaint.get("items") or ()) or _told_of(complaint, _LINE_TAKEN)


def _told_of(complaint: dict[str, Any], taken: re.Pattern[str]) -> bool:
    return complaint["incident_type"] == IncidentType.CYBERCRIME and bool(taken.search(complaint["narrative"] or ""))
