"""What was answered is kept so that it leads to nobody: no value of it stands anywhere else in the database."""

import json
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, func, literal_column, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.challenges.service import Answer as Answered
from api.clock import LIMA
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.complaints.models import Statement
from api.conversations import internal as conversations_internal
from api.conversations import service as conversations
from api.conversations.bot import Bot
from api.conversations.models import Conversation, Message
from api.conversations.schemas import MessageCreate
from api.conversations.turns import Turns
from api.copies import service as copies
from api.database import make_engine, make_sessions
from api.errors import IdempotencyConflict, Malformed
from api.second_copies import internal as copies_internal
from api.second_copies.service import Result
from api.security import KeyRing
from api.surveys import internal, service
from api.surveys.models import SurveyComment, SurveyResponse
from tests.api.complaints.test_filing import a_draft, file
from vocabulary.dialogue import Language, Service
from vocabulary.questionnaires import Answer, current
from vocabulary.sentences import sentence
from vocabulary.steps import Step

COMMENT = "La suboficial Maritza me leyó despacito"
ANSWERS: dict[Step, Answer | None] = {
    Step.SURVEY_SCORE: 4,
    Step.SURVEY_EASE: None,
    Step.SURVEY_SOLVED: "not_yet",
    Step.SURVEY_COMMENT: COMMENT,
}
COARSE = {"survey", "version", "service", "channel", "language", "station_id", "answered_on", "answers", "month"}
"""Columns that many rows share."""


async def keep(session: AsyncSession, keys: KeyRing, at: datetime, answers: dict[Step, Answer | None]) -> bool:
    return await service.keep(
        session, questionnaire=current("service"), answers=answers, service=Service.COMPLAINT, channel="whatsapp",
        language="quz", station_id=None, keys=keys, at=at,
    )  # fmt: skip


async def the_rows(session: AsyncSession) -> tuple[list[SurveyResponse], list[SurveyComment]]:
    return (
        list((await session.scalars(select(SurveyResponse))).all()),
        list((await session.scalars(select(SurveyComment))).all()),
    )


async def test_closed_answers_and_words_are_kept_apart_by_day_and_by_month(
    session: AsyncSession, keys: KeyRing
) -> None:
    at = datetime(2026, 11, 30, 23, 30, tzinfo=LIMA)
    assert await keep(session, keys, at, ANSWERS)
    (response,), (comment,) = await the_rows(session)
    assert response.answers == {"survey_score": 4, "survey_solved": "not_yet"}
    assert response.answered_on == date(2026, 11, 30)
    assert (response.service, response.channel, response.language) == ("complaint", "whatsapp", "quz")
    assert comment.month == date(2026, 11, 1)
    assert COMMENT.encode() not in comment.text
    assert service.text_of(comment, keys) == COMMENT


async def test_nothing_is_kept_of_who_passed_all_over(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    assert not await keep(session, keys, now, {Step.SURVEY_SCORE: None, Step.SURVEY_COMMENT: None})
    assert await the_rows(session) == ([], [])


@pytest.mark.parametrize(
    ("step", "answer"),
    [(Step.SURVEY_SCORE, 6), (Step.SURVEY_SCORE, "5"), (Step.SURVEY_SOLVED, "perhaps"), (Step.FULL_NAME, "Rosa")],
)
async def test_an_answer_that_was_not_offered_is_refused(
    session: AsyncSession, keys: KeyRing, now: datetime, step: Step, answer: Answer
) -> None:
    with pytest.raises(Malformed):
        await keep(session, keys, now, {step: answer})


async def a_conversation(session: AsyncSession, keys: KeyRing, at: datetime, **draft: Any) -> Conversation:
    """A conversation on whose draft is a survey, answered and not kept yet."""
    conversation, _, _ = await conversations.open_conversation(
        session, channel="web", language=Language.SPANISH, keys=keys, at=at
    )
    survey = {"id": "service", "version": 1, "about": "complaint:1", "answers": ANSWERS}
    whole = Draft.model_validate({"survey": survey} | draft)
    conversations.set_draft(conversation, whole, conversations.key_of(conversation, keys))
    return conversation


async def test_a_draft_s_survey_is_kept_once_and_then_gone_from_it(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    conversation = await a_conversation(session, keys, now)
    assert (await internal.keep(conversation, session, keys)).kept
    assert not (await internal.keep(conversation, session, keys)).kept
    responses, comments = await the_rows(session)
    assert (len(responses), len(comments)) == (1, 1)
    draft = conversations.draft_of(conversation, conversations.key_of(conversation, keys))
    assert (draft.survey, draft.surveyed) == (None, ["complaint:1"])


async def test_an_opinion_on_a_complaint_knows_the_station_and_no_case(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    conversation = await a_conversation(session, keys, now, **a_draft(now).model_dump(exclude_defaults=True))
    filed = await conversations_internal.file_complaint(conversation, session, keys)
    await internal.keep(conversation, session, keys)
    (response,), _ = await the_rows(session)
    case = await session.get_one(conversations_internal.Case, conversation.case_id)
    assert filed.case_number == case.number
    assert response.station_id == case.station_id


async def test_a_statement_never_holds_a_survey(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    told = a_draft(now).model_dump(exclude_defaults=True) | {"surveyed": ["general:0"]}
    conversation = await a_conversation(session, keys, now, **told)
    key = conversations.key_of(conversation, keys)
    source = complaints.Source(str(conversation.id), "web", conversation.data_key, key)
    case = await complaints.file(
        session, draft=conversations.draft_of(conversation, key), source=source, keys=keys, at=now
    )
    statement = (await session.scalars(select(Statement).where(Statement.case_id == case.id))).one()
    assert b"survey" not in key.open(statement.content, purpose="statement:1")


@pytest.fixture
async def runner(
    database_url: str, connection: AsyncConnection, keys: KeyRing
) -> AsyncIterator[Callable[[dict[str, Any]], Turns]]:
    """Turns of a bot whose every answer leaves the dialogue as told."""
    engine, locks = make_engine(database_url), make_engine(database_url)

    def make(dialogue: dict[str, Any]) -> Turns:
        answer = {"said": [{"text": "Gracias.", "choices": []}], "dialogue": dialogue}
        transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answer))
        client = httpx.AsyncClient(base_url="http://127.0.0.1", transport=transport)
        return Turns(locks, make_sessions(engine), Bot(client, "secret"), keys)

    yield make
    async with make_sessions(engine).begin() as session:
        for table in (SurveyResponse, SurveyComment):
            await session.execute(delete(table))
    await engine.dispose()
    await locks.dispose()


NEXT = {"slots": {"service": "survey"}, "loop": "survey_form", "step": "survey_ease"}
ENDED = {"slots": {}, "loop": None, "step": None}
ALARMED = {"slots": {"emergency": True}, "loop": "safety_form", "step": "safe_now"}
REPORTING = {"slots": {"service": "complaint"}, "loop": "complaint_form", "step": "consent"}


async def answered(turns: Turns, at: datetime, *, step: str | None, body: MessageCreate) -> uuid.UUID:
    """A message at a step, stored and answered."""
    async with turns.sessions.begin() as session:
        conversation = await a_conversation(session, turns.keys, at)
        conversation.step = step
        conversation.offered = [("4", "Buena")]
        conversation_id = conversation.id
    async with turns.sessions.begin() as session:
        await conversations.store(session, conversation_id=conversation_id, body=body, keys=turns.keys, at=at)
    await turns.wait(conversation_id, seconds=10)
    return conversation_id


async def the_record(turns: Turns, conversation_id: uuid.UUID) -> str:
    """Everything that the messages of a conversation hold, opened."""
    async with turns.sessions() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        key = conversations.key_of(conversation, turns.keys)
        found = await conversations.messages_after(session, conversation_id=conversation_id, after=0)
        assert not any(message.awaits_reply for message in found)
        return json.dumps([conversations.content_of(m, key) for m in found], ensure_ascii=False)


BODIES = [
    MessageCreate(client_message_id="typed", text="cuatro, me atendió bonito"),
    MessageCreate(client_message_id="tapped", choice="4"),
]


@pytest.mark.parametrize("after", [NEXT, ENDED], ids=["in the middle", "at the end"])
@pytest.mark.parametrize("body", BODIES, ids=["typed", "tapped"])
async def test_what_was_said_to_a_survey_does_not_stay_in_the_conversation(
    runner: Callable[[dict[str, Any]], Turns], now: datetime, body: MessageCreate, after: dict[str, Any]
) -> None:
    turns = runner(after)
    conversation_id = await answered(turns, now, step="survey_score", body=body)
    record = await the_record(turns, conversation_id)
    assert sentence("system.survey_answered") in record
    assert "bonito" not in record
    assert '"4"' not in record
    assert "Buena" not in record
    async with turns.sessions.begin() as session:
        kept = (await session.scalars(select(Message).where(Message.client_message_id == body.client_message_id,
                                                            Message.conversation_id == conversation_id))).one()  # fmt: skip
        assert kept.body_hash is None
        again = await conversations.store(session, conversation_id=conversation_id, body=body, keys=turns.keys, at=now)
        assert again.id == kept.id


@pytest.mark.parametrize(
    ("step", "after"), [("survey_score", ALARMED), ("survey_score", REPORTING), ("narrative", NEXT), (None, NEXT)]
)
async def test_danger_a_crime_and_what_answers_no_survey_stay_word_for_word(
    runner: Callable[[dict[str, Any]], Turns], now: datetime, step: str | None, after: dict[str, Any]
) -> None:
    turns = runner(after)
    conversation_id = await answered(turns, now, step=step, body=BODIES[0])
    assert "bonito" in await the_record(turns, conversation_id)
    async with turns.sessions.begin() as session:
        other = MessageCreate(client_message_id="typed", text="otra cosa")
        with pytest.raises(IdempotencyConflict):
            await conversations.store(session, conversation_id=conversation_id, body=other, keys=turns.keys, at=now)


async def every_row(session: AsyncSession) -> dict[str, list[dict[str, str | None]]]:
    """Each row of each table of the database, the job queue's too, by the names of its columns."""
    names = await session.scalars(text("select tablename from pg_tables where schemaname = 'public'"))
    rows = {}
    for name in names:
        found = await session.scalars(select(func.to_jsonb(literal_column("t"))).select_from(table(name).alias("t")))
        rows[name] = [{column: None if value is None else str(value) for column, value in row.items()} for row in found]
    return rows


async def test_no_path_leads_from_a_response_to_a_conversation(
    runner: Callable[[dict[str, Any]], Turns], now: datetime
) -> None:
    turns = runner(ENDED)
    body = MessageCreate(client_message_id=str(uuid.uuid4()), text=COMMENT)
    conversation_id = await answered(turns, now, step="survey_comment", body=body)
    async with turns.sessions.begin() as session:
        conversation = await conversations.locked(session, conversation_id=conversation_id)
        await internal.keep(conversation, session, turns.keys)
    async with turns.sessions() as session:
        rows = await every_row(session)
    own = {name: rows.pop(name) for name in ("survey_responses", "survey_comments")}
    assert [len(found) for found in own.values()] == [1, 1]
    assert any(row["id"] == str(conversation_id) for row in rows["conversations"])
    elsewhere = "\n".join(value for found in rows.values() for row in found for value in row.values() if value)
    for found in own.values():
        for column, value in found[0].items():
            if column not in COARSE:
                assert value
                assert value not in elsewhere
    (response,), (comment,) = own.values()
    assert not {v for c, v in response.items() if c not in COARSE} & set(comment.values())
    assert set(response) == COARSE - {"month"} | {"id"}
    assert set(comment) == {"id", "survey", "month", "text", "data_key"}
    assert COMMENT not in await the_record(turns, conversation_id)
    async with turns.sessions() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        draft = conversations.draft_of(conversation, conversations.key_of(conversation, turns.keys))
        assert draft == Draft(surveyed=["complaint:1"])
        joined = await session.scalars(
            text(
                "select confrelid::regclass::text from pg_constraint where contype = 'f' and conrelid in"
                " ('survey_responses'::regclass, 'survey_comments'::regclass)"
            )
        )
        assert joined.all() == ["stations"]


@pytest.mark.parametrize(
    ("kind", "disclosure"), [("domestic_violence", True), ("sexual_violence", True), ("theft", False)]
)
async def test_a_second_copy_says_whether_it_is_of_violence_told(
    session: AsyncSession, keys: KeyRing, now: datetime, kind: str, disclosure: bool
) -> None:
    case = await file(session, keys, now, incident_type=kind)
    copy = await copies.request(session, case=case, at=now)
    answer = await copies_internal.CopyAnswer.of(session, Result(Answered.RIGHT, copy=copy))
    assert (answer.disclosure, answer.number) == (disclosure, copy.number)
    waiting = await copies_internal.CopyAnswer.of(session, Result(Answered.WRONG, left=3))
    assert not waiting.disclosure
