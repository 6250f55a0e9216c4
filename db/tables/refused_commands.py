"""Commands that were refused."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json, RowId

_ADDRESSED = sa.text("address IS NOT NULL")


class RefusedCommandRow(Table, table=True):
    """A command that one actor sent and that was refused, ``times`` times at the same version for the same ``codes``.

    ``received_at``, ``address``, ``faults`` and ``policy_version`` are those of the last time. Only the address is
    personal; it is removed when the access log forgets it.
    """

    __tablename__ = "refused_commands"
    __table_args__: ClassVar[Any] = (
        sa.UniqueConstraint(
            "pre_entry_no", "version", "command", "actor_id", "actor_user_id", "codes", name="uq_refused_commands_same"
        ),
        sa.Index(None, "pre_entry_no", "received_at"),
        sa.Index("ix_refused_commands_address", "received_at", sqlite_where=_ADDRESSED, postgresql_where=_ADDRESSED),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=RowId)
    pre_entry_no: str
    version: int
    command: str
    actor_kind: str
    actor_id: str
    actor_user_id: str
    address: str | None
    codes: str
    faults: Any = Field(sa_type=Json, nullable=False)
    policy_version: str
    first_at: datetime = Field(sa_type=Instant)
    received_at: datetime = Field(sa_type=Instant)
    times: int
