"""Surveys: every answer and what it is about, and comments apart from them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What there may be already are the samples of a demonstration.
    for column in (
        sa.Column("survey", sa.String(), nullable=False, server_default="service"),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("service", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False, server_default="web"),
        sa.Column("language", sa.String(), nullable=False, server_default="es"),
        sa.Column("answers", postgresql.JSONB(), nullable=True),
    ):
        op.add_column("survey_responses", column)
    op.execute("update survey_responses set answers = jsonb_build_object('survey_score', score)")
    for column in ("survey", "version", "channel", "language"):
        op.alter_column("survey_responses", column, server_default=None)
    op.alter_column("survey_responses", "answers", nullable=False)
    op.alter_column("survey_responses", "station_id", nullable=True)
    op.drop_column("survey_responses", "score")
    op.create_table(
        "survey_comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_comments")),
    )


def downgrade() -> None:
    op.drop_table("survey_comments")
    op.execute("delete from survey_responses where station_id is null or not answers ? 'survey_score'")
    op.add_column("survey_responses", sa.Column("score", sa.Integer(), nullable=True))
    op.execute("update survey_responses set score = (answers->>'survey_score')::int")
    op.alter_column("survey_responses", "score", nullable=False)
    op.alter_column("survey_responses", "station_id", nullable=False)
    op.create_check_constraint(op.f("ck_survey_responses_score_in_scale"), "survey_responses", "score between 1 and 5")
    for column in ("answers", "language", "channel", "service", "version", "survey"):
        op.drop_column("survey_responses", column)
