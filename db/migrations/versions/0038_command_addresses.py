"""Accepted commands have the address they came from; addresses of refused ones are found when they are too old.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_KNOWN = sa.text("address IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "command_addresses",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("command_key", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", "command_key", name=op.f("pk_command_addresses")),
    )
    op.create_index(op.f("ix_command_addresses_received_at"), "command_addresses", ["received_at"])
    op.create_index(
        "ix_refused_commands_address",
        "refused_commands",
        ["received_at"],
        sqlite_where=_KNOWN,
        postgresql_where=_KNOWN,
    )


def downgrade() -> None:
    op.drop_index("ix_refused_commands_address", "refused_commands")
    op.drop_table("command_addresses")
