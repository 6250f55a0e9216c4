"""Refused commands, the messages as they were sent, and who opened personal fields.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_OPENED = "ix_accesses_pre_entry_no_at"
_ABOUT_ONE = sa.text("pre_entry_no IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "refused_commands",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_user_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_commands")),
        sa.UniqueConstraint(
            "pre_entry_no", "version", "command", "actor_id", "actor_user_id", "codes", name="uq_refused_commands_same"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_refused_commands_pre_entry_no_received_at"), "refused_commands", ["pre_entry_no", "received_at"]
    )
    op.add_column("deliveries", sa.Column("attempts", sa.Integer(), nullable=True))
    op.add_column("deliveries", sa.Column("xml", sa.Text(), nullable=True))
    op.add_column("deliveries", sa.Column("xml_digest", sa.String(), nullable=True))
    op.add_column("accesses", sa.Column("pre_entry_no", sa.String(), nullable=True))
    op.add_column("accesses", sa.Column("reason", sa.Text(), nullable=True))
    op.create_index(
        _OPENED, "accesses", ["pre_entry_no", "at"], sqlite_where=_ABOUT_ONE, postgresql_where=_ABOUT_ONE
    )


def downgrade() -> None:
    op.drop_index(_OPENED, "accesses")
    op.drop_column("accesses", "reason")
    op.drop_column("accesses", "pre_entry_no")
    op.drop_column("deliveries", "xml_digest")
    op.drop_column("deliveries", "xml")
    op.drop_column("deliveries", "attempts")
    op.drop_table("refused_commands")
