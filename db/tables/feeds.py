"""Secret addresses of calendar feeds, as hashes."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class CalendarFeedRow(Table, table=True):
    """The feed of an enterprise, one at most; a new address replaces the old one."""

    __tablename__ = "calendar_feeds"
    __table_args__: ClassVar[Any] = (sa.UniqueConstraint("token_hash"),)

    customs_code: str = Field(primary_key=True)
    token_hash: str
    created_at: datetime = Field(sa_type=Instant)
