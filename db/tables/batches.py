"""Keys under which enterprises sent batches."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class BatchRow(Table, table=True):
    """The fingerprint of the first body under a key: another body under the same key is refused."""

    __tablename__ = "batches"
    __table_args__: ClassVar[Any] = (sa.Index(None, "received_at"),)

    customs_code: str = Field(primary_key=True)
    key_hash: str = Field(primary_key=True)
    body_hash: str
    received_at: datetime = Field(sa_type=Instant)
