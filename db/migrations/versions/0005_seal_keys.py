"""Keys that seal, by their ids.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seal_keys",
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_seal_keys")),
    )


def downgrade() -> None:
    op.drop_table("seal_keys")
