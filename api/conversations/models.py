"""Conversations and their messages: the record of what was said."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from vocabulary.dialogue import Handover


class Conversation(Base):
    """One citizen's talk, its draft, and who has it.

    ``draft`` is sealed; ``dialogue`` is the bot's control state and holds nothing that anybody typed. ``urgency`` orders
    who waits for a person (0 as they came, 1 a kind with priority, 2 who can't speak or is in danger), ``front`` puts whoever
    was left waiting by one before the others of their urgency; ``place_told`` is how many were before them when that was last
    told (``place_told_at``), None where they were told that nobody is on duty. ``disclosed`` is
    the kind of violence that was told; unfiled, it goes to the restricted queue (``restricted_at``) before any purge, until a head has seen to it (``attended_at``).
    What was told since the last filing is ``reserved`` where not every officer may hear it before it is a case: only the
    commissioners of the station ``reserved_for`` may, nobody while that is None.
    ``address_hash`` is the keyed hash of the network address that it was opened from, for limits alone. ``contact`` (sealed) is where a messaging channel reaches the citizen, who was
    ``heard_at`` last and told by template at ``noticed_at`` that something waits. A conversation that went on in another
    channel was ``moved_at``; its draft holds a survey under way ``survey_since``; until ``transfer_until`` the code of ``transfer_hash`` moves it, again only with the same ``transfer_nonce``. What was said up to ``shown_after`` is not shown
    any more; whoever is ``arriving`` has yet to say that they are the person that the draft names.
    """

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_contact_hash", "channel", "contact_hash"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    channel: Mapped[str]
    language: Mapped[str]
    token_hash: Mapped[bytes | None] = mapped_column(unique=True)
    resume_hash: Mapped[bytes] = mapped_column(unique=True)
    data_key: Mapped[bytes]
    draft: Mapped[bytes]
    dialogue: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    offered: Mapped[list[tuple[str, str]]] = mapped_column(JSONB, default=list)
    service: Mapped[str | None]
    step: Mapped[str | None]
    emergency: Mapped[bool] = mapped_column(default=False)
    handover: Mapped[str] = mapped_column(default=Handover.NONE)
    handover_at: Mapped[datetime | None]
    urgency: Mapped[int] = mapped_column(default=0)
    front: Mapped[bool] = mapped_column(default=False)
    place_told: Mapped[int | None]
    place_told_at: Mapped[datetime | None]
    disclosed: Mapped[str | None]
    restricted_at: Mapped[datetime | None]
    attended_at: Mapped[datetime | None]
    reserved: Mapped[bool] = mapped_column(default=False)
    reserved_for: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stations.id"))
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cases.id"))
    address_hash: Mapped[bytes | None]
    contact_hash: Mapped[bytes | None]
    contact: Mapped[bytes | None]
    heard_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime | None]
    moved_at: Mapped[datetime | None]
    transfer_hash: Mapped[bytes | None] = mapped_column(unique=True)
    transfer_until: Mapped[datetime | None]
    transfer_nonce: Mapped[bytes | None]
    shown_after: Mapped[int] = mapped_column(default=0)
    arriving: Mapped[bool] = mapped_column(default=False)
    survey_since: Mapped[datetime | None]
    last_seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    purge_at: Mapped[datetime] = mapped_column(index=True)


class Message(Base):
    """One message; ``content`` is sealed. ``reply_to`` is the seq of the citizen's message that it answers."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_message_id"),
        Index("ix_messages_unanswered", "conversation_id", "seq", postgresql_where="awaits_reply"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversations.id", ondelete="cascade"))
    seq: Mapped[int]
    sender: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[datetime]
    reply_to: Mapped[int | None]
    client_message_id: Mapped[str | None]
    body_hash: Mapped[bytes | None]
    awaits_reply: Mapped[bool] = mapped_column(default=False)
    state_after: Mapped[bytes | None]
