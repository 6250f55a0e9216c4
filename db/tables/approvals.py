"""Acts of operators that another operator has to confirm."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json

#: The condition of a partial index; a statement that uses it must repeat it literally.
OPEN = sa.text("decision IS NULL")


class ApprovalRow(Table, table=True):
    """A request for an act of this ``kind`` about ``subject``: the number of an appointment, or the name of a key.

    ``content`` is what the act needs besides its ``reason``, which is sealed. ``decision`` is ``confirmed`` or
    ``rejected``; a confirmed act has ``done_at`` and its ``outcome``, ``done`` or a problem code, once it was carried
    out. ``asked_as`` and ``decided_as`` identify the persons, whose names may change hands.
    """

    __tablename__ = "approvals"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "asked_at", "approval_id"),
        sa.Index(None, "subject", "kind"),
        sa.Index("ix_approvals_open", "expires_at", "asked_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    approval_id: str = Field(primary_key=True)
    kind: str
    subject: str
    content: Any = Field(sa_type=Json, nullable=False)
    reason: str = Field(sa_type=sa.Text)
    asked_by: str
    asked_as: str
    asked_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    decision: str | None = None
    decided_by: str | None = None
    decided_as: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    done_at: datetime | None = Field(default=None, sa_type=Instant)
    outcome: str | None = None
