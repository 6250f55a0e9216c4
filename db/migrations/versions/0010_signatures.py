"""Electronic signatures: nonces given out, signatures kept for good, and the events that name them.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KEPT = ("signatures", "signature_evidence")


def upgrade() -> None:
    op.create_table(
        "signing_challenges",
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("customs_code", sa.String(), nullable=True),
        sa.Column("pre_entry_no", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.String(), nullable=True),
        sa.Column("signature_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_signing_challenges")),
    )
    op.create_index(op.f("ix_signing_challenges_expires_at"), "signing_challenges", ["expires_at"])
    op.create_table(
        "signatures",
        sa.Column("signature_id", sa.String(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("cms", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("signature_id", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_pre_entry_no"), "signatures", ["pre_entry_no"])
    op.create_table(
        "signature_evidence",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("der", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_signature_evidence")),
    )
    op.add_column("appointment_events", sa.Column("signature_id", sa.String(), nullable=True))
    op.add_column("sessions", sa.Column("customs_code", sa.String(), nullable=True))
    op.add_column("sessions", sa.Column("card_until", sa.DateTime(timezone=True), nullable=True))
    for table in KEPT:
        _never_change(table)


def _never_change(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def downgrade() -> None:
    op.drop_column("sessions", "card_until")
    op.drop_column("sessions", "customs_code")
    op.drop_column("appointment_events", "signature_id")
    for table in (*KEPT, "signing_challenges"):
        op.drop_table(table)
