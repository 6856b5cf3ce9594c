"""The public register: what is filed and issued is in it, and nothing in it changes."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from api.cli.verify import proven
from api.complaints import service as complaints
from api.complaints.draft import Draft
from api.complaints.models import Statement
from api.complaints.service import Source
from api.errors import Malformed, NotFound
from api.register import service as register
from api.register.models import RegisterCheckpoint, RegisterLeaf
from api.security import KeyRing
from documents import merkle
from documents.checkpoint import opened
from documents.commitment import commit, statement_record


async def fill(session: AsyncSession, keys: KeyRing, count: int, at: datetime, name: str = "leaf") -> list[bytes]:
    """So many commitments, taken in and published."""
    made = [merkle.leaf_hash(f"{name} {n}".encode()) for n in range(count)]
    for n, commitment in enumerate(made):
        register.add(session, commitment=commitment, at=at + timedelta(seconds=n))
    await session.flush()
    await register.publish(session, keys=keys, at=at)
    return made


async def prove(session: AsyncSession, commitment: bytes, since: int | None = None) -> str:
    leaf = merkle.leaf_hash(commitment).hex()
    return (await register.prove(session, leaf_hash=leaf, since=since)).model_dump_json()


async def test_a_filed_complaint_is_in_the_next_state(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    owner = str(uuid.uuid4())
    key, wrapped = keys.new_data_key(owner=owner)
    draft = Draft(incident_type="theft", narrative="x", consented_at=now, sworn_at=now)
    case = await complaints.file(session, draft=draft, source=Source(owner, "web", wrapped, key), keys=keys, at=now)
    statement = (await session.scalars(select(Statement).where(Statement.case_id == case.id))).one()
    record = statement_record(case_number=case.number, number=1, made_at=now, sha256=statement.sha256)
    commitment = commit(register.statement_key(case.id, 1, keys), record)
    assert await register.place(session, commitment=commitment) is None
    await register.publish(session, keys=keys, at=now)
    assert await register.place(session, commitment=commitment) is not None
    told = proven((commitment,), proof=await prove(session, commitment), key=register.verifier(keys), since=None)
    assert told == "holds"


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 300])
async def test_every_leaf_is_proven_to_who_has_only_the_key(
    count: int, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    made = await fill(session, keys, count, now)
    for commitment in (made[0], made[count // 2], made[-1]):
        proof = await prove(session, commitment)
        assert proven((commitment,), proof=proof, key=register.verifier(keys), since=None) == "holds"


async def test_the_leaves_stand_in_the_order_of_their_making(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    made = await fill(session, keys, 5, now)
    query = select(RegisterLeaf.commitment).where(RegisterLeaf.commitment.in_(made)).order_by(RegisterLeaf.index)
    assert list(await session.scalars(query)) == made


async def test_a_later_state_is_proven_to_hold_all_of_an_earlier_one(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    (first,) = await fill(session, keys, 1, now)
    earlier = (await register.latest(session)).note
    await fill(session, keys, 37, now, "later")
    size = opened(earlier, register.verifier(keys)).size
    proof = await prove(session, first, since=size)
    assert proven((first,), proof=proof, key=register.verifier(keys), since=earlier) == "holds"
    without = await prove(session, first)
    assert proven((first,), proof=without, key=register.verifier(keys), since=earlier) == "rewritten"


async def test_a_state_is_signed_only_when_something_was_added(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    await fill(session, keys, 2, now)
    before = (await session.scalars(select(RegisterCheckpoint.size))).all()
    await register.publish(session, keys=keys, at=now)
    assert (await session.scalars(select(RegisterCheckpoint.size))).all() == before


FORGED: list[tuple[str, Callable[[str], str]]] = [
    ("not_signed", lambda proof: proof.replace('"checkpoint":"', '"checkpoint":"x')),
    ("not_signed", lambda proof: "{}"),
    ("not_signed", lambda proof: "no es una prueba"),
    ("not_included", lambda proof: proof.replace('"inclusion":["', '"inclusion":["' + "00" * 32 + '","')),
    ("not_included", lambda proof: proof.replace('"index":', '"index":9')),
]


@pytest.mark.parametrize(("verdict", "forge"), FORGED)
async def test_a_forged_proof_says_what_is_wrong(
    verdict: str, forge: Callable[[str], str], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    made = await fill(session, keys, 6, now)
    proof = forge(await prove(session, made[2]))
    assert proven((made[2],), proof=proof, key=register.verifier(keys), since=None) == verdict


async def test_the_proof_of_another_copy_proves_nothing(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    made = await fill(session, keys, 2, now)
    proof = await prove(session, made[1])
    assert proven((made[0],), proof=proof, key=register.verifier(keys), since=None) == "another_copy"


@pytest.mark.parametrize(
    "statement",
    [
        "delete from register_leaves where index is not null",
        "update register_leaves set commitment = decode(repeat('00', 32), 'hex') where index is not null",
        "update register_leaves set index = index + 1000000 where index is not null",
        "update register_nodes set hash = '\\x00'",
        "delete from register_nodes",
        "update register_checkpoints set note = ''",
        "delete from register_checkpoints",
    ],
)
async def test_the_database_refuses_to_rewrite_the_register(
    statement: str, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    await fill(session, keys, 2, now)
    with pytest.raises(DBAPIError, match="is never changed"):
        await session.execute(text(statement))


async def test_who_watches_finds_the_tree_in_its_tiles(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    await fill(session, keys, 300, now)
    state = opened((await register.latest(session)).note, register.verifier(keys))
    whole = await register.tile(session, level=0, index=0, width=256)
    rest = await register.tile(session, level=0, index=1, width=min(256, state.size - 256))
    entries = await register.entries(session, index=0, width=256)
    assert [merkle.leaf_hash(entries[at + 2 : at + 34]) for at in range(0, len(entries), 34)] == [
        whole[at : at + 32] for at in range(0, len(whole), 32)
    ]
    assert len(rest) == 32 * min(256, state.size - 256)
    above = await register.tile(session, level=1, index=0, width=1)
    hashes = {(0, n): whole[32 * n : 32 * n + 32] for n in range(256)}

    def lookup(subtree: merkle.Subtree) -> bytes:
        level, position = subtree
        if level == 0:
            return hashes[subtree]
        return merkle.node_hash(lookup((level - 1, 2 * position)), lookup((level - 1, 2 * position + 1)))

    assert lookup((8, 0)) == above


async def test_nothing_is_told_beyond_the_end(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    (commitment,) = await fill(session, keys, 1, now)
    with pytest.raises(NotFound):
        await register.tile(session, level=0, index=50, width=256)
    with pytest.raises(NotFound):
        await register.prove(session, leaf_hash="00" * 32)
    with pytest.raises(Malformed):
        await register.prove(session, leaf_hash="zz")
    with pytest.raises(Malformed):
        await prove(session, commitment, since=10_000_000)
