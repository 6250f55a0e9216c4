"""Keys of batches, so that another body under the same key is refused.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("customs_code", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customs_code", "key_hash", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_received_at"), "batches", ["received_at"])


def downgrade() -> None:
    op.drop_table("batches")
