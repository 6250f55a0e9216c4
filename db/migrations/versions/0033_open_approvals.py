"""Requests that wait for a second operator are counted by an index of their own.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_OPEN = sa.text("decision IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_approvals_open", "approvals", ["expires_at", "asked_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )


def downgrade() -> None:
    op.drop_index("ix_approvals_open", "approvals")
