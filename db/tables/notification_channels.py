"""Channels of people, the times they chose, and the messages that wait for a channel or have left."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json

_WAITING = sa.text("state = 'waiting'")


class NotificationTimesRow(Table, table=True):
    """Language, quiet hours and daily digest of one person, as ``HH:MM`` in Asia/Shanghai."""

    __tablename__ = "notification_times"

    holder: str = Field(primary_key=True)
    language: str
    quiet_from: str | None = None
    quiet_until: str | None = None
    digest_at: str | None = None
    updated_at: datetime = Field(sa_type=Instant)


class NotificationChannelRow(Table, table=True):
    """A way to one person; ``sealed`` has its address or secret, ``topics`` what the person follows by it.

    ``problem``: why the last message could not be sent; NULL after one that was. ``card_until``: the end of the
    certificate of the card that added it, after which nothing is sent; NULL for a user.
    """

    __tablename__ = "notification_channels"
    __table_args__: ClassVar[Any] = (sa.Index(None, "holder"), sa.Index(None, "customs_code"))

    channel_id: str = Field(primary_key=True)
    holder: str
    customs_code: str
    kind: str
    sealed: str = Field(sa_type=sa.Text)
    topics: Any = Field(sa_type=Json)
    enabled: bool
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    last_sent_at: datetime | None = Field(default=None, sa_type=Instant)
    problem: str | None = None
    problem_at: datetime | None = Field(default=None, sa_type=Instant)
    card_until: datetime | None = Field(default=None, sa_type=Instant)


class NotificationDeliveryRow(Table, table=True):
    """One message for one channel: waiting, sent, given_up, or skipped because nobody wants it any more.

    ``delivery_id`` is derived from channel, appointment, kind and version or deadline, so that there is one of each.
    ``due_at`` is when it should leave, ``next_at`` when it is tried next; a sender moves ``next_at`` on before it
    sends, so that no other one sends the same.
    """

    __tablename__ = "notification_deliveries"
    __table_args__: ClassVar[Any] = (
        sa.Index("ix_notification_deliveries_waiting", "next_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index(None, "channel_id"),
        sa.Index(None, "pre_entry_no"),
        sa.Index(None, "due_at"),
    )

    delivery_id: str = Field(primary_key=True)
    channel_id: str
    pre_entry_no: str | None
    code: str
    version: int | None
    deadline: datetime | None = Field(sa_type=Instant)
    due_at: datetime = Field(sa_type=Instant)
    planned_at: datetime = Field(sa_type=Instant)
    next_at: datetime = Field(sa_type=Instant)
    held: bool
    attempts: int = 0
    state: str
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    problem: str | None = None
