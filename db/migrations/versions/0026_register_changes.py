"""Changes of the registers with their rows: proposed, applied, undone.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COUNTS = ("added", "changed", "unchanged", "removed", "refused", "conflicts")


def upgrade() -> None:
    op.create_table(
        "register_changes",
        sa.Column("id", _ROW_ID, nullable=False),
        sa.Column("register_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_by", sa.String(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("file_name", sa.String(), nullable=True),
        sa.Column("file_digest", sa.String(), nullable=True),
        sa.Column("replaces", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("completes", sa.Boolean(), nullable=True),
        sa.Column("complete_before", sa.Boolean(), nullable=True),
        sa.Column("undoes", _ROW_ID, nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_changes")),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("register_name_state_applied_at_id", ["register_name", "state", "applied_at", "id"]),
        ("state_proposed_at", ["state", "proposed_at"]),
        ("undoes", ["undoes"]),
    ):
        op.create_index(op.f(f"ix_register_changes_{name}"), "register_changes", columns)
    op.create_table(
        "register_change_entries",
        sa.Column("change_id", _ROW_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("change_id", "position", name=op.f("pk_register_change_entries")),
    )
    for name, columns in (
        ("change_id_kind_position", ["change_id", "kind", "position"]),
        ("code_change_id", ["code", "change_id"]),
    ):
        op.create_index(op.f(f"ix_register_change_entries_{name}"), "register_change_entries", columns)


def downgrade() -> None:
    op.drop_table("register_change_entries")
    op.drop_table("register_changes")
