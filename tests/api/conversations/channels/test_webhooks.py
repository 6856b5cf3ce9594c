"""What Twilio did not sign is refused and nothing of it is kept."""

import random
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from api.conversations.channels.models import InboundMessage
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_number, an_app

PATH = "/webhooks/twilio/whatsapp"
TOKEN = "secret"
PUBLIC = "https://denuncias.example.pe"


@pytest.fixture(autouse=True)
def behind_a_proxy(emulators: Emulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COMISARIO_PUBLIC_URL", PUBLIC)
    monkeypatch.setenv("COMISARIO_TWILIO_WHATSAPP_FROM", "+15005550006")
    settings.cache_clear()
    yield
    settings.cache_clear()


def a_form() -> dict[str, str]:
    return {
        "MessageSid": f"SM{uuid.uuid4().hex}", "From": f"whatsapp:{a_number()}", "To": "whatsapp:+15005550006",
        "Body": "me robaron la ñ", "NumMedia": "0", "ProfileName": "Rosa & José",
    }  # fmt: skip


def signature(form: dict[str, str], *, url: str = PUBLIC + PATH, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, form))


def forged(chance: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """A request that Twilio did not make: its fields, and its headers."""
    form = a_form()
    signed = signature(form)
    match chance.randrange(9):
        case 0:
            return form, {}
        case 1:
            return form, {"X-Twilio-Signature": ""}
        case 2:
            at = chance.randrange(len(signed) - 2)
            other = chance.choice([c for c in "abcXYZ019+/" if c != signed[at]])
            return form, {"X-Twilio-Signature": signed[:at] + other + signed[at + 1 :]}
        case 3:
            return form, {"X-Twilio-Signature": signed[: chance.randrange(len(signed))]}
        case 4:
            return form, {"X-Twilio-Signature": signature(form, token="another")}
        case 5:
            return form, {"X-Twilio-Signature": signature(form, url=f"http://127.0.0.1:8000{PATH}")}
        case 6:
            return form | {chance.choice(list(form)): "otra cosa"}, {"X-Twilio-Signature": signed}
        case 7:
            return form | {"Extra": "1"}, {"X-Twilio-Signature": signed}
        case _:
            left = chance.choice(list(form))
            return {name: value for name, value in form.items() if name != left}, {"X-Twilio-Signature": signed}


async def test_two_hundred_forged_and_changed_requests_are_all_refused_and_nothing_is_kept(desk: Desk) -> None:
    chance = random.Random(20261127)
    async with desk.sessions() as session:
        before = await session.scalar(select(func.count()).select_from(InboundMessage))
    async with an_app() as client:
        answers = []
        for _ in range(200):
            form, headers = forged(chance)
            answers.append((await client.post(PATH, data=form, headers=headers)).status_code)
    assert answers == [403] * 200
    async with desk.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(InboundMessage)) == before


async def test_what_twilio_signed_for_our_public_address_is_kept_whatever_the_proxy_made_of_it(desk: Desk) -> None:
    form = a_form()
    async with an_app() as client:
        answer = await client.post(PATH, data=form, headers={"X-Twilio-Signature": signature(form)})
    assert (answer.status_code, answer.text) == (200, "<Response/>")
    async with desk.sessions() as session:
        query = select(InboundMessage).where(InboundMessage.provider_id == form["MessageSid"])
        assert (await session.scalars(query)).one().content


@pytest.mark.parametrize(
    "change",
    [
        {"Latitude": "x", "Longitude": "999"},
        {"NumMedia": "-1"},
        {"NumMedia": "9" * 40},
        {"Body": "a" * 60_000},
        {"From": "whatsapp:"},
        {"MessageSid": ""},
        {"Body": "\x00"},
    ],
)
async def test_a_signed_request_with_nonsense_in_it_is_taken_without_an_error(change: dict[str, str]) -> None:
    form = a_form() | change
    async with an_app() as client:
        answer = await client.post(PATH, data=form, headers={"X-Twilio-Signature": signature(form)})
    assert answer.status_code == 200


async def is_kept(desk: Desk, form: dict[str, str]) -> bool:
    async with desk.sessions() as session:
        query = select(InboundMessage.id).where(InboundMessage.provider_id == form["MessageSid"])
        return await session.scalar(query) is not None


@pytest.mark.parametrize("whole", [False, True], ids=["without", "with"])
async def test_a_webhook_that_is_to_be_retried_is_taken_whether_twilio_signs_that_part_of_its_address_or_not(
    desk: Desk, whole: bool
) -> None:
    form = a_form()
    signed = signature(form, url=PUBLIC + PATH + ("#rc=5&rp=all" if whole else ""))
    async with an_app() as client:
        assert (await client.post(PATH, data=form, headers={"X-Twilio-Signature": signed})).status_code == 200
    assert await is_kept(desk, form)


@pytest.mark.parametrize(
    "change",
    [
        {"From": "+51987654321"}, {"From": "sms:whatsapp:+51987654321"}, {"To": "+15005550006"},
        {"To": "whatsapp:+15005550007"},
    ],
)  # fmt: skip
async def test_what_did_not_come_by_whatsapp_to_our_number_is_left_alone(desk: Desk, change: dict[str, str]) -> None:
    form = a_form() | change
    async with an_app() as client:
        answer = await client.post(PATH, data=form, headers={"X-Twilio-Signature": signature(form)})
    assert answer.status_code == 200
    assert not await is_kept(desk, form)


@pytest.mark.parametrize("path", [PATH, "/webhooks/twilio/status"])
@pytest.mark.parametrize(
    ("kind", "signed", "status"),
    [
        ("application/x-www-form-urlencoded", "c2lnbmVk", 413),
        ("application/x-www-form-urlencoded", "", 403),
        ("multipart/form-data; boundary=B", "c2lnbmVk", 403),
        ("", "c2lnbmVk", 403),
    ],
)
async def test_of_what_twilio_did_not_sign_little_or_nothing_is_read(
    path: str, kind: str, signed: str, status: int
) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 10_000
            yield b"a" * 10_000

    async with an_app() as client:
        headers = {"Content-Type": kind, "X-Twilio-Signature": signed}
        assert (await client.post(path, content=body(), headers=headers)).status_code == status
    assert read <= (80_000 if status == 413 else 0)
