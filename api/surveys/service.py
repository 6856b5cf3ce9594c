"""Keeping what was answered, so that it leads to nobody."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import LIMA
from api.errors import Malformed
from api.security import KeyRing
from api.surveys.models import SurveyComment, SurveyResponse
from vocabulary.dialogue import Service
from vocabulary.questionnaires import Answer, Kind, Questionnaire
from vocabulary.steps import Step

_PURPOSE = "comment"


async def keep(
    session: AsyncSession,
    *,
    questionnaire: Questionnaire,
    answers: Mapping[Step, Answer | None],
    service: Service | None,
    channel: str,
    language: str,
    station_id: uuid.UUID | None,
    keys: KeyRing,
    at: datetime,
) -> bool:
    """Keep the answers of one person, without those passed over (None); answers whether there were any.

    Texts are kept each in a row of its own, which nothing joins to the rest. Raises ``Malformed`` for an answer that the
    questionnaire does not offer.
    """
    given = {step: answer for step, answer in answers.items() if answer is not None}
    asked = {question.step: question for question in questionnaire.questions}
    if any(step not in asked or not asked[step].accepts(answer) for step, answer in given.items()):
        raise Malformed
    day = at.astimezone(LIMA).date()
    closed = {step.value: answer for step, answer in given.items() if asked[step].kind is not Kind.TEXT}
    if closed:
        session.add(
            SurveyResponse(
                survey=questionnaire.id,
                version=questionnaire.version,
                service=service,
                channel=channel,
                language=language,
                station_id=station_id,
                answered_on=day,
                answers=closed,
            )
        )
    for step in given.keys() - closed.keys():
        comment_id = uuid.uuid4()
        key, wrapped = keys.new_data_key(owner=str(comment_id))
        text = key.seal(str(given[step]).encode(), purpose=_PURPOSE)
        month = day.replace(day=1)
        session.add(SurveyComment(id=comment_id, survey=questionnaire.id, month=month, text=text, data_key=wrapped))
    await session.flush()
    return bool(given)


def text_of(comment: SurveyComment, keys: KeyRing) -> str:
    """What was written."""
    return keys.unwrap(comment.data_key, owner=str(comment.id)).open(comment.text, purpose=_PURPOSE).decode()
