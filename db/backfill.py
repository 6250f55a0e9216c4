"""Adds rows of newer tables for appointments that were written before, a few in each transaction."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import figure_rows, search_rows
from db.engine import writing
from db.tables import AppointmentRow, FigureRow, SearchRow
from domain.appointment import UNKNOWN_TO_CUSTOMS, Appointment

_ROWS = AppointmentRow.table()
_SEARCH = SearchRow.table()
_FIGURES = FigureRow.table()
#: Rows in one transaction; commands wait while it runs.
CHUNK = 100


Page = Callable[[str], sa.Select[tuple[str, str]]]
Add = Callable[[Session, Sequence[Appointment]], None]


def backfill(engine: Engine) -> int:
    """Adds the search rows and the figures that are missing; returns how many.

    It can be interrupted and repeated, and runs while events are written.
    """
    searched = _backfill(engine, without_search_row, search_rows.add_missing)
    return searched + _backfill(engine, without_figures, figure_rows.add_missing)


def _backfill(engine: Engine, page: Page, add: Add) -> int:
    count, after = 0, ""
    while True:
        with writing(engine) as session:
            rows = session.execute(page(after)).all()
            add(session, [Appointment.model_validate_json(snapshot) for _, snapshot in rows])
        if not rows:
            return count
        count, after = count + len(rows), rows[-1][0]


def without_search_row(after: str) -> sa.Select[tuple[str, str]]:
    """Returns the query for the next read rows without a search row; it reads the keys of both tables."""
    return _without(_SEARCH, after)


def without_figures(after: str) -> sa.Select[tuple[str, str]]:
    """Returns the query for the next read rows of submitted appointments without figures."""
    return _without(_FIGURES, after).where(_ROWS.c.state.not_in([state.value for state in UNKNOWN_TO_CUSTOMS]))


def _without(table: sa.Table, after: str) -> sa.Select[tuple[str, str]]:
    has_row = sa.exists().where(table.c.pre_entry_no == _ROWS.c.pre_entry_no)
    number = _ROWS.c.pre_entry_no
    return sa.select(number, _ROWS.c.snapshot).where(number > after, ~has_row).order_by(number).limit(CHUNK)
