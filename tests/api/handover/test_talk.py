"""A person has a conversation: what they write arrives, the bot keeps still, and it goes back, on or to its end."""

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from api.conversations import service as conversations
from api.conversations import turns
from api.conversations.bot import Bot
from api.conversations.models import Conversation
from api.evidence import service as evidence
from api.handover import service as handover
from api.handover.models import Attendance
from api.jobs.desk import Desk
from tests.api.handover.asking import (
    Asking,
    Operator,
    a_citizen,
    acts,
    an_operator,
    app_of,
    first_event,
    mine_in,
    waiting_in,
)
from vocabulary.cases import Role
from vocabulary.sentences import sentence

VOICE = b"OggS\x00\x02" + b"\x00" * 22 + b"\x01\x1eOpusHead\x01\x01" + b"\x00" * 200
DONE: dict[str, Any] = {
    "said": [{"text": "¿Cuál es su nombre?", "choices": []}],
    "dialogue": {"slots": {}, "loop": None, "step": None},
}

type Answering = (
    Callable[[httpx.Request], httpx.Response] | Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]
)


async def a_talk(desk: Desk, client: httpx.AsyncClient, **who: Any) -> tuple[Asking, Operator]:
    citizen, operator = await a_citizen(client), await an_operator(desk, client, **who)
    await citizen.ask()
    assert (await operator.take(citizen.id)).status_code == 303
    return citizen, operator


def bot_of(client: httpx.AsyncClient, answer: Answering) -> None:
    """Have a bot that answers as told."""
    app = app_of(client)
    asked = httpx.AsyncClient(base_url="http://127.0.0.1", transport=httpx.MockTransport(answer))
    app.state.turns.bot = Bot(asked, "secret")


async def test_what_an_operator_writes_reaches_the_citizen_once(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    once = uuid.uuid4()
    for _ in range(2):
        assert (await operator.say(citizen.id, "Buenas tardes, le leo.", once)).status_code == 303
    await operator.say(citizen.id, "¿Está a salvo?")
    assert await citizen.messages("operator") == ["Buenas tardes, le leo.", "¿Está a salvo?"]


async def test_an_empty_message_is_not_sent(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    answer = await operator.say(citizen.id, "   ")
    assert (answer.status_code, "Escriba algo" in answer.text) == (422, True)
    assert await citizen.messages("operator") == []


async def test_the_bot_is_not_asked_while_a_person_is_there(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    asked: list[httpx.Request] = []
    bot_of(client, lambda request: asked.append(request) or httpx.Response(200, json=DONE))
    answer = await citizen.say("Sí, estoy en mi casa")
    assert (answer["replies"], asked) == ([], [])
    assert "Sí, estoy en mi casa" in (await operator.get(f"/{citizen.id}")).text


async def test_what_the_bot_was_answering_is_the_persons_once_they_take_it(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, operator = await a_citizen(client), await an_operator(desk, client)
    await citizen.ask()
    app = app_of(client)

    class Slow(Bot):
        async def turn(self, **asked: Any) -> turns.Turn:
            await operator.take(citizen.id)
            return turns.Turn([conversations.Said("¿Cuál es su nombre?")], DONE["dialogue"])

    app.state.turns.bot = Slow(app.state.bot_client, "secret")
    answer = await citizen.say("me robaron")
    assert answer["replies"] == []
    assert "¿Cuál es su nombre?" not in await citizen.messages("bot")


async def test_both_sides_are_told_of_the_other_at_once(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    seen = await first_event(client, operator, f"/{citizen.id}/eventos", lambda: citizen.say("¿Sigue ahí?"))
    assert seen == "changed"
    assert "¿Sigue ahí?" in (await operator.get(f"/{citizen.id}/vivo")).text


async def test_who_lost_the_conversation_is_told(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    end = first_event(client, operator, f"/{citizen.id}/eventos", lambda: operator.post(f"/{citizen.id}/terminar"))
    assert await end == "over"


async def test_another_cannot_read_nor_write_and_is_told_who_has_it(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client, name="Rosa Quispe")
    await citizen.say("vivo en jirón Cuzco 100")
    other = await an_operator(desk, client, name="Luis Huamán")
    page = await other.get(f"/{citizen.id}")
    assert (page.status_code, operator.name in page.text, "jirón Cuzco" in page.text) == (409, True, False)
    for answer in (await other.get(f"/{citizen.id}/vivo"), await other.say(citizen.id, "hola")):
        assert answer.status_code == 409
    assert await citizen.messages("operator") == []


async def test_an_opening_is_written_down_once(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    for path in ("", "/vivo", ""):
        assert (await operator.get(f"/{citizen.id}{path}")).status_code == 200
    read = [act for act in await acts(desk, f"conversation:{citizen.id}") if act == "conversation_read"]
    assert len(read) == 1
    async with desk.sessions.begin() as session:
        await session.execute(update(Attendance).values(read_at=datetime.now(UTC) - timedelta(minutes=11)))
    await operator.get(f"/{citizen.id}")
    assert (await acts(desk, f"conversation:{citizen.id}")).count("conversation_read") == 2


async def test_a_prepared_answer_is_put_into_the_box_and_may_be_changed(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client, name="Rosa Quispe")
    page = (await operator.get(f"/{citizen.id}?respuesta=greeting")).text
    assert "Hola, soy Rosa, de la Policía" in page.partition("<textarea")[2].partition("</textarea>")[0]
    assert sentence("handover.canned.number.title") not in page  # there is no number yet
    assert await citizen.messages("operator") == []


async def test_the_draft_stands_beside_the_messages(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    await citizen.put_draft(
        incident_type="theft",
        full_name="Ana Flores",
        narrative="Me sacaron la billetera",
        settled={"full_name": "operator"},
    )
    page = (await operator.get(f"/{citizen.id}")).text
    assert "Ana Flores" in page
    assert "anotado por operador" in page
    assert "Me sacaron la billetera" in page


async def test_a_field_is_filled_as_the_bot_would_and_what_it_can_t_read_is_not(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, operator = await a_talk(desk, client)
    await citizen.put_draft(incident_type="theft")
    filled = {"incident_type": "theft", "phone": "+51987654321", "settled": {"phone": "operator"}}
    bot_of(client, lambda request: httpx.Response(200, json={"draft": filled if b"987" in request.content else None}))
    wrong = await operator.post(f"/{citizen.id}/datos", step="phone", value="no sé")
    assert (wrong.status_code, "no se entiende como celular" in wrong.text) == (422, True)
    assert (await citizen.state())["draft"]["phone"] is None
    assert (await operator.post(f"/{citizen.id}/datos", step="phone", value="987654321")).status_code == 303
    assert (await citizen.state())["draft"]["phone"] == "+51987654321"
    assert (await acts(desk, f"conversation:{citizen.id}")).count("field_noted") == 1


async def test_while_the_bot_is_away_no_field_is_filled_and_that_is_said(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    bot_of(client, lambda request: httpx.Response(503))
    answer = await operator.post(f"/{citizen.id}/datos", step="full_name", value="Ana Flores")
    assert (answer.status_code, "no quedó anotado" in answer.text) == (422, True)
    assert "Ana Flores" in answer.text  # what was typed is still there


async def test_violence_noted_by_a_person_closes_the_conversation_as_if_it_were_told(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, operator = await a_talk(desk, client)
    noted = {"incident_type": "sexual_violence", "settled": {"incident_type": "operator"}}
    bot_of(client, lambda request: httpx.Response(200, json={"draft": noted}))
    await operator.post(f"/{citizen.id}/datos", step="incident_type", value="violencia sexual")
    async with desk.sessions() as session:
        found = await session.get_one(Conversation, citizen.id)
    assert (found.disclosed, found.reserved) == ("sexual_violence", True)


async def test_the_oath_is_taken_by_voice_alone(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    await citizen.put_draft(incident_type="theft")
    sworn = {"incident_type": "theft", "sworn_at": "2026-11-20T15:00:00Z", "settled": {"oath": "operator"}}
    bot_of(client, lambda request: httpx.Response(200, json={"draft": sworn}))
    assert (await operator.post(f"/{citizen.id}/datos", step="oath", value="sí")).status_code == 422
    async with desk.sessions.begin() as session:
        key = conversations.key_of(await session.get_one(Conversation, citizen.id), desk.keys)
        item = await evidence.receive(
            session, conversation_id=citizen.id, key=key, name="v.ogg", data=VOICE, at=datetime.now(UTC)
        )
    sound = await operator.get(f"/{citizen.id}/voz/{item.id}")
    assert sound.content == VOICE
    assert await acts(desk, f"evidence:{item.id}") == ["evidence_opened"]
    assert (await operator.post(f"/{citizen.id}/datos", step="oath", value="sí")).status_code == 303


async def test_given_back_the_bot_puts_its_question_again(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client, name="Rosa Quispe")
    asked: list[bytes] = []
    bot_of(client, lambda request: asked.append(request.content) or httpx.Response(200, json=DONE))
    assert (await operator.post(f"/{citizen.id}/devolver")).status_code == 303
    (turn,) = asked
    assert b'"choice": "returned"' in turn
    assert b'"text": null' in turn
    assert (await citizen.messages("bot"))[-1] == "¿Cuál es su nombre?"
    assert (await citizen.messages("system"))[-1] == sentence("handover.returned", name="Rosa")
    assert (await citizen.state())["handover"] == "none"
    assert (await operator.get(f"/{citizen.id}")).status_code == 404


async def test_ended_the_next_message_is_the_bots(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client, name="Rosa Quispe")
    bot_of(client, lambda request: httpx.Response(200, json=DONE))
    assert (await operator.post(f"/{citizen.id}/terminar")).status_code == 303
    assert (await citizen.messages("system"))[-1] == sentence("handover.ended", name="Rosa")
    assert [one["text"] for one in (await citizen.say("gracias"))["replies"]] == ["¿Cuál es su nombre?"]
    assert (await acts(desk, f"conversation:{citizen.id}"))[-1] == "conversation_left"


async def put_back(desk: Desk, citizen: Asking) -> None:
    """As after ten minutes in which nobody answered."""
    async with desk.sessions.begin() as session:
        later = datetime.now(UTC) + timedelta(minutes=11)
        await handover.put_back(session, conversation_id=citizen.id, keys=desk.keys, at=later)


async def test_what_was_being_written_when_the_citizen_was_put_back_is_not_lost(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, operator = await a_talk(desk, client)
    await put_back(desk, citizen)
    answer = await operator.say(citizen.id, "Un texto largo")
    assert (answer.status_code, "Un texto largo" in answer.text) == (404, True)
    assert "volvió a la lista" in answer.text
    assert await citizen.messages("operator") == []
    again = await operator.post(f"/{citizen.id}/tomar", text="Un texto largo")
    assert again.status_code == 200
    assert "Un texto largo" in again.text.partition('id="text"')[2].partition("</textarea>")[0]
    assert (await operator.say(citizen.id, "Un texto largo")).status_code == 303


async def test_what_was_being_written_when_another_took_the_citizen_is_shown_again_with_who_has_them(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, operator = await a_talk(desk, client, name="Rosa Quispe")
    await put_back(desk, citizen)
    other = await an_operator(desk, client, name="Luis Huamán")
    await other.take(citizen.id)
    for path, form in (("mensajes", {"text": "Un texto", "message_id": uuid.uuid4()}), ("tomar", {"text": "Un texto"})):
        answer = await operator.post(f"/{citizen.id}/{path}", **form)
        assert (answer.status_code, "Un texto" in answer.text, "Luis Huamán" in answer.text) == (409, True, True)
    noted = await operator.post(f"/{citizen.id}/datos", step="full_name", value="Ana Flores")
    assert (noted.status_code, "Ana Flores" in noted.text) == (409, True)
    assert await citizen.messages("operator") == []


async def test_whoever_never_had_a_conversation_is_told_nothing_of_it(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen = await a_citizen(client)
    await citizen.ask()
    operator = await an_operator(desk, client)
    answer = await operator.say(citizen.id, "hola")
    assert (answer.status_code, "volvió a la lista" in answer.text) == (404, False)


async def test_passed_on_another_has_it_at_once(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client, name="Rosa Quispe")
    other = await an_operator(desk, client, name="Luis Huamán")
    assert (await operator.post(f"/{citizen.id}/pasar", to=str(other.id))).status_code == 303
    assert mine_in((await other.get()).text) == [citizen.id]
    assert (await citizen.messages("system"))[-1].startswith("Ahora le atiende Luis")
    assert (await operator.say(citizen.id, "hola")).status_code == 409
    assert (await other.say(citizen.id, "hola")).status_code == 303


async def test_it_is_passed_on_to_nobody_who_may_not_have_it(desk: Desk, client: httpx.AsyncClient) -> None:
    citizen, operator = await a_talk(desk, client)
    for to in ((await an_operator(desk, client, role=Role.AUDITOR)).id, operator.id, uuid.uuid4()):
        assert (await operator.post(f"/{citizen.id}/pasar", to=str(to))).status_code == 404
    assert waiting_in((await operator.get()).text) == []
    assert mine_in((await operator.get()).text) == [citizen.id]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
async def test_what_a_citizen_writes_is_text(desk: Desk, client: httpx.AsyncClient, text: str) -> None:
    citizen, operator = await a_talk(desk, client)
    await citizen.say(text)
    page = (await operator.get(f"/{citizen.id}")).text
    assert text not in page
    assert "&lt;" in page


async def test_a_citizen_is_heard_while_the_bot_reads_what_an_operator_notes(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, operator = await a_talk(desk, client)
    await citizen.put_draft(incident_type="theft")
    read, heard = asyncio.Event(), asyncio.Event()
    filled = {"incident_type": "theft", "full_name": "Ana Flores", "settled": {"full_name": "operator"}}

    async def reads(request: httpx.Request) -> httpx.Response:
        read.set()
        await asyncio.wait_for(heard.wait(), 20)
        return httpx.Response(200, json={"draft": filled})

    bot_of(client, reads)
    noting = asyncio.create_task(operator.post(f"/{citizen.id}/datos", step="full_name", value="Ana Flores"))
    await read.wait()
    await citizen.say("¿sigue ahí?")
    heard.set()
    assert (await noting).status_code == 303
    assert (await citizen.state())["draft"]["full_name"] == "Ana Flores"


async def test_what_the_citizen_told_meanwhile_is_not_written_over_by_a_note(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    citizen, operator = await a_talk(desk, client)
    await citizen.put_draft(incident_type="theft")

    async def reads(request: httpx.Request) -> httpx.Response:
        await citizen.put_draft(incident_type="theft", phone="+51987654321")
        return httpx.Response(200, json={"draft": {"incident_type": "theft", "full_name": "Ana Flores"}})

    bot_of(client, reads)
    answer = await operator.post(f"/{citizen.id}/datos", step="full_name", value="Ana Flores")
    assert (answer.status_code, "Mientras tanto cambió" in answer.text, "Ana Flores" in answer.text) == (
        422,
        True,
        True,
    )
    assert (await citizen.state())["draft"]["phone"] == "+51987654321"
    assert (await citizen.state())["draft"]["full_name"] is None
