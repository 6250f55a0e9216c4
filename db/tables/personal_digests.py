"""Keyed hashes of personal values."""

from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table


class PersonalDigestRow(Table, table=True):
    """The keyed hash of a value that a personal field of an appointment has or had; never the value itself.

    ``kind`` is the name of the field. ``db.personal_digests`` restores the rows from the contents of the events.
    """

    __tablename__ = "personal_digests"
    __table_args__: ClassVar[Any] = (sa.Index(None, "digest", "kind", "pre_entry_no"),)

    pre_entry_no: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    digest: str = Field(primary_key=True)
