"""An opinion is asked for once, some days after a service, where that can do no harm; the link leads to nobody."""

import re
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, select, text, update

from api.cases import service as cases
from api.cases.models import Case
from api.conversations import service as conversations
from api.conversations.channels import transfer
from api.conversations.models import Conversation
from api.copies import service as copies
from api.jobs import surveys as sweeps
from api.jobs import tasks
from api.jobs.desk import Desk
from api.outbox import service as outbox
from api.outbox.models import OutboxMessage
from api.settings import settings
from api.surveys import invitations
from api.surveys.invitations import Rendered
from api.surveys.models import SurveyComment, SurveyContact, SurveyInvitation, SurveyResponse, SurveyToken
from tests.api.conftest import Emulators
from tests.api.second_copies.asking import a_phone
from tests.api.second_copies.asking import filed as filed_with
from tests.api.staff.console import browser
from tests.api.surveys.test_surveys import COARSE, every_row
from vocabulary.cases import CaseStatus, EntryKind
from vocabulary.dialogue import Service
from vocabulary.sentences import sentence


@pytest.fixture(autouse=True)
async def emptied(app: FastAPI, emulators: Emulators) -> AsyncIterator[None]:
    yield
    async with app.state.sessions.begin() as session:
        for table in (SurveyResponse, SurveyComment, SurveyInvitation, SurveyToken, SurveyContact):
            await session.execute(delete(table))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client


async def filed(desk: Desk, **changes: Any) -> Case:
    """A complaint of somebody who has no other: a lost telephone in one keeps all of theirs from being written to."""
    return await filed_with(desk, **({"document_number": f"{uuid.uuid4().int % 10**8:08d}"} | changes))


def noon(days: int) -> datetime:
    """Noon in Lima so many days from now."""
    return (datetime.now(UTC) + timedelta(days=days)).replace(hour=17, minute=0)


async def invite(desk: Desk, case: Case, service: Service = Service.COMPLAINT, at: datetime | None = None) -> bool:
    about = case.id if service is Service.COMPLAINT else uuid.uuid4()
    async with desk.sessions.begin() as session:
        rendered = Rendered(about, service, case.id)
        return await invitations.invite(session, rendered=rendered, keys=desk.keys, at=at or noon(4))


async def letters(desk: Desk, address: str) -> list[str]:
    """What waits for the worker, which sends it by day."""
    theirs = select(OutboxMessage).where(OutboxMessage.contact_hash == outbox.contact_hash(address, desk.keys))
    async with desk.sessions() as session:
        contents = [outbox.content_of(message, desk.keys) for message in await session.scalars(theirs)]
    assert {content["hours"] for content in contents} <= {""}
    return [content["text"] for content in contents]


def paths(letter: str) -> tuple[str, str]:
    """Where a letter's links lead: to answer, and to be asked no more."""
    answer, leave = re.findall(r"http://127.0.0.1:8000(/encuesta/\S+)", letter)
    return answer, leave


async def due(desk: Desk, at: datetime) -> dict[uuid.UUID, Service]:
    async with desk.sessions() as session:
        return {one.about: one.service for one in await invitations.due(session, at=at)}


async def test_of_a_complaint_a_second_copy_and_a_review_that_ended_is_asked_some_days_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "_AT_ONCE", 100_000)
    case, at = await filed(desk), datetime.now(UTC)
    async with desk.sessions.begin() as session:
        copy = await copies.request(session, case=case, at=at)
        open_case = await session.get_one(Case, case.id)
        for status in (CaseStatus.UNDER_REVIEW, CaseStatus.CLOSED):
            entry = await cases.add_entry(
                session, case=open_case, kind=EntryKind.STATUS, actor=None, at=at, keys=desk.keys, status=status
            )
    await tasks.issue_copy(desk, copy_id=str(copy.id))
    theirs = {case.id: Service.COMPLAINT, copy.id: Service.SECOND_COPY, entry.id: Service.CASE_STATUS}
    found = await due(desk, noon(4))
    assert {about: found.get(about) for about in theirs} == theirs
    for at in (noon(2), noon(12), noon(4).replace(hour=7)):  # too early, too late, at night
        assert not theirs.keys() & (await due(desk, at)).keys()
    await invite(desk, case)
    assert theirs.keys() & (await due(desk, noon(4))).keys() == theirs.keys() - {case.id}


async def test_an_installation_may_ask_nobody(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await filed(desk)
    assert await due(desk, noon(4))
    monkeypatch.setattr(settings(), "survey_invitation_days", 0)
    assert await due(desk, noon(4)) == {}


async def test_it_is_asked_once_and_the_letter_says_nothing_of_what_happened(desk: Desk) -> None:
    phone = a_phone()
    case = await filed(desk, phone=phone)
    assert [await invite(desk, case), await invite(desk, case)] == [True, False]
    (letter,) = await letters(desk, phone)
    assert "sin su nombre" in letter
    assert not any(word in letter for word in (case.number, "denuncia", "billetera"))


@pytest.mark.parametrize(
    "changes",
    [
        {"incident_type": "threats"},
        {"incident_type": "extortion"},
        {"incident_type": "domestic_violence"},
        {"incident_type": "police_misconduct"},
        {"safe_contact": "solo de día"},
        {"victim_name": "Luz Quispe"},
        {"phone": None},
    ],
)
async def test_where_a_message_may_do_harm_nobody_is_ever_asked(desk: Desk, changes: dict[str, Any]) -> None:
    phone = a_phone()
    case = await filed(desk, **({"phone": phone} | changes))
    assert not await invite(desk, case)
    assert await letters(desk, phone) == []


async def test_what_staff_found_to_be_another_kind_counts(desk: Desk) -> None:
    case = await filed(desk)
    async with desk.sessions.begin() as session:
        (await session.get_one(Case, case.id)).confirmed_type = "threats"
    assert not await invite(desk, case)


async def test_who_gave_an_opinion_in_the_conversation_is_not_asked_again(desk: Desk) -> None:
    case = await filed(desk)
    async with desk.sessions.begin() as session:
        conversation = await session.get_one(Conversation, uuid.UUID(case.key_owner))
        key = conversations.key_of(conversation, desk.keys)
        draft = conversations.draft_of(conversation, key)
        draft.surveyed = ["complaint:1"]
        conversations.set_draft(conversation, draft, key)
    assert not await invite(desk, case)
    assert await invite(desk, case, Service.SECOND_COPY)


@pytest.mark.parametrize(("hours", "asked"), [(2, True), (30, False)])
async def test_on_whatsapp_only_whoever_wrote_within_a_day_is_asked_and_there(
    desk: Desk, hours: int, asked: bool
) -> None:
    phone, at = a_phone(), noon(4)
    case = await filed(desk, phone=phone)
    async with desk.sessions.begin() as session:
        conversation = await session.get_one(Conversation, uuid.UUID(case.key_owner))
        key = conversations.key_of(conversation, desk.keys)
        transfer.bind(conversation, contact=phone, contact_hash=outbox.contact_hash(phone, desk.keys), keys=desk.keys)
        conversation.heard_at = at - timedelta(hours=hours)
    assert await invite(desk, case, at=at) is asked
    assert await letters(desk, phone) == []
    async with desk.sessions() as session:
        found = await conversations.messages_after(session, conversation_id=conversation.id, after=0)
        said = [conversations.content_of(message, key)["text"] for message in found]
    assert sum("/encuesta/i/" in one for one in said) == asked


async def test_the_link_takes_one_answer_and_leads_to_nobody(
    app: FastAPI, desk: Desk, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = a_phone()
    case = await filed(desk, phone=phone)
    await invite(desk, case)
    path, _ = paths((await letters(desk, phone))[0])
    page = await client.get(path)
    assert (page.status_code, sentence("survey.invitation.lead") in page.text) == (200, True)
    assert (await client.post(path, data={})).status_code == 422
    answers = {"survey_score": "2", "survey_gender": "woman", "survey_comment": "Nadie me atendió bien"}
    assert [(await client.post(path, data=answers)).status_code for _ in range(2)] == [200, 404]
    assert (await client.get(path)).status_code == 404
    async with desk.sessions() as session:
        (response,) = await session.scalars(select(SurveyResponse))
        rows = await every_row(session)
        shared = await session.scalar(
            text(
                "select count(*) from survey_responses r join (select xmin from survey_invitations union all"
                " select xmin from survey_contacts union all select xmin from outbox) o on o.xmin::text = r.xmin::text"
            )
        )
    assert (response.service, response.channel, response.station_id) == ("complaint", "link", case.station_id)
    assert response.answers == {"survey_score": 2, "survey_gender": "woman"}
    assert rows["survey_tokens"] == []
    assert shared == 0
    assert [set(row) for row in rows["survey_invitations"]] == [{"about", "settled_on"}]
    own = [row for name in ("survey_responses", "survey_comments") for row in rows.pop(name)]
    elsewhere = "\n".join(value for found in rows.values() for row in found for value in row.values() if value)
    values = [value for row in own for name, value in row.items() if name not in COARSE]
    assert values
    assert [value for value in values if value and value in elsewhere] == []
    assert path.rpartition("/")[2] not in elsewhere


async def test_who_refuses_is_asked_no_more_and_looking_at_the_link_refuses_nothing(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    phone = a_phone()
    case = await filed(desk, phone=phone)
    await invite(desk, case)
    _, leave = paths((await letters(desk, phone))[0])
    assert sentence("survey.visit.refuse_button") in (await client.get(leave)).text
    assert await invite(desk, case, Service.SECOND_COPY)
    assert (await client.post(leave)).status_code == 200
    assert not await invite(desk, case, Service.CASE_STATUS)
    assert len(await letters(desk, phone)) == 2


async def test_a_link_is_over_after_some_weeks(app: FastAPI, desk: Desk, client: httpx.AsyncClient) -> None:
    phone = a_phone()
    await invite(desk, await filed(desk, phone=phone))
    path, _ = paths((await letters(desk, phone))[0])
    async with desk.sessions.begin() as session:
        await session.execute(update(SurveyToken).values(last_day=datetime.now(UTC).date() - timedelta(days=2)))
    assert (await client.get(path)).status_code == 404
    assert (await client.post(path, data={"survey_score": "2"})).status_code == 404
    await sweeps.forget_tallies(desk)
    async with desk.sessions() as session:
        assert (await session.scalars(select(SurveyToken))).all() == []


async def test_the_sweep_asks_whoever_is_due(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = a_phone()
    case = await filed(desk, phone=phone)

    async def now(session: object) -> datetime:
        return noon(4)

    monkeypatch.setattr(invitations, "_AT_ONCE", 100_000)
    monkeypatch.setattr(tasks.clock, "now", now)
    await sweeps.invite_to_surveys(desk)
    assert len(await letters(desk, phone)) == 1
    async with desk.sessions() as session:
        assert await session.get(SurveyInvitation, case.id) is not None
