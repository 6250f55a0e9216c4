"""How far receipts were fetched from customs, and when customs pushed the last one."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class ReceiptPullRow(Table, table=True):
    """One row for each channel: ``cursor`` is that of customs, everything before it is stored.

    ``drained_at`` is when a pull began that found the end; ``fault`` is why the last one failed, None for one that did
    not.
    """

    __tablename__ = "receipt_pulls"

    channel: str = Field(primary_key=True)
    pushed_at: datetime | None = Field(default=None, sa_type=Instant)
    cursor: str | None = Field(default=None, sa_type=sa.Text)
    drained_at: datetime | None = Field(default=None, sa_type=Instant)
    fault: str | None = Field(default=None, sa_type=sa.Text)
    tried_at: datetime | None = Field(default=None, sa_type=Instant)
