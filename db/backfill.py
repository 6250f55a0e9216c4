"""Adds rows of newer tables for appointments that were written before, a few in each transaction."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import figure_rows, personal_digests, search_rows
from db.engine import writing
from db.personal_digests import Digests
from db.tables import AppointmentRow, FigureRow, PersonalDigestRow, SearchRow
from domain.appointment import UNKNOWN_TO_CUSTOMS, Appointment, State

_ROWS = AppointmentRow.table()
_SEARCH = SearchRow.table()
_FIGURES = FigureRow.table()
_DIGESTS = PersonalDigestRow.table()
#: Rows in one transaction; commands wait while it runs.
CHUNK = 100


Page = Callable[[str], sa.Select[tuple[str, str]]]
Add = Callable[[Session, Sequence[Appointment]], None]


def backfill(engine: Engine, digests: Digests | None = None) -> int:
    """Adds the search rows and the figures that are missing; returns how many.

    It can be interrupted and repeated, and runs while events are written. With ``digests``, which need the keys, it
    adds the rows by which personal values are found, too.
    """
    if digests:
        _backfill(
            engine, without_digests, lambda session, some: personal_digests.reset(session, _numbers(some), digests)
        )
    searched = _backfill(engine, without_search_row, search_rows.add_missing)
    return searched + _backfill(engine, without_figures, figure_rows.add_missing)


def _numbers(appointments: Sequence[Appointment]) -> list[str]:
    return [each.pre_entry_no for each in appointments]


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


def without_digests(after: str) -> sa.Select[tuple[str, str]]:
    """Returns the query for the next read rows of appointments by none of whose personal values they are found."""
    return _without(_DIGESTS, after).where(_ROWS.c.state != State.DELETED.value)


def _without(table: sa.Table, after: str) -> sa.Select[tuple[str, str]]:
    has_row = sa.exists().where(table.c.pre_entry_no == _ROWS.c.pre_entry_no)
    number = _ROWS.c.pre_entry_no
    return sa.select(number, _ROWS.c.snapshot).where(number > after, ~has_row).order_by(number).limit(CHUNK)
