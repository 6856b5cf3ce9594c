"""Releases of open data: closed periods, their rows and files, none of which ever changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLES = ("open_data_releases", "open_data_periods", "open_data_rows", "open_data_files")


def upgrade() -> None:
    op.create_table(
        "open_data_releases",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("mapping_version", sa.Integer(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_open_data_releases")),
    )
    op.create_table(
        "open_data_periods",
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["release"], ["open_data_releases.number"], name=op.f("fk_open_data_periods_release")),
        sa.PrimaryKeyConstraint("dataset", "period", name=op.f("pk_open_data_periods")),
    )
    op.create_index(op.f("ix_open_data_periods_release"), "open_data_periods", ["release"])
    op.create_table(
        "open_data_rows",
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("values", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("position >= 0", name=op.f("ck_open_data_rows_in_order")),
        sa.ForeignKeyConstraint(
            ["dataset", "period"],
            ["open_data_periods.dataset", "open_data_periods.period"],
            name=op.f("fk_open_data_rows_dataset"),
        ),
        sa.PrimaryKeyConstraint("dataset", "period", "position", name=op.f("pk_open_data_rows")),
    )
    op.create_table(
        "open_data_files",
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["release"], ["open_data_releases.number"], name=op.f("fk_open_data_files_release")),
        sa.PrimaryKeyConstraint("release", "name", name=op.f("pk_open_data_files")),
    )
    for table in _TABLES:
        op.execute(
            f"create trigger never_changed before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
        op.execute(
            f"create trigger never_emptied before truncate on {table} for each statement execute function refuse_change()"
        )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
