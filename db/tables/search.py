"""Columns by which lists are sorted and searched, and every number of an appointment."""

from datetime import datetime
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlmodel import Field

from db.tables.base import Table
from db.tables.columns import Instant


class SearchRow(Table, table=True):
    """The columns of an appointment for sorting and searching; ``db.search_rows`` restores it with the read row.

    It has no snapshot, so that thousands of rows are read in milliseconds. The ``…_order`` of a name sorts by its
    pinyin; ``words`` are the folded texts to search, one on a line.
    """

    __tablename__ = "appointment_search"
    __table_args__: ClassVar[Any] = (
        sa.Index(None, "applicant_code", "applied_at"),
        sa.Index(None, "applicant_code", "window_start"),
        sa.Index(None, "consignee_code", "applied_at"),
        sa.Index(None, "consignee_code", "window_start"),
    )

    pre_entry_no: str = Field(primary_key=True)
    applicant_code: str
    consignee_code: str | None
    state: str
    applied_at: datetime = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    window_start: datetime | None = Field(sa_type=Instant)
    window_end: datetime | None = Field(sa_type=Instant)
    submitted_at: datetime | None = Field(sa_type=Instant)
    approved_at: datetime | None = Field(sa_type=Instant)
    submit_by: datetime | None = Field(sa_type=Instant)
    feedback_by: datetime | None = Field(sa_type=Instant)
    application_no: str | None
    applicant_order: str
    consignee_order: str | None
    declaration_port: str | None
    entry_exit_port: str | None
    transport_mode: str | None
    direction: str | None
    declaration_no: str | None
    words: str = Field(sa_type=sa.Text)


class NumberRow(Table, table=True):
    """A number that an appointment has or had: its 申请编号, or a submitted 报关单号, refused or not."""

    __tablename__ = "appointment_numbers"
    __table_args__: ClassVar[Any] = (sa.Index(None, "pre_entry_no"),)

    number: str = Field(primary_key=True)
    pre_entry_no: str = Field(primary_key=True)
