"""Changes of the calendar are kept, and appointments whose port changed its hours are found and told.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("port", sa.String(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_calendar_changes_port_id"), "calendar_changes", ["port", "id"])
    _append_only()
    op.create_table(
        "hours_notices",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("check_due", sa.Boolean(), nullable=False),
        sa.Column("send_due", sa.Boolean(), nullable=False),
        sa.Column("conflict", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("pre_entry_no", name=op.f("pk_hours_notices")),
    )
    for due in ("check_due", "send_due"):
        op.create_index(
            f"ix_hours_notices_{due}",
            "hours_notices",
            ["pre_entry_no"],
            sqlite_where=sa.text(f"{due} = 1"),
            postgresql_where=sa.text(due),
        )
    op.add_column("weekly_plans", sa.Column("note", sa.String(), nullable=True))
    op.add_column("weekly_plans", sa.Column("set_by", sa.String(), nullable=True))
    op.add_column("weekly_plans", sa.Column("set_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_calendar_overrides_day"), "calendar_overrides", ["day"])
    _appointments()


def _append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calendar_changes "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON calendar_changes "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER calendar_changes_no_{change.lower()} BEFORE {change} ON calendar_changes "
            "BEGIN SELECT RAISE(ABORT, 'calendar_changes is append-only'); END"
        )


def _appointments() -> None:
    op.add_column("appointments", sa.Column("entry_exit_port", sa.String(), nullable=True))
    op.add_column("appointments", sa.Column("hours_changed", sa.Boolean(), nullable=False, server_default=sa.false()))
    postgresql = op.get_bind().dialect.name == "postgresql"
    port = "snapshot::json #>> '{content,entry_exit_port}'" if postgresql else (
        "json_extract(snapshot, '$.content.entry_exit_port')"
    )
    op.execute(f"UPDATE appointments SET entry_exit_port = {port}")
    op.create_index(
        "ix_appointments_hours_changed",
        "appointments",
        ["created_at", "pre_entry_no"],
        sqlite_where=sa.text("hours_changed = 1"),
        postgresql_where=sa.text("hours_changed"),
    )
    op.create_index(
        op.f("ix_appointments_window_end_declaration_port_entry_exit_port"),
        "appointments",
        ["window_end", "declaration_port", "entry_exit_port"],
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_appointments_window_end_declaration_port_entry_exit_port"), "appointments")
    op.drop_index("ix_appointments_hours_changed", "appointments")
    op.drop_column("appointments", "hours_changed")
    op.drop_column("appointments", "entry_exit_port")
    for name in ("set_at", "set_by", "note"):
        op.drop_column("weekly_plans", name)
    op.drop_index(op.f("ix_calendar_overrides_day"), "calendar_overrides")
    op.drop_table("hours_notices")
    op.drop_table("calendar_changes")
