"""Declarations that customs knew of an appointment before they were fed back."""

from datetime import date, datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class KnownDeclarationRow(Table, table=True):
    """A number that customs named; offered as long as no appointment uses it."""

    __tablename__ = "known_declarations"

    pre_entry_no: str = Field(primary_key=True)
    number: str = Field(primary_key=True)
    declared_on: date
    found_at: datetime = Field(sa_type=Instant)


class DeclarationSearchRow(Table, table=True):
    """The instant at which customs was asked last for the declarations of an appointment."""

    __tablename__ = "declaration_searches"
    __table_args__: ClassVar[Any] = (sa.Index(None, "searched_at"),)

    pre_entry_no: str = Field(primary_key=True)
    searched_at: datetime = Field(sa_type=Instant)
