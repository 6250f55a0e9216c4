"""Banned cards, and indexes for the lists of keys, sessions, lock-outs and accesses.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_INDEXES = (
    ("api_keys", ["created_at", "key_id"]),
    ("sessions", ["created_at", "token_hash"]),
    ("sessions", ["card"]),
    ("login_attempts", ["wait_until"]),
    ("accesses", ["what", "at"]),
)


def upgrade() -> None:
    op.create_table(
        "banned_cards",
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("banned_by", sa.String(), nullable=False),
        sa.Column("banned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_banned_cards")),
    )
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def downgrade() -> None:
    for table, columns in reversed(_INDEXES):
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
    op.drop_table("banned_cards")
