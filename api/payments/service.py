"""Charging for a second copy, where an installation does."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.payments import provider
from api.payments.models import Payment
from api.payments.provider import ProviderUnavailable
from api.settings import settings

_OPEN = timedelta(days=2)


async def begin(
    session: AsyncSession, *, challenge_id: uuid.UUID, case_id: uuid.UUID, bound_to: str, at: datetime
) -> Payment:
    """The payment of the copy that a challenge was passed for; the same one again if it was begun before.

    Raises ``ProviderUnavailable``.
    """
    known = await session.scalar(select(Payment).where(Payment.challenge_id == challenge_id))
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


async def waiting(session: AsyncSession, *, bound_to: str | None = None, at: datetime) -> list[Payment]:
    """Payments of the last days without their copy yet, their rows locked: all, or those of one place."""
    query = select(Payment).where(Payment.copy_id.is_(None), Payment.created_at > at - _OPEN)
    if bound_to is not None:
        query = query.where(Payment.bound_to == bound_to)
    return list(await session.scalars(query.order_by(Payment.created_at).limit(100).with_for_update()))


async def settle(payment: Payment, *, at: datetime) -> bool:
    """Whether it is paid, which is noted; a provider that is down is asked again later."""
    if payment.paid_at is None:
        try:
            paid = await provider.is_paid(reference=payment.id, url=str(settings().payment_url))
        except ProviderUnavailable:
            return False
        payment.paid_at = at if paid else None
    return payment.paid_at is not None
