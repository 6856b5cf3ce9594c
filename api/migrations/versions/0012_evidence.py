"""Evidence's chain of custody, cases that belong together, and when what they tell happened."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


_KEPT = ("evidence_items", "custody_entries", "case_entries")


def upgrade() -> None:
    op.create_table(
        "custody_entries",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("intact", sa.Boolean(), nullable=False),
        sa.Column("release", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(act = 'released') = (release is not null)", name=op.f("ck_custody_entries_release_told")),
        sa.CheckConstraint("(act = 'received') = (actor_id is null)", name=op.f("ck_custody_entries_somebody_acts")),
        sa.ForeignKeyConstraint(["actor_id"], ["staff.id"], name=op.f("fk_custody_entries_actor_id")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence_items.id"], name=op.f("fk_custody_entries_evidence_id"), ondelete="cascade"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_entries")),
    )
    op.create_index(op.f("ix_custody_entries_evidence_id"), "custody_entries", ["evidence_id"])
    op.execute(
        "insert into custody_entries (evidence_id, at, act, intact)"
        " select id, received_at, 'received', true from evidence_items order by received_at"
    )
    op.execute(
        """
        create function keep_custody() returns trigger language plpgsql as $$
        begin
            if tg_op = 'DELETE' and not exists (select from evidence_items where id = old.evidence_id) then
                return old;
            end if;
            raise exception 'custody is never changed' using errcode = 'restrict_violation';
        end $$;
        create trigger never_changed before update or delete on custody_entries
            for each row execute function keep_custody();
        create trigger kept_with_its_case before delete on evidence_items
            for each row when (old.case_id is not null) execute function refuse_change();
        create trigger never_another before update of case_id, sha256 on evidence_items for each row
            when (old.sha256 <> new.sha256 or (old.case_id is not null and old.case_id is distinct from new.case_id))
            execute function refuse_change();
        """
    )
    for table in _KEPT:
        op.execute(
            f"create trigger never_emptied before truncate on {table} for each statement execute function refuse_change()"
        )
    op.create_table(
        "case_links",
        sa.Column("a_id", sa.Uuid(), nullable=False),
        sa.Column("b_id", sa.Uuid(), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("a_id < b_id", name=op.f("ck_case_links_one_way")),
        sa.ForeignKeyConstraint(["a_id"], ["cases.id"], name=op.f("fk_case_links_a_id")),
        sa.ForeignKeyConstraint(["b_id"], ["cases.id"], name=op.f("fk_case_links_b_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_case_links_decided_by")),
        sa.PrimaryKeyConstraint("a_id", "b_id", name=op.f("pk_case_links")),
    )
    op.create_index(op.f("ix_case_links_b_id"), "case_links", ["b_id"])
    op.add_column("cases", sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_cases_occurred", "cases", ["ubigeo", "occurred_at"])


def downgrade() -> None:
    op.drop_index("ix_cases_occurred", "cases")
    op.drop_column("cases", "occurred_at")
    op.drop_table("case_links")
    op.drop_table("custody_entries")
    op.execute("drop trigger never_emptied on case_entries")
    for name in ("never_emptied", "never_another", "kept_with_its_case"):
        op.execute(f"drop trigger {name} on evidence_items")
    op.execute("drop function keep_custody()")
