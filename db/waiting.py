"""Columns of an appointment that its waiting messages and receipts have too, so that one index filters each list."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AppointmentRow, DeliveryRow, ReceiptRow
from db.tables.columns import FILTERED
from domain.event import Action, Event

_ROWS = AppointmentRow.table()
_DELIVERIES = DeliveryRow.table()
_RECEIPTS = ReceiptRow.table()
_WAITING: tuple[tuple[sa.Table, sa.ColumnElement[bool]], ...] = (
    (_DELIVERIES, _DELIVERIES.c.state != "delivered"),
    (_RECEIPTS, sa.and_(_RECEIPTS.c.outcome.in_(["received", "parked"]), _RECEIPTS.c.dismissed_at.is_(None))),
)
#: Events that may change the parties or ports of an appointment.
_CHANGING = frozenset({Action.CREATED, Action.SAVED, Action.SUBMITTED})


def columns_of(session: Session, pre_entry_no: str) -> dict[str, Any]:
    """Returns the columns as the appointment has them now; None in each for a number that nobody has."""
    own = sa.select(*(_ROWS.c[name] for name in FILTERED)).where(_ROWS.c.pre_entry_no == pre_entry_no)
    found = session.execute(own).mappings().one_or_none()
    return dict(found) if found else dict.fromkeys(FILTERED)


def apply_events(session: Session, events: Sequence[Event]) -> None:
    """Copies the columns to what waits, if an event may have changed them; the read row must be written first."""
    if any(event.action in _CHANGING for event in events):
        sync(session, [events[0].appointment.pre_entry_no])


def sync(session: Session, numbers: Sequence[str]) -> None:
    """Copies the columns of these appointments to their messages and receipts that wait."""
    for rows, waits in _WAITING:
        own = _ROWS.c.pre_entry_no == rows.c.pre_entry_no
        values = {name: sa.select(_ROWS.c[name]).where(own).scalar_subquery() for name in FILTERED}
        session.execute(sa.update(rows).where(rows.c.pre_entry_no.in_(numbers), waits).values(values))
