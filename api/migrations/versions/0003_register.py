"""The public register: leaves, the hashes over them, and its signed states."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_leaves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(commitment) = 32", name=op.f("ck_register_leaves_whole")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_leaves")),
        sa.UniqueConstraint("leaf_hash", name=op.f("uq_register_leaves_leaf_hash")),
        sa.UniqueConstraint("index", name=op.f("uq_register_leaves_index")),
    )
    op.create_table(
        "register_nodes",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_register_nodes")),
    )
    op.create_table(
        "register_checkpoints",
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_register_checkpoints")),
    )
    op.add_column("copies", sa.Column("commitment", sa.LargeBinary(), nullable=True))
    op.execute(
        """
        create trigger never_changed before update or delete on register_nodes
            for each row execute function refuse_change();
        create trigger never_changed before update or delete on register_checkpoints
            for each row execute function refuse_change();
        create trigger never_deleted before delete on register_leaves
            for each row execute function refuse_change();
        create trigger taken_in_once before update on register_leaves
            for each row when (old.index is not null or new.commitment <> old.commitment or new.leaf_hash <> old.leaf_hash)
            execute function refuse_change();
        """
    )


def downgrade() -> None:
    op.drop_column("copies", "commitment")
    for table in ("register_checkpoints", "register_nodes", "register_leaves"):
        op.drop_table(table)
