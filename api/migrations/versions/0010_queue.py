"""The queue's order, what a case is found by, and the filters that members of staff keep."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_FILED = "floor(extract(epoch from filed_at at time zone 'UTC'))::bigint"
_DUE = "floor(extract(epoch from report_due_at at time zone 'UTC'))::bigint"
_RANK = f"""
case when status in ('referred', 'closed', 'dismissed') and asked_at is null then 500000000000 - {_FILED}
else case when priority then 0 else 200000000000 end + coalesce(
    least(case when first_look_at is null then {_FILED} + 86400 end, case when reported_at is null then {_DUE} end),
    100000000000 + {_FILED})
end
"""
_TYPE = sa.text("coalesce(confirmed_type, incident_type)")


def upgrade() -> None:
    op.add_column("cases", sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("cases", sa.Column("document", postgresql.TSVECTOR(), nullable=True))
    op.execute(
        "update cases set reported_at = (select min(requested_at) from copies"
        " where copies.case_id = cases.id and kind = 'family_report') where report_due_at is not null"
    )
    op.add_column("cases", sa.Column("rank", sa.BigInteger(), sa.Computed(_RANK, persisted=True), nullable=False))
    op.create_unique_constraint(op.f("uq_cases_id_handling_station_id"), "cases", ["id", "handling_station_id"])
    op.create_index(op.f("ix_cases_rank"), "cases", ["rank", "id"])
    for name, first in (
        (op.f("ix_cases_handling_station_id"), "handling_station_id"),
        (op.f("ix_cases_status"), "status"),
        (op.f("ix_cases_ubigeo"), "ubigeo"),
        (op.f("ix_cases_assigned_to"), "assigned_to"),
        (op.f("ix_cases_type"), _TYPE),
    ):
        op.create_index(name, "cases", [first, "rank", "id"])
    op.create_index(
        "ix_cases_open", "cases", ["rank", "id"],
        postgresql_include=["status", "priority", "filed_at", "first_look_at", "report_due_at", "reported_at", "asked_at", "assigned_to"],
        postgresql_where=sa.text("rank < 400000000000"),
    )  # fmt: skip
    op.create_index(op.f("ix_cases_filed_at"), "cases", ["filed_at"])
    op.create_index("ix_cases_station_filed_at", "cases", ["handling_station_id", "filed_at"])
    op.create_index("ix_cases_unindexed", "cases", ["filed_at"], postgresql_where=sa.text("document is null"))
    op.create_index(op.f("ix_cases_document"), "cases", ["document"], postgresql_using="gin")
    op.create_table(
        "case_words",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("keyed_hash", sa.LargeBinary(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "station_id"], ["cases.id", "cases.handling_station_id"],
            name=op.f("fk_case_words_case_id_cases"), onupdate="cascade", ondelete="cascade",
        ),
        sa.PrimaryKeyConstraint("case_id", "keyed_hash", name=op.f("pk_case_words")),
    )  # fmt: skip
    op.create_index("ix_case_words_filed_at", "case_words", ["keyed_hash", "filed_at", "case_id"])
    op.create_index("ix_case_words_station_id", "case_words", ["keyed_hash", "station_id", "filed_at", "case_id"])
    op.create_table(
        "saved_filters",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_filters_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", "name", name=op.f("pk_saved_filters")),
    )


def downgrade() -> None:
    op.drop_table("saved_filters")
    op.drop_table("case_words")
    for name in (
        "ix_cases_document", "ix_cases_unindexed", "ix_cases_station_filed_at", "ix_cases_filed_at", "ix_cases_open",
        "ix_cases_type", "ix_cases_assigned_to", "ix_cases_ubigeo", "ix_cases_status", "ix_cases_handling_station_id", "ix_cases_rank",
    ):  # fmt: skip
        op.drop_index(name, "cases")
    op.drop_constraint("uq_cases_id_handling_station_id", "cases")
    for name in ("rank", "document", "asked_at", "reported_at"):
        op.drop_column("cases", name)
