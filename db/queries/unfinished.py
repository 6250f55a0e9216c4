"""Appointments that may still change by themselves or by a message: each needs a workflow."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import reading
from db.queries.history import CURRENT
from db.tables import AppointmentRow, DeliveryRow, EventRow
from domain.appointment import OPEN, Appointment, State
from domain.due import is_over

_ROWS = AppointmentRow.table()
_DELIVERIES = DeliveryRow.table()
_EVENTS = EventRow.table()
#: Numbers in one call to Temporal.
PAGE = 200
#: In these final states something may still happen until the feedback deadline, days later.
_ENDING = (State.COMPLETED, State.CANCELLED)
_ENDED_WITHIN = timedelta(days=60)
#: Whose message customs does not have; a promise that was lost with its attempt does not count.
_UNDELIVERED = sa.and_(
    _DELIVERIES.c.state.in_(["pending", "stuck"]),
    sa.exists().where(
        _EVENTS.c.pre_entry_no == _DELIVERIES.c.pre_entry_no,
        _EVENTS.c.version == _DELIVERIES.c.version,
        _EVENTS.c.message_id == _DELIVERIES.c.message_id,
        CURRENT,
    ),
)

_Keys = tuple[sa.Column[Any], sa.Column[Any]]


def unfinished(engine: Engine, *, size: int = PAGE) -> Iterator[list[str]]:
    """Yields pages of at most ``size`` numbers, each read in a session of its own; a number may occur twice.

    The cost depends on the number of open appointments, not on that of all.
    """
    for state in OPEN:
        yield from _pages(engine, size, (_ROWS.c.created_at, _ROWS.c.pre_entry_no), _ROWS.c.state == state)
    recent = _ROWS.c.window_end > datetime.now(UTC) - _ENDED_WITHIN
    ending = _ROWS.c.state.in_(_ENDING), recent
    yield from _pages(engine, size, (_ROWS.c.window_end, _ROWS.c.pre_entry_no), *ending, keep=_is_unfinished)
    yield from _pages(engine, size, (_DELIVERIES.c.promised_at, _DELIVERIES.c.message_id), _UNDELIVERED)


def is_unfinished(session: Session, pre_entry_no: str) -> bool:
    """True if this appointment may still change."""
    waits = sa.select(_DELIVERIES.c.message_id).where(_DELIVERIES.c.pre_entry_no == pre_entry_no, _UNDELIVERED)
    return _is_unfinished(session, pre_entry_no) or session.execute(waits.limit(1)).first() is not None


def _is_unfinished(session: Session, pre_entry_no: str) -> bool:
    own = sa.select(_ROWS.c.snapshot).where(_ROWS.c.pre_entry_no == pre_entry_no)
    snapshot = session.execute(own).scalar_one_or_none()
    return snapshot is not None and not is_over(Appointment.model_validate_json(snapshot))


def _pages(
    engine: Engine,
    size: int,
    keys: _Keys,
    *conditions: sa.ColumnElement[bool],
    keep: Callable[[Session, str], bool] = lambda *_: True,
) -> Iterator[list[str]]:
    number = keys[0].table.c.pre_entry_no.label("number")
    wanted = sa.select(number, *keys).where(*conditions).order_by(*keys).limit(size)
    page = wanted
    while True:
        with reading(engine) as session:
            rows = session.execute(page).all()
            numbers = [row.number for row in rows if keep(session, row.number)]
        if not rows:
            return
        yield numbers
        page = wanted.where(sa.tuple_(*keys) > sa.tuple_(*(sa.literal(value) for value in rows[-1][1:])))
