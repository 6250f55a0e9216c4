"""The consignees of an applicant are found by an index.

Revision ID: 0018
Revises: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INDEX = "ix_appointments_applicant_code_consignee_code_created_at"


def upgrade() -> None:
    op.create_index(INDEX, "appointments", ["applicant_code", "consignee_code", "created_at"])


def downgrade() -> None:
    op.drop_index(INDEX, "appointments")
