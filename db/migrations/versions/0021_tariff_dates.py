"""Lines of the tariff with the dates from which and up to which they count; a code may have several.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hs_codes") as table:
        # A line without a date of its own has always counted.
        table.add_column(sa.Column("valid_from", sa.Date(), nullable=False, server_default="0001-01-01"))
        table.add_column(sa.Column("valid_to", sa.Date(), nullable=True))
        table.drop_constraint("pk_hs_codes", type_="primary")
        table.create_primary_key("pk_hs_codes", ["code", "valid_from"])


def downgrade() -> None:
    op.execute("DELETE FROM hs_codes WHERE valid_from > '0001-01-01'")
    with op.batch_alter_table("hs_codes") as table:
        table.drop_constraint("pk_hs_codes", type_="primary")
        table.drop_column("valid_to")
        table.drop_column("valid_from")
        table.create_primary_key("pk_hs_codes", ["code"])
