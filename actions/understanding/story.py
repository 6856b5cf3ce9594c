"""The facts of a complaint that its story tells, in the shape of the draft."""

from datetime import datetime
from typing import Any

from actions.understanding import dates, items, money, people, places
from actions.understanding.contacts import own_contact
from actions.understanding.gazetteer import Area
from actions.understanding.own_dni import find_own_dni
from actions.understanding.text import capped, fold
from vocabulary.places import Place


def extract(text: str, *, now: datetime, incident_type: str | None = None) -> dict[str, Any]:
    """The facts of a story; what it does not tell is None or empty. The kind of incident, where it is known, helps."""
    text = capped(text)
    moment = dates.find(text, now=now)
    things = items.find(text, incident_type=incident_type)
    suspects = people.find_suspects(text)
    dni = find_own_dni(text)
    phones = [phone for phone in people.find_phones(text) if phone[3:] != dni]
    return {
        "incident_type": incident_type,
        "occurred_at": moment.fact if moment else None,
        "place": places.find(text).fact,
        "items": [item.fact for item in things],
        "amount_lost": amount_lost(text, things),
        "suspects": suspects.fact if suspects != people.Suspects() else None,
        "weapon": people.find_weapon(text),
        "phone_mentioned": phones[0] if len(phones) == 1 else _own_phone(text, dni) or next(iter(phones), None),
        "document_number": dni,
    }


def _own_phone(text: str, dni: str | None) -> str | None:
    phone = own_contact(text)
    return phone if phone and phone[3:] != dni else None


def amount_lost(text: str, things: tuple[items.Item, ...]) -> dict[str, object] | None:
    """Cash, transfers and ransom really lost, or the total stated; never the value of one thing."""
    folded = fold(capped(text))
    valued = [t for t in things if t.amount is not None and t.kind != "cash"]
    free = []
    for found in money.find(folded):
        holder = next((t for t in valued if t.amount == found.amount and t.currency == found.currency), None)
        if holder:
            valued.remove(holder)
        else:
            free.append(found)
    lost = money.lost(folded, tuple(free))
    if lost:
        return lost.fact
    cash = [t for t in things if t.kind == "cash" and t.amount is not None]
    if not cash:
        return None
    return {"amount": sum(t.amount or 0 for t in cash if t.currency == cash[0].currency), "currency": cash[0].currency}


def place_candidates(text: str, *, within: Area | None = None, asked: bool = False) -> tuple[Place, ...]:
    """The districts that the place of a story may be, most likely first; one where the text settles it."""
    return places.find(text, within=within, asked=asked).candidates
