"""The layers of the working calendar, highest first: dated overrides, weekly plans, published national years."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json


class OverrideRow(Table, table=True):
    """One date at one port as an operator set it; no sessions: closed all day."""

    __tablename__ = "calendar_overrides"

    port: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    sessions: Any = Field(sa_type=Json, nullable=False)
    note: str | None
    set_by: str
    set_at: datetime = Field(sa_type=Instant)


class WeeklyPlanRow(Table, table=True):
    """A port's sessions on a weekday (Monday = 0) from a date on; None: the national layer counts again."""

    __tablename__ = "weekly_plans"

    port: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    weekday: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sessions: Any = Field(sa_type=Json, nullable=True)


class CalendarYearRow(Table, table=True):
    """Who published a year, when, and from which source."""

    __tablename__ = "calendar_years"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    published_by: str
    published_at: datetime = Field(sa_type=Instant)
    source: str


class CalendarDayRow(Table, table=True):
    """A day of a published year; ``name`` is the holiday it belongs to. A year not published has no days."""

    __tablename__ = "calendar_days"

    day: date = Field(primary_key=True)
    working: bool
    name: str | None
