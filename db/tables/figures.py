"""Days and durations of each application, for counts by day and port."""

from datetime import date
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table


class FigureRow(Table, table=True):
    """The days and durations of one application; ``db.figure_rows`` restores it from the events.

    Days are those of Shanghai. ``answer``: approved, returned or lapsed, the first that came, with its day and, from
    customs, the whole minutes since the submission. ``lead_minutes``: from the submission to the cut-off. ``due_on``:
    the last day of feedback, once it has passed; ``overdue`` if no declaration number counted then or afterwards.
    """

    __tablename__ = "appointment_figures"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "submitted_on", "port", "lead_minutes"),
        sa.Index(None, "answered_on", "port", "answer", "answer_minutes"),
        sa.Index(None, "due_on", "port", "overdue"),
    )

    pre_entry_no: str = Field(primary_key=True)
    port: str
    submitted_on: date
    lead_minutes: int | None
    answer: str | None
    answered_on: date | None
    answer_minutes: int | None
    due_on: date | None
    overdue: bool
