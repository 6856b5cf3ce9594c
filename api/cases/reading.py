"""A case as its officer reads it: what was told field by field, what was said, and what happened."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases import related
from api.cases import service as cases
from api.cases.models import Case, CaseEntry
from api.clock import in_lima
from api.complaints import service as complaints
from api.conversations import service as conversations
from api.copies import links
from api.copies import service as copies
from api.copies.models import Copy
from api.second_copies import service as second_copies
from api.second_copies.service import Reach
from api.security import KeyRing
from api.staff.models import StaffMember
from api.stations.models import Station
from documents.frame import Kind
from vocabulary.cases import EntryKind, Role
from vocabulary.sentences import sentence
from vocabulary.wording import amount_text, item_text, moment_text, place_text

type Value = str | list[str]


def _label(table: str) -> Callable[[Any], str]:
    return lambda value: sentence(f"labels.{table}.{value}")


def _told(name: str, **values: object) -> str:
    return sentence(f"labels.told_value.{name}").format(**values)


def _yes(value: bool) -> str:
    return _told("yes" if value else "no")


def _place(place: dict[str, Any]) -> str:
    text = place_text(place)
    if place["latitude"] is None or place["longitude"] is None:
        return text
    return _told("coordinates", text=text, latitude=place["latitude"], longitude=place["longitude"])


def _suspects(suspects: dict[str, Any]) -> str:
    known = suspects["known_to_victim"]
    parts = [
        _told("count", count=suspects["count"]) if suspects["count"] is not None else None,
        None if known is None else _told("known_to_victim" if known else "not_known_to_victim"),
    ]
    return ", ".join(part for part in parts if part)


def _item(item: dict[str, Any]) -> str:
    details = item["description"] if item["kind"] != "other" else None
    return f"{item_text(item)}: {details}" if details else item_text(item)


FACTS: Mapping[str, Callable[[Any], Value]] = MappingProxyType(
    {
        "incident_type": _label("incident_type"),
        "occurred_at": moment_text,
        "place": _place,
        "items": lambda items: [_item(item) for item in items],
        "amount_lost": amount_text,
        "payment_details": str,
        "others_numbers": lambda found: [_told(one["kind"], value=one["value"]) for one in found],
        "phone_mentioned": str,
        "suspects": _suspects,
        "suspects_description": str,
        "weapon": _yes,
        "witnesses": str,
        "injuries": str,
        "vehicle": str,
        "damage": str,
        "company": str,
        "missing_person": str,
        "evidence_note": str,
        "anything_else": str,
        "safe_now": _yes,
        "office": lambda office: _told(office),
    }
)
"""What a complaint says of the incident beside the account itself, in the order in which it is read."""

PERSON: Mapping[str, Callable[[Any], Value]] = MappingProxyType(
    {
        "anonymous": _yes,
        "full_name": str,
        "document_type": _label("document_type"),
        "document_number": str,
        "reporting_for": lambda whom: _told(whom),
        "victim_name": str,
        "relationship": str,
        "birth_date": str,
        "minor": _yes,
        "phone": str,
        "email": str,
        "address": str,
        "safe_contact": str,
        "consented_at": lambda at: in_lima(datetime.fromisoformat(at)),
        "sworn_at": lambda at: in_lima(datetime.fromisoformat(at)),
    }
)
"""What it says of who complains, and for whom."""


def _fields(complaint: dict[str, Any], table: Mapping[str, Callable[[Any], Value]]) -> Iterator[tuple[str, Value]]:
    for name, words in table.items():
        if complaint.get(name) not in (None, "", []) and (value := words(complaint[name])):
            yield sentence(f"labels.told.{name}"), value


@dataclass(frozen=True)
class Account:
    """The statement as it was filed; ``unsaid`` are the labels of what it does not say. ``supplements`` are what was added
    later, each with its moment."""

    narrative: str
    language: str
    filed_at: datetime
    sha256: str
    facts: Sequence[tuple[str, Value]]
    person: Sequence[tuple[str, Value]]
    unsaid: Sequence[str]
    supplements: Sequence[tuple[datetime, str]]


async def account_of(session: AsyncSession, *, case: Case, keys: KeyRing) -> Account:
    """What was told, every field of it."""
    filed, *added = await complaints.statements_of(session, case=case, keys=keys)
    content = json.loads(filed.content)
    facts, person = (list(_fields(content["complaint"], table)) for table in (FACTS, PERSON))
    said = {label for label, _ in (*facts, *person)}
    labels = (sentence(f"labels.told.{name}") for name in (*FACTS, *PERSON))
    return Account(
        narrative=content["complaint"]["narrative"],
        language=content.get("language", "es"),
        filed_at=filed.made_at,
        sha256=filed.sha256,
        facts=facts,
        person=person,
        unsaid=[label for label in labels if label not in said],
        supplements=[(one.made_at, json.loads(one.content)["supplement"]) for one in added],
    )


@dataclass(frozen=True)
class Line:
    """A message of the conversation."""

    sender: str
    at: datetime
    text: str


@dataclass(frozen=True)
class Event:
    """An entry with what its note says and the name of who made it; ``joined`` is the number of the case that it was joined
    with, where whoever reads may know of it."""

    entry: CaseEntry
    note: str | None
    who: str | None
    joined: str | None


@dataclass(frozen=True)
class History:
    """What happened in a case, oldest first, and what of it waits for an answer. ``names`` and ``stations`` name the ids
    that its entries hold."""

    events: Sequence[Event]
    unanswered: Sequence[Event]
    names: Mapping[str, str]
    stations: Mapping[str, str]


@dataclass(frozen=True)
class Reading:
    """Everything that the page of a case shows; a paper that is not issued yet has no link."""

    account: Account
    history: History
    conversation: Sequence[Line]
    papers: Sequence[tuple[Copy, str | None]]
    reach: Reach


async def history_of(
    session: AsyncSession, *, case: Case, member: StaffMember, keys: KeyRing, after: int = 0
) -> History:
    """What happened in a case, from the entry after a number on, as a member of staff may know it: why two cases were
    joined stays in the station that joined them."""
    key, entries = cases.key_of(case, keys), await cases.entries_of(session, case=case)
    people = {entry.actor_id for entry in entries} | {case.assigned_to, *_held(entries, EntryKind.ASSIGNMENT)}
    moved = {case.station_id, case.handling_station_id, *_held(entries, EntryKind.TRANSFER)}
    names, stations = await _names(session, StaffMember, people), await _names(session, Station, moved)
    numbers = {entry.number: str((entry.detail or {})["case"]) for entry in entries if entry.kind == EntryKind.JOIN}
    known = await related.tellable(session, numbers=set(numbers.values()), member=member)
    elsewhere = set() if member.role == Role.AUDITOR else _joined_elsewhere(entries, case)
    events = [
        Event(
            entry,
            None if entry.number in elsewhere else cases.note_of(entry, key),
            names.get(str(entry.actor_id)),
            number if (number := numbers.get(entry.number)) in known else None,
        )
        for entry in entries
    ]
    waiting = {entry.number for entry in cases.unanswered(entries)}
    return History(
        events=[event for event in events if event.entry.number > after],
        unanswered=[event for event in events if event.entry.number in waiting],
        names=names,
        stations=stations,
    )


def _joined_elsewhere(entries: Sequence[CaseEntry], case: Case) -> set[int]:
    """The joins that were made while another station than now had the case."""
    found, station = set[int](), str(case.handling_station_id)
    for entry in reversed(entries):
        if entry.kind == EntryKind.TRANSFER and entry.detail:
            station = entry.detail["from"]
        elif entry.kind == EntryKind.JOIN and station != str(case.handling_station_id):
            found.add(entry.number)
    return found


def _held(entries: Sequence[CaseEntry], kind: EntryKind) -> Iterator[uuid.UUID]:
    """The ids that the entries of a kind hold."""
    for entry in entries:
        if entry.kind == kind and entry.detail:
            yield from map(uuid.UUID, entry.detail.values())


async def _names(
    session: AsyncSession, table: type[StaffMember] | type[Station], ids: Iterable[uuid.UUID | None]
) -> Mapping[str, str]:
    rows = await session.execute(select(table.id, table.name).where(table.id.in_(one for one in ids if one)))
    return {str(found): name for found, name in rows}


async def read(session: AsyncSession, *, case: Case, member: StaffMember, keys: KeyRing, at: datetime) -> Reading:
    """A whole case as a member of staff may know it, with a link to each of its papers that were issued."""
    key = cases.key_of(case, keys)
    said = [
        (message, conversations.content_of(message, key))
        for message in await conversations.record_of(session, case=case)
    ]
    return Reading(
        account=await account_of(session, case=case, keys=keys),
        history=await history_of(session, case=case, member=member, keys=keys),
        conversation=[
            Line(message.sender, message.created_at, content.get("text") or content.get("title") or "")
            for message, content in said
        ],
        papers=[
            (copy, links.document_url(copy.verification_code, keys=keys, at=at) if copy.issued_at else None)
            for copy in await copies.of_case(session, case=case)
            if copy.kind != Kind.CASE_FILE
        ],
        reach=await second_copies.reach(session, case=case, keys=keys),
    )
