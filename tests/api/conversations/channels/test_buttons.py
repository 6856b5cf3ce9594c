"""Choices as buttons and lists by Twilio's Content API, and what a tap on one picks."""

import httpx
import pytest

from api.conversations import service as conversations
from api.conversations.channels.twilio import whatsapp as twilio
from api.conversations.service import Said
from api.jobs import messaging
from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conftest import Emulators
from tests.api.conversations.channels.talking import a_message, a_number, heard, take

YES_NO = [("yes", "Sí"), ("no", "No")]
DISTRICTS = [(f"1501{n:02d}", f"Distrito {n}") for n in range(1, 7)]


@pytest.fixture(autouse=True)
def with_buttons(whatsapp: Emulators, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMISARIO_TWILIO_BUTTONS", "true")
    settings.cache_clear()


async def shown(whatsapp: Emulators, number: str) -> list[tuple[str, list[str]]]:
    async with httpx.AsyncClient() as asking:
        told = (await asking.get(f"{whatsapp.url}/messages.json", params={"to": number})).json()
    return [(one["text"], [choice["id"] for choice in one["choices"]]) for one in told]


@pytest.mark.parametrize("choices", [YES_NO, DISTRICTS], ids=["buttons", "list"])
async def test_choices_go_out_to_be_tapped_and_a_tap_picks_one(
    desk: Desk, whatsapp: Emulators, choices: list[tuple[str, str]]
) -> None:
    number = a_number()
    conversation = await heard(desk, number)
    async with desk.sessions.begin() as session:
        locked = await conversations.locked(session, conversation_id=conversation)
        locked.offered = choices
        said = [Said("Esto entendí.\n¿Está bien?", choices)]
        await conversations.say(
            session, conversation=locked, keys=desk.keys, sender="bot", said=said, at=locked.created_at
        )
    await messaging.deliver(desk, conversation_id=str(conversation))
    assert await shown(whatsapp, number) == [("Esto entendí.", []), ("¿Está bien?", [i for i, _ in choices])]
    assert await take(desk, a_message(number, text=choices[1][1], choice=choices[1][0])) == conversation
    async with desk.sessions() as session:
        kept = await conversations.messages_after(session, conversation_id=conversation, after=0)
        locked = await conversations.locked(session, conversation_id=conversation)
        content = conversations.content_of(kept[-1], conversations.key_of(locked, desk.keys))
    assert (content["choice"], content["title"]) == choices[1]


@pytest.mark.parametrize(
    "tap", [{"ButtonPayload": "yes", "ButtonText": "Sí"}, {"ListId": "yes", "ListTitle": "Sí", "Body": "Sí"}]
)
def test_a_tap_comes_as_its_choice(tap: dict[str, str]) -> None:
    form = {"MessageSid": "SM1", "From": "whatsapp:+51987654321", "To": "whatsapp:+15005550006"} | tap
    found = twilio.inbound(settings(), form)
    assert found is not None
    assert found.choice == "yes"
    assert found.text == "Sí"
