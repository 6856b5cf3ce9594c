"""What joins an opinion to a person for a while does not last: drafts of surveys left behind, and the order of writing."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, text

from api.complaints.draft import Draft
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.jobs import surveys as sweeps
from api.jobs.desk import Desk
from api.surveys import service
from api.surveys.models import SurveyComment, SurveyResponse
from tests.api.conversations.channels.talking import an_app, put_draft
from vocabulary.dialogue import Language
from vocabulary.questionnaires import current
from vocabulary.steps import Step


@pytest.fixture(autouse=True)
async def without_surveys(desk: Desk) -> AsyncIterator[None]:
    yield
    async with desk.sessions.begin() as session:
        for table in (SurveyResponse, SurveyComment):
            await session.execute(delete(table))


@pytest.mark.parametrize(("hours", "stays"), [(1, True), (25, False)])
async def test_a_survey_left_unfinished_is_gone_from_the_draft_a_day_later(desk: Desk, hours: int, stays: bool) -> None:
    survey = {"id": "service", "version": 1, "about": "complaint:1", "answers": {"survey_treatment": 1}}
    async with desk.sessions.begin() as session:
        opened, _, _ = await conversations.open_conversation(
            session, channel="web", language=Language.SPANISH, keys=desk.keys, at=datetime.now(UTC)
        )
    async with an_app() as client:
        await put_draft(client, opened.id, full_name="Rosa", survey=survey)
        await put_draft(client, opened.id, full_name="Rosa Quispe", survey=survey)
    async with desk.sessions.begin() as session:
        conversation = await session.get_one(Conversation, opened.id)
        assert conversation.survey_since is not None
        conversation.survey_since -= timedelta(hours=hours)
    await sweeps.forget_surveys(desk)
    async with desk.sessions() as session:
        conversation = await session.get_one(Conversation, opened.id)
        draft = conversations.draft_of(conversation, conversations.key_of(conversation, desk.keys))
    expected = Draft.model_validate({"full_name": "Rosa Quispe"} | ({"survey": survey} if stays else {}))
    assert (draft, conversation.survey_since is not None) == (expected, stays)


async def test_answers_and_comments_that_were_written_together_are_not_told_by_their_transaction(desk: Desk) -> None:
    together = text("select count(*) from survey_responses r join survey_comments c on r.xmin::text = c.xmin::text")
    everything = text(
        "select to_jsonb(r) from survey_responses r union all select to_jsonb(c) from survey_comments c order by 1"
    )
    for number in range(3):
        async with desk.sessions.begin() as session:
            answers = {Step.SURVEY_SCORE: number + 1, Step.SURVEY_COMMENT: f"mal {uuid.uuid4()}"}
            await service.keep(
                session, questionnaire=current("service"), answers=answers, service=None, channel="whatsapp",
                language="es", station_id=None, keys=desk.keys, at=datetime.now(UTC),
            )  # fmt: skip
    async with desk.sessions() as session:
        before = (await session.scalars(everything)).all()
        assert await session.scalar(together) == 3
    await sweeps.mix_surveys(desk)
    async with desk.sessions() as session:
        assert (await session.scalars(everything)).all() == before
        assert await session.scalar(together) == 0
        marks = await session.scalars(text("select distinct xmin::text from survey_responses"))
        assert len(marks.all()) == 1
