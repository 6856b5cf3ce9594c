"""What goes out by Meta's Cloud API, what Meta says of it, and the files that it keeps."""

import asyncio
import dataclasses
import itertools
import logging
import traceback
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from api.cli.postgres import free_port
from api.conversations.channels import fetching, provider
from api.conversations.channels.base import NotDelivered, Part, Status
from api.conversations.channels.deliveries import WORD, Later
from api.conversations.channels.fetching import NotFetched
from api.conversations.channels.meta import client
from api.conversations.channels.meta.webhooks import known_by
from api.conversations.channels.meta.whatsapp import MetaWhatsapp
from api.conversations.channels.models import Delivery, InboundMedia
from api.conversations.channels.twilio.whatsapp import TwilioWhatsapp
from api.conversations.models import Conversation, Message
from api.conversations.service import Said
from api.evidence import service as evidence
from api.jobs import messaging, tasks
from api.security import KeyRing
from api.settings import Settings, settings
from emulators import meta as stand_in
from tests.api.conversations.channels.meta.conftest import Meta
from vocabulary.sentences import sentence

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
A_PART = Part("dice un secreto")


async def until(meta: Meta, conversation: Conversation, expected: list[Status]) -> None:
    """Wait for the callbacks that make these of what was sent."""
    for _ in range(200):
        found = [one.status for one in await meta.deliveries(conversation)]
        if found == expected:
            return
        await asyncio.sleep(0.05)
    assert found == expected


async def refused(channel: MetaWhatsapp, to: str = "+51987654321") -> NotDelivered:
    with pytest.raises(NotDelivered) as raised:
        await asyncio.to_thread(channel.send, to=to, part=A_PART, try_id=str(uuid.uuid4()))
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value.__context__)
    assert to.strip("+") not in told
    assert A_PART.text not in told.replace("A_PART", "")
    return raised.value


async def test_a_message_goes_the_whole_round(meta: Meta) -> None:
    message = meta.message(type="text", text={"body": "quiero seguir en la web"})
    assert await meta.ask("POST", "messages", json=message) == 200
    conversation = await meta.take_in(message)
    await meta.deliver(conversation)
    (answer,) = await meta.ask("GET", "sent", params={"to": meta.number.removeprefix("+")})
    (said,) = await meta.said(conversation, "system")
    assert answer["text"] == {"body": said["text"], "preview_url": False}
    assert "/#seguir=" in said["text"]
    assert "+" not in answer["to"]
    for _ in range(200):
        async with meta.desk.sessions() as session:
            found = await session.scalar(select(Delivery).where(Delivery.provider_id == known_by(answer["id"])))
        if found and found.status == Status.DELIVERED:
            break
        await asyncio.sleep(0.05)
    assert found is not None
    assert (found.status, str(found.try_id)) == (Status.DELIVERED, answer["biz_opaque_callback_data"])


async def test_what_is_said_goes_out_in_order_and_once_cut_where_meta_cuts(meta: Meta) -> None:
    conversation = await meta.heard()
    long = "Esta es una oración. " * 250
    await meta.say(conversation, Said("primero"), Said(long), Said("tercero"))
    for _ in range(2):
        await meta.deliver(conversation)
    told = [one["text"]["body"] for one in await meta.sent()]
    assert (told[0], told[-1], len(told)) == ("primero", "tercero", 4)
    assert " ".join(told[1:3]) == long.strip()
    await until(meta, conversation, [Status.DELIVERED] * 4)


async def test_choices_are_buttons_or_a_list_or_numbered(meta: Meta) -> None:
    conversation = await meta.heard()
    few, many = [("yes", "Sí"), ("no", "No")], [(f"{n}", f"Distrito {n}") for n in range(10)]
    await meta.say(conversation, Said("¿Está bien?", few), Said("¿Dónde?", many), Said("¿Cuál?", [*many, ("x", "X")]))
    await meta.deliver(conversation)
    buttons, listed, numbered = await meta.sent()
    assert buttons["interactive"] == {
        "type": "button",
        "body": {"text": "¿Está bien?"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": i, "title": title}} for i, title in few]},
    }
    assert listed["interactive"]["action"] == {
        "button": sentence("system.see_choices"),
        "sections": [{"rows": [{"id": i, "title": title} for i, title in many]}],
    }
    assert numbered["text"]["body"].endswith("\n11. X")


async def test_a_paper_is_a_file_with_a_name_by_a_link(meta: Meta) -> None:
    conversation = await meta.heard()
    document = {"title": "Copia de denuncia 7", "verification_code": "ABCD"}
    await meta.say(conversation, Said("Aquí está. " * 120, document=document))
    await meta.deliver(conversation)
    before, paper = await meta.sent()
    assert before["type"] == "text"
    assert paper["document"]["filename"] == "Copia de denuncia 7.pdf"
    assert paper["document"]["link"].startswith(f"{settings().public_url}/api/v1/documents/ABCD/pdf?token=")
    assert f"{before['text']['body']} {paper['document']['caption']}" == ("Aquí está. " * 120).strip()


async def test_who_hides_their_number_is_answered(meta: Meta) -> None:
    user_id = f"PE.{uuid.uuid4().int}"
    message = meta.message(type="order", order={}) | {"from_user_id": user_id}
    del message["from"]
    assert await meta.post(messages=[message]) == 200
    await meta.deliver(await meta.take_in(message))
    (answer,) = await meta.ask("GET", "sent", params={"to": user_id})
    assert answer["text"]["body"] == sentence("system.kind_unknown")
    assert "to" not in answer


@pytest.mark.parametrize(
    ("status", "code", "lasting"),
    [
        (400, 130429, False), (400, 131056, False), (400, 80007, False), (400, 4, False), (400, 190, False), (401, 190, False),
        (403, 10, False), (429, 0, False), (500, 131000, False), (503, 2, False), (400, 131047, False),
        (400, 100, True), (400, 131026, True), (404, 132001, True), (400, 131051, True),
    ],
)  # fmt: skip
async def test_what_passes_is_told_from_what_lasts(meta: Meta, status: int, code: int, lasting: bool) -> None:
    await meta.ask("POST", "faults", json=[{"status": status, "code": code}])
    error = await refused(MetaWhatsapp(settings()))
    assert (str(error), error.lasting, error.unknown) == (f"{status} {code}", lasting, False)
    assert error.after is None


async def test_what_meta_refuses_for_now_is_sent_when_it_says(meta: Meta) -> None:
    conversation = await meta.heard()
    await meta.say(conversation, Said("uno"), Said("dos"))
    await meta.ask("POST", "faults", json=[{"status": 429, "code": 130429, "after": 37}])
    with pytest.raises(Later) as later:
        await meta.deliver(conversation)
    assert later.value.seconds == 37
    assert await meta.sent() == []
    await meta.deliver(conversation)
    assert [one["text"]["body"] for one in await meta.sent()] == ["uno", "dos"]


async def test_what_meta_refuses_for_good_holds_nothing_else_up(meta: Meta) -> None:
    conversation = await meta.heard()
    await meta.say(conversation, Said("uno"), Said("dos"))
    await meta.ask("POST", "faults", json=[{"status": 400, "code": 131026}])
    await meta.deliver(conversation)
    assert [one["text"]["body"] for one in await meta.sent()] == ["dos"]
    await until(meta, conversation, [Status.FAILED, Status.DELIVERED])


@pytest.mark.parametrize("where", ["nobody", "another"])
async def test_a_wrong_token_or_nobody_there_loses_nothing(
    meta: Meta, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    conversation = await meta.heard()
    await meta.say(conversation, Said("uno"))
    with monkeypatch.context() as broken:
        if where == "nobody":
            broken.setenv("COMISARIO_META_URL", f"http://127.0.0.1:{free_port()}")
        else:
            broken.setenv("COMISARIO_META_TOKEN", "another")
        settings.cache_clear()
        error = await refused(MetaWhatsapp(settings()))
        assert (error.lasting, error.unknown) == (False, False)
        with pytest.raises(Later):
            await meta.deliver(conversation)
    settings.cache_clear()
    await meta.deliver(conversation)
    assert [one["text"]["body"] for one in await meta.sent()] == ["uno"]


async def test_what_may_have_been_taken_is_not_sent_again_and_its_callback_settles_it(
    meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    await meta.ask("PUT", "webhook", json={"address": ""})
    conversation = await meta.heard()
    await meta.say(conversation, Said("uno"))
    with monkeypatch.context() as hasty:
        hasty.setattr(client, "_SECONDS", 0.5)
        settings.cache_clear()
        await meta.ask("POST", "faults", json=[{"silent": 2}])
        await meta.deliver(conversation)
    settings.cache_clear()
    await meta.deliver(conversation)
    (sent,) = await meta.sent()
    await until(meta, conversation, [Status.UNKNOWN])
    told = {"id": sent["id"], "status": "read", "biz_opaque_callback_data": sent["biz_opaque_callback_data"]}
    assert await meta.post(statuses=[told]) == 200
    (found,) = await meta.deliveries(conversation)
    assert (found.status, found.provider_id) == (Status.READ, known_by(sent["id"]))


async def test_what_meta_keeps_silent_on_is_given_up_after_an_hour_without_an_error_each_minute(
    meta: Meta, caplog: pytest.LogCaptureFixture
) -> None:
    conversation = await meta.heard()
    await meta.say(conversation, Said("uno"))
    (waiting,) = await meta.deliveries(conversation)

    async def sweep(age: timedelta) -> Status:
        async with meta.desk.sessions.begin() as session:
            values = {"status": Status.UNKNOWN, "changed_at": datetime.now(UTC) - age, "try_id": waiting.id}
            await session.execute(update(Delivery).where(Delivery.id == waiting.id).values(values))
        await tasks.settle_unknown(meta.desk)
        (found,) = await meta.deliveries(conversation)
        return Status(found.status)

    with caplog.at_level(logging.WARNING):
        assert await sweep(WORD - timedelta(minutes=1)) == Status.UNKNOWN
        assert await sweep(WORD + timedelta(minutes=1)) == Status.GIVEN_UP
    assert caplog.records == []
    late = {"id": stand_in.new_id(), "status": "delivered", "biz_opaque_callback_data": str(waiting.id)}
    assert await meta.post(statuses=[late]) == 200
    await until(meta, conversation, [Status.DELIVERED])


async def test_what_is_outside_the_window_waits_until_the_citizen_writes(meta: Meta) -> None:
    conversation = await meta.heard()
    await meta.say(conversation, Said("su caso avanza"))
    await meta.ask("POST", "faults", json=[{"fails": 131047, "silent": 1}])  # the callback comes before the answer
    await meta.deliver(conversation)
    await until(meta, conversation, [Status.HELD])
    assert (await meta.deliveries(conversation))[0].error == "131047"
    await meta.heard()
    assert [one["text"]["body"] for one in await meta.sent()][:2] == ["su caso avanza", "su caso avanza"]
    await until(meta, conversation, [Status.DELIVERED] * 2)


async def test_after_a_day_a_template_that_names_nothing_says_that_something_waits(meta: Meta) -> None:
    conversation = await meta.heard()
    await meta.say(conversation, Said("su caso avanza"))
    async with meta.desk.sessions.begin() as session:
        long_ago = datetime.now(UTC) - timedelta(hours=25)
        query = update(Conversation).where(Conversation.id == conversation.id)
        await session.execute(query.values(heard_at=long_ago))
    await meta.deliver(conversation)
    await messaging.give_notice(meta.desk, conversation_id=str(conversation.id))
    (notice,) = await meta.sent()
    assert notice["template"] == {"name": "algo_espera", "language": {"code": "es"}}
    await until(meta, conversation, [Status.HELD])


ORDERS = list(itertools.permutations(["sent", "delivered", "read", "failed"]))


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
async def test_a_status_only_moves_forward_in_whatever_order_they_come(meta: Meta, order: tuple[str, ...]) -> None:
    await meta.ask("PUT", "webhook", json={"address": ""})
    conversation = await meta.heard()
    await meta.say(conversation, Said("uno"))
    await meta.deliver(conversation)
    (sent,) = await meta.sent()
    told = [{"id": sent["id"], "status": status, "errors": [{"code": 131026}]} for status in order]
    assert await meta.post(statuses=told) == 200
    reached = {"delivered", "read"} & set(order[: order.index("failed")])
    (found,) = await meta.deliveries(conversation)
    assert found.status == (Status.READ if reached else Status.FAILED)


async def test_a_status_of_another_number_or_of_nothing_that_we_know_changes_nothing(meta: Meta) -> None:
    await meta.ask("PUT", "webhook", json={"address": ""})
    conversation = await meta.heard()
    await meta.say(conversation, Said("uno"))
    await meta.deliver(conversation)
    (sent,) = await meta.sent()
    mine = {"id": sent["id"], "status": "read"}
    assert await meta.post(statuses=[mine], number_id="999") == 200
    unknown = {"id": "wamid.x", "status": "read", "biz_opaque_callback_data": str(uuid.uuid4())}
    assert await meta.post(statuses=[unknown, mine | {"biz_opaque_callback_data": "another's"}]) == 200
    await until(meta, conversation, [Status.ACCEPTED])


async def fetched(meta: Meta, keys: KeyRing, media_id: str, **file: Any) -> tuple[Conversation, list[tuple[str, str]]]:
    """A conversation that a file was sent to, and the name and kind of what was kept."""
    kept = {"id": media_id, "mime_type": "application/pdf", **file}
    message = meta.message(type="document", document=kept)
    assert await meta.post(messages=[message]) == 200
    conversation = await meta.take_in(message)
    async with meta.desk.sessions() as session:
        query = select(InboundMedia.id).join(Message).where(Message.conversation_id == conversation.id)
        (waiting,) = (await session.scalars(query)).all()
    await messaging.fetch_media(meta.desk, media_id=str(waiting))
    key = keys.unwrap(conversation.data_key, owner=str(conversation.id))
    async with meta.desk.sessions() as session:
        items = await evidence.of_conversation(session, conversation_id=conversation.id)
        return conversation, [(evidence.name_of(item, key), item.media_type) for item in items]


@pytest.mark.parametrize("name", ["mi denuncia.pdf", "¿año/100%? #1.pdf", None])
async def test_a_file_is_fetched_with_the_token_and_kept_by_its_name(
    meta: Meta, keys: KeyRing, name: str | None
) -> None:
    media_id = await meta.ask("POST", "files", files={"file": ("x", PDF, "application/pdf")})
    _, kept = await fetched(meta, keys, media_id, filename=name)
    assert kept == [(name or media_id, "application/pdf")]


async def test_a_file_that_meta_no_longer_has_is_told_to_be_lost(meta: Meta, keys: KeyRing) -> None:
    conversation, kept = await fetched(meta, keys, "1234")
    assert kept == []
    assert [one["text"] for one in await meta.said(conversation, "system")] == [sentence("system.file_lost")]


@pytest.mark.parametrize(
    "url", ["https://lookaside.fbsbx.com.example/x", "http://lookaside.fbsbx.com/x", "https://graph.facebook.com/x"]
)
async def test_the_token_goes_to_no_other_host(meta: Meta, url: str) -> None:
    media_id = await meta.ask("POST", "files", files={"file": ("x", PDF, "application/pdf")})
    remote = await asyncio.to_thread(MetaWhatsapp(settings()).locate, media_id)
    assert await fetching.fetch(remote, limit=1000) == PDF
    with pytest.raises(NotFetched, match="a host that is not the provider's"):
        await fetching.fetch(dataclasses.replace(remote, url=url), limit=1000)


@pytest.mark.usefixtures("set_up")
def test_one_provider_carries_whatsapp(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(provider.whatsapp(), MetaWhatsapp)
    assert provider.whatsapp_number() == "+15550783881"
    with pytest.raises(ValidationError, match="exclude each other"):
        Settings(twilio_whatsapp_from="+15005550006")
    monkeypatch.delenv("COMISARIO_META_APP_SECRET")
    with pytest.raises(ValidationError, match="needs COMISARIO_META_APP_SECRET") as raised:
        Settings()
    assert stand_in.TOKEN not in str(raised.value)
    monkeypatch.delenv("COMISARIO_META_PHONE_NUMBER_ID")
    monkeypatch.setenv("COMISARIO_TWILIO_WHATSAPP_FROM", "+15005550006")
    settings.cache_clear()
    assert isinstance(provider.whatsapp(), TwilioWhatsapp)
    assert provider.whatsapp_number() == "+15005550006"


@pytest.mark.usefixtures("set_up")
def test_a_stand_in_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMISARIO_TWILIO_URL")
    with pytest.raises(ValidationError, match="COMISARIO_META_URL is for development"):
        Settings(environment="production", testing=False)
