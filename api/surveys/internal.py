"""What the action server asks of surveys. It may be asked twice without harm."""

from fastapi import APIRouter
from pydantic import BaseModel

from api import clock
from api.access import internal
from api.cases.models import Case
from api.conversations import service as conversations
from api.conversations.internal import LockedConversation
from api.conversations.routes import Keys
from api.database import Session
from api.surveys import service
from vocabulary import questionnaires
from vocabulary.dialogue import Service

router = APIRouter(prefix="/internal", include_in_schema=False, dependencies=[internal])


class Kept(BaseModel):
    kept: bool


@router.post("/conversations/{conversation_id}/survey")
async def keep(conversation: LockedConversation, session: Session, keys: Keys) -> Kept:
    """Keep the answers that the draft holds, once, and take them out of it: it remembers only of what service there were
    any."""
    key = conversations.key_of(conversation, keys)
    draft = conversations.draft_of(conversation, key)
    if draft.survey is None:
        return Kept(kept=False)
    taken, draft.survey, conversation.survey_since = draft.survey, None, None
    about = taken.about.partition(":")[0]
    of_case = about == Service.COMPLAINT and conversation.case_id
    case = await session.get(Case, conversation.case_id) if of_case else None
    kept = await service.keep(
        session,
        questionnaire=questionnaires.version(taken.id, taken.version),
        answers=taken.answers,
        service=Service(about) if about in set(Service) else None,
        channel=conversation.channel,
        language=conversation.language,
        station_id=case.station_id if case else None,
        keys=keys,
        at=await clock.now(session),
    )
    if kept:
        draft.surveyed = [*draft.surveyed, taken.about]
    conversations.set_draft(conversation, draft, key)
    return Kept(kept=kept)
