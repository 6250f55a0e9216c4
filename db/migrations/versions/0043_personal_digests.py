"""Keyed hashes of personal values, by which appointments are found.

Revision ID: 0043
Revises: 0042

Existing appointments get their rows afterwards, some at a time (``db.backfill``).
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "personal_digests",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", "kind", "digest", name=op.f("pk_personal_digests")),
    )
    op.create_index(
        op.f("ix_personal_digests_digest_kind_pre_entry_no"), "personal_digests", ["digest", "kind", "pre_entry_no"]
    )


def downgrade() -> None:
    op.drop_table("personal_digests")
