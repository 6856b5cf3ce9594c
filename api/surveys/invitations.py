"""Asking for an opinion some days after a service: once, by day, and never where a message may do harm.

An invitation knows what it is about; the token in its link knows the service and the station. Nothing joins the two, and the
token is deleted before the response is written: not even that somebody answered is known.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, literal, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.cases.models import Case, CaseEntry
from api.clock import LIMA
from api.complaints import service as complaints
from api.conversations import service as conversations
from api.conversations.channels.deliveries import WINDOW
from api.conversations.models import Conversation
from api.conversations.service import Said
from api.copies.models import Copy
from api.outbox import service as outbox
from api.safe_hours import next_safe
from api.second_copies import service as second_copies
from api.security import KeyRing, new_token, token_hash
from api.settings import settings
from api.surveys.models import SurveyContact, SurveyInvitation, SurveyToken
from documents.frame import Kind
from vocabulary.cases import DONE, EntryKind
from vocabulary.dialogue import Service
from vocabulary.incidents import IncidentType
from vocabulary.sentences import sentence

_LATEST = timedelta(days=7)
"""How much later than due somebody is still asked: an installation that begins with it asks nobody about long ago."""
_GOOD_FOR = timedelta(days=30)
_AT_ONCE = 100
_NEVER = frozenset(
    {
        IncidentType.DOMESTIC_VIOLENCE,
        IncidentType.SEXUAL_VIOLENCE,
        IncidentType.EXTORTION,
        IncidentType.THREATS,
        IncidentType.MISSING_PERSON,
        IncidentType.POLICE_MISCONDUCT,
    }
)
"""Kinds in which whoever does the harm may be near, or a question about the service would hurt."""


@dataclass(frozen=True)
class Rendered:
    """A service that was rendered: the id of the case, copy or entry that it is."""

    about: uuid.UUID
    service: Service
    case_id: uuid.UUID


async def due(session: AsyncSession, *, at: datetime) -> Sequence[Rendered]:
    """The services of which nobody was asked yet and that are so many days old; none at night, or where that is switched off."""
    days = settings().survey_invitation_days
    if not days or next_safe("", at) != at:
        return ()
    until = at - timedelta(days=days)
    since = until - _LATEST

    def some(about: Any, service: Service, case_id: Any, when: Any) -> Select[Any]:
        asked = select(SurveyInvitation.about).where(SurveyInvitation.about == about)
        query = select(about.label("about"), literal(service.value).label("service"), case_id.label("case_id"))
        return query.where(when > since, when <= until, ~asked.exists())

    second = some(Copy.id, Service.SECOND_COPY, Copy.case_id, Copy.issued_at)
    review = some(CaseEntry.id, Service.CASE_STATUS, CaseEntry.case_id, CaseEntry.at)
    found = union_all(
        some(Case.id, Service.COMPLAINT, Case.id, Case.filed_at),
        second.where(Copy.kind == Kind.COMPLAINT_COPY, Copy.number > 1),
        review.where(CaseEntry.kind == EntryKind.STATUS, CaseEntry.status.in_(DONE)),
    ).limit(_AT_ONCE)
    return [Rendered(row.about, Service(row.service), row.case_id) for row in await session.execute(found)]


async def invite(session: AsyncSession, *, rendered: Rendered, keys: KeyRing, at: datetime) -> bool:
    """Ask for an opinion unless that was settled before; whether somebody was asked. Where nobody may be, that is settled too."""
    settled = insert(SurveyInvitation).values(about=rendered.about, settled_on=at.astimezone(LIMA).date())
    if await session.scalar(settled.on_conflict_do_nothing().returning(SurveyInvitation.about)) is None:
        return False
    case = await session.get_one(Case, rendered.case_id)
    complaint = await complaints.complaint_of(session, case=case, keys=keys)
    conversation = await conversations.by_case(session, case=case)
    if not _may_be_asked(case, complaint) or _has_answered(conversation, rendered.service, keys):
        return False
    here = conversation is not None and conversation.contact is not None
    contact = None if here else await second_copies.whom_to_tell(session, case=case, keys=keys)
    reached = contact.hashed(keys) if contact else _open_line(conversation, at)
    if reached is None or await _refused(session, reached):
        return False
    token, leave = new_token(), keys.keyed_hash(reached.hex(), purpose="survey leave").hex()
    session.add(
        SurveyToken(
            token_hash=token_hash(token),
            service=rendered.service,
            station_id=case.station_id,
            last_day=(at + _GOOD_FOR).astimezone(LIMA).date(),
        )
    )
    known = insert(SurveyContact).values(contact_hash=reached, leave_hash=token_hash(leave), refused=False)
    await session.execute(known.on_conflict_do_nothing())
    base = f"{settings().public_url.rstrip('/')}/encuesta"
    text = sentence("survey.invitation.text", url=f"{base}/i/{token}", leave=f"{base}/no/{leave}")
    if contact is not None:
        subject, once = sentence("survey.invitation.subject"), f"survey:{rendered.about}"
        await outbox.post(session, contact=contact, subject=subject, text=text, keys=keys, at=at, once=once, hours="")
    elif conversation is not None:
        await conversations.say(
            session, conversation=conversation, keys=keys, sender="system", said=[Said(text)], at=at
        )
    return True


def _may_be_asked(case: Case, complaint: dict[str, Any]) -> bool:
    """Whether nothing that was said makes a message a risk."""
    kinds = {case.incident_type, case.confirmed_type}
    unsafe = case.anonymous or case.priority or complaints.is_restricted(case, complaint) or kinds & _NEVER
    return not unsafe and not complaint.get("safe_contact")


def _open_line(conversation: Conversation | None, at: datetime) -> bytes | None:
    """The contact of a messaging channel that may be written to without a template, which an opinion is not worth."""
    heard = conversation.heard_at if conversation is not None else None
    return conversation.contact_hash if conversation is not None and heard and heard > at - WINDOW else None


def _has_answered(conversation: Conversation | None, service: Service, keys: KeyRing) -> bool:
    """Whether there was an opinion on such a service in the conversation already."""
    if conversation is None:
        return False
    draft = conversations.draft_of(conversation, conversations.key_of(conversation, keys))
    return any(about.partition(":")[0] == service for about in draft.surveyed)


async def _refused(session: AsyncSession, contact_hash: bytes) -> bool:
    return bool(await session.scalar(select(SurveyContact.refused).where(SurveyContact.contact_hash == contact_hash)))


async def is_open(session: AsyncSession, *, token: str, at: datetime) -> bool:
    """Whether a link may be answered by: once, and for some weeks."""
    query = select(SurveyToken.service).where(SurveyToken.token_hash == token_hash(token))
    return await session.scalar(query.where(SurveyToken.last_day >= at.astimezone(LIMA).date())) is not None


async def take(session: AsyncSession, *, token: str, at: datetime) -> tuple[Service, uuid.UUID] | None:
    """Delete a token; answers the service and the station that it was for, None where it is not good. To be committed before
    the response is written, so that no transaction has both."""
    good = (SurveyToken.token_hash == token_hash(token), SurveyToken.last_day >= at.astimezone(LIMA).date())
    gone = delete(SurveyToken).where(*good).returning(SurveyToken.service, SurveyToken.station_id)
    row = (await session.execute(gone)).one_or_none()
    return None if row is None else (Service(row.service), row.station_id)


async def refuse(session: AsyncSession, *, leave: str) -> None:
    """Ask a contact no more; what is no token of ours changes nothing."""
    known = update(SurveyContact).where(SurveyContact.leave_hash == token_hash(leave))
    await session.execute(known.values(refused=True))


async def forget(session: AsyncSession, *, at: datetime) -> None:
    """Delete the tokens that are over."""
    await session.execute(delete(SurveyToken).where(SurveyToken.last_day < at.astimezone(LIMA).date()))
