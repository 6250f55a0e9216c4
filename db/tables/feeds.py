"""Addresses that calendar programs read, as hashes."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class CalendarFeedRow(Table, table=True):
    """An enterprise has one at most; a new one makes the old address dead."""

    __tablename__ = "calendar_feeds"
    __table_args__: ClassVar[Any] = (sa.UniqueConstraint("token_hash"),)

    customs_code: str = Field(primary_key=True)
    token_hash: str
    created_at: datetime = Field(sa_type=Instant)
