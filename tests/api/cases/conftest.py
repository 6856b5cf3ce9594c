from collections.abc import AsyncIterator

import pytest

from api.jobs.desk import Desk
from tests.api.cases.console import Console, a_console


@pytest.fixture
async def console(desk: Desk) -> AsyncIterator[Console]:
    async with a_console(desk) as made:
        yield made
