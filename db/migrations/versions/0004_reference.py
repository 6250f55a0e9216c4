"""The tariff; ports and goods by pinyin.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hs_codes",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pinyin", sa.String(), nullable=False),
        sa.Column("initials", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hs_codes")),
    )
    op.add_column("ports", sa.Column("pinyin", sa.String(), nullable=False, server_default=""))
    op.add_column("ports", sa.Column("initials", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("ports", "initials")
    op.drop_column("ports", "pinyin")
    op.drop_table("hs_codes")
