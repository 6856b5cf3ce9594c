"""Charging for a second copy, where an installation does."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.payments import provider
from api.payments.models import Payment
from api.payments.provider import ProviderUnavailable
from api.settings import settings

_OPEN = timedelta(days=30)


async def begin(
    session: AsyncSession, *, challenge_id: uuid.UUID, case_id: uuid.UUID, bound_to: str, at: datetime
) -> Payment:
    """The payment of the copy that a challenge was passed for; the same one again if it was begun before.

    Raises ``ProviderUnavailable``.
    """
    query = select(Payment).where(Payment.challenge_id == challenge_id, Payment.case_id == case_id)
    known = await session.scalar(query)
    if known is not None:
        return known
    reference, amount = uuid.uuid4(), settings().second_copy_fee
    url = await provider.begin(reference=reference, amount=amount, url=str(settings().payment_url))
    payment = Payment(
        id=reference,
        challenge_id=challenge_id,
        bound_to=bound_to,
        case_id=case_id,
        amount=amount,
        url=url,
        created_at=at,
    )
    session.add(payment)
    await session.flush()
    return payment


async def waiting(session: AsyncSession, *, at: datetime) -> list[Payment]:
    """Payments whose copy was not issued yet, those first that the provider was asked about longest ago; they are noted
    as asked about now."""
    query = select(Payment).where(Payment.copy_id.is_(None), Payment.created_at > at - _OPEN)
    query = query.order_by(Payment.asked_at.asc().nulls_first()).limit(100).with_for_update(skip_locked=True)
    found = list(await session.scalars(query))
    for payment in found:
        payment.asked_at = at
    return found


async def of_place(session: AsyncSession, *, bound_to: str) -> Payment | None:
    """The last payment of one place, whether its copy was issued or not."""
    query = select(Payment).where(Payment.bound_to == bound_to).order_by(Payment.created_at.desc()).limit(1)
    return await session.scalar(query)


async def locked(session: AsyncSession, *, payment_id: uuid.UUID) -> Payment | None:
    """The payment with its row locked; None if another process has it."""
    return await session.scalar(select(Payment).where(Payment.id == payment_id).with_for_update(skip_locked=True))


async def is_paid(payment_id: uuid.UUID) -> bool:
    """Ask the provider, outside any transaction; one that is down is asked again later."""
    try:
        return await provider.is_paid(reference=payment_id, url=str(settings().payment_url))
    except ProviderUnavailable:
        return False
