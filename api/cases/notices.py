"""Telling complainants that something happened in their case: once for each entry, and never to whoever must not know."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.audit import service as audit
from api.audit.service import Act
from api.cases import following
from api.cases import service as cases
from api.cases.models import Case, CaseEntry, CaseNotice
from api.complaints import service as complaints
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.service import Said
from api.outbox import service as outbox
from api.safe_hours import next_safe
from api.second_copies import service as second_copies
from api.second_copies.contacts import called_safe, says_only_how
from api.security import KeyRing
from api.settings import settings
from vocabulary.cases import EntryKind
from vocabulary.sentences import sentence

_AT_ONCE = 200
_AGAIN = timedelta(minutes=15)


async def due(session: AsyncSession, *, at: datetime) -> Sequence[uuid.UUID]:
    """The entries to tell now; what failed stands behind what was not tried since."""
    query = select(CaseNotice.entry_id).join(CaseEntry, CaseEntry.id == CaseNotice.entry_id)
    query = query.where(CaseNotice.told_at.is_(None), CaseNotice.due_at <= at)
    return (await session.scalars(query.order_by(CaseNotice.due_at, CaseEntry.number).limit(_AT_ONCE))).all()


async def put_off(session: AsyncSession, *, entry_id: uuid.UUID, at: datetime) -> None:
    """Try later to tell what could not be told now."""
    untold = update(CaseNotice).where(CaseNotice.entry_id == entry_id, CaseNotice.told_at.is_(None))
    await session.execute(untold.values(due_at=at + _AGAIN))


async def tell(session: AsyncSession, *, entry_id: uuid.UUID, keys: KeyRing, at: datetime) -> None:
    """Tell the complainant of an entry by the channels that are theirs, unless that was done or is not due yet.

    Whatever the hour at which this is come to, it is told at one that is safe: a telephone and a letter come by day or when
    they were asked for, and not at all where what was asked for can't be read for sure. A conversation on the web, which has
    it in any case, has it at once where nobody is in danger. An anonymous complaint is never written to outside it.
    """
    notice = await session.scalar(select(CaseNotice).where(CaseNotice.entry_id == entry_id).with_for_update())
    if notice is None or notice.told_at is not None or notice.due_at > at:
        return
    entry = await session.get_one(CaseEntry, entry_id)
    case = await session.get_one(Case, entry.case_id)
    complaint = await complaints.complaint_of(session, case=case, keys=keys)
    conversation, told_by = await conversations.by_case(session, case=case), []
    asked = _asked(complaint, conversation)
    safe = next_safe(asked, at)
    seen_by_who_looks = conversation is not None and conversation.contact is None
    calm = seen_by_who_looks and not asked and not complaints.is_restricted(case, complaint)
    come = at if calm else safe or next_safe("", at) or at
    if come > at:
        notice.due_at = come
        return
    if conversation is not None and (seen_by_who_looks or (safe and _may_ring(case, complaint, asked))):
        said = [Said(await _news(session, case, entry, keys))]
        await conversations.say(session, conversation=conversation, keys=keys, sender="system", said=said, at=at)
        told_by.append(conversation.channel)
    if (
        safe
        and (conversation is None or seen_by_who_looks)
        and (contact := await second_copies.whom_to_tell(session, case=case, keys=keys))
    ):
        once, letter = f"entry:{entry.id}", _letter(case, complaint)
        await outbox.post(session, contact=contact, keys=keys, at=at, once=once, hours=asked, **letter)
        told_by.append(contact.channel)
    notice.told_at, notice.told_by = at, told_by
    audit.record(session, Act.CITIZEN_TOLD, actor="worker", subject=f"case:{case.id}", at=at)


def _asked(complaint: dict[str, Any], conversation: Conversation | None) -> str:
    """What was said of hours: nothing by who chose to be written to here."""
    said = complaint.get("safe_contact") or ""
    here = conversation is not None and said == sentence("ask.safe_contact.here", conversation.language)
    return "" if here else said


def _may_ring(case: Case, complaint: dict[str, Any], asked: str) -> bool:
    """Whether a telephone on which a case was told may ring: of a confidential one only if what was said of it leaves no doubt."""
    if not case.confidential:
        return True
    if not asked:  # they chose to be written to here, or said nothing: then nobody knows who holds the telephone
        return bool(complaint.get("safe_contact"))
    here = any(word in asked.casefold() for word in ("whats", "wsp", "wasap"))
    return says_only_how(asked) and (here or not called_safe(asked))


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
