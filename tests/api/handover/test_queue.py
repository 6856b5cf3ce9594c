"""The queue shows who waits to whoever may take them, and of two who take one wins."""

import asyncio

import httpx
import pytest

from api.jobs.desk import Desk
from tests.api.handover.asking import (
    ROOT,
    a_citizen,
    acts,
    an_operator,
    first_event,
    mine_in,
    reserved_for,
    waiting_in,
)
from vocabulary.cases import Role


async def test_the_most_urgent_comes_first_and_then_who_waited_longest(desk: Desk, client: httpx.AsyncClient) -> None:
    first, second, in_danger = [await a_citizen(client) for _ in range(3)]
    await first.ask()
    await second.ask()
    await in_danger.ask(urgency=2)
    operator = await an_operator(desk, client)
    assert waiting_in((await operator.get()).text) == [in_danger.id, first.id, second.id]


async def test_the_queue_tells_the_kind_and_nothing_personal(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(incident_type="theft", full_name="Rosa Mamani", narrative="Me sacaron la billetera")
    await citizen.ask()
    shown = (await (await an_operator(desk, client)).get()).text
    assert "Hurto" in shown
    assert "Mamani" not in shown
    assert "billetera" not in shown


async def test_a_language_may_be_asked_for(desk: Desk, client: httpx.AsyncClient) -> None:
    spanish, quechua = await a_citizen(client), await a_citizen(client, language="quz")
    await spanish.ask()
    await quechua.ask()
    operator = await an_operator(desk, client)
    assert waiting_in((await operator.get("?lengua=quz")).text) == [quechua.id]
    assert waiting_in((await operator.get("?lengua=")).text) == [spanish.id, quechua.id]


@pytest.mark.parametrize(
    ("role", "station", "may"),
    [
        (Role.OPERATOR, "000000", False),
        (Role.OFFICER, "000000", False),
        (Role.COMMISSIONER, "000001", False),
        (Role.COMMISSIONER, "000000", True),
    ],
)
async def test_violence_told_is_for_the_commissioner_of_its_station_alone(
    desk: Desk, client: httpx.AsyncClient, role: Role, station: str, may: bool
) -> None:
    citizen = await a_citizen(client)
    await citizen.put_draft(incident_type="domestic_violence", narrative="Mi esposo me pegó")
    await reserved_for(desk, citizen.id, "000000")
    await citizen.ask(urgency=2)
    member = await an_operator(desk, client, role=role, station=station)
    assert (citizen.id in waiting_in((await member.get()).text)) is may
    assert (await member.take(citizen.id)).status_code == (303 if may else 404)


async def test_of_two_who_take_at_once_one_does_and_the_other_is_told_who(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen = await a_citizen(client)
    await citizen.ask()
    both = [await an_operator(desk, client, name=name) for name in ("Rosa Quispe", "Luis Huamán")]
    answers = await asyncio.gather(*(one.take(citizen.id) for one in both))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    won = both[0] if answers[0].status_code == 303 else both[1]
    lost = next(answer for answer in answers if answer.status_code == 409)
    assert f"La tiene {won.name}" in lost.text
    told = await citizen.messages("system")
    assert [one for one in told if one.startswith("Ya está aquí")] == [
        one for one in told if won.name.split()[0] in one
    ]
    assert (await citizen.state())["handover"] == "active"
    assert mine_in((await won.get()).text) == [citizen.id]
    assert await acts(desk, f"conversation:{citizen.id}") == ["conversation_taken"]


async def test_who_takes_again_has_it_as_before(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await citizen.ask()
    operator = await an_operator(desk, client)
    for _ in range(2):
        assert (await operator.take(citizen.id)).headers["location"] == f"{ROOT}/{citizen.id}"
    assert len([one for one in await citizen.messages("system") if one.startswith("Ya está aquí")]) == 1


async def test_nobody_is_taken_who_does_not_wait(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    operator = await an_operator(desk, client)
    assert (await operator.take(citizen.id)).status_code == 404
    assert (await operator.get(f"/{citizen.id}")).status_code == 404


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
async def test_the_queue_is_for_those_who_talk(desk: Desk, client: httpx.AsyncClient, role: Role) -> None:
    member = await an_operator(desk, client, role=role)
    assert (await member.get()).status_code == 403


async def test_who_watches_the_queue_is_told_when_it_changes(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    operator = await an_operator(desk, client)
    assert await first_event(client, operator, "/eventos", citizen.ask) == "changed"


async def test_a_message_of_another_origin_takes_nobody(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await citizen.ask()
    operator = await an_operator(desk, client)
    headers = {"Cookie": operator.cookie, "Origin": "https://example.com"}
    assert (await client.post(f"{ROOT}/{citizen.id}/tomar", headers=headers)).status_code == 403
    assert (await citizen.state())["handover"] == "queued"
