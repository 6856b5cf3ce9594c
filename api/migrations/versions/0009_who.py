"""Who is at the console: second factors, half-open logins, known devices, attempts; what a station is reached by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (
        ("staff", sa.Column("languages", postgresql.JSONB(), nullable=False, server_default="{}")),
        ("staff", sa.Column("factor_step", sa.Integer(), nullable=False, server_default="0")),
        ("staff", sa.Column("factor_failures", sa.Integer(), nullable=False, server_default="0")),
        ("staff", sa.Column("oidc_confirmed", sa.Boolean(), nullable=False, server_default="false")),
        ("stations", sa.Column("phone", sa.String(), nullable=False, server_default="")),
        ("stations", sa.Column("hours", sa.String(), nullable=False, server_default="")),
        ("stations", sa.Column("languages", postgresql.JSONB(), nullable=False, server_default="[]")),
    ):
        op.add_column(table, column)
        op.alter_column(table, column.name, server_default=None)
    for column in (
        sa.Column("factor", sa.LargeBinary(), nullable=True),
        sa.Column("oidc_issuer", sa.String(), nullable=True),
        sa.Column("oidc_subject", sa.String(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("staff", column)
    op.create_unique_constraint(op.f("uq_staff_oidc_issuer_oidc_subject"), "staff", ["oidc_issuer", "oidc_subject"])
    op.create_check_constraint(
        op.f("ck_staff_identity_is_whole"), "staff", "(oidc_issuer is null) = (oidc_subject is null)"
    )

    op.execute("delete from staff_sessions")  # of some hours: who was in logs in again
    for column in (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("present_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("new_factor", sa.LargeBinary(), nullable=True),
    ):
        op.add_column("staff_sessions", column)
    op.alter_column("staff_sessions", "seen_at", nullable=False)
    op.create_unique_constraint(op.f("uq_staff_sessions_id"), "staff_sessions", ["id"])
    op.create_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions", ["staff_id"])

    op.create_table(
        "staff_logins",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("by_provider", sa.Boolean(), nullable=False),
        sa.Column("password_shown", sa.Boolean(), nullable=False),
        sa.Column("factor_shown", sa.Boolean(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=True),
        sa.Column("new_factor", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_logins_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_logins")),
    )
    op.create_index(op.f("ix_staff_logins_staff_id"), "staff_logins", ["staff_id"])
    op.create_table(
        "staff_recovery_codes",
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("keyed_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_recovery_codes_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "keyed_hash", name=op.f("pk_staff_recovery_codes")),
    )
    op.create_table(
        "staff_devices",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_devices_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", "staff_id", name=op.f("pk_staff_devices")),
    )
    op.create_table(
        "staff_login_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("login_hash", sa.LargeBinary(), nullable=False),
        sa.Column("pair_hash", sa.LargeBinary(), nullable=False),
        sa.Column("network_hash", sa.LargeBinary(), nullable=True),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_login_attempts")),
    )
    for name in ("at", "login_hash", "pair_hash", "network_hash"):
        op.create_index(op.f(f"ix_staff_login_attempts_{name}"), "staff_login_attempts", [name])


def downgrade() -> None:
    for table in ("staff_login_attempts", "staff_devices", "staff_recovery_codes", "staff_logins"):
        op.drop_table(table)
    op.drop_index(op.f("ix_staff_sessions_staff_id"), "staff_sessions")
    for name in ("new_factor", "device", "present_at", "opened_at", "id"):
        op.drop_column("staff_sessions", name)
    op.alter_column("staff_sessions", "seen_at", nullable=True)
    for name in (
        "oidc_confirmed", "disabled_at", "oidc_subject", "oidc_issuer", "factor", "factor_failures", "factor_step", "languages",
    ):  # fmt: skip
        op.drop_column("staff", name)
    for name in ("languages", "hours", "phone"):
        op.drop_column("stations", name)
