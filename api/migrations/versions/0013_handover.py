"""Live handover: who has a conversation, what those who wait were told, and wishes to be called."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("front", sa.Boolean(), nullable=False, server_default="false"))
    op.alter_column("conversations", "front", server_default=None)
    op.add_column("conversations", sa.Column("place_told", sa.Integer(), nullable=True))
    op.add_column("conversations", sa.Column("place_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversations", sa.Column("attended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "attendances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spoke_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.CheckConstraint("(ended_at is null) = (ended_how is null)", name=op.f("ck_attendances_end_has_its_reason")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_attendances_conversation_id_conversations"),
            ondelete="cascade",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_attendances_staff_id_staff")),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_attendances_station_id_stations")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendances")),
    )
    op.create_index(op.f("ix_attendances_conversation_id"), "attendances", ["conversation_id"])
    op.create_index(op.f("ix_attendances_staff_id"), "attendances", ["staff_id"])
    op.create_index(
        "ix_attendances_open", "attendances", ["conversation_id"], unique=True, postgresql_where="ended_at is null"
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.CheckConstraint("(closed_at is null) = (outcome is null)", name=op.f("ck_callbacks_close_has_its_outcome")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_callbacks_conversation_id_conversations"),
            ondelete="cascade",
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["staff.id"], name=op.f("fk_callbacks_closed_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    op.create_index(op.f("ix_callbacks_conversation_id"), "callbacks", ["conversation_id"])
    op.create_index(
        "ix_callbacks_open", "callbacks", ["conversation_id"], unique=True, postgresql_where="closed_at is null"
    )
    op.execute("update conversations set handover = 'queued' where handover = 'active'")


def downgrade() -> None:
    op.execute("update conversations set handover = 'queued' where handover = 'active'")
    op.drop_table("callbacks")
    op.drop_table("attendances")
    for name in ("attended_at", "place_told_at", "place_told", "front"):
        op.drop_column("conversations", name)
