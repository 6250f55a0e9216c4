"""Recent events with the parties of their appointments, for live updates.

Row numbers grow, but a lower one may become visible later.
"""

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AppointmentRow, EventRow
from domain.appointment import State
from domain.model import Model

_EVENTS = EventRow.table()
_ROWS = AppointmentRow.table()


class RecentEvent(Model):
    """An event by its row number, with the state after it and the present parties."""

    id: int
    pre_entry_no: str
    version: int
    state: State
    applicant: str
    consignee: str | None


def last_event_id(session: Session) -> int:
    """Returns the highest row number; 0 before the first event."""
    return session.execute(sa.select(sa.func.max(_EVENTS.c.id))).scalar_one() or 0


def events_after(session: Session, *, after: int, limit: int) -> list[RecentEvent]:
    """Returns events with a higher row number, oldest first."""
    rows = session.execute(
        sa.select(
            _EVENTS.c.id,
            _EVENTS.c.pre_entry_no,
            _EVENTS.c.version,
            _EVENTS.c.after.label("state"),
            _ROWS.c.applicant_code.label("applicant"),
            _ROWS.c.consignee_code.label("consignee"),
        )
        .join(_ROWS, _ROWS.c.pre_entry_no == _EVENTS.c.pre_entry_no)
        .where(_EVENTS.c.id > after)
        .order_by(_EVENTS.c.id)
        .limit(limit)
    ).mappings()
    return [RecentEvent.model_validate(dict(row)) for row in rows]
