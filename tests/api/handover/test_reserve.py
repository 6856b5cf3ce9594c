"""What is told in reserve after a complaint was filed is no part of that complaint: its station does not hear it."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.evidence import service as evidence
from api.handover.models import Callback
from api.jobs.desk import Desk
from api.stations.service import CENTRAL_CODE
from tests.api.handover.asking import Asking, a_citizen, an_operator, waiting_in
from tests.api.handover.test_talk import VOICE
from vocabulary.cases import Role

HERE, THERE = "150132", "150115"
SECRET = "SECRETO me pega"
POLICE = {"incident_type": "police_misconduct", "office": "central"}
PLACES = {
    HERE: {"ubigeo": "150132", "district": "San Juan de Lurigancho", "province": "Lima", "department": "Lima"},
    THERE: {"ubigeo": "150115", "district": "La Victoria", "province": "Lima", "department": "Lima"},
}


async def a_second_telling(client: httpx.AsyncClient, **told: Any) -> Asking:
    """Somebody filed a theft, and then tells of something else in the same conversation."""
    citizen = await a_citizen(client)
    await citizen.files(place=PLACES[HERE])
    await citizen.put_draft(narrative=SECRET, attempt=2, **told)
    return citizen


async def a_voice_note(desk: Desk, citizen: Asking) -> str:
    async with desk.sessions.begin() as session:
        key = conversations.key_of(await session.get_one(Conversation, citizen.id), desk.keys)
        item = await evidence.receive(
            session, conversation_id=citizen.id, key=key, name="v.ogg", data=VOICE, at=datetime.now(UTC)
        )
        return str(item.id)


@pytest.mark.parametrize("told", [{"incident_type": "domestic_violence"}, {"incident_type": "sexual_violence"}, POLICE])
async def test_the_station_of_the_first_complaint_does_not_hear_what_is_told_in_reserve_after_it(
    desk: Desk, client: httpx.AsyncClient, told: dict[str, Any]
) -> None:
    citizen = await a_second_telling(client, **told)
    await citizen.ask()
    await citizen.ask_for_call("+51911222333", "el lunes")
    note = await a_voice_note(desk, citizen)
    async with desk.sessions() as session:
        call = await session.scalar(select(Callback.id).where(Callback.conversation_id == citizen.id))
    officer = await an_operator(desk, client, role=Role.OFFICER, station=HERE)
    assert citizen.id not in waiting_in((await officer.get()).text)
    assert (await officer.take(citizen.id)).status_code == 404
    assert str(call) not in (await officer.get("/llamadas")).text
    assert (await officer.get(f"/llamadas/{call}")).status_code == 404
    assert note not in (await officer.get("/voz")).text
    headers = {"Cookie": officer.cookie}
    assert (await client.get(f"/api/v1/voice-notes/{note}", headers=headers)).status_code == 404


async def test_it_is_for_the_commissioner_of_its_own_station(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_second_telling(client, incident_type="domestic_violence", place=PLACES[THERE])
    await citizen.ask()
    first = await an_operator(desk, client, role=Role.COMMISSIONER, station=HERE)
    assert (await first.take(citizen.id)).status_code == 404
    second = await an_operator(desk, client, role=Role.COMMISSIONER, station=THERE)
    assert (await second.take(citizen.id)).status_code == 303


async def test_once_filed_it_is_for_the_officers_of_the_station_that_has_it(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen = await a_citizen(client)
    await citizen.files(place=PLACES[HERE], incident_type="domestic_violence")
    sworn = datetime.now(UTC).isoformat()
    await citizen.put_draft(incident_type="domestic_violence", narrative="Me robaron", sworn_at=sworn)
    await citizen.ask()
    elsewhere = await an_operator(desk, client, role=Role.OFFICER, station=THERE)
    assert (await elsewhere.take(citizen.id)).status_code == 404
    officer = await an_operator(desk, client, role=Role.OFFICER, station=HERE)
    assert (await officer.take(citizen.id)).status_code == 303


async def test_what_is_told_next_without_reserve_leaves_the_conversation_with_the_station(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen = await a_citizen(client)
    await citizen.files(place=PLACES[HERE], incident_type="domestic_violence")
    await citizen.put_draft(incident_type="theft", narrative="Y me robaron", attempt=2)
    await citizen.ask()
    officer = await an_operator(desk, client, role=Role.OFFICER, station=HERE)
    assert (await officer.take(citizen.id)).status_code == 303


@pytest.mark.parametrize(
    ("urgency", "station", "status"), [(2, CENTRAL_CODE, 303), (1, CENTRAL_CODE, 404), (2, HERE, 404)]
)
async def test_who_is_in_danger_before_any_station_is_known_is_for_the_central_desk(
    desk: Desk, client: httpx.AsyncClient, urgency: int, station: str, status: int
) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(incident_type="domestic_violence", narrative=SECRET)
    await citizen.ask(urgency=urgency)
    operator = await an_operator(desk, client, station=station)
    assert (await operator.take(citizen.id)).status_code == status
