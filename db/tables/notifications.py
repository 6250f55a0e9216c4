"""Notifications of enterprises, and how far each person has read."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class NotificationRow(Table, table=True):
    """A pointer to an event for an enterprise that it concerns; ``db.projections.rebuild`` restores it."""

    __tablename__ = "notifications"
    __table_args__: ClassVar[Any] = (sa.Index(None, "customs_code", "at", "pre_entry_no", "version"),)

    pre_entry_no: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    customs_code: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Instant)


class NotificationReadRow(Table, table=True):
    """The mark up to which a person has read about an appointment.

    ``topic``: ``events`` with the version read as ``mark``, or a deadline (``domain.notifications.Due``) with the
    deadline in seconds since 1970 as ``mark``. ``reader`` is a user name or the serial number of a card.
    """

    __tablename__ = "notification_reads"
    __table_args__: ClassVar[Any] = (sa.Index(None, "at"),)

    reader: str = Field(primary_key=True)
    pre_entry_no: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    mark: int = Field(sa_type=sa.BigInteger)
    at: datetime = Field(sa_type=Instant)
