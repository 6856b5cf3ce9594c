"""What cases of violence and danger need: priority, the court's clock, confidential contact, identifiers that link cases,
an urgent queue, disclosures that outlive their draft, closed evidence, who is on duty, and how often a case was
asked for in vain."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("priority", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("confidential", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("anonymous", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("cases", sa.Column("report_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("failed_lookups", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("cases", sa.Column("last_lookup_at", sa.DateTime(timezone=True), nullable=True))
    for column in ("priority", "confidential", "anonymous", "failed_lookups"):
        op.alter_column("cases", column, server_default=None)
    op.create_table(
        "case_identifiers",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("keyed_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_identifiers_case_id")),
        sa.PrimaryKeyConstraint("case_id", "kind", "keyed_hash", name=op.f("pk_case_identifiers")),
    )
    op.create_index("ix_case_identifiers_keyed_hash", "case_identifiers", ["keyed_hash"])
    op.add_column("conversations", sa.Column("urgency", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("conversations", "urgency", server_default=None)
    op.add_column("conversations", sa.Column("disclosed", sa.String(), nullable=True))
    op.add_column("conversations", sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("evidence_items", sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("evidence_items", "restricted", server_default=None)
    op.add_column("staff_sessions", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("staff_sessions", "seen_at")
    op.drop_column("evidence_items", "restricted")
    for column in ("restricted_at", "disclosed", "urgency"):
        op.drop_column("conversations", column)
    op.drop_table("case_identifiers")
    for column in ("last_lookup_at", "failed_lookups", "report_due_at", "anonymous", "confidential", "priority"):
        op.drop_column("cases", column)
