"""In the chat a case is followed by whoever filed it there, or knows its number and document; only they write into it."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from api.cases.models import Case, CaseFollower
from api.conversations.models import Conversation
from api.jobs.desk import Desk
from tests.api.audit.test_audit_pages import an_officer
from tests.api.cases.test_following import ASKED, seen
from tests.api.cases.test_notices import a_case, enter
from tests.api.conversations.channels.talking import an_app
from vocabulary.cases import EntryKind

AS_ACTION_SERVER = {"Authorization": "Bearer internal-secret-of-the-tests"}
NOTHING = {"case_number": None, "document_number": None}


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with an_app() as client:
        client.headers.update(AS_ACTION_SERVER)
        yield client


async def follow(client: httpx.AsyncClient, conversation: str, **asked: str) -> httpx.Response:
    return await client.post(f"/internal/conversations/{conversation}/following", json=NOTHING | asked)


async def write(client: httpx.AsyncClient, conversation: str, about: str, text: str) -> httpx.Response:
    body = {"about": about, "text": text}
    return await client.post(f"/internal/conversations/{conversation}/following/words", json=body)


async def a_stranger(client: httpx.AsyncClient) -> str:
    """Another conversation, which filed nothing."""
    async with an_app() as other:
        answer = await other.post("/api/v1/conversations", json={"channel": "web"})
    return str(answer.json()["id"])


async def test_the_conversation_that_filed_a_case_follows_it_and_writes_into_it(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    case, officer = await a_case(desk, incident_type="domestic_violence"), await an_officer(desk)
    assert (await write(client, case.key_owner, "question", "x")).status_code == 404
    await enter(desk, case, officer, EntryKind.INFORMATION_REQUEST, status=ASKED, note="¿Dónde?")
    found = (await follow(client, case.key_owner)).json()
    assert [one["note"] for one in found["asked"]] == ["¿Dónde?"]
    for _ in range(2):
        told = await write(client, case.key_owner, "answer", "En Comas")
        assert told.json() == {"name": found["station"]}
    assert (await write(client, case.key_owner, "answer", "Otra vez")).status_code == 409
    for about in ("question", "correct", "withdraw"):
        assert (await write(client, case.key_owner, about, about)).status_code == 200
    assert [one.note for one in (await seen(desk, case)).asking] == ["question", "correct", "withdraw"]


@pytest.mark.parametrize("change", [{"channel": "whatsapp"}, {"moved_at": datetime(2026, 11, 20, tzinfo=UTC)}])
async def test_a_telephone_shows_nothing_and_neither_does_what_came_from_one(
    client: httpx.AsyncClient, desk: Desk, change: dict[str, Any]
) -> None:
    case = await a_case(desk)
    async with desk.sessions.begin() as session:
        query = update(Conversation).where(Conversation.id == uuid.UUID(case.key_owner))
        await session.execute(query.values(**change))
    assert (await follow(client, case.key_owner)).status_code == 404
    assert (await write(client, case.key_owner, "question", "x")).status_code == 404


async def test_the_number_and_the_document_open_another_case_for_a_while_and_no_confidential_one(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    other, case = await a_stranger(client), await a_case(desk)
    hidden = await a_case(desk, incident_type="domestic_violence")
    for number, document in ((case.number, "11111111"), (hidden.number, "45678912")):
        answer = await follow(client, other, case_number=number, document_number=document)
        assert answer.status_code == 404
        assert (await write(client, other, "question", "x")).status_code == 404
    assert (await follow(client, other, case_number=case.number, document_number="45678912")).status_code == 200
    assert (await write(client, other, "question", "¿Cuándo?")).status_code == 200
    assert [one.note for one in (await seen(desk, case)).asking] == ["¿Cuándo?"]
    async with desk.sessions.begin() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        mine = CaseFollower.conversation_id == uuid.UUID(other)
        await session.execute(update(CaseFollower).where(mine).values(until=past))
    assert (await write(client, other, "question", "¿Y ahora?")).status_code == 404
    async with desk.sessions() as session:
        assert (await session.get_one(Case, hidden.id)).last_entry == 1
