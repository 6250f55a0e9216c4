"""What operators did to the items of worklists, and why."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class OperatorActRow(Table, table=True):
    """One act on one item, under its own key; ``body_hash`` tells two acts under one key apart.

    ``item`` is the number of an appointment, or the id of a message or receipt. ``reason`` is sealed. ``outcome`` and
    ``detail``, a state or the code of a problem, are None until the act has ended. ``db.audit`` chains row and outcome.
    """

    __tablename__ = "operator_acts"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "at"),
        sa.Index(None, "pre_entry_no", "at"),
        sa.Index(None, "operator", "at"),
    )

    key: str = Field(primary_key=True)
    body_hash: str
    act: str
    item: str
    pre_entry_no: str | None
    operator: str
    at: datetime = Field(sa_type=Instant)
    reason: str = Field(sa_type=sa.Text)
    outcome: str | None = None
    detail: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
