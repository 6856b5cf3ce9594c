"""Visits: how often forms of the surveys in the stations came, for a day."""

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


def downgrade() -> None:
    op.drop_table("survey_tallies")
