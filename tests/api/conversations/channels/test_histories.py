"""Whatever a network does to the order, the number and the moment of what it brings, the same state comes of it.

A life is what two citizens write, in bursts, what they are told after each, and how the provider fares with each part. It is
lived once undisturbed, and then with a network that repeats, delays and reorders, and a provider whose answers are lost.
What must be equal each time:

- each message of a citizen is in its conversation once, with the same contents, in the order in which the webhook kept it:
  within a burst that may be any, and no burst mixes with another;
- what they are told, in its order, and the last status of each part;
- how often the provider took each text and, save for those whose request never reached it, in which order it first did;
- the choices that are open, and the files that are to be fetched.
"""

import random
from collections.abc import Iterator

import pytest

from api.jobs.desk import Desk
from api.settings import settings
from tests.api.conversations.channels.histories import History, a_life
from tests.api.conversations.channels.talking import an_app

SEED = 20261127
CHUNKS, PERMUTED = 20, 50
"""Two citizens each time: two thousand histories."""
BY_ROUTES = 10
"""One of so many comes by the webhooks' routes, signed; the others to what these call."""


@pytest.fixture(autouse=True)
def open_channel(installation: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COMISARIO_TWILIO_ACCOUNT_SID", "AC" + "1" * 32)
    monkeypatch.setenv("COMISARIO_TWILIO_AUTH_TOKEN", "secret")
    monkeypatch.setenv("COMISARIO_TWILIO_WHATSAPP_FROM", "+15005550006")
    monkeypatch.setenv("COMISARIO_WHATSAPP_PER_SECOND", "1000")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_hundred_disturbed_histories_end_as_the_undisturbed_ones(desk: Desk, chunk: int) -> None:
    life = a_life(f"{SEED}:{chunk}")
    async with an_app() as client:
        calm = History(life, desk, client)
        await calm.live()
        expected = await calm.state()
        for number in range(PERMUTED):
            name = f"{SEED}:{chunk}:{number}"
            print(name)
            history = History(life, desk, None if number % BY_ROUTES else client, random.Random(name))
            await history.live()
            assert await history.state() == expected, name
            lost = history.provider.lost
            assert history.first_taken(without=lost) == calm.first_taken(without=lost), name
