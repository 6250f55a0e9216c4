"""The addresses from which accepted commands came."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class CommandAddressRow(Table, table=True):
    """The address from which the command of a key came first; kept as long as the access log, and in no history."""

    __tablename__ = "command_addresses"
    __table_args__: ClassVar[Any] = (sa.Index(None, "received_at"),)

    pre_entry_no: str = Field(primary_key=True)
    command_key: str = Field(primary_key=True)
    address: str
    received_at: datetime = Field(sa_type=Instant)
