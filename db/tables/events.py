"""Events, which are only appended, and their contents, which can be erased."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json, RowId


class EventRow(Table, table=True):
    """One version of an appointment in its chain, without personal data. Triggers refuse UPDATE and DELETE.

    A version may have more than one row (``db.chain.current``); the chain itself never forks. ``content_digest`` is the
    SHA-256 of the ``ContentRow``, ``hash`` that of this row and ``previous_hash`` (see ``db.chain``).
    """

    __tablename__ = "appointment_events"
    __table_args__: ClassVar[Any] = (
        sa.UniqueConstraint("pre_entry_no", "previous_hash"),
        sa.Index(None, "pre_entry_no", "version"),
        sa.Index(None, "pre_entry_no", "command_key"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    pre_entry_no: str
    version: int
    at: datetime = Field(sa_type=Instant)
    actor_kind: str
    actor_id: str
    action: str
    before: str | None
    after: str
    received_at: datetime | None = Field(sa_type=Instant)
    due_at: datetime | None = Field(sa_type=Instant)
    decision: Any = Field(sa_type=Json, nullable=False)
    command_key: str | None
    command_hash: str | None
    receipt_id: str | None
    message_id: str | None
    message_type: str | None
    run_id: str
    signature_id: str | None = None
    actor_user_id: str | None = None
    content_digest: str
    previous_hash: str
    hash: str


class ContentRow(Table, table=True):
    """The appointment after an event, and the sealed reason of the event; deleted with its draft.

    If a version was written more than once, only the contents of the row that counts are kept.
    """

    __tablename__ = "appointment_contents"

    pre_entry_no: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    appointment: str = Field(sa_type=sa.Text)
    reason: str | None = Field(sa_type=sa.Text)
