"""Appointments of which it is not known whether a command took effect.

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unknown_outcomes",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", name=op.f("pk_unknown_outcomes")),
    )
    op.create_index(op.f("ix_unknown_outcomes_noted_at"), "unknown_outcomes", ["noted_at"])


def downgrade() -> None:
    op.drop_table("unknown_outcomes")
