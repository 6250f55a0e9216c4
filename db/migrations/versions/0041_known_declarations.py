"""Declarations that customs knew of an appointment before they were fed back.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_declarations",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", "number", name=op.f("pk_known_declarations")),
    )
    op.create_table(
        "declaration_searches",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", name=op.f("pk_declaration_searches")),
    )
    op.create_index(op.f("ix_declaration_searches_searched_at"), "declaration_searches", ["searched_at"])


def downgrade() -> None:
    op.drop_table("declaration_searches")
    op.drop_table("known_declarations")
