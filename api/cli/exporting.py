"""``export open-data``."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.cli.errors import Trouble
from api.cli.session import with_session
from api.open_data import service as open_data


def open_data_files(folder: Path, *, data: Path) -> int:
    """Release what can be released, and write the newest release's files into a folder; prints each with its SHA-256."""

    async def work(session: AsyncSession) -> list[tuple[str, str, bytes]]:
        await open_data.publish(session, at=await clock.now(session))
        released = await open_data.releases(session)
        if not released:
            raise Trouble("nothing_released")
        kept = await open_data.files(session, release=released[0])
        return [
            (file.name, file.sha256, (await open_data.content(session, release=released[0], name=file.name))[1])
            for file in kept
        ]

    try:
        found = with_session(data, work)
    except open_data.NothingReal as error:
        raise Trouble("open_data_since") from error
    folder.mkdir(parents=True, exist_ok=True)
    for name, digest, content in found:
        (folder / name).write_bytes(content)
        print(f"{digest}  {name}")
    return 0
