"""What Twilio did not sign is refused and nothing of it is kept."""

import random
import uuid
from collections.abc import Iterator

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
