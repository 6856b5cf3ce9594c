"""The audit as a chain of hashes, the heads of it that were noted, and what the citizen was told of each entry."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_CHAINED = ("audit_entries", "audit_links", "audit_heads")


def upgrade() -> None:
    op.create_table(
        "audit_links",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_audit_links_whole")),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entries.id"], name=op.f("fk_audit_links_entry_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_links")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_audit_links_entry_id")),
    )
    op.create_table(
        "audit_heads",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_heads")),
    )
    for column in ("subject", "actor", "at"):
        op.create_index(op.f(f"ix_audit_entries_{column}"), "audit_entries", [column])
    op.execute(
        """
        create function audit_link(entry audit_entries, number bigint, before bytea) returns bytea language sql stable as $$
            select sha256(before || convert_to(jsonb_build_array(
                number, entry.id, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                entry.actor, entry.act, entry.subject
            )::text, 'UTF8'))
        $$;
        create function chain_audit_entry() returns trigger language plpgsql as $$
        declare last audit_links;
        begin
            perform pg_advisory_xact_lock(hashtextextended('audit chain', 0));
            select * into last from audit_links order by number desc limit 1;
            insert into audit_links (number, entry_id, hash) values (
                coalesce(last.number, 0) + 1, new.id,
                audit_link(new, coalesce(last.number, 0) + 1, coalesce(last.hash, ''::bytea))
            );
            return null;
        end $$;
        """
    )
    op.execute(
        """
        do $$
        declare entry audit_entries; number bigint := 0; last bytea := '';
        begin
            for entry in select * from audit_entries order by id loop
                number := number + 1;
                last := audit_link(entry, number, last);
                insert into audit_links (number, entry_id, hash) values (number, entry.id, last);
            end loop;
        end $$
        """
    )
    op.execute(
        "create constraint trigger audit_chained after insert on audit_entries deferrable initially deferred"
        " for each row execute function chain_audit_entry()"
    )
    for table in _CHAINED[1:]:
        op.execute(
            f"create trigger never_changed before update or delete on {table}"
            " for each row execute function refuse_change()"
        )
    for table in _CHAINED:
        op.execute(
            f"create trigger never_emptied before truncate on {table} for each statement execute function refuse_change()"
        )
    op.create_table(
        "case_notices",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", postgresql.ARRAY(sa.String()), nullable=True),
        sa.CheckConstraint("(told_at is null) = (told_by is null)", name=op.f("ck_case_notices_told_somehow")),
        sa.ForeignKeyConstraint(["entry_id"], ["case_entries.id"], name=op.f("fk_case_notices_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_case_notices")),
    )
    op.create_index("ix_case_notices_due", "case_notices", ["due_at"], postgresql_where="told_at is null")
    op.create_table(
        "case_followers",
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_case_followers_conversation_id"),
            ondelete="cascade",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_followers_case_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_case_followers")),
    )


def downgrade() -> None:
    op.drop_table("case_followers")
    op.drop_table("case_notices")
    op.execute("drop trigger never_emptied on audit_entries")
    op.execute("drop trigger audit_chained on audit_entries")
    op.drop_table("audit_heads")
    op.drop_table("audit_links")
    op.execute("drop function chain_audit_entry()")
    op.execute("drop function audit_link(audit_entries, bigint, bytea)")
    for column in ("subject", "actor", "at"):
        op.drop_index(op.f(f"ix_audit_entries_{column}"), "audit_entries")
