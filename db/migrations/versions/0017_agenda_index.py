"""What a party has in a state is found in the order of its windows.

Revision ID: 0017
Revises: 0016
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BY_STATE = "ix_appointments_applicant_code_state"
BY_WINDOW = "ix_appointments_applicant_code_state_window_end_pre_entry_no"


def upgrade() -> None:
    op.create_index(BY_WINDOW, "appointments", ["applicant_code", "state", "window_end", "pre_entry_no"])
    op.drop_index(BY_STATE, "appointments")


def downgrade() -> None:
    op.create_index(BY_STATE, "appointments", ["applicant_code", "state"])
    op.drop_index(BY_WINDOW, "appointments")
