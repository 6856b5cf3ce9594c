"""Whoever has a conversation sees what belongs to its last case or to none, and each voice note that they hear is in its custody."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select, update

from api import files
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.schemas import MessageCreate
from api.evidence.models import CustodyEntry
from api.jobs.desk import Desk
from api.staff import service as staff
from api.staff.models import StaffMember, StaffSession
from tests.api.handover.asking import ROOT, Asking, Operator, a_citizen, acts, an_operator, app_of, listening
from tests.api.handover.test_reserve import HERE, PLACES, SECRET, THERE, a_voice_note
from tests.api.handover.test_talk import a_talk
from vocabulary.cases import CustodyAct, Role


async def writes(desk: Desk, citizen: Asking, text: str) -> None:
    """The citizen writes, and no bot is asked."""
    body = MessageCreate(client_message_id=uuid.uuid4().hex, text=text)
    async with desk.sessions.begin() as session:
        await conversations.store(session, conversation_id=citizen.id, body=body, keys=desk.keys, at=datetime.now(UTC))


async def custody_of(desk: Desk, evidence_id: str) -> list[tuple[str, uuid.UUID | None, bool]]:
    query = select(CustodyEntry).where(CustodyEntry.evidence_id == uuid.UUID(evidence_id)).order_by(CustodyEntry.id)
    async with desk.sessions() as session:
        return [(entry.act, entry.actor_id, entry.intact) for entry in await session.scalars(query)]


async def test_of_two_cases_the_station_of_the_later_one_sees_that_alone(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await writes(desk, citizen, SECRET)
    earlier = await a_voice_note(desk, citizen)
    await citizen.files(place=PLACES[HERE], incident_type="domestic_violence")
    await writes(desk, citizen, "Y además me robaron")
    later = await a_voice_note(desk, citizen)
    await citizen.files(place=PLACES[THERE], attempt=2)
    await writes(desk, citizen, "Gracias")
    officer = await an_operator(desk, client, role=Role.OFFICER, station=THERE)
    await citizen.ask()
    await officer.take(citizen.id)
    for path in ("", "/vivo"):
        page = (await officer.get(f"/{citizen.id}{path}")).text
        assert (SECRET in page, earlier in page) == (False, False)
        assert ("Y además me robaron" in page, "Gracias" in page, later in page) == (True, True, True)
    assert (await officer.get(f"/{citizen.id}/voz/{later}")).status_code == 200
    assert (await officer.get(f"/{citizen.id}/voz/{earlier}")).status_code == 404
    assert len(await custody_of(desk, earlier)) == 1


async def test_a_commissioner_who_hears_what_is_told_in_reserve_sees_nothing_of_anothers_case_before(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen = await a_citizen(client)
    await writes(desk, citizen, SECRET)
    earlier = await a_voice_note(desk, citizen)
    number = await citizen.files(place=PLACES[HERE])
    await writes(desk, citizen, "Mi esposo me pega")
    await citizen.put_draft(incident_type="domestic_violence", narrative="Me pega", attempt=2, place=PLACES[THERE])
    later = await a_voice_note(desk, citizen)
    await citizen.ask()
    commissioner = await an_operator(desk, client, role=Role.COMMISSIONER, station=THERE)
    await commissioner.take(citizen.id)
    page = (await commissioner.get(f"/{citizen.id}")).text
    assert (SECRET in page, earlier in page, number in page) == (False, False, False)
    assert ("Mi esposo me pega" in page, later in page) == (True, True)


async def test_the_station_of_the_only_case_sees_all_of_it(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await writes(desk, citizen, "Antes de la denuncia")
    note = await a_voice_note(desk, citizen)
    number = await citizen.files(place=PLACES[HERE])
    await writes(desk, citizen, "Después de la denuncia")
    await citizen.ask()
    officer = await an_operator(desk, client, role=Role.OFFICER, station=HERE)
    await officer.take(citizen.id)
    page = (await officer.get(f"/{citizen.id}")).text
    for told in ("Antes de la denuncia", "Después de la denuncia", note, number):
        assert told in page


async def test_a_voice_note_that_is_heard_is_written_into_its_custody(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    note = await a_voice_note(desk, citizen)
    assert (await operator.get(f"/{citizen.id}/voz/{note}")).status_code == 200
    assert (await custody_of(desk, note))[1:] == [(CustodyAct.OPENED, operator.id, True)]
    assert await acts(desk, f"evidence:{note}") == ["evidence_opened"]


async def test_a_voice_note_that_is_not_what_was_received_is_not_played_and_that_is_written_down(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, operator = await a_talk(desk, client)
    note = await a_voice_note(desk, citizen)
    async with desk.sessions() as session:
        key = conversations.key_of(await session.get_one(Conversation, citizen.id), desk.keys)
    await files.delete([f"evidence/{note}"])
    await files.put(f"evidence/{note}", b"another sound", key=key)
    answer = await operator.get(f"/{citizen.id}/voz/{note}")
    assert (answer.status_code, "another sound" in answer.text) == (409, False)
    assert (await custody_of(desk, note))[1:] == [(CustodyAct.OPENED, operator.id, False)]


async def seen(desk: Desk, operator: Operator) -> tuple[datetime, datetime]:
    async with desk.sessions() as session:
        query = select(StaffSession.seen_at, StaffSession.present_at).where(StaffSession.staff_id == operator.id)
        used, present = (await session.execute(query)).one()
        return used, present


async def asks_by_itself(client: httpx.AsyncClient, operator: Operator) -> None:
    headers = {"Cookie": operator.cookie, "Accept": "text/html", "Sec-Fetch-Dest": "empty"}
    assert (await client.get(ROOT, headers=headers)).status_code == 200


async def listens(client: httpx.AsyncClient, operator: Operator) -> None:
    app = app_of(client)
    async with listening(app, operator, "/eventos") as names, asyncio.timeout(10):
        assert await names.get() == "changed"


@pytest.mark.parametrize("by_itself", [asks_by_itself, listens])
async def test_what_an_open_page_asks_by_itself_counts_as_being_there_and_does_not_prolong_the_session(
    desk: Desk, client: httpx.AsyncClient, by_itself: Callable[[httpx.AsyncClient, Operator], Awaitable[None]]
) -> None:
    operator, ago = await an_operator(desk, client), datetime.now(UTC) - timedelta(minutes=25)
    async with desk.sessions.begin() as session:
        own = update(StaffSession).where(StaffSession.staff_id == operator.id)
        await session.execute(own.values(seen_at=ago, present_at=ago))
    await by_itself(client, operator)
    assert (await seen(desk, operator))[0] == ago
    async with desk.sessions() as session:
        assert operator.id in {one.id for one in await staff.on_duty(session, at=datetime.now(UTC))}
    await operator.get()
    assert (await seen(desk, operator))[0] > ago


async def test_an_open_page_keeps_nobody_on_duty_whose_session_is_over(desk: Desk, client: httpx.AsyncClient) -> None:
    operator, ago = await an_operator(desk, client), datetime.now(UTC) - timedelta(minutes=31)
    async with desk.sessions.begin() as session:
        own = update(StaffSession).where(StaffSession.staff_id == operator.id)
        await session.execute(own.values(seen_at=ago))
    async with desk.sessions() as session:
        member = await session.get_one(StaffMember, operator.id)
        assert member.id not in {one.id for one in await staff.on_duty(session, at=datetime.now(UTC))}
