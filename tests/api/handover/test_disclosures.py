"""Violence that was told and never filed is read by the head of the office that would have had it, and by nobody else."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.conversations.models import Conversation
from api.jobs import tasks
from api.jobs.desk import Desk
from tests.api.handover.asking import Asking, a_citizen, acts, an_operator
from vocabulary.cases import Role

PATH = "/sin-denuncia"
TOLD = {
    "incident_type": "domestic_violence",
    "narrative": "Mi esposo me pegó anoche",
    "place": {"ubigeo": "150132", "district": "San Juan de Lurigancho", "province": "Lima", "department": "Lima"},
}


async def left_alone(desk: Desk, citizen: Asking) -> None:
    """Nobody writes until the conversation's time has passed."""
    async with desk.sessions.begin() as session:
        conversation = await session.get_one(Conversation, citizen.id)
        conversation.purge_at = datetime.now(UTC) - timedelta(days=1)
    await tasks.purge_drafts(desk)


async def test_the_head_of_the_office_reads_it_and_notes_that_they_saw_to_it(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(**TOLD)
    head = await an_operator(desk, client, role=Role.COMMISSIONER, station="150132")
    assert str(citizen.id) not in (await head.get(PATH)).text  # there is time to file it yet
    await left_alone(desk, citizen)
    assert str(citizen.id) in (await head.get(PATH)).text
    page = (await head.get(f"{PATH}/{citizen.id}")).text
    assert "Mi esposo me pegó anoche" in page
    assert "no le llame ni le escriba" in page
    assert (await head.post(f"{PATH}/{citizen.id}")).status_code == 303
    assert "Vista el" in (await head.get(f"{PATH}/{citizen.id}")).text
    told = await acts(desk, f"conversation:{citizen.id}")
    assert [act for act in told if act.startswith("disclosure")] == ["disclosure_queued", "disclosure_attended"]
    assert "conversation_read" in told


async def test_how_it_is_safe_to_reach_them_is_said_where_they_told_it(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(**TOLD, safe_contact="por mi hermana, de mañana")
    head = await an_operator(desk, client, role=Role.COMMISSIONER, station="150132")
    await left_alone(desk, citizen)
    assert "solo como dijo que es seguro: «por mi hermana, de mañana»" in (await head.get(f"{PATH}/{citizen.id}")).text


@pytest.mark.parametrize(
    ("role", "station", "status"),
    [(Role.COMMISSIONER, "150122", 404), (Role.OFFICER, "150132", 403), (Role.OPERATOR, "150132", 403)],
)
async def test_nobody_else_reads_it(
    desk: Desk, client: httpx.AsyncClient, role: Role, station: str, status: int
) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(**TOLD)
    await left_alone(desk, citizen)
    other = await an_operator(desk, client, role=role, station=station)
    assert (await other.get(f"{PATH}/{citizen.id}")).status_code == status
    assert str(citizen.id) not in (await other.get(PATH)).text


async def test_where_no_office_is_known_the_central_desk_has_it(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(incident_type="domestic_violence", narrative="Mi esposo me pegó anoche")
    await left_alone(desk, citizen)
    head = await an_operator(desk, client, role=Role.COMMISSIONER, station="000000")
    assert "Mi esposo me pegó anoche" in (await head.get(f"{PATH}/{citizen.id}")).text


async def test_what_was_told_after_a_filing_is_read_too_and_stays(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await citizen.files()
    await citizen.put_draft(**TOLD, attempt=2)
    await left_alone(desk, citizen)
    await left_alone(desk, citizen)
    head = await an_operator(desk, client, role=Role.COMMISSIONER, station="150132")
    page = (await head.get(f"{PATH}/{citizen.id}")).text
    assert "Mi esposo me pegó anoche" in page


async def test_once_it_is_filed_it_is_a_case_and_no_more_here(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(**TOLD)
    await left_alone(desk, citizen)
    await citizen.files(**TOLD)
    head = await an_operator(desk, client, role=Role.COMMISSIONER, station="150132")
    assert str(citizen.id) not in (await head.get(PATH)).text
    assert (await head.get(f"{PATH}/{citizen.id}")).status_code == 404
