"""Surveys of visits: how often forms came, for a day. Invitations: what was asked about, links to answer by, and who refused."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_tallies",
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_survey_tallies_positive")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_survey_tallies")),
    )
    op.create_table(
        "survey_invitations",
        sa.Column("about", sa.Uuid(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_survey_invitations")),
    )
    op.create_table(
        "survey_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("station_id", sa.Uuid(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["station_id"], ["stations.id"], name=op.f("fk_survey_tokens_station_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_survey_tokens")),
    )
    op.create_table(
        "survey_contacts",
        sa.Column("contact_hash", sa.LargeBinary(), nullable=False),
        sa.Column("leave_hash", sa.LargeBinary(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("contact_hash", name=op.f("pk_survey_contacts")),
        sa.UniqueConstraint("leave_hash", name=op.f("uq_survey_contacts_leave_hash")),
    )


def downgrade() -> None:
    op.drop_table("survey_contacts")
    op.drop_table("survey_tokens")
    op.drop_table("survey_invitations")
    op.drop_table("survey_tallies")
