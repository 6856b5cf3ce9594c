"""Writing down what was understood, by the bot or by a person, and what follows from it for who may know."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.conversations import service
from api.conversations.models import Conversation
from api.evidence import service as evidence
from api.security import KeyRing
from vocabulary.incidents import DISCLOSURES, IncidentType


async def put(session: AsyncSession, *, conversation: Conversation, draft: Draft, keys: KeyRing, at: datetime) -> None:
    """Make a draft the one of a conversation whose row is locked."""
    service.set_draft(conversation, draft, service.key_of(conversation, keys))
    conversation.survey_since = (conversation.survey_since or at) if draft.survey else None
    if draft.incident_type in DISCLOSURES and draft.incident_type != conversation.disclosed:
        conversation.disclosed = draft.incident_type
        if draft.incident_type is IncidentType.SEXUAL_VIOLENCE:
            await evidence.restrict(session, conversation_id=conversation.id)
    if complaints.is_reserved(draft) and not await complaints.is_filed(
        session, owner=str(conversation.id), draft=draft
    ):
        office = await complaints.office_of(session, draft=draft)
        conversation.reserved, conversation.reserved_for = True, office.id if office else None
