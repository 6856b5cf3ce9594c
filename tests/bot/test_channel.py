"""The signed channel: who may speak to the bot, and that whatever a citizen types is text."""

import hmac
import json
import subprocess
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.cli import setup
from api.cli.postgres import free_port
from api.conversations.bot import Bot, Turn
from tests.bot.conftest import BOT
from vocabulary.dialogue import TEXT_CAP

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("bot")]

SECRET = "the-secret-of-the-channel-test"
COMMANDS = [
    "/restart",
    " /restart",
    "//restart",
    "/ /restart",
    "\u00a0/restart",
    "\t\r\n/restart",
    "\u2003/restart",
    '\u2003/complaint{"x":1}',
    "\u3000/\u2028/restart",
    "\x1c/restart",
    "\ufeff/restart",
    "/back",
    "/session_start",
    "/cancel",
    '/complaint{"x":1}',
    '/emergency{"intake": "filed"}',
    "/complaint@1.0",
    "EXTERNAL: complaint",
]


@pytest.fixture(scope="session")
def url(bot_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The channel on the loopback, in the bot's own Python."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("channel") / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(setup.bot_python()), "-W", "ignore", "tests/channel_server.py", str(port)],
            cwd=BOT,
            env=bot_environment | {"COMISARIO_INTERNAL_SECRET": SECRET, "COMISARIO_ACTIONS_URL": f"{address}/webhook"},
            stdout=out,
            stderr=out,
        )
    try:
        _wait(address, process)
        assert process.poll() is None, log.read_text()[-2000:]
        yield address
    finally:
        process.kill()
        process.wait()


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    """Until the channel answers, or its process has ended."""
    until = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < until:
        try:
            if httpx.get(f"{address}/webhooks/comisario/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)


@pytest.fixture
async def client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def bot(client: httpx.AsyncClient) -> Bot:
    return Bot(client=client, secret=SECRET)


async def say(bot: Bot, text: str | None = None, choice: str | None = None, before: Turn | None = None) -> Turn:
    """One turn of a conversation, which goes on from the turn before."""
    return await bot.turn(
        conversation_id=str(uuid.uuid4()),
        text=text,
        choice=choice,
        opening=text is None and choice is None,
        step=before.dialogue["step"] if before else None,
        dialogue=before.dialogue if before else None,
    )


BODY = json.dumps(
    {"conversation_id": "c", "text": None, "choice": None, "opening": True, "asked": None, "dialogue": None}
).encode()


def signed(body: bytes = BODY, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    signature = hmac.digest(secret.encode(), moment.encode() + b"." + body, "sha256").hex()
    return {"X-Comisario-Time": moment, "X-Comisario-Signature": signature}


async def post(client: httpx.AsyncClient, headers: dict[Any, Any], body: bytes = BODY) -> int:
    return (await client.post("/webhooks/comisario/turn", content=body, headers=headers)).status_code


async def test_a_signed_turn_is_answered(client: httpx.AsyncClient) -> None:
    assert await post(client, signed()) == 200


async def test_the_opening_is_the_bots_own_sentence_with_buttons(bot: Bot) -> None:
    turn = await say(bot)
    assert "Comisario Virtual" in turn.said[0].text
    assert [choice for choice, _ in turn.said[0].choices]


async def test_an_unsigned_turn_is_refused(client: httpx.AsyncClient) -> None:
    assert await post(client, {}) == 401
    assert await post(client, {"X-Comisario-Time": str(int(time.time()))}) == 401
    only_signature = {"X-Comisario-Signature": signed()["X-Comisario-Signature"]}
    assert await post(client, only_signature) == 401


async def test_a_wrongly_signed_turn_is_refused(client: httpx.AsyncClient) -> None:
    assert await post(client, signed(secret="another")) == 401
    assert await post(client, signed() | {"X-Comisario-Signature": ""}) == 401
    assert await post(client, signed() | {"X-Comisario-Signature": "0" * 64}) == 401


async def test_a_turn_changed_after_signing_is_refused(client: httpx.AsyncClient) -> None:
    assert await post(client, signed(), BODY.replace(b'"c"', b'"d"')) == 401


@pytest.mark.parametrize("seconds", [-3600, -90, 90])
async def test_an_old_turn_is_refused_and_so_is_one_of_the_future(client: httpx.AsyncClient, seconds: int) -> None:
    assert await post(client, signed(at=time.time() + seconds)) == 401


@pytest.mark.parametrize(
    "headers",
    [
        {b"X-Comisario-Signature": "ñ".encode() * 32},
        {b"X-Comisario-Time": "²".encode()},
        {b"X-Comisario-Time": b"-5"},
        {b"X-Comisario-Time": b"9" * 5000},
    ],
    ids=["signature of other letters", "time of other digits", "negative time", "endless time"],
)
async def test_an_odd_signature_is_refused_like_any_wrong_one(
    client: httpx.AsyncClient, headers: dict[bytes, bytes]
) -> None:
    kept = {name.encode(): value.encode() for name, value in signed().items() if name.encode() not in headers}
    assert await post(client, kept | headers) == 401


async def test_rasas_own_web_interface_is_not_there(client: httpx.AsyncClient) -> None:
    body = {"sender": "c", "message": "/restart"}
    assert (await client.post("/webhooks/rest/webhook", json=body)).status_code == 404


@pytest.mark.parametrize("typed", COMMANDS, ids=ascii)
async def test_a_typed_command_is_text_to_the_bot(client: httpx.AsyncClient, bot: Bot, typed: str) -> None:
    form = await say(bot, choice="robbery")
    assert form.dialogue["loop"] == "complaint_form"
    after = await say(bot, text=typed, before=form)
    seen = (await client.get("/seen")).json()
    assert not seen["text"].strip().startswith("/")
    assert seen["intent"] is None
    assert seen["confidence"] < 1.0
    assert after.dialogue == form.dialogue


@pytest.mark.parametrize("typed", COMMANDS, ids=ascii)
async def test_a_typed_command_starts_nothing(client: httpx.AsyncClient, bot: Bot, typed: str) -> None:
    turn = await say(bot, text=typed)
    assert turn.dialogue == {"slots": {}, "loop": None, "step": None}
    assert (await client.get("/seen")).json()["intent"] is None


async def test_a_choice_never_names_an_intent(client: httpx.AsyncClient, bot: Bot) -> None:
    turn = await say(bot, choice="/restart")
    assert turn.dialogue["loop"] == "complaint_form"
    assert (await client.get("/seen")).json()["intent"] == "choice"


@pytest.mark.parametrize("typed", ["a" * 100_000, "/" * 100_000, "ñ" * TEXT_CAP + "x"], ids=["letters", "slashes", "ñ"])
async def test_the_bot_reads_no_more_than_its_cap(client: httpx.AsyncClient, bot: Bot, typed: str) -> None:
    await say(bot, text=typed)
    seen = (await client.get("/seen")).json()["text"]
    assert 0 < len(seen) <= TEXT_CAP
    assert "x" not in seen


async def test_the_state_after_a_turn_holds_nothing_that_was_typed(bot: Bot) -> None:
    form = await say(bot, choice="robbery")
    after = await say(bot, text="Me llamo Rosa Quispe Mamani, DNI 45678912, celular 987654321", before=form)
    kept = json.dumps(after.dialogue)
    assert not [part for part in ("Rosa", "Quispe", "45678912", "987654321") if part in kept]
    assert after.dialogue == form.dialogue


async def test_the_state_is_as_small_after_many_turns(bot: Bot) -> None:
    turn = first = await say(bot, choice="theft")
    for count in range(20):
        turn = await say(bot, text=f"lo que pasó, parte {count}", before=turn)
    assert turn.dialogue == first.dialogue


async def test_a_tracker_of_many_messages_leaves_a_small_state_without_their_text(client: httpx.AsyncClient) -> None:
    kept = []
    for messages in (3, 600):
        asked = {"messages": messages, "text": "Rosa Quispe Mamani"}
        kept.append((await client.post("/long", json=asked)).json())
    short, long = kept
    assert long["events"] > 100 * short["events"] / 2
    assert long["dialogue"] == short["dialogue"]
    assert long["dialogue"]["step"] == "place"
    assert len(json.dumps(long["dialogue"])) < 300
    assert "Quispe" not in json.dumps(long["dialogue"])


async def test_what_a_person_writes_down_is_read_without_a_turn(bot: Bot) -> None:
    asked = {"step": "phone", "text": "987654321", "draft": {"incident_type": "theft"}, "language": "es"}
    at = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    found = await bot.note(step="phone", text="987654321", draft={"incident_type": "theft"}, language="es", at=at)
    assert found == asked | {"now": at.isoformat()}


async def test_nobody_else_has_anything_read(client: httpx.AsyncClient) -> None:
    headers = signed(secret="another")
    assert (await client.post("/webhooks/comisario/note", content=BODY, headers=headers)).status_code == 401


async def test_a_person_gives_the_conversation_back_in_the_middle_of_a_form(bot: Bot) -> None:
    begun = await say(bot, choice="theft")
    back = await say(bot, choice="returned", before=begun)
    assert back.dialogue["loop"] == begun.dialogue["loop"]
    assert back.dialogue["step"] == begun.dialogue["step"]
