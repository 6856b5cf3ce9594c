"""A conversation goes on in another channel, by a code that works once, and is open in one place at a time."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.complaints.draft import Draft
from api.conversations import service as conversations
from api.conversations.channels import transfer
from api.conversations.models import Conversation
from api.jobs import messaging
from api.jobs.desk import Desk
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import (
    a_message,
    a_number,
    an_app,
    heard,
    received,
    said,
    take,
    told,
)
from vocabulary.codes import find_code, new_code
from vocabulary.sentences import sentence


async def opened(client: httpx.AsyncClient) -> dict[str, str]:
    made = (await client.post("/api/v1/conversations", json={"channel": "web"})).json()
    return {"id": made["id"], "token": made["token"], "resume_code": made["resume_code"]}


async def code_of(client: httpx.AsyncClient, web: dict[str, str]) -> dict[str, str]:
    answer = await client.post(
        f"/api/v1/conversations/{web['id']}/transfer", headers={"Authorization": f"Bearer {web['token']}"}
    )
    assert answer.status_code == 201
    found: dict[str, str] = answer.json()
    return found


async def reads(client: httpx.AsyncClient, web: dict[str, str]) -> int:
    answer = await client.get(f"/api/v1/conversations/{web['id']}", headers={"Authorization": f"Bearer {web['token']}"})
    return answer.status_code


async def test_from_the_web_it_goes_on_in_whatsapp_and_there_alone(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    async with an_app() as client:
        web = await opened(client)
        await said(desk, uuid.UUID(web["id"]), "¿Cuándo fue?")
        offered = await code_of(client, web)
        assert offered["whatsapp_url"].startswith("https://wa.me/15005550006?text=Continuar")
        await take(desk, a_message(number, text=sentence("web.transfer_text", code=offered["code"])))
        assert await reads(client, web) == 404
        again = await client.post("/api/v1/conversations/resume", json={"resume_code": web["resume_code"]})
        assert again.status_code == 404
    await messaging.deliver(desk, conversation_id=web["id"])
    assert await received(whatsapp, number) == [sentence("system.goes_on_here"), "¿Cuándo fue?"]
    assert await heard(desk, number) == uuid.UUID(web["id"])


async def test_from_whatsapp_it_goes_on_in_the_web_and_the_number_opens_another(
    desk: Desk, whatsapp: Emulators
) -> None:
    number = a_number()
    conversation = await heard(desk, number, text="me robaron")
    assert await heard(desk, number, text="¿Puedo seguir en la web?") == conversation
    (way,) = await told(desk, conversation)
    code = find_code(way)
    assert code is not None
    assert f"/#seguir={code}" in way
    async with an_app() as client:
        came = await client.post("/api/v1/conversations/resume", json={"resume_code": code})
        assert came.status_code == 200
        assert came.json()["id"] == str(conversation)
        assert sentence("system.goes_on_here") in [one["text"] for one in came.json()["messages"]]
        assert "me robaron" not in came.text
        once = await client.post("/api/v1/conversations/resume", json={"resume_code": code})
        assert once.status_code == 404
        back = await client.post("/api/v1/conversations/resume", json={"resume_code": came.json()["resume_code"]})
        assert back.status_code == 200
    assert await heard(desk, number) != conversation
    async with desk.sessions() as session:
        moved = await session.get_one(Conversation, conversation)
        assert (moved.channel, moved.contact, moved.contact_hash) == ("web", None, None)


async def test_there_and_back_it_is_the_same_conversation_and_shows_nobody_whose_case_it_is(
    desk: Desk, whatsapp: Emulators
) -> None:
    number = a_number()
    headers = {"Authorization": "Bearer internal-secret-of-the-tests"}
    async with an_app() as client:

        async def own(conversation_id: str) -> bool:
            answer = await client.get(f"/internal/conversations/{conversation_id}/turn", headers=headers)
            shown: bool = answer.json()["own"]
            return shown

        web = await opened(client)
        assert await own(web["id"])
        code = (await code_of(client, web))["code"]
        await take(desk, a_message(number, text=code))
        assert not await own(web["id"])
        await heard(desk, number, text="web")
        found = find_code((await told(desk, uuid.UUID(web["id"])))[-1])
        came = await client.post("/api/v1/conversations/resume", json={"resume_code": found})
        assert came.json()["id"] == web["id"]
        assert not await own(web["id"])


async def test_a_code_is_over_after_a_quarter_of_an_hour_or_once_there_is_another(
    desk: Desk, whatsapp: Emulators
) -> None:
    number = a_number()
    async with an_app() as client:
        web = await opened(client)
        first, second = (await code_of(client, web))["code"], (await code_of(client, web))["code"]
        text = sentence("web.transfer_text", code=first)
        other = await heard(desk, number, text=text)
        assert other != uuid.UUID(web["id"])
        assert await told(desk, other) == [sentence("system.transfer_over")]
        late = datetime.now(UTC) + transfer.LIFE + timedelta(seconds=1)
        await take(desk, a_message(number, text=sentence("web.transfer_text", code=second)), at=late)
        assert await reads(client, web) == 200


async def test_what_waited_for_a_number_is_not_sent_to_it_after_the_conversation_left(
    desk: Desk, whatsapp: Emulators
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    await said(desk, conversation, "algo privado")
    async with desk.sessions.begin() as session:
        locked = await conversations.locked(session, conversation_id=conversation)
        code = await transfer.offer(session, conversation=locked, keys=desk.keys, at=datetime.now(UTC))
    async with desk.sessions.begin() as session:
        await transfer.to_web(session, typed_code=code, nonce=None, keys=desk.keys, at=datetime.now(UTC))
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await received(whatsapp, number) == []


async def drafted(desk: Desk, conversation_id: uuid.UUID, **known: Any) -> None:
    async with desk.sessions.begin() as session:
        found = await conversations.locked(session, conversation_id=conversation_id)
        conversations.set_draft(found, Draft(**known), conversations.key_of(found, desk.keys))


async def test_whoever_holds_the_telephone_reads_nothing_that_was_said_before(desk: Desk, whatsapp: Emulators) -> None:
    conversation = await heard(desk, a_number(), text="me robaron en el jirón Puno")
    known = {"full_name": "Rosa Quispe", "document_number": "45678912", "address": "Jr. Puno 123"}
    await drafted(desk, conversation, **known, narrative="me robaron en el jirón Puno")
    code = await code_by_whatsapp(desk, conversation)
    async with an_app() as client:
        came = await client.post("/api/v1/conversations/resume", json={"resume_code": code})
        headers = {"Authorization": f"Bearer {came.json()['token']}"}
        path = f"/api/v1/conversations/{conversation}"
        seen = came.text + (await client.get(f"{path}/messages?after=0", headers=headers)).text
        seen += (await client.get(path, headers=headers)).text
    assert [word for word in ("Puno", "45678912", "robaron") if word in seen] == []


async def code_by_whatsapp(desk: Desk, conversation: uuid.UUID) -> str | None:
    async with desk.sessions.begin() as session:
        locked = await conversations.locked(session, conversation_id=conversation)
        said = await transfer.way_to_the_web(session, conversation=locked, keys=desk.keys, at=datetime.now(UTC))
    return find_code(said[0].text)


@pytest.mark.parametrize("what", ["disclosed", "filed"])
async def test_a_conversation_with_a_case_or_in_which_violence_was_told_stays_where_it_is(
    desk: Desk, whatsapp: Emulators, what: str
) -> None:
    conversation = await heard(desk, a_number(), text="me golpea")
    assert await code_by_whatsapp(desk, conversation) is not None
    if what == "filed":
        await drafted(desk, conversation, sworn_at=datetime.now(UTC))
    else:
        async with desk.sessions.begin() as session:
            (await session.get_one(Conversation, conversation)).disclosed = "domestic_violence"
    assert await code_by_whatsapp(desk, conversation) is None
    async with an_app() as client:
        web = await opened(client)
        await drafted(desk, uuid.UUID(web["id"]), sworn_at=datetime.now(UTC))
        headers = {"Authorization": f"Bearer {web['token']}"}
        answer = await client.post(f"/api/v1/conversations/{web['id']}/transfer", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_movable")


async def test_a_code_of_before_moves_nothing_once_violence_was_told(desk: Desk, whatsapp: Emulators) -> None:
    conversation = await heard(desk, a_number(), text="necesito ayuda")
    code = await code_by_whatsapp(desk, conversation)
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, conversation)).disclosed = "domestic_violence"
    async with an_app() as client:
        came = await client.post("/api/v1/conversations/resume", json={"resume_code": code})
    assert came.status_code == 404


async def test_whoever_was_lured_to_another_s_code_says_so_and_goes_on_alone(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    async with an_app() as client:
        web = await opened(client)
        await said(desk, uuid.UUID(web["id"]), "¿Qué pasó?")
        await drafted(desk, uuid.UUID(web["id"]), full_name="Pedro Lurer", phone="+51900000001")
        code = (await code_of(client, web))["code"]
    await take(desk, a_message(number, text=sentence("web.transfer_text", code=code)))
    assert await told(desk, uuid.UUID(web["id"])) == [sentence("system.is_it_you", name="Pedro Lurer")]
    other = await heard(desk, number, text="no, me está golpeando mi vecino en la puerta")
    assert other != uuid.UUID(web["id"])
    assert await told(desk, other) == [sentence("system.another_begins")]
    assert await told(desk, other, sender="citizen") == ["no, me está golpeando mi vecino en la puerta"]
    assert await told(desk, uuid.UUID(web["id"]), sender="citizen") == []


async def test_whoever_says_that_it_is_theirs_is_asked_what_was_asked_last(desk: Desk, whatsapp: Emulators) -> None:
    number = a_number()
    async with an_app() as client:
        web = await opened(client)
        await said(desk, uuid.UUID(web["id"]), "¿Qué pasó?")
        await drafted(desk, uuid.UUID(web["id"]), full_name="Rosa Quispe")
        code = (await code_of(client, web))["code"]
    await take(desk, a_message(number, text=code))
    assert await take(desk, a_message(number, text="sí")) is None
    assert (await told(desk, uuid.UUID(web["id"]), sender="bot"))[-1] == "¿Qué pasó?"
    assert await heard(desk, number, text="me robaron") == uuid.UUID(web["id"])


async def test_on_the_web_too_whoever_comes_says_whether_it_is_theirs(desk: Desk, whatsapp: Emulators) -> None:
    for choice in ("no", "yes"):
        conversation = await heard(desk, a_number(), text="me robaron")
        await said(desk, conversation, "¿Cuándo fue?")
        await drafted(desk, conversation, full_name="Rosa Quispe")
        code = await code_by_whatsapp(desk, conversation)
        async with an_app() as client:
            came = (await client.post("/api/v1/conversations/resume", json={"resume_code": code})).json()
            assert [one["text"] for one in came["messages"]] == [sentence("system.is_it_you", name="Rosa Quispe")]
            headers = {"Authorization": f"Bearer {came['token']}"}
            path = f"/api/v1/conversations/{conversation}"
            body = {"client_message_id": "1", "choice": choice}
            answer = await client.post(f"{path}/messages", json=body, headers=headers)
            assert answer.status_code == 200
            if choice == "yes":
                assert answer.json()["replies"][-1]["text"] == "¿Cuándo fue?"
            assert (await client.get(path, headers=headers)).status_code == (200 if choice == "yes" else 404)


async def test_an_answer_that_was_lost_on_its_way_is_given_again_to_the_same_browser_alone(
    desk: Desk, whatsapp: Emulators
) -> None:
    conversation = await heard(desk, a_number(), text="me robaron")
    body = {"resume_code": await code_by_whatsapp(desk, conversation), "nonce": "a" * 32}
    async with an_app() as client:
        first = await client.post("/api/v1/conversations/resume", json=body)
        again = await client.post("/api/v1/conversations/resume", json=body)
        other = await client.post("/api/v1/conversations/resume", json=body | {"nonce": "b" * 32})
        none = await client.post("/api/v1/conversations/resume", json={"resume_code": body["resume_code"]})
    assert [one.status_code for one in (first, again, other, none)] == [200, 200, 404, 404]
    assert again.json()["messages"] == first.json()["messages"]


async def test_words_beside_a_code_are_kept(desk: Desk, whatsapp: Emulators) -> None:
    async with an_app() as client:
        web = await opened(client)
        code = (await code_of(client, web))["code"]
    text = sentence("web.transfer_text", code=code) + " ayuda, está golpeando la puerta"
    await take(desk, a_message(a_number(), text=text))
    assert await told(desk, uuid.UUID(web["id"]), sender="citizen") == ["ayuda, está golpeando la puerta"]


async def test_a_code_that_nobody_gave_moves_nothing(desk: Desk, whatsapp: Emulators) -> None:
    found = await heard(desk, a_number(), text=new_code())
    async with desk.sessions() as session:
        assert (await session.get_one(Conversation, found)).moved_at is None


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("web", True), ("Quiero seguir en la web", True), ("¿Cómo continúo por internet?", True), ("sigo en la computadora", True),
        ("puedo terminar mi denuncia en la página web", True), ("compré por la web y me estafaron", False),
        ("me estafaron por internet", False), ("pasó por la página", False), ("seguir", False),
    ],
)  # fmt: skip
def test_the_wish_to_go_on_in_the_web_is_understood_and_a_story_of_it_is_none(text: str, wants: bool) -> None:
    assert transfer.wants_the_web(text) is wants
