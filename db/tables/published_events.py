"""Events in the order in which each enterprise reads them."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class PublishedEventRow(Table, table=True):
    """An event at its position among all events of one enterprise; ``hash`` is that of the event row.

    Positions have no gaps, and a lower one never becomes visible after a higher one: see ``db.published_events``.
    """

    __tablename__ = "published_events"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "pre_entry_no", "version"),
        sa.Index(None, "customs_code", "at", "position"),
    )

    customs_code: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    pre_entry_no: str
    version: int
    hash: str
    at: datetime = Field(sa_type=Instant)


class PublishedHeadRow(Table, table=True):
    """The last position of an enterprise."""

    __tablename__ = "published_heads"

    customs_code: str = Field(primary_key=True)
    last: int = Field(sa_type=sa.BigInteger)
