"""Attached files: references of appointments, and the files in the object store."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class AttachmentRow(Table, table=True):
    """A present reference of an appointment to a file; the snapshots restore it."""

    __tablename__ = "attachments"
    __table_args__: ClassVar[Any] = (sa.Index(None, "sha256"),)

    pre_entry_no: str = Field(primary_key=True)
    attachment_id: str = Field(primary_key=True)
    sha256: str


class StoredFileRow(Table, table=True):
    """A file in the object store; ``stored_at`` is the time of the last upload or renewal."""

    __tablename__ = "stored_files"
    __table_args__: ClassVar[Any] = (sa.Index(None, "stored_at"),)

    sha256: str = Field(primary_key=True)
    size: int
    stored_at: datetime = Field(sa_type=Instant)
