"""API keys, as hashes."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json


class ApiKeyRow(Table, table=True):
    """``key_hash`` is the key's SHA-256; ``customs_code`` is the enterprise's for the scope ``appointments``."""

    __tablename__ = "api_keys"

    key_hash: str = Field(primary_key=True)
    name: str
    scopes: Any = Field(sa_type=Json, nullable=False)
    customs_code: str | None
    created_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
