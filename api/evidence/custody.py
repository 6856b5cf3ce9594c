"""The chain of custody: whoever has a file before them is written down, and so is whether it still is what was received."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import files
from api.audit import service as audit
from api.audit.service import Act
from api.evidence.models import CustodyEntry, EvidenceItem
from api.files import FileMissing
from api.security import DataKey, SealBroken
from api.staff.models import StaffMember
from vocabulary.cases import CustodyAct

_AUDITED: Mapping[CustodyAct, Act] = {
    CustodyAct.OPENED: Act.EVIDENCE_OPENED,
    CustodyAct.DOWNLOADED: Act.EVIDENCE_OPENED,
    CustodyAct.RELEASED: Act.EVIDENCE_RELEASED,
    CustodyAct.VERIFIED: Act.EVIDENCE_VERIFIED,
}


@dataclass(frozen=True)
class Release:
    """To whom outside a file was given, with which document (a number or name of it), and why."""

    to: str
    document: str
    reason: str


@dataclass(frozen=True)
class Link:
    """One entry of a chain of custody; ``actor`` is the name of a member of staff, None for the receipt."""

    at: datetime
    act: CustodyAct
    actor: str | None
    intact: bool
    release: Release | None


async def handle(
    session: AsyncSession,
    *,
    item: EvidenceItem,
    act: CustodyAct,
    actor: StaffMember,
    key: DataKey,
    at: datetime,
    release: Release | None = None,
) -> bytes | None:
    """Take the original up for somebody, and write down who, what for, and whether it is as it was received.

    Answers its bytes, or None where they are missing or not those that were received: nobody gets these. The entry
    stands in either case, so whoever calls must let the transaction commit.
    """
    data = await _original(item, key)
    if data is None and release is not None:
        act, release = CustodyAct.VERIFIED, None  # it was not given
    sealed = key.seal_json(asdict(release), purpose="evidence:release") if release else None
    session.add(
        CustodyEntry(evidence_id=item.id, at=at, actor_id=actor.id, act=act, intact=data is not None, release=sealed)
    )
    audit.record(session, _AUDITED[act], actor=f"staff:{actor.id}", subject=f"evidence:{item.id}", at=at)
    await session.flush()
    return data


async def _original(item: EvidenceItem, key: DataKey) -> bytes | None:
    try:
        data = await files.get(f"evidence/{item.id}", key=key)
    except (FileMissing, SealBroken):
        return None
    digest = await asyncio.to_thread(hashlib.sha256, data)
    return data if digest.hexdigest() == item.sha256 else None


async def chain(session: AsyncSession, *, item: EvidenceItem, key: DataKey) -> Sequence[Link]:
    """Who had a file, from its receipt on."""
    query = (
        select(CustodyEntry, StaffMember.name)
        .outerjoin(StaffMember, StaffMember.id == CustodyEntry.actor_id)
        .where(CustodyEntry.evidence_id == item.id)
        .order_by(CustodyEntry.id)
    )
    return [
        Link(
            at=entry.at,
            act=CustodyAct(entry.act),
            actor=name,
            intact=entry.intact,
            release=Release(**key.open_json(entry.release, purpose="evidence:release")) if entry.release else None,
        )
        for entry, name in await session.execute(query)
    ]
