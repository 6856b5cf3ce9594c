"""The api with a console, asked without a network, at an hour at which nobody is there yet."""

from collections.abc import AsyncIterator

import httpx
import pytest

from api.jobs.desk import Desk
from tests.api.conversations.channels.talking import an_app
from tests.api.handover.asking import nobody_there


@pytest.fixture
async def client(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    await nobody_there(desk)
    async with an_app() as asking:
        yield asking
