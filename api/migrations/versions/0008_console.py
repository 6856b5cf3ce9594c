"""The console's cases: who has one, where it stands, what was seen of it, and what kind of event each entry is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("handling_station_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("last_entry", sa.Integer(), nullable=True),
        sa.Column("assigned_to", sa.Uuid(), nullable=True),
        sa.Column("first_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_type", sa.String(), nullable=True),
        sa.Column("sidpol_number", sa.String(), nullable=True),
    ):
        op.add_column("cases", column)
    op.execute(
        "update cases set handling_station_id = station_id,"
        " last_entry = (select max(number) from case_entries where case_id = cases.id),"
        " status = (select status from case_entries where case_id = cases.id and status is not null"
        " order by number desc limit 1)"
    )
    for name in ("handling_station_id", "status", "last_entry"):
        op.alter_column("cases", name, nullable=False)
    op.create_foreign_key(
        op.f("fk_cases_handling_station_id_stations"), "cases", "stations", ["handling_station_id"], ["id"]
    )
    op.create_foreign_key(op.f("fk_cases_assigned_to_staff"), "cases", "staff", ["assigned_to"], ["id"])
    op.add_column("case_entries", sa.Column("kind", sa.String(), nullable=True))
    op.add_column("case_entries", sa.Column("visible", sa.Boolean(), nullable=False, server_default="true"))
    op.add_column("case_entries", sa.Column("detail", postgresql.JSONB(), nullable=True))
    op.add_column("case_entries", sa.Column("station_id", sa.Uuid(), nullable=True))
    op.execute(
        "update case_entries set station_id = cases.station_id, visible = case_entries.status is not null,"
        " kind = case when case_entries.number = 1 then 'registered' when case_entries.status is null then 'note' else 'status' end"
        " from cases where cases.id = case_id"
    )
    op.alter_column("case_entries", "kind", nullable=False)
    op.alter_column("case_entries", "station_id", nullable=False)
    op.alter_column("case_entries", "visible", server_default=None)
    op.create_foreign_key(
        op.f("fk_case_entries_station_id_stations"), "case_entries", "stations", ["station_id"], ["id"]
    )


def downgrade() -> None:
    for name in ("station_id", "detail", "visible", "kind"):
        op.drop_column("case_entries", name)
    for name in (
        "sidpol_number", "confirmed_type", "first_look_at", "assigned_to", "last_entry", "status", "handling_station_id",
    ):  # fmt: skip
        op.drop_column("cases", name)
