"""Counts of the whole system, as one worker took them last."""

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
