"""Lists are sorted and searched by rows of their own, and every number of an appointment is found by itself.

Existing appointments get their rows afterwards, some at a time (``db.backfill``): no long transaction.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

PARTIES = ("applicant_code", "consignee_code")
SPANS = ("applied_at", "window_start")


def upgrade() -> None:
    op.create_table(
        "appointment_search",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("applicant_code", sa.String(), nullable=False),
        sa.Column("consignee_code", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submit_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feedback_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("application_no", sa.String(), nullable=True),
        sa.Column("applicant_order", sa.String(), nullable=False),
        sa.Column("consignee_order", sa.String(), nullable=True),
        sa.Column("declaration_port", sa.String(), nullable=True),
        sa.Column("entry_exit_port", sa.String(), nullable=True),
        sa.Column("transport_mode", sa.String(), nullable=True),
        sa.Column("direction", sa.String(), nullable=True),
        sa.Column("declaration_no", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", name=op.f("pk_appointment_search")),
    )
    for party in PARTIES:
        for span in SPANS:
            op.create_index(op.f(f"ix_appointment_search_{party}_{span}"), "appointment_search", [party, span])
    op.create_table(
        "appointment_numbers",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", "pre_entry_no", name=op.f("pk_appointment_numbers")),
    )
    op.create_index(op.f("ix_appointment_numbers_pre_entry_no"), "appointment_numbers", ["pre_entry_no"])


def downgrade() -> None:
    op.drop_table("appointment_numbers")
    op.drop_table("appointment_search")
