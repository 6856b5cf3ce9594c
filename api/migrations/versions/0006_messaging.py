"""Messaging: files to be fetched, the pace of sending, tries, and conversations that move to another channel."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENTS = ("noticed_at", "moved_at", "transfer_until", "survey_since")


def upgrade() -> None:
    for name in _MOMENTS:
        op.add_column("conversations", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversations", sa.Column("reserved", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("conversations", "reserved", server_default=None)
    op.add_column("conversations", sa.Column("reserved_for", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_conversations_reserved_for"), "conversations", "stations", ["reserved_for"], ["id"])
    op.add_column("conversations", sa.Column("transfer_hash", sa.LargeBinary(), nullable=True))
    op.add_column("conversations", sa.Column("transfer_nonce", sa.LargeBinary(), nullable=True))
    op.add_column("conversations", sa.Column("shown_after", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("arriving", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name in ("shown_after", "arriving"):
        op.alter_column("conversations", name, server_default=None)
    op.create_unique_constraint(op.f("uq_conversations_transfer_hash"), "conversations", ["transfer_hash"])
    op.add_column("deliveries", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("deliveries", "tries", server_default=None)
    op.add_column("deliveries", sa.Column("error", sa.String(), nullable=True))
    op.add_column("deliveries", sa.Column("try_id", sa.Uuid(), nullable=True))
    op.create_unique_constraint(op.f("uq_deliveries_try_id"), "deliveries", ["try_id"])
    op.create_index("ix_deliveries_status", "deliveries", ["status", "changed_at"])
    op.create_index(op.f("ix_inbound_messages_conversation_id"), "inbound_messages", ["conversation_id"])
    waits = sa.text("status in ('todo', 'doing')")
    op.create_index("ix_procrastinate_jobs_lock", "procrastinate_jobs", ["lock"], postgresql_where=waits)
    op.add_column("evidence_items", sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("evidence_items", sa.Column("transcript", sa.LargeBinary(), nullable=True))
    op.create_table(
        "inbound_media",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_inbound_media_message_id"), ondelete="cascade"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_inbound_media_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_media")),
    )
    op.create_index(op.f("ix_inbound_media_message_id"), "inbound_media", ["message_id"])
    op.create_table(
        "paces",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paces")),
    )


def downgrade() -> None:
    op.drop_table("paces")
    op.drop_table("inbound_media")
    op.drop_column("evidence_items", "transcript")
    op.drop_column("evidence_items", "heard_at")
    op.drop_index("ix_procrastinate_jobs_lock", "procrastinate_jobs")
    op.drop_index(op.f("ix_inbound_messages_conversation_id"), "inbound_messages")
    op.drop_index("ix_deliveries_status", "deliveries")
    op.drop_column("deliveries", "try_id")
    op.drop_column("deliveries", "error")
    op.drop_column("deliveries", "tries")
    op.drop_constraint(op.f("uq_conversations_transfer_hash"), "conversations")
    op.drop_constraint(op.f("fk_conversations_reserved_for"), "conversations")
    columns = ("transfer_hash", "transfer_nonce", "shown_after", "arriving", "reserved_for", "reserved", *_MOMENTS)
    for name in columns:
        op.drop_column("conversations", name)
