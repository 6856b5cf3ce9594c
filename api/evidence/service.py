"""Receiving files: told by their content, capped, hashed at receipt, sealed."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import files, jobs
from api.cases.models import Case
from api.conversations.models import Conversation
from api.errors import NotFound, TooLarge, UnknownMediaType
from api.evidence.kinds import PREVIEWED, sniff
from api.evidence.models import CustodyEntry, EvidenceItem
from api.security import DataKey
from api.settings import settings
from vocabulary.cases import CustodyAct
from vocabulary.incidents import IncidentType

_COMPLAINTS_A_DAY = 3


async def receive(
    session: AsyncSession, *, conversation_id: uuid.UUID, key: DataKey, name: str, data: bytes, at: datetime
) -> EvidenceItem:
    """Keep a file of a conversation. Raises ``TooLarge`` (size, count of what belongs to no case yet or came within a day)
    and ``UnknownMediaType``."""
    if not data or len(data) > settings().attachment_bytes:
        raise TooLarge if data else UnknownMediaType
    media_type = sniff(data)
    most = settings().attachments_per_conversation
    counts = select(
        func.count().filter(EvidenceItem.case_id.is_(None)),
        func.count().filter(EvidenceItem.received_at > at - timedelta(days=1)),
    )
    loose, today = (await session.execute(counts.where(EvidenceItem.conversation_id == conversation_id))).one()
    if loose >= most or today >= most * _COMPLAINTS_A_DAY:
        raise TooLarge
    item = EvidenceItem(
        id=uuid.uuid4(),
        conversation_id=conversation_id,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        size=len(data),
        name=key.seal(name[-200:].encode(), purpose="evidence:name"),
        received_at=at,
    )
    await files.put(f"evidence/{item.id}", data, key=key)
    session.add(item)
    await session.flush()  # which waits for who is just noting what was disclosed
    disclosed = await session.scalar(select(Conversation.disclosed).where(Conversation.id == conversation_id))
    item.restricted = disclosed == IncidentType.SEXUAL_VIOLENCE
    session.add(CustodyEntry(evidence_id=item.id, at=at, act=CustodyAct.RECEIVED, intact=True))
    if media_type in PREVIEWED and not item.restricted:
        await jobs.defer(session, "make_preview", evidence_id=str(item.id))
    if media_type.startswith("audio/") and settings().transcriber_url:
        await jobs.defer(session, "transcribe", evidence_id=str(item.id))
    return item


async def of_conversation(
    session: AsyncSession, *, conversation_id: uuid.UUID, ids: Sequence[uuid.UUID] | None = None
) -> Sequence[EvidenceItem]:
    """The files of a conversation, oldest first; with ``ids``, those. Raises ``NotFound`` if one is not its."""
    query = select(EvidenceItem).where(EvidenceItem.conversation_id == conversation_id)
    if ids is not None:
        query = query.where(EvidenceItem.id.in_(ids))
    found = (await session.scalars(query.order_by(EvidenceItem.received_at, EvidenceItem.id))).all()
    if ids is not None and len(found) != len(set(ids)):
        raise NotFound
    return found


async def preview(session: AsyncSession, *, conversation_id: uuid.UUID, evidence_id: uuid.UUID, key: DataKey) -> bytes:
    """The preview of a file of the conversation. Raises ``NotFound`` if there is none."""
    (item,) = await of_conversation(session, conversation_id=conversation_id, ids=[evidence_id])
    if not item.has_preview:
        raise NotFound
    return await files.get(f"previews/{item.id}", key=key)


def name_of(item: EvidenceItem, key: DataKey) -> str:
    """The name that the file came with."""
    return key.open(item.name, purpose="evidence:name").decode()


async def note_transcript(session: AsyncSession, *, evidence_id: uuid.UUID, words: str, key: DataKey) -> None:
    """Keep what a machine made of a voice note, if there still is one."""
    sealed = key.seal(words.encode(), purpose="evidence:transcript")
    await session.execute(update(EvidenceItem).where(EvidenceItem.id == evidence_id).values(transcript=sealed))


def transcript_of(item: EvidenceItem, key: DataKey) -> str | None:
    return key.open(item.transcript, purpose="evidence:transcript").decode() if item.transcript else None


async def attach_to_case(session: AsyncSession, *, conversation_id: str, case: Case) -> Sequence[EvidenceItem]:
    """Make evidence items of the conversation's files that belong to no case yet."""
    owner = uuid.UUID(conversation_id)
    await session.execute(
        update(EvidenceItem)
        .where(EvidenceItem.conversation_id == owner, EvidenceItem.case_id.is_(None))
        .values(case_id=case.id)
    )
    return await of_case(session, case=case)


async def restrict(session: AsyncSession, *, conversation_id: uuid.UUID) -> None:
    """Close the files of a conversation: no preview is kept or made of them."""
    closed = await session.scalars(
        update(EvidenceItem)
        .where(EvidenceItem.conversation_id == conversation_id, EvidenceItem.restricted.is_(False))
        .values(restricted=True, has_preview=False)
        .returning(EvidenceItem.id)
    )
    await files.delete([f"previews/{evidence_id}" for evidence_id in closed])


async def of_case(session: AsyncSession, *, case: Case) -> Sequence[EvidenceItem]:
    query = select(EvidenceItem).where(EvidenceItem.case_id == case.id)
    return (await session.scalars(query.order_by(EvidenceItem.received_at, EvidenceItem.id))).all()


@dataclass(frozen=True)
class Shown:
    """An item as staff see it in a case: ``number`` counts those of the case from 1, ``words`` is what a machine made of a
    voice note, ``intact`` whether it was what was received when somebody last had it."""

    item: EvidenceItem
    number: int
    name: str
    words: str | None
    intact: bool

    @property
    def kind(self) -> str:
        """``image``, ``audio``, ``video``, ``application`` (a PDF) or ``text`` (a contact's card)."""
        return self.item.media_type.partition("/")[0]

    @property
    def digest(self) -> str:
        """The SHA-256 in groups that an eye can follow."""
        return " ".join(self.item.sha256[start : start + 4] for start in range(0, len(self.item.sha256), 4))


async def shown(session: AsyncSession, *, case: Case, key: DataKey) -> Sequence[Shown]:
    """The items of a case as staff see them; whoever shows them writes down that they were read."""
    states = select(CustodyEntry.evidence_id, CustodyEntry.intact).join(EvidenceItem)
    states = states.where(EvidenceItem.case_id == case.id).order_by(CustodyEntry.id)
    intact = {evidence_id: whole for evidence_id, whole in await session.execute(states)}  # the last of each counts
    return [
        Shown(
            item=item,
            number=number,
            name=name_of(item, key),
            words=transcript_of(item, key),
            intact=intact[item.id],
        )
        for number, item in enumerate(await of_case(session, case=case), start=1)
    ]


async def shown_one(session: AsyncSession, *, case: Case, evidence_id: uuid.UUID, key: DataKey) -> Shown:
    """Raises ``NotFound`` where the case has none of that id."""
    for one in await shown(session, case=case, key=key):
        if one.item.id == evidence_id:
            return one
    raise NotFound
