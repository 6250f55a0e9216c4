"""Channels that a card added end with its certificate.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notification_channels", sa.Column("card_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("notification_channels", "card_until")
