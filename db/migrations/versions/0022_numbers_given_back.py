"""A receipt may name declaration numbers; an appointment that was returned or released uses none.

Those that such an appointment still holds are free again.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("receipts", sa.Column("declaration_numbers", sa.Text(), nullable=True))
    op.execute(
        "DELETE FROM declarations WHERE pre_entry_no IN "
        "(SELECT pre_entry_no FROM appointments WHERE state IN ('returned', 'released'))"
    )


def downgrade() -> None:
    op.drop_column("receipts", "declaration_numbers")
