"""Adds rows of newer tables for appointments that were written before, a few in each transaction."""

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import search_rows
from db.engine import writing
from db.tables import AppointmentRow, SearchRow
from domain.appointment import Appointment

_ROWS = AppointmentRow.table()
_SEARCH = SearchRow.table()
#: Rows in one transaction; commands wait while it runs.
CHUNK = 100


def backfill(engine: Engine) -> int:
    """Adds the search rows that are missing; returns how many.

    It can be interrupted and repeated, and runs while events are written.
    """
    count, after = 0, ""
    while True:
        with writing(engine) as session:
            numbers = _backfill_page(session, after)
        if not numbers:
            return count
        count, after = count + len(numbers), numbers[-1]


def _backfill_page(session: Session, after: str) -> list[str]:
    rows = session.execute(without_search_row(after)).all()
    numbers = [number for number, _ in rows]
    search_rows.add_missing(session, [Appointment.model_validate_json(snapshot) for _, snapshot in rows])
    return numbers


def without_search_row(after: str) -> sa.Select[tuple[str, str]]:
    """Returns the query for the next read rows without a search row; it reads the keys of both tables."""
    has_row = sa.exists().where(_SEARCH.c.pre_entry_no == _ROWS.c.pre_entry_no)
    number = _ROWS.c.pre_entry_no
    return sa.select(number, _ROWS.c.snapshot).where(number > after, ~has_row).order_by(number).limit(CHUNK)
