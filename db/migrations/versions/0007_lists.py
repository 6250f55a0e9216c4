"""Ports and the tariff as lists: their digests, and which rows came with the product.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference_lists",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("seed_digest", sa.String(), nullable=True),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_reference_lists")),
    )
    # Until now nothing but the seed could enter any.
    op.add_column("ports", sa.Column("seeded", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("hs_codes", sa.Column("seeded", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("hs_codes", "seeded")
    op.drop_column("ports", "seeded")
    op.drop_table("reference_lists")
