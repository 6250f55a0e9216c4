"""The layers of the working calendar, highest first: dated overrides, weekly plans, published national years."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json, RowId


class OverrideRow(Table, table=True):
    """Hours of a date at a port, set by an operator; no sessions: closed all day."""

    __tablename__ = "calendar_overrides"
    __table_args__: ClassVar[Any] = (sa.Index(None, "day"),)

    port: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    sessions: Any = Field(sa_type=Json, nullable=False)
    note: str | None
    set_by: str
    set_at: datetime = Field(sa_type=Instant)


class WeeklyPlanRow(Table, table=True):
    """Sessions of a port on a weekday (Monday = 0) from a date on; None: the national layer applies."""

    __tablename__ = "weekly_plans"

    port: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    weekday: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sessions: Any = Field(sa_type=Json, nullable=True)
    note: str | None = None
    set_by: str | None = None
    set_at: datetime | None = Field(default=None, sa_type=Instant)


class CalendarYearRow(Table, table=True):
    """A published year with author, time and source."""

    __tablename__ = "calendar_years"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    published_by: str
    published_at: datetime = Field(sa_type=Instant)
    source: str


class CalendarDayRow(Table, table=True):
    """A day of a published year; ``name`` is the holiday it belongs to. An unpublished year has no days."""

    __tablename__ = "calendar_days"

    day: date = Field(primary_key=True)
    working: bool
    name: str | None


class CalendarChangeRow(Table, table=True):
    """The history of changes; a trigger refuses UPDATE and DELETE. The newest of a kind and place applies.

    ``port`` is None for a year. ``last_day`` is None for a plan, which has no end. ``content`` is what was entered,
    None for a removal.
    """

    __tablename__ = "calendar_changes"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "port", "id"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    kind: str
    port: str | None
    first_day: date
    last_day: date | None
    content: Any = Field(sa_type=Json, nullable=True)
    note: str | None
    by: str
    at: datetime = Field(sa_type=Instant)


class HoursNoticeRow(Table, table=True):
    """An appointment whose port changed its hours: to be judged (``check_due``), then notified (``send_due``).

    ``conflict`` is the newest verdict; ``revision`` counts the verdicts that were queued, 0: none yet.
    """

    __tablename__ = "hours_notices"
    __table_args__: ClassVar[Any] = (
        sa.Index(
            "ix_hours_notices_check_due",
            "pre_entry_no",
            sqlite_where=sa.text("check_due = 1"),  # as SQLAlchemy writes the condition: SQLite compares its text
            postgresql_where=sa.text("check_due"),
        ),
        sa.Index(
            "ix_hours_notices_send_due",
            "pre_entry_no",
            sqlite_where=sa.text("send_due = 1"),
            postgresql_where=sa.text("send_due"),
        ),
    )

    pre_entry_no: str = Field(primary_key=True)
    check_due: bool
    send_due: bool
    conflict: bool
    revision: int
    changed_at: datetime = Field(sa_type=Instant)
    facts: Any = Field(sa_type=Json, nullable=True)
