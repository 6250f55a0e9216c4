"""Messages and receipts that wait have the columns by which operators filter; what a search of the system found.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_FILTERED = ("applicant_code", "consignee_code", "declaration_port", "entry_exit_port")
_PARKED = sa.text("outcome = 'parked' AND dismissed_at IS NULL")
_RECEIVED = sa.text("outcome = 'received'")
_WAITS = {"deliveries": "state <> 'delivered'", "receipts": "outcome IN ('received', 'parked') AND dismissed_at IS NULL"}


def upgrade() -> None:
    for table, waits in _WAITS.items():
        for name in _FILTERED:
            op.add_column(table, sa.Column(name, sa.String(), nullable=True))
        values = ", ".join(
            f"{name} = (SELECT a.{name} FROM appointments a WHERE a.pre_entry_no = {table}.pre_entry_no)"
            for name in _FILTERED
        )
        op.execute(f"UPDATE {table} SET {values} WHERE {waits}")
    op.drop_index(op.f("ix_deliveries_state_promised_at_message_id"), "deliveries")
    columns = ["state", "promised_at", "message_id", "pre_entry_no", *_FILTERED]
    op.create_index("ix_deliveries_state_since", "deliveries", columns)
    listed = ["received_at", "id", "pre_entry_no", *_FILTERED]
    _replace_partial("ix_receipts_parked", [*listed, "outcome", "dismissed_at"], _PARKED)
    _replace_partial("ix_receipts_waiting", [*listed, "outcome"], _RECEIVED)
    op.create_table(
        "system_findings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_system_findings")),
    )


def downgrade() -> None:
    op.drop_table("system_findings")
    _replace_partial("ix_receipts_waiting", ["received_at"], _RECEIVED)
    _replace_partial("ix_receipts_parked", ["received_at", "pre_entry_no"], _PARKED)
    op.drop_index("ix_deliveries_state_since", "deliveries")
    op.create_index(
        op.f("ix_deliveries_state_promised_at_message_id"), "deliveries", ["state", "promised_at", "message_id"]
    )
    for table in _WAITS:
        for name in reversed(_FILTERED):
            op.drop_column(table, name)


def _replace_partial(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.drop_index(name, "receipts")
    op.create_index(name, "receipts", columns, sqlite_where=where, postgresql_where=where)
