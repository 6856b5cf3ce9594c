"""The worker's nightly release, on committed data."""

import asyncio
import hashlib
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api import clock
from api.cli import exporting
from api.jobs import publishing
from api.jobs.desk import Desk
from api.open_data import service
from api.settings import settings
from tests.api.second_copies.asking import filed


@pytest.fixture
def in_two_months(monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(days=62)

    async def now(_session: object) -> datetime:
        return later

    monkeypatch.setattr(clock, "now", now)


async def numbers(desk: Desk) -> list[int]:
    async with desk.sessions() as session:
        return [one.number for one in await service.releases(session)]


@pytest.mark.usefixtures("in_two_months")
async def test_a_night_releases_what_is_due_and_doing_it_twice_releases_it_once(desk: Desk) -> None:
    case = await filed(desk)
    before = await numbers(desk)
    await publishing.release_open_data(desk)
    after = await numbers(desk)
    assert len(after) == len(before) + 1
    await publishing.release_open_data(desk)
    assert await numbers(desk) == after
    async with desk.sessions() as session:
        newest = await service.release(session, number=after[0])
        assert (
            f"{case.filed_at.astimezone(clock.LIMA):%Y-%m}"
            in (await service.periods(session, release=newest))["denuncias"]
        )


@pytest.mark.usefixtures("in_two_months")
async def test_an_authorised_installation_that_does_not_say_since_when_is_warned_and_releases_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await filed(desk)
    before = await numbers(desk)
    with monkeypatch.context() as patch:
        patch.setenv("COMISARIO_AUTHORISED", "true")
        settings.cache_clear()
        with caplog.at_level(logging.WARNING):
            await publishing.release_open_data(desk)
    settings.cache_clear()
    assert "COMISARIO_OPEN_DATA_SINCE" in caplog.text
    assert await numbers(desk) == before


@pytest.mark.usefixtures("in_two_months")
async def test_the_command_writes_the_newest_release_and_prints_what_each_file_must_hash_to(
    desk: Desk, installation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await filed(desk)
    await asyncio.to_thread(exporting.open_data_files, tmp_path / "new", data=installation)
    lines = [line.split("  ") for line in capsys.readouterr().out.splitlines()]
    written = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (tmp_path / "new").iterdir()}
    assert {name: digest for digest, name in lines} == written
    assert {"datapackage.json", "demostracion-denuncias.parquet"} <= written.keys()
