"""Voice notes and what was not delivered have their pages, for those who work cases."""

from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select

from api.conversations import service as conversations
from api.conversations.channels.models import Delivery
from api.conversations.models import Conversation, Message
from api.evidence import service as evidence
from api.jobs.desk import Desk
from tests.api.conversations.channels.talking import a_number, heard, said, statuses
from tests.api.handover.asking import a_citizen, acts, an_operator
from tests.api.handover.test_talk import VOICE
from vocabulary.cases import Role


async def test_a_voice_note_is_listed_read_and_marked_as_heard(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    async with desk.sessions.begin() as session:
        key = conversations.key_of(await session.get_one(Conversation, citizen.id), desk.keys)
        item = await evidence.receive(
            session, conversation_id=citizen.id, key=key, name="v.ogg", data=VOICE, at=datetime.now(UTC)
        )
        await evidence.note_transcript(session, evidence_id=item.id, words="me robaron el celular", key=key)
    officer = await an_operator(desk, client, role=Role.OFFICER)
    page = (await officer.get("/voz")).text
    assert f'src="/api/v1/voice-notes/{item.id}"' in page
    assert "me robaron el celular" not in page
    assert "me robaron el celular" in (await officer.get(f"/voz/{item.id}")).text
    assert (await officer.post(f"/voz/{item.id}")).status_code == 303
    assert str(item.id) not in (await officer.get("/voz")).text
    assert await acts(desk, f"evidence:{item.id}") == ["evidence_opened", "statement_heard"]


async def test_what_failed_is_listed_and_sent_again(desk: Desk, client: httpx.AsyncClient) -> None:
    conversation_id = await heard(desk, a_number())
    await said(desk, conversation_id, "Su denuncia quedó registrada")
    async with desk.sessions.begin() as session:
        of_it = select(Delivery).join(Message).where(Message.conversation_id == conversation_id)
        delivery = (await session.scalars(of_it)).one()
        delivery.status, delivery.error = "failed", "63003"
    officer = await an_operator(desk, client, role=Role.OFFICER)
    page = (await officer.get("/entregas")).text
    assert str(delivery.id) in page
    assert "63003" in page
    assert "Su denuncia quedó registrada" not in page
    assert str(delivery.id) not in (await officer.get("/entregas?held=true")).text
    assert (await officer.post(f"/entregas/{delivery.id}")).status_code == 303
    assert await statuses(desk, conversation_id) == ["queued"]


@pytest.mark.parametrize("path", ["/voz", "/entregas"])
async def test_an_operator_who_works_no_cases_has_no_such_pages(
    desk: Desk, client: httpx.AsyncClient, path: str
) -> None:
    operator = await an_operator(desk, client)
    assert (await operator.get(path)).status_code == 403
    assert path not in (await operator.get()).text
