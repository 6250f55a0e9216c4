"""The read row of each appointment, its promised messages, and the declaration numbers it uses."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import FILTERED, Instant

_MADE_BY_KEY = sa.text("creation_key IS NOT NULL")
#: Conditions of partial indexes; a statement that uses such an index must repeat its condition literally.
OVERDUE = sa.text("state = 'completed_without_feedback'")
AWAITS_FEEDBACK = sa.text("state = 'succeeded'")
AWAITS_DECISION = sa.text("state IN ('submitted', 'accepted')")


def _partial(name: str, *columns: str, where: sa.TextClause) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


class AppointmentRow(Table, table=True):
    """The read row; ``db.projections.rebuild`` restores it from the events.

    ``applied_at`` is the time of submission, for a draft that of its creation. Every list is sorted by ``created_at``,
    which never changes, so that no appointment is missed between two pages while states change.
    """

    __tablename__ = "appointments"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "created_at", "pre_entry_no"),
        sa.Index(None, "state", "created_at", "pre_entry_no"),
        sa.Index(None, "applied_at"),
        sa.Index(None, "window_start"),
        sa.Index(None, "window_end", "declaration_port", "entry_exit_port"),
        sa.Index(None, "applicant_code", "created_at", "pre_entry_no"),
        sa.Index(None, "applicant_code", "state", "window_end", "pre_entry_no"),
        sa.Index(None, "applicant_code", "applied_at"),
        sa.Index(None, "applicant_code", "window_start"),
        sa.Index(None, "applicant_code", "consignee_code", "created_at"),
        sa.Index(None, "consignee_code", "created_at", "pre_entry_no"),
        sa.Index(None, "consignee_code", "state"),
        sa.Index(None, "consignee_code", "applied_at"),
        sa.Index(None, "consignee_code", "window_start"),
        sa.Index(
            "ix_appointments_undecided",
            "created_at",
            "pre_entry_no",
            sqlite_where=sa.text("undecided = 1"),  # as SQLAlchemy writes the condition: SQLite compares its text
            postgresql_where=sa.text("undecided"),
        ),
        sa.Index(
            "ix_appointments_hours_changed",
            "created_at",
            "pre_entry_no",
            sqlite_where=sa.text("hours_changed = 1"),
            postgresql_where=sa.text("hours_changed"),
        ),
        _partial("ix_appointments_overdue_since", "state", "feedback_by", "pre_entry_no", *FILTERED, where=OVERDUE),
        sa.Index(
            "ix_appointments_undecided_since",
            "window_end",
            "pre_entry_no",
            *FILTERED,
            "state",
            "undecided",  # SQLite reads the row for the column of the condition, too
            sqlite_where=sa.text("undecided = 1"),
            postgresql_where=sa.text("undecided"),
        ),
        _partial("ix_appointments_next_overdue", "feedback_by", where=AWAITS_FEEDBACK),
        _partial("ix_appointments_next_undecided", "window_end", where=AWAITS_DECISION),
        sa.Index(
            "uq_appointments_creation",
            "applicant_code",
            "creation_key",
            unique=True,
            sqlite_where=_MADE_BY_KEY,
            postgresql_where=_MADE_BY_KEY,
        ),
    )

    pre_entry_no: str = Field(primary_key=True)
    version: int
    state: str
    applicant_code: str
    consignee_code: str | None
    declaration_port: str | None
    entry_exit_port: str | None = None
    window_start: datetime | None = Field(sa_type=Instant)
    window_end: datetime | None = Field(sa_type=Instant)
    applied_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    feedback_by: datetime | None = Field(sa_type=Instant)
    undecided: bool
    hours_changed: bool = False
    creation_key: str | None
    snapshot: str = Field(sa_type=sa.Text)


class DeliveryRow(Table, table=True):
    """A message promised to customs: pending, delivered or stuck. Events do not restore its delivery.

    ``xml`` is the message as it was sent, sealed; ``xml_digest`` the SHA-256 of its bytes. ``attempts`` is the count
    when customs took or refused it. All are None for a message that was not tried yet, or sent before they were kept.

    The four columns that describe it are None while a message arrived before its event was written. The four of its
    appointment (``FILTERED``) are kept as long as it waits.
    """

    __tablename__ = "deliveries"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "promised_at", "message_id"),
        sa.Index("ix_deliveries_state_since", "state", "promised_at", "message_id", "pre_entry_no", *FILTERED),
        sa.Index(None, "pre_entry_no", "state"),
    )

    message_id: str = Field(primary_key=True)
    pre_entry_no: str | None
    message_type: str | None
    version: int | None
    promised_at: datetime | None = Field(sa_type=Instant)
    state: str
    delivered_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = Field(default=None, sa_type=sa.Text)
    attempts: int | None = None
    xml: str | None = Field(default=None, sa_type=sa.Text)
    xml_digest: str | None = None
    applicant_code: str | None = None
    consignee_code: str | None = None
    declaration_port: str | None = None
    entry_exit_port: str | None = None


class ClaimRow(Table, table=True):
    """A declaration number and the one appointment that uses it.

    ``outcome`` is None from the claim until the database has an event with the number.
    """

    __tablename__ = "declarations"

    number: str = Field(primary_key=True)
    pre_entry_no: str = Field(index=True)
    outcome: str | None = None
