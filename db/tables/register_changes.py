"""Changes of the registers (enterprises, ports, tariff): proposed, then applied; each with its rows."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json, RowId


class RegisterChangeRow(Table, table=True):
    """One change of a register; ``applied_at`` is None for a proposal, which changes nothing until it is applied.

    ``state``: preparing (rows are being written), proposed, applied. ``basis`` is the digest of the register that the
    proposal was compared with. ``completes``: what the list's ``complete`` becomes, None to leave it, and
    ``complete_before`` what it was when the change was applied. ``undoes`` is the change that this one restores.
    """

    __tablename__ = "register_changes"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "register_name", "state", "applied_at", "id"),
        sa.Index(None, "state", "proposed_at"),
        sa.Index(None, "undoes"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    register_name: str
    kind: str
    state: str
    proposed_by: str
    proposed_at: datetime = Field(sa_type=Instant)
    applied_by: str | None = None
    applied_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = Field(default=None, sa_type=sa.Text)
    file_name: str | None = None
    file_digest: str | None = None
    replaces: bool = False
    basis: str | None = None
    completes: bool | None = None
    complete_before: bool | None = None
    undoes: int | None = Field(default=None, sa_type=RowId)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    refused: int = 0
    conflicts: int = 0


class RegisterChangeEntryRow(Table, table=True):
    """One row of a change: an entry before and after it, or a fault; ``line`` is its row in the file.

    ``kind``: added, changed, removed; confirmed (equal to a row of the product, which becomes the operators'); refused
    (a fault of the file); conflict (an undo leaves it alone, since it was changed again).
    """

    __tablename__ = "register_change_entries"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "change_id", "kind", "position"),
        sa.Index(None, "code", "change_id"),
    )

    change_id: int = Field(primary_key=True, sa_type=RowId, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    code: str | None
    line: int | None = None
    column: str | None = None
    before: Any = Field(default=None, sa_type=Json, nullable=True)
    after: Any = Field(default=None, sa_type=Json, nullable=True)
    fault: Any = Field(default=None, sa_type=Json, nullable=True)
