"""The first tables; events are append-only by trigger.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("customs_code", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_api_keys")),
    )
    op.create_table(
        "appointment_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("command_key", sa.String(), nullable=True),
        sa.Column("command_hash", sa.String(), nullable=True),
        sa.Column("receipt_id", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("message_type", sa.String(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment_events")),
        sa.UniqueConstraint(
            "pre_entry_no", "previous_hash", name=op.f("uq_appointment_events_pre_entry_no_previous_hash")
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("appointment_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_events_pre_entry_no_command_key"), ["pre_entry_no", "command_key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_events_pre_entry_no_version"), ["pre_entry_no", "version"], unique=False
        )

    op.create_table(
        "appointments",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("applicant_code", sa.String(), nullable=False),
        sa.Column("consignee_code", sa.String(), nullable=True),
        sa.Column("declaration_port", sa.String(), nullable=True),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feedback_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undecided", sa.Boolean(), nullable=False),
        sa.Column("creation_key", sa.String(), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("pre_entry_no", name=op.f("pk_appointments")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointments_applicant_code_applied_at"), ["applicant_code", "applied_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_applicant_code_created_at_pre_entry_no"),
            ["applicant_code", "created_at", "pre_entry_no"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_applicant_code_state"), ["applicant_code", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_applicant_code_window_start"), ["applicant_code", "window_start"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_appointments_applied_at"), ["applied_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_appointments_consignee_code_applied_at"), ["consignee_code", "applied_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_consignee_code_created_at_pre_entry_no"),
            ["consignee_code", "created_at", "pre_entry_no"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_consignee_code_state"), ["consignee_code", "state"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_consignee_code_window_start"), ["consignee_code", "window_start"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_created_at_pre_entry_no"), ["created_at", "pre_entry_no"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointments_state_created_at_pre_entry_no"),
            ["state", "created_at", "pre_entry_no"],
            unique=False,
        )
        batch_op.create_index(
            "ix_appointments_undecided",
            ["created_at", "pre_entry_no"],
            unique=False,
            sqlite_where=sa.text("undecided = 1"),
            postgresql_where=sa.text("undecided"),
        )
        batch_op.create_index(batch_op.f("ix_appointments_window_start"), ["window_start"], unique=False)
        batch_op.create_index(
            "uq_appointments_creation",
            ["applicant_code", "creation_key"],
            unique=True,
            sqlite_where=sa.text("creation_key IS NOT NULL"),
            postgresql_where=sa.text("creation_key IS NOT NULL"),
        )

    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "calendar_overrides",
        sa.Column("port", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sessions", sa.Text(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("port", "day", name=op.f("pk_calendar_overrides")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "declarations",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_declarations")),
    )
    with op.batch_alter_table("declarations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declarations_pre_entry_no"), ["pre_entry_no"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=True),
        sa.Column("message_type", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_deliveries")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_pre_entry_no_state"), ["pre_entry_no", "state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_deliveries_promised_at_message_id"), ["promised_at", "message_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_deliveries_state_promised_at_message_id"),
            ["state", "promised_at", "message_id"],
            unique=False,
        )

    op.create_table(
        "enterprises",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("uscc", sa.String(), nullable=True),
        sa.Column("ciq_code", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("qualification", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_enterprises")),
    )
    op.create_table(
        "ports",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("district", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ports")),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("receipt_id", sa.String(), nullable=True),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("raw_digest", sa.String(), nullable=False),
        sa.Column("content_digest", sa.String(), nullable=True),
        sa.Column("conflicting", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("pre_entry_no", sa.String(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("notice_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("application_no", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("duty_contact", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dismissed_by", sa.String(), nullable=True),
        sa.Column("dismissed_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_receipts_parked",
            ["received_at", "pre_entry_no"],
            unique=False,
            sqlite_where=sa.text("outcome = 'parked' AND dismissed_at IS NULL"),
            postgresql_where=sa.text("outcome = 'parked' AND dismissed_at IS NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_receipts_pre_entry_no_received_at"), ["pre_entry_no", "received_at"], unique=False
        )
        batch_op.create_index(
            "ix_receipts_waiting",
            ["received_at"],
            unique=False,
            sqlite_where=sa.text("outcome = 'received'"),
            postgresql_where=sa.text("outcome = 'received'"),
        )
        batch_op.create_index(
            "uq_receipts_conflicting",
            ["receipt_id", "content_digest"],
            unique=True,
            sqlite_where=sa.text("conflicting"),
            postgresql_where=sa.text("conflicting"),
        )
        batch_op.create_index(
            "uq_receipts_unusable",
            ["raw_digest"],
            unique=True,
            sqlite_where=sa.text("receipt_id IS NULL"),
            postgresql_where=sa.text("receipt_id IS NULL"),
        )
        batch_op.create_index(
            "uq_receipts_usable",
            ["receipt_id"],
            unique=True,
            sqlite_where=sa.text("receipt_id IS NOT NULL AND NOT conflicting"),
            postgresql_where=sa.text("receipt_id IS NOT NULL AND NOT conflicting"),
        )

    op.create_table(
        "weekly_plans",
        sa.Column("port", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sessions", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("port", "valid_from", "weekday", name=op.f("pk_weekly_plans")),
    )
    op.create_table(
        "appointment_contents",
        sa.Column("pre_entry_no", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("appointment", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("pre_entry_no", "version", name=op.f("pk_appointment_contents")),
    )
    _protect_events()


def _protect_events() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON appointment_events "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON appointment_events "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER no_{change.lower()} BEFORE {change} ON appointment_events "
            "BEGIN SELECT RAISE(ABORT, 'appointment_events is append-only'); END"
        )


def downgrade() -> None:
    for table in (
        "appointment_contents",
        "weekly_plans",
        "receipts",
        "ports",
        "enterprises",
        "deliveries",
        "declarations",
        "calendar_years",
        "calendar_overrides",
        "calendar_days",
        "appointments",
        "appointment_events",
        "api_keys",
    ):
        op.drop_table(table)  # indexes and triggers go with it
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
