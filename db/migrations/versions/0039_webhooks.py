"""Receivers of enterprises, deliveries that wait for them, and their last answers.

Revision ID: 0039
Revises: 0038
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INDEXES = (
    ("webhook_endpoints", ["customs_code", "created_at"]),
    ("webhook_deliveries", ["endpoint_id", "pre_entry_no", "position"]),
    ("webhook_deliveries", ["endpoint_id", "dead_at", "position"]),
    ("webhook_attempts", ["endpoint_id", "id"]),
)


def _text(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.String(), nullable=nullable)


def _instant(name: str, *, nullable: bool = True) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "webhook_endpoints",
        *(_text(name) for name in ("endpoint_id", "customs_code", "url", "secret")),
        _text("old_secret", nullable=True),
        _instant("old_until"),
        _instant("created_at", nullable=False),
        _instant("paused_at"),
        _text("pause_reason", nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _instant("next_at"),
        _text("lease", nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        _instant("failing_since"),
        _instant("succeeded_at"),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_table(
        "webhook_deliveries",
        _text("endpoint_id"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        _text("pre_entry_no"),
        _text("event_id"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _instant("first_at"),
        _instant("next_at", nullable=False),
        _instant("dead_at"),
        sa.Column("status", sa.Integer(), nullable=True),
        _text("fault", nullable=True),
        sa.PrimaryKeyConstraint("endpoint_id", "position", name=op.f("pk_webhook_deliveries")),
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("id", _ROW_ID, nullable=False),
        *(_text(name) for name in ("endpoint_id", "event_id", "pre_entry_no")),
        _instant("at", nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        _text("fault", nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
        sqlite_autoincrement=True,
    )
    for table, columns in _INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)


def downgrade() -> None:
    for table in ("webhook_attempts", "webhook_deliveries", "webhook_endpoints"):
        op.drop_table(table)
