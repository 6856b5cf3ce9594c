"""Keeping what was answered, so that it leads to nobody."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import LIMA
from api.conversations.models import Conversation
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
    """Keep the answers of one person, without those passed over (None) and those to what is not asked of who answered so;
    answers whether there were any.

    Texts are kept each in a row of its own, which nothing joins to the rest. Raises ``Malformed`` for an answer that the
    questionnaire does not offer.
    """
    given = {step: answer for step, answer in answers.items() if answer is not None}
    known = {question.step: question for question in questionnaire.questions}
    if any(step not in known or not known[step].accepts(answer) for step, answer in given.items()):
        raise Malformed
    asked = {question.step: question for question in questionnaire.asked(given)}
    given = {step: answer for step, answer in given.items() if step in asked}
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


async def mix(session: AsyncSession, *, model: type[SurveyResponse | SurveyComment], at: datetime) -> None:
    """Write the latest rows again, in an order of chance: what they were written together with no longer shows in their
    place and their transaction's number."""
    yesterday = at.astimezone(LIMA).date() - timedelta(days=1)
    latest = (
        SurveyResponse.answered_on >= yesterday
        if model is SurveyResponse
        else SurveyComment.month >= yesterday.replace(day=1)
    )
    columns = [column.name for column in model.__table__.columns]
    taken = delete(model).where(latest).returning(model.__table__).cte("taken")
    again = select(*(taken.c[name] for name in columns)).order_by(func.random())
    await session.execute(insert(model).from_select(columns, again))


async def abandoned(session: AsyncSession, *, at: datetime) -> Sequence[uuid.UUID]:
    """Conversations whose survey was left unfinished a day ago."""
    query = select(Conversation.id).where(Conversation.survey_since < at - timedelta(days=1))
    return (await session.scalars(query.limit(100))).all()


def text_of(comment: SurveyComment, keys: KeyRing) -> str:
    """What was written."""
    return keys.unwrap(comment.data_key, owner=str(comment.id)).open(comment.text, purpose=_PURPOSE).decode()
