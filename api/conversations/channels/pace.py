"""How fast we send: so many messages a second in all, and fewer to one contact, over all processes."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.channels.models import Pace
from api.security import KeyRing
from api.settings import settings

_CONTACT_EVERY, _CONTACT_BURST = timedelta(seconds=1), 20
_SENDER_BURST = 10


async def take(session: AsyncSession, *, contact: str, keys: KeyRing, at: datetime) -> float:
    """Take leave to send one message to a contact; 0, or the seconds to wait first, and then nothing was taken.

    The generic cell rate algorithm (ITU-T I.371): one row and one moment for each limit.
    """
    every = timedelta(seconds=1 / settings().whatsapp_per_second)
    limits = (
        (keys.keyed_hash(contact, purpose="pace"), _CONTACT_EVERY, _CONTACT_BURST),
        (b"sender", every, _SENDER_BURST),
    )
    cells = []
    for key, interval, burst in limits:
        kept = insert(Pace).values(key=key, free_at=at)
        locked = kept.on_conflict_do_update(index_elements=["key"], set_={"free_at": Pace.free_at}).returning(Pace)
        cell = (await session.scalars(locked, execution_options={"populate_existing": True})).one()
        free_at = max(cell.free_at, at)
        if free_at > at + interval * burst:  # no sending made it so late: the clock was set back, or the limit changed
            free_at = at
        cells.append((cell, free_at + interval, interval * burst))
    wait = max((free_at - burst - at).total_seconds() for _, free_at, burst in cells)
    if wait > 0:
        return wait
    for cell, free_at, _ in cells:
        cell.free_at = free_at
    return 0


async def forget(session: AsyncSession, *, at: datetime) -> None:
    """Delete the limits that are free again."""
    await session.execute(delete(Pace).where(Pace.free_at < at - timedelta(minutes=1)))
