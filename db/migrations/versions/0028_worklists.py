"""Worklists of operators: indexes that answer their filters, and the record of what operators did to their items.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_FILTERED = ["pre_entry_no", "applicant_code", "consignee_code", "declaration_port", "entry_exit_port"]
#: name → columns, condition on SQLite, on PostgreSQL.
_PARTIAL = {
    "ix_appointments_overdue_since": (
        ["state", "feedback_by", *_FILTERED],
        "state = 'completed_without_feedback'",
        "state = 'completed_without_feedback'",
    ),
    "ix_appointments_undecided_since": (["window_end", *_FILTERED, "state", "undecided"], "undecided = 1", "undecided"),
    "ix_appointments_next_overdue": (["feedback_by"], "state = 'succeeded'", "state = 'succeeded'"),
    "ix_appointments_next_undecided": (
        ["window_end"],
        "state IN ('submitted', 'accepted')",
        "state IN ('submitted', 'accepted')",
    ),
}


def upgrade() -> None:
    for name, (columns, sqlite, postgresql) in _PARTIAL.items():
        op.create_index(
            name, "appointments", columns, sqlite_where=sa.text(sqlite), postgresql_where=sa.text(postgresql)
        )
    op.create_index(op.f("ix_enterprises_updated_at"), "enterprises", ["updated_at"])
    op.create_table(
        "operator_acts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=True),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_operator_acts")),
    )
    op.create_index(op.f("ix_operator_acts_at"), "operator_acts", ["at"])
    op.create_index(op.f("ix_operator_acts_pre_entry_no_at"), "operator_acts", ["pre_entry_no", "at"])


def downgrade() -> None:
    op.drop_table("operator_acts")
    op.drop_index(op.f("ix_enterprises_updated_at"), "enterprises")
    for name in _PARTIAL:
        op.drop_index(name, "appointments")
