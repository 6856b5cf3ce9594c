"""In the chat a case is followed by whoever filed it there, or has the code of its receipt; only they write into it."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from api.cases import following
from api.cases.models import CaseFollower
from api.conversations.models import Conversation
from api.jobs.desk import Desk
from documents.frame import Kind
from tests.api.audit.test_audit_pages import an_officer
from tests.api.cases.console import OTHER_STATION, a_console
from tests.api.cases.test_following import ASKED, UNKNOWN, papers, seen
from tests.api.cases.test_notices import a_case, enter
from tests.api.conversations.channels.talking import an_app
from tests.api.second_copies.asking import DNI, OTHER_DNI, filed
from vocabulary.cases import EntryKind

AS_ACTION_SERVER = {"Authorization": "Bearer internal-secret-of-the-tests"}


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with an_app() as client:
        client.headers.update(AS_ACTION_SERVER)
        yield client


async def follow(client: httpx.AsyncClient, conversation: str, **asked: str) -> httpx.Response:
    return await client.post(f"/internal/conversations/{conversation}/following", json=asked)


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


async def test_the_number_and_the_document_tell_how_a_case_stands_and_nothing_that_was_written(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    other, case = await a_stranger(client), await a_case(desk, document_number=DNI)
    await enter(desk, case, await an_officer(desk), EntryKind.INFORMATION_REQUEST, status=ASKED, note="¿Dónde vive?")
    answer = await follow(client, other, case_number=case.number, document_number=DNI)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["whole"], told["status"], told["case_number"]) == (False, ASKED, case.number)
    assert (told["events"], told["asked"], told["asking"], told["sidpol_number"]) == ([], [], [], None)
    assert "vive" not in answer.text
    assert (await write(client, other, "withdraw", "Ya no quiero")).status_code == 404
    assert (await follow(client, other, case_number=case.number, document_number=OTHER_DNI)).status_code == 404


@pytest.mark.parametrize(
    "told", [{"incident_type": "domestic_violence"}, {"minor": True}, {"victim_name": "Luis"}, {"anonymous": True}]
)
async def test_of_a_case_that_others_may_know_of_the_number_and_the_document_tell_nothing(
    client: httpx.AsyncClient, desk: Desk, told: dict[str, Any]
) -> None:
    other, case = await a_stranger(client), await a_case(desk, document_number=DNI, **told)
    assert (await follow(client, other, case_number=case.number, document_number=DNI)).status_code == 404


async def test_wrong_documents_count_though_each_is_answered_by_an_error(client: httpx.AsyncClient, desk: Desk) -> None:
    other, case = await a_stranger(client), await a_case(desk, document_number=DNI)
    for _ in range(5):
        assert (await follow(client, other, case_number=case.number, document_number=OTHER_DNI)).status_code == 404
    assert (await follow(client, other, case_number=case.number, document_number=DNI)).status_code == 404


async def test_the_code_of_the_receipt_opens_all_of_a_case_for_a_while(client: httpx.AsyncClient, desk: Desk) -> None:
    other, case = await a_stranger(client), await filed(desk)
    code = await papers(desk, case)
    wrong = (await papers(desk, case, Kind.COMPLAINT_COPY), await papers(desk, await filed(desk)))
    for one in wrong:
        assert (await follow(client, other, case_number=case.number, receipt_code=one)).status_code == 404
        assert (await write(client, other, "question", "x")).status_code == 404
    told = await follow(client, other, case_number=case.number, receipt_code=code)
    assert [one["says"] for one in told.json()["events"]] == ["Usted registró su denuncia."]
    assert (await write(client, other, "question", "¿Cuándo?")).status_code == 200
    assert [one.note for one in (await seen(desk, case)).asking] == ["¿Cuándo?"]
    async with desk.sessions.begin() as session:
        past = datetime.now(UTC) - timedelta(seconds=1)
        mine = CaseFollower.conversation_id == uuid.UUID(other)
        await session.execute(update(CaseFollower).where(mine).values(until=past))
    assert (await write(client, other, "question", "¿Y ahora?")).status_code == 404


@pytest.mark.parametrize("told", [{"incident_type": "domestic_violence"}, {"minor": True}, {"victim_name": "Luis"}])
async def test_not_even_the_receipt_opens_a_case_that_others_may_know_of(
    client: httpx.AsyncClient, desk: Desk, told: dict[str, Any]
) -> None:
    other, case = await a_stranger(client), await filed(desk, **told)
    code = await papers(desk, case)
    assert (await follow(client, other, case_number=case.number, receipt_code=code)).status_code == 404
    page = await client.post("/seguimiento", data={"case_number": case.number, "code": code})
    assert case.number in page.text
    assert UNKNOWN in page.text


async def test_who_follows_shows_anew_that_a_case_is_theirs_once_it_is_taken_for_violence_or_moves(
    client: httpx.AsyncClient, desk: Desk
) -> None:
    async with a_console(desk) as console:
        officer = await console.enters()
        case = await console.files(incident_type="theft")
        await officer.did(case, "take")
        here, other = case.key_owner, (await console.files()).key_owner
        async with desk.sessions.begin() as session:
            for one in (here, other):
                await following.let_follow(session, conversation_id=uuid.UUID(one), case=case, at=datetime.now(UTC))
        assert (await write(client, other, "question", "¿Cuándo?")).status_code == 200
        await officer.did(case, "classify", incident_type="domestic_violence")
        for one in (here, other):
            assert (await write(client, one, "withdraw", "Ya no quiero")).status_code == 404
        async with desk.sessions.begin() as session:
            await following.let_follow(session, conversation_id=uuid.UUID(other), case=case, at=datetime.now(UTC))
        assert (await write(client, other, "withdraw", "Ya no quiero")).status_code == 404
        assert (await follow(client, here)).status_code == 200
        assert (await write(client, here, "question", "¿Quién lo ve?")).status_code == 200
        await officer.did(case, "transfer", station=OTHER_STATION, note="le toca")
        assert (await write(client, here, "question", "¿Y ahora?")).status_code == 404
