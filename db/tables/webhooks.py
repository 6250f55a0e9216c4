"""Receivers of enterprises, what waits for them, and their last answers."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, RowId


class WebhookEndpointRow(Table, table=True):
    """A receiver; its secrets are sealed.

    ``position``: every event up to it has left ``published_events`` for ``webhook_deliveries``. ``next_at``: when it
    wants a pass, at the latest; None: with its next event. ``lease`` names the pass that runs.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__: ClassVar[Any] = (sa.Index(None, "customs_code", "created_at"),)

    endpoint_id: str = Field(primary_key=True)
    customs_code: str
    url: str
    secret: str
    old_secret: str | None = None
    old_until: datetime | None = Field(default=None, sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    paused_at: datetime | None = Field(default=None, sa_type=Instant)
    pause_reason: str | None = None
    position: int = Field(sa_type=sa.BigInteger)
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    lease: str | None = None
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    succeeded_at: datetime | None = Field(default=None, sa_type=Instant)


class WebhookDeliveryRow(Table, table=True):
    """An event that waits for a receiver; with ``dead_at`` it waits for somebody to replay it."""

    __tablename__ = "webhook_deliveries"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "endpoint_id", "pre_entry_no", "position"),
        sa.Index(None, "endpoint_id", "dead_at", "position"),
    )

    endpoint_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.BigInteger, sa_column_kwargs={"autoincrement": False})
    pre_entry_no: str
    event_id: str
    attempts: int
    first_at: datetime | None = Field(sa_type=Instant)
    next_at: datetime = Field(sa_type=Instant)
    dead_at: datetime | None = Field(sa_type=Instant)
    status: int | None
    fault: str | None


class WebhookAttemptRow(Table, table=True):
    """An attempt and its answer; the newest of each receiver are kept."""

    __tablename__ = "webhook_attempts"
    __table_args__: ClassVar[Any] = (sa.Index(None, "endpoint_id", "id"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    endpoint_id: str
    event_id: str
    pre_entry_no: str
    at: datetime = Field(sa_type=Instant)
    status: int | None
    fault: str | None
    milliseconds: int
