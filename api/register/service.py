"""Taking commitments into the public register, publishing its signed states, and proving what is in it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import BaseModel
from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.database import advisory_lock
from api.errors import Malformed, NotFound
from api.register.models import RegisterCheckpoint, RegisterLeaf, RegisterNode
from api.security import KeyRing
from api.settings import settings
from documents import merkle
from documents.checkpoint import Checkpoint, verifier_key
from documents.merkle import Subtree

TILE = 256
"""Hashes in a whole tile (C2SP tlog-tiles)."""
_TILE_LEVELS = 8
_AT_ONCE = 10_000


class Proof(BaseModel):
    """That a leaf is in the register: hashes in hexadecimal, to be checked against the signed state, with no network.

    ``consistency`` shows that the state of ``since`` leaves is the beginning of this one.
    """

    leaf_hash: str
    index: int
    size: int
    inclusion: list[str]
    since: int | None = None
    consistency: list[str] | None = None
    checkpoint: str


@dataclass(frozen=True)
class Place:
    """Where a leaf stands in the newest state."""

    index: int
    size: int
    leaf_hash: str


def origin(keys: KeyRing) -> str:
    """The register's name: where it was first published. It stays, since it is in every signed state."""
    return keys.register_origin(f"{urlsplit(settings().public_url).netloc}/registro")


def verifier(keys: KeyRing) -> str:
    """The public key that the states are signed with, as monitors take it."""
    return verifier_key(origin(keys), keys.register_key.public_key())


def statement_key(case_id: uuid.UUID, number: int, keys: KeyRing) -> bytes:
    """What opens the commitment to a statement."""
    return keys.keyed_hash(f"statement:{case_id}:{number}", purpose="register")


def paper_key(copy_id: uuid.UUID, keys: KeyRing) -> bytes:
    """What opens the commitment to a paper."""
    return keys.keyed_hash(f"copy:{copy_id}", purpose="register")


def add(session: AsyncSession, *, commitment: bytes, at: datetime) -> None:
    """Have a commitment taken in by the next state, if this transaction commits."""
    session.add(RegisterLeaf(commitment=commitment, leaf_hash=merkle.leaf_hash(commitment), made_at=at))


async def ensure(session: AsyncSession, *, commitment: bytes, at: datetime) -> None:
    """The same, unless the register holds it or is about to."""
    if not await holds(session, commitment=commitment):
        add(session, commitment=commitment, at=at)


async def holds(session: AsyncSession, *, commitment: bytes) -> bool:
    """Whether the register holds a commitment, or is about to."""
    query = select(RegisterLeaf.id).where(RegisterLeaf.leaf_hash == merkle.leaf_hash(commitment))
    return await session.scalar(query) is not None


async def publish(session: AsyncSession, *, keys: KeyRing, at: datetime) -> None:
    """Take in what is waiting, in the order of its making, and sign the new state; nothing if nothing waits."""
    await advisory_lock(session, "register")
    size = await _size(session)
    waiting = select(RegisterLeaf).where(RegisterLeaf.index.is_(None))
    leaves = (await session.scalars(waiting.order_by(RegisterLeaf.made_at, RegisterLeaf.id).limit(_AT_ONCE))).all()
    if not leaves:
        return
    known = await _hashes(session, merkle.subtrees(0, size))
    for leaf in leaves:
        leaf.index = size
        size += 1
        for node in _completed(leaf.index, leaf.leaf_hash, known):
            session.add(node)
    checkpoint = Checkpoint(origin(keys), size, merkle.root(size, known.__getitem__))
    session.add(RegisterCheckpoint(size=size, note=checkpoint.signed(keys.register_key), published_at=at))
    await session.flush()


def _completed(index: int, leaf: bytes, known: dict[Subtree, bytes]) -> Iterable[RegisterNode]:
    """The subtrees that a leaf completes, itself among them."""
    level, found = 0, leaf
    while True:
        known[level, index >> level] = found
        yield RegisterNode(level=level, position=index >> level, hash=found)
        if not index >> level & 1:
            return
        found = merkle.node_hash(known[level, (index >> level) - 1], found)
        level += 1


async def _size(session: AsyncSession) -> int:
    return await session.scalar(select(func.max(RegisterCheckpoint.size))) or 0


async def _hashes(session: AsyncSession, wanted: Iterable[Subtree]) -> dict[Subtree, bytes]:
    keys = list(wanted)
    if not keys:
        return {}
    where = tuple_(RegisterNode.level, RegisterNode.position).in_(keys)
    rows = await session.execute(select(RegisterNode.level, RegisterNode.position, RegisterNode.hash).where(where))
    return {(level, position): found for level, position, found in rows}


async def latest(session: AsyncSession) -> RegisterCheckpoint:
    """The newest signed state. Raises ``NotFound`` before the first."""
    found = await session.scalar(select(RegisterCheckpoint).order_by(RegisterCheckpoint.size.desc()).limit(1))
    if found is None:
        raise NotFound
    return found


async def place(session: AsyncSession, *, commitment: bytes) -> Place | None:
    """Where a commitment stands; None while no state has taken it in."""
    leaf = merkle.leaf_hash(commitment)
    index = await session.scalar(select(RegisterLeaf.index).where(RegisterLeaf.leaf_hash == leaf))
    return None if index is None else Place(index, await _size(session), leaf.hex())


async def prove(session: AsyncSession, *, leaf_hash: str, since: int | None = None) -> Proof:
    """The proof that a leaf is in the newest state. Raises ``NotFound``, and ``Malformed`` for an impossible ``since``."""
    try:
        leaf = bytes.fromhex(leaf_hash)
    except ValueError as error:
        raise Malformed from error
    index = await session.scalar(select(RegisterLeaf.index).where(RegisterLeaf.leaf_hash == leaf))
    if index is None:
        raise NotFound
    state = await latest(session)
    if since is not None and not 0 < since <= state.size:
        raise Malformed
    wanted: list[Subtree] = []

    def note(subtree: Subtree) -> bytes:
        wanted.append(subtree)
        return b""

    merkle.inclusion(index, state.size, note)
    if since is not None:
        merkle.consistency(since, state.size, note)
    known = await _hashes(session, set(wanted))
    beginning = None if since is None else merkle.consistency(since, state.size, known.__getitem__)
    return Proof(
        leaf_hash=leaf.hex(),
        index=index,
        size=state.size,
        inclusion=[found.hex() for found in merkle.inclusion(index, state.size, known.__getitem__)],
        since=since,
        consistency=None if beginning is None else [found.hex() for found in beginning],
        checkpoint=state.note,
    )


async def tile(session: AsyncSession, *, level: int, index: int, width: int) -> bytes:
    """Hashes side by side for whoever watches the register (C2SP tlog-tiles). Raises ``NotFound`` beyond its end."""
    first = index * TILE
    size = await _size(session) >> (level * _TILE_LEVELS)
    if not 0 < width <= TILE or first + width > size:
        raise NotFound
    query = select(RegisterNode.hash).where(
        RegisterNode.level == level * _TILE_LEVELS, RegisterNode.position.between(first, first + width - 1)
    )
    return b"".join(await session.scalars(query.order_by(RegisterNode.position)))


async def entries(session: AsyncSession, *, index: int, width: int) -> bytes:
    """The commitments of a tile's leaves, each behind its length in two bytes. Raises ``NotFound`` beyond the end."""
    first = index * TILE
    if not 0 < width <= TILE or first + width > await _size(session):
        raise NotFound
    query = select(RegisterLeaf.commitment).where(RegisterLeaf.index.between(first, first + width - 1))
    found = await session.scalars(query.order_by(RegisterLeaf.index))
    return b"".join(len(commitment).to_bytes(2, "big") + commitment for commitment in found)
