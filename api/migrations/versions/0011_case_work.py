"""What officers do with a case: who opened one and why, the calls that are due, the number that SIDPOL gave it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_openings_case_id_cases")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_case_openings_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_openings")),
    )
    op.create_index("ix_case_openings_case_id", "case_openings", ["case_id", "staff_id"])
    op.create_table(
        "case_tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_tasks_case_id_cases")),
        sa.ForeignKeyConstraint(["done_by"], ["staff.id"], name=op.f("fk_case_tasks_done_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_tasks")),
        sa.UniqueConstraint("case_id", "kind", "attempt", name=op.f("uq_case_tasks_case_id_kind_attempt")),
    )
    op.create_index("ix_case_tasks_open", "case_tasks", ["due_at"], postgresql_where=sa.text("done_at is null"))
    op.create_unique_constraint(op.f("uq_cases_sidpol_number"), "cases", ["sidpol_number"])


def downgrade() -> None:
    op.drop_constraint(op.f("uq_cases_sidpol_number"), "cases")
    op.drop_table("case_tasks")
    op.drop_table("case_openings")
