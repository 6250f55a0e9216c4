"""The days and durations of each application, for figures by day and port.

Existing appointments get their rows afterwards, some at a time (``db.backfill``).

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLE = "appointment_figures"
INDEXES = (
    ("submitted_on", "port", "lead_minutes"),
    ("answered_on", "port", "answer", "answer_minutes"),
    ("due_on", "port", "overdue"),
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("port", sa.String(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answer_minutes", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", name=op.f(f"pk_{TABLE}")),
    )
    for columns in INDEXES:
        op.create_index(op.f(f"ix_{TABLE}_{'_'.join(columns)}"), TABLE, list(columns))


def downgrade() -> None:
    op.drop_table(TABLE)
