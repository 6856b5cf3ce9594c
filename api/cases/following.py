"""How a case goes, in the words of whoever complained, and what they say and ask in it. Nothing of it is ever deleted."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Self

from pydantic import BaseModel
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases import service as cases
from api.cases.models import Case, CaseEntry, CaseFollower
from api.clock import LIMA
from api.complaints import service as complaints
from api.copies import service as copies
from api.errors import NotFound, NothingAsked, TooManyRequests
from api.security import KeyRing
from api.stations.models import Station
from vocabulary.cases import CaseStatus, EntryKind
from vocabulary.sentences import has_sentence, sentence

LONGEST = 4_000
"""Characters of what a citizen writes into a case at once."""
_OVER = (CaseStatus.REFERRED, CaseStatus.CLOSED, CaseStatus.DISMISSED)
_UNANSWERED = 10
_FOLLOWS = timedelta(minutes=30)


class About(StrEnum):
    """What a citizen asks for."""

    QUESTION = "question"
    CORRECT = "correct"
    WITHDRAW = "withdraw"


class Event(BaseModel):
    """One thing that happened: what, in a sentence, and what was written, if anything. ``ago`` is its age in words."""

    number: int
    at: datetime
    day: str
    ago: str
    own: bool
    says: str
    note: str | None

    @classmethod
    def of(cls, entry: CaseEntry, says: str, note: str | None, at: datetime) -> Self:
        day = entry.at.astimezone(LIMA).date()
        days = (at.astimezone(LIMA).date() - day).days
        ago = sentence("following.today") if days < 1 else sentence("following.yesterday")
        ago = sentence("following.days_ago", days=days) if days > 1 else ago
        return cls(
            number=entry.number, at=entry.at, day=f"{day:%d/%m/%Y}", ago=ago, own=entry.actor_id is None, says=says, note=note
        )  # fmt: skip


class Following(BaseModel):
    """``asked`` is what the police wait for, ``asking`` what the citizen waits for, the oldest first. Where it is not the
    ``whole``, only how the case stands is told, and none of what was written."""

    whole: bool
    case_number: str
    status: CaseStatus
    label: str
    meaning: str
    station: str
    sidpol_number: str | None
    events: list[Event]
    asked: list[Event]
    asking: list[Event]


async def follow(
    session: AsyncSession, *, case: Case, actor: str, keys: KeyRing, at: datetime, whole: bool = True
) -> Following:
    """What the complainant may know of a case; that they looked is written down. ``whole`` is for who has shown that it is
    theirs by more than a number and a document, which others know too."""
    entries = await cases.entries_of(session, case=case, visible_only=True) if whole else []
    key, words = cases.key_of(case, keys), await told(session, entries=entries)
    events = {
        entry.number: Event.of(entry, says, cases.note_of(entry, key), at)
        for entry, says in zip(entries, words, strict=True)
    }
    waiting = [(entry.kind, events[entry.number]) for entry in cases.unanswered(entries)]
    station = await session.get_one(Station, case.handling_station_id)
    audit.record(session, Act.CASE_FOLLOWED, actor=actor, subject=f"case:{case.id}", at=at)
    status = CaseStatus(case.status)
    return Following(
        whole=whole,
        case_number=case.number,
        status=status,
        label=sentence(f"labels.case_status.{status}"),
        meaning=sentence(f"talk.status_means.{status}"),
        station=station.name,
        sidpol_number=case.sidpol_number if whole else None,
        events=list(events.values()),
        asked=[event for kind, event in waiting if kind == EntryKind.INFORMATION_REQUEST],
        asking=[event for kind, event in waiting if kind == EntryKind.CITIZEN_REQUEST],
    )


async def told(session: AsyncSession, *, entries: Sequence[CaseEntry]) -> list[str]:
    """What each entry of a case (all that the citizen sees, in order) says to them, without its note."""
    named = {(entry.detail or {}).get("to") for entry in entries if entry.kind == EntryKind.TRANSFER}
    query = select(Station).where(Station.id.in_([uuid.UUID(one) for one in named if one]))
    stations = {str(station.id): station.name for station in await session.scalars(query)}
    statuses: list[str | None] = [None]
    for entry in entries:
        statuses.append(entry.status or statuses[-1])
    return [_says(entry, before, stations) for entry, (before, _) in zip(entries, pairwise(statuses), strict=True)]


def _says(entry: CaseEntry, before: str | None, stations: dict[str, str]) -> str:
    detail = entry.detail or {}
    match entry.kind:
        case EntryKind.STATUS | EntryKind.ASSIGNMENT if entry.status:
            again = entry.status == CaseStatus.UNDER_REVIEW and before in _OVER
            authority = f"labels.authority.{detail.get('authority')}"
            if entry.status == CaseStatus.REFERRED and has_sentence(authority):
                return sentence("following.status.referred_to", authority=sentence(authority))
            return sentence(f"following.status.{'again' if again else entry.status}")
        case EntryKind.CLASSIFICATION if "to" in detail:
            return sentence("following.event.classification", kind=sentence(f"labels.incident_type.{detail['to']}"))
        case EntryKind.TRANSFER if detail.get("to") in stations:
            return sentence("following.event.transfer", station=stations[detail["to"]])
        case EntryKind.SIDPOL if "number" in detail:
            return sentence("following.event.sidpol", number=detail["number"])
        case EntryKind.CITIZEN_REQUEST:
            return sentence(f"following.event.{About(detail['about'])}")
        case EntryKind.CALL if detail.get("reached"):
            return sentence("following.event.call_reached")
    key = f"following.event.{entry.kind}"
    return sentence(key) if has_sentence(key) and "{" not in sentence(key) else sentence("following.happened")


async def answer(session: AsyncSession, *, case: Case, text: str, keys: KeyRing, at: datetime) -> None:
    """What the citizen answers to what they were asked; the case is under review again. The same text as the last is taken once.

    Raises ``NothingAsked``.
    """
    await session.refresh(case, with_for_update=True)
    entries = await cases.entries_of(session, case=case)
    if _was_last(entries, EntryKind.CITIZEN_ANSWER, text, case, keys):
        return
    if not any(entry.kind == EntryKind.INFORMATION_REQUEST for entry in cases.unanswered(entries)):
        raise NothingAsked
    asked = case.status == CaseStatus.INFORMATION_REQUESTED
    await cases.add_entry(
        session,
        case=case,
        kind=EntryKind.CITIZEN_ANSWER,
        actor=None,
        at=at,
        keys=keys,
        status=CaseStatus.UNDER_REVIEW if asked else None,
        note=text[:LONGEST],
    )


async def ask(session: AsyncSession, *, case: Case, about: About, text: str, keys: KeyRing, at: datetime) -> None:
    """What the citizen asks for. The same as the last is taken once. Raises ``TooManyRequests`` where many have no reply yet."""
    await session.refresh(case, with_for_update=True)
    entries = await cases.entries_of(session, case=case)
    if _was_last(entries, EntryKind.CITIZEN_REQUEST, text, case, keys, about):
        return
    if sum(entry.kind == EntryKind.CITIZEN_REQUEST for entry in cases.unanswered(entries)) >= _UNANSWERED:
        raise TooManyRequests(timedelta(days=1))
    await cases.add_entry(
        session,
        case=case,
        kind=EntryKind.CITIZEN_REQUEST,
        actor=None,
        at=at,
        keys=keys,
        note=text[:LONGEST],
        detail={"about": about},
    )


def _was_last(
    entries: Sequence[CaseEntry], kind: EntryKind, text: str, case: Case, keys: KeyRing, about: About | None = None
) -> bool:
    """Whether the last thing that the citizen wrote is this very one."""
    own = [entry for entry in entries if entry.kind in (EntryKind.CITIZEN_ANSWER, EntryKind.CITIZEN_REQUEST)]
    if not own or own[-1].kind != kind or (own[-1].detail or {}).get("about") != about:
        return False
    return cases.note_of(own[-1], cases.key_of(case, keys)) == text[:LONGEST]


async def by_receipt(session: AsyncSession, *, number: str | None, code: str, keys: KeyRing) -> Case | None:
    """The case of that number if the code is of its receipt, unless it is restricted: that paper may lie about at home."""
    case = await copies.opens(session, typed_code=code)
    if case is None or case.number != number or await _is_restricted(session, case, keys):
        return None
    return case


async def _is_restricted(session: AsyncSession, case: Case, keys: KeyRing) -> bool:
    return complaints.is_restricted(case, await complaints.complaint_of(session, case=case, keys=keys))


async def let_follow(session: AsyncSession, *, conversation_id: uuid.UUID, case: Case, at: datetime) -> None:
    """Let whoever writes in a conversation, and has shown that a case is theirs, write into it for a while."""
    values = {"conversation_id": conversation_id, "case_id": case.id, "until": at + _FOLLOWS}
    query = insert(CaseFollower).values(values)
    await session.execute(query.on_conflict_do_update(index_elements=["conversation_id"], set_=values))


async def followed(
    session: AsyncSession, *, conversation_id: uuid.UUID, own: bool, keys: KeyRing, at: datetime
) -> Case:
    """The case that a conversation may write into now; ``own`` is whether whoever writes has shown that the conversation is theirs.

    What was shown is looked at anew, since the case may have become restricted meanwhile. Raises ``NotFound``.
    """
    query = select(Case).join(CaseFollower, CaseFollower.case_id == Case.id)
    case = await session.scalar(query.where(CaseFollower.conversation_id == conversation_id, CaseFollower.until > at))
    if case is None:
        raise NotFound
    filed_here = own and case.key_owner == str(conversation_id)
    if not filed_here and await _is_restricted(session, case, keys):
        raise NotFound
    return case


async def forget(session: AsyncSession, *, case: Case) -> None:
    """Have whoever follows a case show anew that it is theirs."""
    await session.execute(delete(CaseFollower).where(CaseFollower.case_id == case.id))
