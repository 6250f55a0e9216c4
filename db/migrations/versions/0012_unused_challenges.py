"""Nonces that nobody used are found without passing over all that were used.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNUSED = sa.text("used_by IS NULL")


def upgrade() -> None:
    op.drop_index("ix_signing_challenges_expires_at", "signing_challenges")
    op.create_index(
        "ix_signing_challenges_unused",
        "signing_challenges",
        ["expires_at"],
        sqlite_where=UNUSED,
        postgresql_where=UNUSED,
    )


def downgrade() -> None:
    op.drop_index("ix_signing_challenges_unused", "signing_challenges")
    op.create_index("ix_signing_challenges_expires_at", "signing_challenges", ["expires_at"])
