"""Appointments of which it is not known whether a command took effect."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class UnknownOutcomeRow(Table, table=True):
    """An appointment whose row may show more than its workflow knows; removed when the workflow has answered."""

    __tablename__ = "unknown_outcomes"
    __table_args__: ClassVar[Any] = (sa.Index(None, "noted_at"),)

    pre_entry_no: str = Field(primary_key=True)
    noted_at: datetime = Field(sa_type=Instant)
