"""What a complaint says in the order in which the police's own system (SIDPOL) takes a denuncia, to register it there without
typing it again. How sure that order is: ``docs/decisions/0020``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api import csv
from api.cases.models import Case
from api.cases.reading import FACTS, PERSON
from api.clock import in_lima
from api.complaints import service as complaints
from api.security import KeyRing
from vocabulary.sentences import sentence, table


@dataclass(frozen=True)
class Field:
    """One field of the sheet, with its part and its label; ``value`` is empty where the complaint does not say it."""

    part: str
    label: str
    value: str


async def sheet(session: AsyncSession, *, case: Case, keys: KeyRing) -> Sequence[Field]:
    """Every field in order."""
    complaint = await complaints.complaint_of(session, case=case, keys=keys)
    added = await complaints.supplements_of(session, case=case, keys=keys)
    found = dict(_values(case, complaint, added))
    return [
        Field(sentence(f"sidpol.part.{part}"), label, found.get(f"{part}.{name}", ""))
        for part in table("sidpol.part")
        for name, label in table(f"sidpol.{part}").items()
    ]


def as_csv(case: Case, fields: Sequence[Field]) -> str:
    """The sheet as a file that a spreadsheet opens, in UTF-8 with its mark."""
    rows = [(one.part, one.label, one.value) for one in fields]
    head = (sentence("sidpol.csv.part"), sentence("sidpol.csv.field"), sentence("sidpol.csv.value"))
    number = (sentence("sidpol.csv.case"), "", case.number)
    return "\ufeff" + "".join(csv.row(row) for row in (head, number, *rows))


def _values(case: Case, complaint: dict[str, Any], added: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "fact.kind", sentence(f"labels.incident_type.{case.confirmed_type or case.incident_type}")
    yield "fact.filed_at", in_lima(case.filed_at)
    if when := complaint["occurred_at"]:
        year, month, day = when["date"].split("-")
        yield "fact.date", f"{day}/{month}/{year}"
        yield "fact.time", when["time"] or ""
    place = complaint["place"] or {}
    for name in ("department", "province", "district", "ubigeo", "detail"):
        yield f"place.{name}", place.get(name) or ""
    if place.get("latitude") is not None and place.get("longitude") is not None:
        yield "place.coordinates", f"{place['latitude']}, {place['longitude']}"
    for name in ("full_name", "document_type", "document_number", "phone", "email", "address"):
        yield f"complainant.{name}", _worded(complaint, name)
    for name in ("victim_name", "relationship", "birth_date"):
        yield f"victim.{name}", _worded(complaint, name)
    for name in ("suspects", "suspects_description", "others_numbers", "witnesses", "weapon"):
        yield f"others.{name}", _worded(complaint, name)
    plates = [item["plate"] for item in complaint["items"] if item["plate"]]
    yield "things.vehicle", "\n".join(part for part in (complaint["vehicle"], *plates) if part)
    for name in ("items", "amount_lost", "payment_details", "damage"):
        yield f"things.{name}", _worded(complaint, name)
    yield "account.narrative", "\n\n".join((complaint["narrative"], *added))


def _worded(complaint: dict[str, Any], name: str) -> str:
    """A field in words; several values one to a line."""
    if complaint.get(name) in (None, "", []):
        return ""
    words = {**FACTS, **PERSON}[name](complaint[name])
    return words if isinstance(words, str) else "\n".join(words)
