"""Telling complainants that something happened in their case: once for each entry, and never to whoever must not know."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases import following
from api.cases import service as cases
from api.cases.models import Case, CaseEntry, CaseNotice
from api.cases.safe_hours import next_safe
from api.complaints import service as complaints
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.service import Said
from api.outbox import service as outbox
from api.second_copies import service as second_copies
from api.second_copies.contacts import called_safe, says_only_how
from api.security import KeyRing
from api.settings import settings
from vocabulary.cases import EntryKind
from vocabulary.sentences import sentence

_AT_ONCE = 200


async def plan(session: AsyncSession, *, entry_id: uuid.UUID, keys: KeyRing, at: datetime) -> None:
    """Note when an entry is to be told: at once or, where the case is confidential or hours were asked for, at a safe hour."""
    entry = await session.get_one(CaseEntry, entry_id)
    case = await session.get_one(Case, entry.case_id)
    said = (await complaints.complaint_of(session, case=case, keys=keys)).get("safe_contact") or ""
    due_at = next_safe(said, at) if case.confidential or said else at
    await session.execute(insert(CaseNotice).values(entry_id=entry_id, due_at=due_at).on_conflict_do_nothing())


async def due(session: AsyncSession, *, at: datetime) -> Sequence[uuid.UUID]:
    """The entries to tell now, in the order in which they were written."""
    query = select(CaseNotice.entry_id).join(CaseEntry, CaseEntry.id == CaseNotice.entry_id)
    query = query.where(CaseNotice.told_at.is_(None), CaseNotice.due_at <= at)
    return (await session.scalars(query.order_by(CaseEntry.at, CaseEntry.number).limit(_AT_ONCE))).all()


async def tell(session: AsyncSession, *, entry_id: uuid.UUID, keys: KeyRing, at: datetime) -> None:
    """Tell the complainant of an entry by the channels that are theirs, unless that was done or is not due yet.

    The conversation has it in any case, for who looks there; outside it an anonymous complaint is never written to.
    """
    notice = await session.scalar(select(CaseNotice).where(CaseNotice.entry_id == entry_id).with_for_update())
    if notice is None or notice.told_at is not None or notice.due_at > at:
        return
    entry = await session.get_one(CaseEntry, entry_id)
    case = await session.get_one(Case, entry.case_id)
    complaint = await complaints.complaint_of(session, case=case, keys=keys)
    conversation, told_by = await conversations.by_case(session, case=case), []
    if conversation is not None and _may_ring(conversation, case, complaint):
        said = [Said(await _news(session, case, entry, keys))]
        await conversations.say(session, conversation=conversation, keys=keys, sender="system", said=said, at=at)
        told_by.append(conversation.channel)
    if (conversation is None or conversation.contact is None) and (
        contact := await second_copies.whom_to_tell(session, case=case, keys=keys)
    ):
        await outbox.post(
            session, contact=contact, keys=keys, at=at, once=f"entry:{entry.id}", **_letter(case, complaint)
        )
        told_by.append(contact.channel)
    notice.told_at, notice.told_by = at, told_by
    audit.record(session, Act.CITIZEN_TOLD, actor="worker", subject=f"case:{case.id}", at=at)


def _may_ring(conversation: Conversation, case: Case, complaint: dict[str, Any]) -> bool:
    """Whether a message into the conversation is safe: on a telephone that rings, only if what was said of it leaves no doubt."""
    said = complaint.get("safe_contact") or ""
    if conversation.contact is None or not case.confidential or not said:
        return True
    if said == sentence("ask.safe_contact.here", conversation.language):
        return True
    here = any(word in said.casefold() for word in ("whats", "wsp", "wasap"))
    return says_only_how(said) and (here or not called_safe(said))


async def _news(session: AsyncSession, case: Case, entry: CaseEntry, keys: KeyRing) -> str:
    """What the conversation is told."""
    if case.confidential:
        return sentence("notices.news.discreet")
    entries = await cases.entries_of(session, case=case, visible_only=True)
    until = [one for one in entries if one.number <= entry.number]
    says = (await following.told(session, entries=until))[-1]
    note = cases.note_of(entry, cases.key_of(case, keys))
    key = "said_note" if note else "said"
    text = sentence(f"notices.news.{key}", case_number=case.number, says=says, note=note)
    asked = entry.kind == EntryKind.INFORMATION_REQUEST
    return f"{text}\n\n{sentence('notices.news.to_answer')}" if asked else text


def _letter(case: Case, complaint: dict[str, Any]) -> dict[str, str]:
    """What an e-mail or SMS says: nothing of what happened, since others may read it; of a confidential case not even whose it is."""
    if complaints.is_restricted(case, complaint):
        return {"subject": sentence("notices.news.discreet_subject"), "text": sentence("notices.news.discreet_sent")}
    url = settings().public_url.rstrip("/")
    return {
        "subject": sentence("notices.news.subject", case_number=case.number),
        "text": sentence("notices.news.sent", case_number=case.number, url=url),
    }
