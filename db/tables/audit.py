"""The hash chains of the access log and of operators' acts."""

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import RowId


class AuditLinkRow(Table, table=True):
    """One link of the chain of a ``log``; triggers refuse UPDATE.

    ``digest`` is the SHA-256 of the ``part`` of the row whose key is ``entry``, ``hash`` that of this link with
    ``previous_hash`` (see ``db.audit``).
    """

    __tablename__ = "audit_links"
    __table_args__: ClassVar[Any] = (
        sa.UniqueConstraint("log", "previous_hash"),
        sa.Index(None, "log", "id"),
        sa.Index(None, "log", "entry", "part"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    log: str
    entry: str
    part: str
    digest: str
    previous_hash: str
    hash: str
