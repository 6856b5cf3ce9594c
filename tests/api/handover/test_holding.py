"""Who took a conversation has it only as long as they might: a move, another role or a transfer of the case ends it."""

import httpx
import pytest
from sqlalchemy import select

from api.cases.models import Case
from api.jobs import tasks
from api.jobs.desk import Desk
from api.staff.models import StaffMember
from api.stations import service as stations
from tests.api.handover.asking import Asking, Operator, a_citizen, an_operator, first_event, mine_in
from tests.api.handover.test_reserve import HERE, PLACES, SECRET, THERE
from vocabulary.cases import Role


async def a_case_talk(desk: Desk, client: httpx.AsyncClient) -> tuple[Asking, str, Operator]:
    """An officer has the citizen whose complaint their station has."""
    citizen = await a_citizen(client)
    number = await citizen.files(place=PLACES[HERE], narrative=SECRET)
    operator = await an_operator(desk, client, role=Role.OFFICER, station=HERE)
    await citizen.ask()
    assert (await operator.take(citizen.id)).status_code == 303
    return citizen, number, operator


async def moves(desk: Desk, operator: Operator, *, role: Role, station: str) -> None:
    async with desk.sessions.begin() as session:
        member = await session.get_one(StaffMember, operator.id)
        member.role, member.station_id = role, (await stations.by_code(session, code=station)).id


async def transferred(desk: Desk, number: str) -> None:
    async with desk.sessions.begin() as session:
        case = await session.scalar(select(Case).where(Case.number == number))
        assert case is not None
        case.handling_station_id = (await stations.by_code(session, code=THERE)).id


async def is_shut_out(citizen: Asking, operator: Operator) -> None:
    for path in ("", "/vivo", "/eventos"):
        answer = await operator.get(f"/{citizen.id}{path}")
        assert (answer.status_code, SECRET in answer.text) == (404, False)
    assert (await operator.say(citizen.id, "hola")).status_code == 404
    assert (await operator.post(f"/{citizen.id}/terminar")).status_code == 404
    assert citizen.id not in mine_in((await operator.get()).text)
    assert await citizen.messages("operator") == []


@pytest.mark.parametrize(("role", "station"), [(Role.OPERATOR, HERE), (Role.OFFICER, THERE), (Role.COMMISSIONER, HERE)])
async def test_who_moves_or_gets_another_role_has_their_conversations_no_more(
    desk: Desk, client: httpx.AsyncClient, role: Role, station: str
) -> None:
    citizen, _, operator = await a_case_talk(desk, client)
    await moves(desk, operator, role=role, station=station)
    await is_shut_out(citizen, operator)


async def test_a_commissioner_who_moves_does_not_keep_what_was_told_in_reserve(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(incident_type="domestic_violence", narrative=SECRET, place=PLACES[HERE])
    await citizen.ask()
    commissioner = await an_operator(desk, client, role=Role.COMMISSIONER, station=HERE)
    assert (await commissioner.take(citizen.id)).status_code == 303
    await moves(desk, commissioner, role=Role.COMMISSIONER, station=THERE)
    await is_shut_out(citizen, commissioner)


async def test_the_transfer_of_a_case_takes_its_conversation_from_the_old_station_and_nobody_is_left_alone(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, number, operator = await a_case_talk(desk, client)
    over = first_event(client, operator, f"/{citizen.id}/eventos", lambda: transferred_and_told(desk, citizen, number))
    assert await over == "over"
    await is_shut_out(citizen, operator)
    await tasks.keep_queue(desk)
    assert (await citizen.state())["handover"] == "queued"
    assert (await citizen.messages("system"))[-1].startswith("Quien le atendía tuvo que irse")
    new = await an_operator(desk, client, role=Role.OFFICER, station=THERE)
    assert (await new.take(citizen.id)).status_code == 303


async def transferred_and_told(desk: Desk, citizen: Asking, number: str) -> None:
    await transferred(desk, number)
    await citizen.say("¿Sigue ahí?")


async def test_whoever_is_told_of_violence_meanwhile_is_not_cut_off(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, _, operator = await a_case_talk(desk, client)
    await citizen.put_draft(incident_type="domestic_violence", narrative="Me pegó", attempt=2)
    assert (await operator.say(citizen.id, "Estoy aquí con usted.")).status_code == 303
    await tasks.keep_queue(desk)
    assert (await citizen.state())["handover"] == "active"
