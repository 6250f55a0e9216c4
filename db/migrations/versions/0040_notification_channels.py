"""Channels of people, their times, and the messages that wait for a channel or have left.

Revision ID: 0040
Revises: 0039
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")


def _instant(name: str, *, nullable: bool = False) -> Any:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Any:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "notification_times",
        _text("holder"),
        _text("language"),
        *(_text(name, nullable=True) for name in ("quiet_from", "quiet_until", "digest_at")),
        _instant("updated_at"),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_notification_times")),
    )
    op.create_table(
        "notification_channels",
        *(_text(name) for name in ("channel_id", "holder", "customs_code", "kind")),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        _instant("created_at"),
        _instant("updated_at"),
        _instant("last_sent_at", nullable=True),
        _text("problem", nullable=True),
        _instant("problem_at", nullable=True),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_notification_channels")),
    )
    for column in ("holder", "customs_code"):
        op.create_index(op.f(f"ix_notification_channels_{column}"), "notification_channels", [column])
    op.create_table(
        "notification_deliveries",
        _text("delivery_id"),
        _text("channel_id"),
        _text("pre_entry_no", nullable=True),
        _text("code"),
        sa.Column("version", sa.Integer(), nullable=True),
        _instant("deadline", nullable=True),
        _instant("due_at"),
        _instant("planned_at"),
        _instant("next_at"),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("state"),
        _instant("ended_at", nullable=True),
        _text("problem", nullable=True),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_notification_deliveries")),
    )
    op.create_index(
        "ix_notification_deliveries_waiting",
        "notification_deliveries",
        ["next_at"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    for column in ("channel_id", "pre_entry_no", "due_at"):
        op.create_index(op.f(f"ix_notification_deliveries_{column}"), "notification_deliveries", [column])


def downgrade() -> None:
    for table in ("notification_deliveries", "notification_channels", "notification_times"):
        op.drop_table(table)
