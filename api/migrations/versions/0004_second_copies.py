"""Second copies: who asked for a copy and why, every revision of its file, one-time codes, and what is sent to contacts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "copy_revisions",
        sa.Column("copy_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["copy_id"], ["copies.id"], name=op.f("fk_copy_revisions_copy_id")),
        sa.PrimaryKeyConstraint("copy_id", "number", name=op.f("pk_copy_revisions")),
        sa.UniqueConstraint("sha256", name=op.f("uq_copy_revisions_sha256")),
    )
    op.execute(
        "insert into copy_revisions (copy_id, number, sha256, level, made_at)"
        " select id, 1, sha256, 'b_b', issued_at from copies where sha256 is not null"
    )
    op.execute(
        "create trigger never_changed before update or delete on copy_revisions"
        " for each row execute function refuse_change()"
    )
    op.drop_constraint(op.f("ck_copies_issued_whole"), "copies")
    op.drop_column("copies", "sha256")
    op.add_column("copies", sa.Column("kind", sa.String(), nullable=False, server_default="complaint_copy"))
    op.execute("update copies set kind = 'receipt' where number = 0")
    op.alter_column("copies", "kind", server_default=None)
    op.add_column("copies", sa.Column("conversation_id", sa.Uuid(), nullable=True))
    op.add_column("copies", sa.Column("requested_by", sa.String(), nullable=False, server_default="filing"))
    op.alter_column("copies", "requested_by", server_default=None)
    op.add_column("copies", sa.Column("details", sa.LargeBinary(), nullable=True))
    op.add_column("copies", sa.Column("identity_assurance", sa.String(), nullable=False, server_default="declared"))
    op.alter_column("copies", "identity_assurance", server_default=None)
    op.add_column("copies", sa.Column("renewal_due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update copies set renewal_due_at = issued_at")
    op.create_index("ix_copies_renewal_due_at", "copies", ["renewal_due_at"])
    op.drop_constraint(op.f("uq_copies_case_id_number"), "copies")
    op.create_unique_constraint(op.f("uq_copies_case_id_kind_number"), "copies", ["case_id", "kind", "number"])
    op.add_column("cases", sa.Column("complainant_hash", sa.LargeBinary(), nullable=True))
    op.create_index("ix_cases_complainant_hash", "cases", ["complainant_hash"])
    op.add_column("cases", sa.Column("identity_assurance", sa.String(), nullable=False, server_default="declared"))
    op.alter_column("cases", "identity_assurance", server_default=None)
    op.create_table(
        "challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("bound_to", sa.String(), nullable=False),
        sa.Column("claims", sa.LargeBinary(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("sent_to", sa.ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("to_post", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_challenges_case_id")),
        sa.ForeignKeyConstraint(["copy_id"], ["copies.id"], name=op.f("fk_challenges_copy_id")),
        sa.CheckConstraint("tries between 0 and 5", name=op.f("ck_challenges_five_tries")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
    )
    op.create_index("ix_challenges_bound_to", "challenges", ["bound_to"])
    op.create_table(
        "challenge_counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("keyed_hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge_counts")),
    )
    op.create_index("ix_challenge_counts_keyed_hash", "challenge_counts", ["keyed_hash", "at"])
    op.create_table(
        "verified_contacts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("contact_hash", sa.LargeBinary(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_verified_contacts_case_id")),
        sa.PrimaryKeyConstraint("case_id", "contact_hash", name=op.f("pk_verified_contacts")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("contact_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.Column("once", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("once", name=op.f("uq_outbox_once")),
    )
    op.create_index("ix_outbox_contact_hash", "outbox", ["contact_hash", "created_at"])
    op.create_table(
        "certificate_revocations",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_certificate_revocations")),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("challenge_id", sa.Uuid(), nullable=False),
        sa.Column("bound_to", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(10, 2), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copy_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_payments_case_id")),
        sa.ForeignKeyConstraint(["copy_id"], ["copies.id"], name=op.f("fk_payments_copy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("challenge_id", "case_id", name=op.f("uq_payments_challenge_id_case_id")),
    )
    op.create_index("ix_payments_bound_to", "payments", ["bound_to"])
    op.add_column("conversations", sa.Column("address_hash", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("conversations", "address_hash")
    for table in (
        "payments",
        "certificate_revocations",
        "outbox",
        "verified_contacts",
        "challenge_counts",
        "challenges",
    ):
        op.drop_table(table)
    for column in ("identity_assurance", "complainant_hash"):
        op.drop_column("cases", column)
    op.add_column("copies", sa.Column("sha256", sa.String(), nullable=True))
    op.execute("update copies set sha256 = r.sha256 from copy_revisions r where r.copy_id = copies.id and r.number = 1")
    op.drop_table("copy_revisions")
    op.execute("delete from copies where kind not in ('receipt', 'complaint_copy')")
    op.create_index(op.f("ix_copies_sha256"), "copies", ["sha256"], unique=False)
    op.create_check_constraint(op.f("ck_copies_issued_whole"), "copies", "(sha256 is null) = (issued_at is null)")
    op.drop_constraint(op.f("uq_copies_case_id_kind_number"), "copies")
    op.create_unique_constraint(op.f("uq_copies_case_id_number"), "copies", ["case_id", "number"])
    op.drop_index("ix_copies_renewal_due_at", "copies")
    for column in ("renewal_due_at", "identity_assurance", "details", "requested_by", "conversation_id", "kind"):
        op.drop_column("copies", column)
