"""Counts of the whole system, as one worker took them last, and what it found."""

from datetime import datetime

from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class SystemCountRow(Table, table=True):
    """The last result of one count; ``value`` is NULL where nobody can tell."""

    __tablename__ = "system_counts"

    name: str = Field(primary_key=True)
    value: int | None
    counted_at: datetime = Field(sa_type=Instant)


class SystemFindingRow(Table, table=True):
    """One of what a count counted: ``key`` is a pre-entry number or the id of a workflow, ``since`` when it started.

    ``pre_entry_no`` is None for a workflow that belongs to no appointment.
    """

    __tablename__ = "system_findings"

    name: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    pre_entry_no: str | None = None
    since: datetime | None = Field(default=None, sa_type=Instant)
