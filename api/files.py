"""Where sealed files are kept: a folder here; the same interface reaches S3."""

from functools import cache

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore

from api.security import DataKey
from api.settings import settings


class FileMissing(Exception):
    """The store has no file of that name."""


@cache
def _store() -> LocalStore:
    return LocalStore(prefix=settings().files, mkdir=True)


async def put(name: str, data: bytes, *, key: DataKey) -> None:
    """Seal and keep a file; the same name again replaces it."""
    await obstore.put_async(_store(), name, key.seal(data, purpose=name))


async def get(name: str, *, key: DataKey) -> bytes:
    """Raises ``FileMissing`` and, if it was altered, ``SealBroken``."""
    try:
        found = await obstore.get_async(_store(), name)
    except (NotFoundError, FileNotFoundError) as error:
        raise FileMissing(name) from error
    return key.open(bytes(await found.bytes_async()), purpose=name)


async def delete(names: list[str]) -> None:
    for name in names:
        try:
            await obstore.delete_async(_store(), name)
        except (NotFoundError, FileNotFoundError):
            continue  # gone already: a job that is done twice
