from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.api.staff.console import running


@pytest.fixture(scope="session")
async def app(connection: AsyncConnection) -> AsyncIterator[FastAPI]:
    async with running() as app:
        yield app
