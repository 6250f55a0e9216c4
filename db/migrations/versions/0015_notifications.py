"""Notifications of enterprises, and how far each person has read; `yuyue rebuild` fills in older events.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("customs_code", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", "version", "customs_code", name=op.f("pk_notifications")),
    )
    order = ["customs_code", "at", "pre_entry_no", "version"]
    op.create_index(op.f("ix_notifications_customs_code_at_pre_entry_no_version"), "notifications", order)
    op.create_table(
        "notification_reads",
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reader", "pre_entry_no", "topic", name=op.f("pk_notification_reads")),
    )
    op.create_index(op.f("ix_notification_reads_at"), "notification_reads", ["at"])


def downgrade() -> None:
    op.drop_table("notification_reads")
    op.drop_table("notifications")
