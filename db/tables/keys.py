"""API keys, as hashes; and the sealing keys, by their ids."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant, Json


class ApiKeyRow(Table, table=True):
    """An API key; ``key_hash`` is its SHA-256, ``customs_code`` its enterprise for the scope ``appointments``.

    ``key_id`` is random; it identifies the key in events.
    """

    __tablename__ = "api_keys"
    __table_args__: ClassVar[Any] = (sa.Index(None, "created_at", "key_id"),)

    key_hash: str = Field(primary_key=True)
    key_id: str = Field(unique=True)
    name: str
    scopes: Any = Field(sa_type=Json, nullable=False)
    customs_code: str | None
    created_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)
    last_used_at: datetime | None = Field(default=None, sa_type=Instant)


class SealKeyRow(Table, table=True):
    """A key id that sealed something here, and a known text sealed with it, which reveals a lost or wrong key."""

    __tablename__ = "seal_keys"

    kid: str = Field(primary_key=True)
    proof: str
    first_used_at: datetime = Field(sa_type=Instant)
