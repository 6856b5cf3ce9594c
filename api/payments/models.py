"""Payments for second copies, where an installation charges for them."""

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Payment(Base):
    """What is to be paid for one copy, in soles. ``id`` is the reference that the provider knows it by; ``bound_to`` is the
    conversation or the page that asked, and gets the copy once it is paid. ``asked_at`` is when the provider was asked last."""

    __tablename__ = "payments"
    __table_args__ = (UniqueConstraint("challenge_id", "case_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    challenge_id: Mapped[uuid.UUID]
    bound_to: Mapped[str] = mapped_column(index=True)
    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id"))
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    url: Mapped[str]
    created_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    copy_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("copies.id"))
