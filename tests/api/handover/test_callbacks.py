"""Who asked to be called stands in a list that staff see and close; the number is shown to who opens it alone."""

import httpx
import pytest
from sqlalchemy import select

from api.handover.models import Callback
from api.jobs.desk import Desk
from tests.api.handover.asking import Asking, a_citizen, acts, an_operator, reserved_for
from vocabulary.cases import Role

PHONE = "+51987654321"


async def the_call(desk: Desk, citizen: Asking) -> Callback:
    async with desk.sessions() as session:
        (found,) = await session.scalars(select(Callback).where(Callback.conversation_id == citizen.id))
        return found


async def asking(client: httpx.AsyncClient, **draft: object) -> Asking:
    citizen = await a_citizen(client)
    if draft:
        await citizen.put_draft(**draft)
    await citizen.ask()
    await citizen.ask_for_call(PHONE, "mañana a las 3")
    return citizen


async def test_a_call_is_read_and_closed_by_staff(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await asking(client)
    call = await the_call(desk, citizen)
    assert PHONE.encode() not in call.content
    operator = await an_operator(desk, client)
    listed = (await operator.get("/llamadas")).text
    assert (str(call.id) in listed, PHONE in listed) == (True, False)
    opened = (await operator.get(f"/llamadas/{call.id}")).text
    assert PHONE in opened
    assert "mañana a las 3" in opened
    assert (await operator.post(f"/llamadas/{call.id}", outcome="reached")).status_code == 303
    assert str(call.id) not in (await operator.get("/llamadas")).text
    assert await acts(desk, f"callback:{call.id}") == ["callback_read", "callback_closed"]
    assert (await citizen.state())["handover"] == "none"
    assert (await operator.get(f"/llamadas/{call.id}")).status_code == 404


async def test_who_was_not_reached_is_called_again_and_goes_on_waiting(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await asking(client)
    call = await the_call(desk, citizen)
    operator = await an_operator(desk, client)
    await operator.post(f"/llamadas/{call.id}", outcome="not_reached")
    assert (await citizen.state())["handover"] == "queued"
    listed = (await operator.get("/llamadas")).text
    assert (str(call.id) in listed, "no contestó" in listed) == (True, True)
    assert await acts(desk, f"callback:{call.id}") == ["callback_tried"]


async def test_asked_again_the_later_number_counts(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await asking(client)
    await citizen.ask_for_call("+51911222333", "el lunes")
    call = await the_call(desk, citizen)
    opened = (await (await an_operator(desk, client)).get(f"/llamadas/{call.id}")).text
    assert "+51911222333" in opened
    assert PHONE not in opened


async def test_where_violence_was_told_the_caller_is_warned_and_the_safe_contact_shown(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen = await asking(client, incident_type="domestic_violence", safe_contact="solo de día", narrative="Me pegó")
    await reserved_for(desk, citizen.id, "000000")
    call = await the_call(desk, citizen)
    commissioner = await an_operator(desk, client, role=Role.COMMISSIONER)
    opened = (await commissioner.get(f"/llamadas/{call.id}")).text
    assert "Si contesta otra persona, no diga" in opened
    assert "solo de día" in opened


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.OFFICER])
async def test_a_call_after_violence_is_not_for_everybody(desk: Desk, client: httpx.AsyncClient, role: Role) -> None:
    citizen = await asking(client, incident_type="domestic_violence", narrative="Me pegó")
    call = await the_call(desk, citizen)
    member = await an_operator(desk, client, role=role)
    assert str(call.id) not in (await member.get("/llamadas")).text
    assert (await member.get(f"/llamadas/{call.id}")).status_code == 404
    assert (await member.post(f"/llamadas/{call.id}", outcome="reached")).status_code == 404
