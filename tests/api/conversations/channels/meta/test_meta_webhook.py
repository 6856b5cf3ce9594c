"""What Meta's webhook takes: signed alone, each message once, every kind, and no more than what was said to us."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text

from api.conversations.channels.meta.webhooks import known_by
from api.conversations.channels.models import InboundMessage
from api.conversations.models import Message
from api.conversations.service import Said
from api.settings import settings
from emulators import meta as stand_in
from tests.api.conversations.channels.meta.conftest import VERIFY_TOKEN, Meta
from vocabulary.sentences import sentence


async def count(meta: Meta) -> int:
    async with meta.desk.sessions() as session:
        return await session.scalar(select(func.count()).select_from(InboundMessage)) or 0


def a_text(meta: Meta, text: str = "hola") -> dict[str, Any]:
    return meta.message(type="text", text={"body": text})


@pytest.mark.parametrize("change", ["signature", "body", "secret", "none", "algorithm", "empty", "letters"])
async def test_what_meta_did_not_sign_is_refused_and_nothing_is_kept(meta: Meta, change: str) -> None:
    body = json.dumps(stand_in.payload(messages=[a_text(meta)])).encode()
    headers = stand_in.signature(body, "another" if change == "secret" else stand_in.APP_SECRET)
    signed = headers["X-Hub-Signature-256"]
    changed: dict[str, dict[str, str] | dict[str, bytes]] = {
        "signature": {"X-Hub-Signature-256": signed[:-1] + ("0" if signed[-1] != "0" else "1")},
        "none": {},
        "algorithm": {"X-Hub-Signature-256": signed.replace("sha256", "sha1")},
        "empty": {"X-Hub-Signature-256": "sha256="},
        "letters": {"X-Hub-Signature-256": "sha256=ñ".encode()},
    }
    before = await count(meta)
    sent = body.replace(b"hola", b"otra") if change == "body" else body
    assert await meta.post(body=sent, headers=changed.get(change, headers)) == 403
    assert await count(meta) == before
    assert await meta.post(body=body) == 200
    assert await count(meta) == before + 1


@pytest.mark.usefixtures("set_up")
async def test_nothing_is_taken_where_meta_is_not_set_up(meta: Meta, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMISARIO_META_PHONE_NUMBER_ID")
    monkeypatch.setenv("COMISARIO_META_APP_SECRET", "")
    monkeypatch.setenv("COMISARIO_META_VERIFY_TOKEN", "")
    settings.cache_clear()
    body = json.dumps(stand_in.payload(messages=[a_text(meta)])).encode()
    assert await meta.post(body=body, headers=stand_in.signature(body, "")) == 403
    asked = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1158201444"}
    async with httpx.AsyncClient() as client:
        assert (await client.get(meta.webhook, params=asked)).status_code == 403


async def test_more_than_meta_ever_sends_is_refused(meta: Meta) -> None:
    assert await meta.post(body=b" " * (4 * 1024 * 1024 + 1)) == 413


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200), ({"hub.verify_token": "another"}, 403), ({"hub.verify_token": "é"}, 403), ({"hub.verify_token": ""}, 403),
        ({"hub.mode": "unsubscribe"}, 403),
    ],
)  # fmt: skip
async def test_the_challenge_is_answered_to_who_knows_the_token(
    meta: Meta, changed: dict[str, str], status: int
) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"} | changed
    async with httpx.AsyncClient() as client:
        answer = await client.get(meta.webhook, params=asked)
    assert answer.status_code == status
    assert (answer.text == "1158201444") == (status == 200)
    assert status != 200 or answer.headers["Content-Type"].startswith("text/plain")


async def test_a_message_is_kept_once_and_without_the_number_that_its_id_holds(meta: Meta) -> None:
    message = a_text(meta)
    message["id"] = f"wamid.{'x' * 80}{meta.number}"  # longer than what a conversation knows a message by
    other = message | {"id": message["id"] + "2"}
    for _ in range(3):
        assert await meta.post(messages=[message, other, message]) == 200
    conversation = await meta.take_in(message | {"type": "text"})
    assert (await meta.take_in(other)).id == conversation.id
    async with meta.desk.sessions() as session:
        query = select(Message.client_message_id).where(Message.conversation_id == conversation.id)
        known = set(await session.scalars(query.where(Message.sender == "citizen")))
    assert known == {known_by(message["id"]), known_by(other["id"])}


async def test_batches_that_come_again_in_another_order_wait_for_no_other_and_keep_what_was_said_in_order(
    meta: Meta,
) -> None:
    messages, before = [a_text(meta, str(n)) for n in range(40)], await count(meta)
    orders = [messages, messages[::-1], messages, messages[::-1]]
    assert [await meta.post(messages=messages[:20])] == [200]
    assert await asyncio.gather(*(meta.post(messages=order) for order in orders)) == [200] * 4
    assert await count(meta) == before + 40
    first = [known_by(one["id"]) for one in messages[:20]]
    async with meta.desk.sessions() as session:
        query = select(InboundMessage.id).where(InboundMessage.provider_id.in_(first))
        kept = [str(one) for one in await session.scalars(query)]
        jobs = await session.execute(
            text(
                "select provider_id from procrastinate_jobs j join inbound_messages i on j.args->>'inbound_id' = i.id::text "
                "where i.id::text = any(:kept) order by j.id"
            ),
            {"kept": kept},
        )
        assert list(jobs.scalars()) == first


async def test_a_message_was_said_when_meta_says_that_it_was_sent(meta: Meta) -> None:
    sent = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    message = a_text(meta) | {"timestamp": str(int(sent.timestamp()))}
    unread = a_text(meta) | {"timestamp": "-5"}
    begun = datetime.now(UTC)
    assert await meta.post(messages=[message, unread]) == 200
    async with meta.desk.sessions() as session:
        found = {
            one.provider_id: one.received_at
            for one in await session.scalars(select(InboundMessage).where(InboundMessage.received_at >= sent))
        }
    assert found[known_by(message["id"])] == sent
    assert found[known_by(unread["id"])] >= begun


async def test_the_same_message_at_once_is_one_message(meta: Meta) -> None:
    message, before = a_text(meta), await count(meta)
    assert set(await asyncio.gather(*(meta.post(messages=[message]) for _ in range(10)))) == {200}
    assert await count(meta) == before + 1


async def test_all_entries_and_changes_of_a_webhook_are_taken_and_only_those_to_our_number(meta: Meta) -> None:
    ours = [a_text(meta) for _ in range(4)]
    others = [a_text(meta) for _ in range(2)]
    one, two, three, four = (stand_in.payload(messages=[message])["entry"][0] for message in ours)
    one["changes"] += two["changes"]
    elsewhere = stand_in.payload(messages=[others[0]], number_id="999")["entry"][0]
    history = stand_in.payload(messages=[others[1]])["entry"][0]
    history["changes"][0]["field"] = "history"
    body = {"object": "whatsapp_business_account", "entry": [one, elsewhere, three, history, four]}
    assert await meta.post(body=json.dumps(body).encode()) == 200
    assert all([await meta.kept(message) for message in ours])
    assert [await meta.kept(message) for message in others] == [None, None]


BROKEN: list[Any] = [
    b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b"1" * 5000,
    {"entry": None}, {"entry": [None, 1, {"changes": 3}, {"changes": [None, {"field": "messages"}]}]},
    {"entry": [{"changes": [{"field": "messages", "value": {"metadata": {"phone_number_id": ["x"]}}}]}]},
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
async def test_what_is_signed_but_can_not_be_read_is_not_asked_for_again(meta: Meta, body: Any) -> None:
    before = await count(meta)
    assert await meta.post(body=body if isinstance(body, bytes) else json.dumps(body).encode()) == 200
    assert await count(meta) == before


async def test_a_thing_that_can_not_be_read_spoils_no_other(meta: Meta) -> None:
    good = a_text(meta)
    nameless = {"type": "text", "text": {"body": "x"}, "id": stand_in.new_id()}
    broken = [None, {}, nameless, a_text(meta) | {"id": 3}, good, a_text(meta) | {"from": ""}]
    statuses = [None, {}, {"id": 1, "status": "sent"}, {"id": "x", "status": "warped"}]
    before = await count(meta)
    assert await meta.post(messages=broken, statuses=statuses) == 200
    assert await count(meta) == before + 1
    assert await meta.kept(good)


async def test_half_an_emoji_spoils_no_message(meta: Meta) -> None:
    message = a_text(meta, "ayuda \ud83d")
    assert await meta.post(messages=[message]) == 200
    conversation = await meta.take_in(message)
    assert [one["text"] for one in await meta.said(conversation, "citizen")] == ["ayuda ?"]


FILE = {"id": "1234", "mime_type": "image/jpeg", "sha256": "x"}
CARD = {"name": {"formatted_name": "Juan Pérez", "first_name": "Juan"}, "phones": [{"phone": "+51 999 111 222"}, {}]}


@pytest.mark.parametrize(
    ("kind", "content", "kept"),
    [
        ("text", {"body": "me robaron"}, {"text": "me robaron"}),
        ("location", {"latitude": -12.05, "longitude": -77.04, "name": "x"}, {"location": {"latitude": -12.05, "longitude": -77.04}}),
        ("image", FILE | {"caption": "mire"}, {"text": "mire", "files_to_come": 1}),
        ("video", FILE, {"files_to_come": 1}),
        ("audio", FILE | {"mime_type": "audio/ogg; codecs=opus", "voice": True}, {"files_to_come": 1}),
        ("document", FILE | {"filename": "denuncia.pdf"}, {"files_to_come": 1}),
        ("sticker", FILE | {"mime_type": "image/webp", "animated": False}, {"files_to_come": 1}),
        ("contacts", [CARD, {"name": {"formatted_name": "Ana"}}], {"text": "Contacto: Juan Pérez, +51 999 111 222\nContacto: Ana"}),
        ("button", {"text": "Ver", "payload": "Ver"}, {"text": "Ver"}),
    ],
)  # fmt: skip
async def test_every_kind_is_kept_as_what_it_says(meta: Meta, kind: str, content: Any, kept: dict[str, Any]) -> None:
    conversation = await meta.heard()
    message = meta.message(type=kind, **{kind: content})
    assert await meta.post(messages=[message]) == 200
    assert (await meta.take_in(message)).id == conversation.id
    (found,) = await meta.said(conversation, "citizen")
    nothing = {"text": None, "choice": None, "location": None, "files_to_come": 0}
    assert {name: found[name] for name in nothing} == nothing | kept


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("order", {"product_items": []}), ("unsupported", {}), ("unknown", {}), ("never_seen", {}), ("text", {"body": 3}),
        ("location", {"latitude": 200, "longitude": float("nan")}), ("contacts", []), ("image", {"id": ""}), ("interactive", {}),
    ],
)  # fmt: skip
async def test_a_kind_without_anything_to_read_is_answered_kindly(meta: Meta, kind: str, content: Any) -> None:
    message = meta.message(type=kind, errors=[{"code": 131051}], **{kind: content})
    assert await meta.post(messages=[message]) == 200
    conversation = await meta.take_in(message)
    assert [one["text"] for one in await meta.said(conversation, "system")] == [sentence("system.kind_unknown")]


@pytest.mark.parametrize("kind", ["reaction", "system", "revoke"])
async def test_where_nothing_was_said_nothing_is_answered(meta: Meta, kind: str) -> None:
    message = meta.message(type=kind, **{kind: {"body": "x", "message_id": "y", "emoji": "👍"}})
    assert await meta.post(messages=[message]) == 200
    assert await meta.kept(message) is None


@pytest.mark.parametrize(("interactive", "choice"), [("button_reply", "yes"), ("list_reply", "no")])
async def test_a_tap_picks_what_was_offered(meta: Meta, interactive: str, choice: str) -> None:
    conversation = await meta.heard()
    await meta.say(conversation, Said("¿Está bien?", [("yes", "Sí"), ("no", "No")]))
    reply = {"type": interactive, interactive: {"id": choice, "title": "x"}}
    message = meta.message(type="interactive", interactive=reply)
    assert await meta.post(messages=[message]) == 200
    await meta.take_in(message)
    (found,) = await meta.said(conversation, "citizen")
    assert (found["choice"], found["text"]) == (choice, None)
