"""Receipts of customs as they came in, handled or not."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import FILTERED, Instant, Json, RowId

#: Conditions of partial indexes; a statement that uses such an index must repeat its condition literally.
USABLE = sa.text("receipt_id IS NOT NULL AND NOT conflicting")
CONFLICTING = sa.text("conflicting")
UNUSABLE = sa.text("receipt_id IS NULL")
PARKED = sa.text("outcome = 'parked' AND dismissed_at IS NULL")
WAITING = sa.text("outcome = 'received'")
#: What a worklist shows, sorts and filters by, in the order of waiting.
_LISTED = ("received_at", "id", "pre_entry_no", *FILTERED)


def _partial(name: str, *columns: str, where: sa.TextClause, unique: bool = False) -> sa.Index:
    return sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class ReceiptRow(Table, table=True):
    """One receipt, counted in ``times``; ``raw``, ``note`` and ``duty_contact`` are sealed.

    ``receipt_id`` is None for unreadable bytes. ``conflicting``: its id was used before, with other content.
    ``outcome``: received, then applied, ignored or parked for an operator, who may dismiss it. ``declaration_numbers``:
    those it names, None for none. The four columns of its appointment (``FILTERED``) are kept as long as it waits.
    """

    __tablename__ = "receipts"
    __table_args__: ClassVar[Any] = (
        _partial("uq_receipts_usable", "receipt_id", where=USABLE, unique=True),
        _partial("uq_receipts_conflicting", "receipt_id", "content_digest", where=CONFLICTING, unique=True),
        _partial("uq_receipts_unusable", "raw_digest", where=UNUSABLE, unique=True),
        # SQLite reads the row for a column of the condition that the index lacks.
        _partial("ix_receipts_parked", *_LISTED, "outcome", "dismissed_at", where=PARKED),
        _partial("ix_receipts_waiting", *_LISTED, "outcome", where=WAITING),
        sa.Index(None, "pre_entry_no", "received_at"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    receipt_id: str | None
    raw: str = Field(sa_type=sa.Text)
    raw_digest: str
    content_digest: str | None
    conflicting: bool
    times: int
    pre_entry_no: str | None
    result: str | None
    notice_time: datetime | None = Field(sa_type=Instant)
    application_no: str | None
    note: str | None = Field(sa_type=sa.Text)
    duty_contact: str | None = Field(sa_type=sa.Text)
    received_at: datetime = Field(sa_type=Instant)
    outcome: str
    reason: str | None
    settled_at: datetime | None = Field(default=None, sa_type=Instant)
    dismissed_at: datetime | None = Field(default=None, sa_type=Instant)
    dismissed_by: str | None = None
    dismissed_reason: str | None = Field(default=None, sa_type=sa.Text)
    declaration_numbers: Any = Field(default=None, sa_type=Json, nullable=True)
    applicant_code: str | None = None
    consignee_code: str | None = None
    declaration_port: str | None = None
    entry_exit_port: str | None = None
