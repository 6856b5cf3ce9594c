"""The public register: leaves in the order of their filing, the hashes over them, and the signed states."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class RegisterLeaf(Base):
    """A commitment; ``index`` is empty until the next checkpoint takes it in. No row is changed after that."""

    __tablename__ = "register_leaves"
    __table_args__ = (CheckConstraint("octet_length(commitment) = 32", name="whole"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    commitment: Mapped[bytes]
    leaf_hash: Mapped[bytes] = mapped_column(unique=True)
    index: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    made_at: Mapped[datetime]


class RegisterNode(Base):
    """The hash of a whole subtree."""

    __tablename__ = "register_nodes"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    hash: Mapped[bytes]


class RegisterCheckpoint(Base):
    """A signed state, as it was published."""

    __tablename__ = "register_checkpoints"

    size: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    note: Mapped[str]
    published_at: Mapped[datetime]
