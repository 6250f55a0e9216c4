"""Writes the days and durations of each application, in the transaction that writes its read row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.chain import current
from db.tables import EventRow, FigureRow
from db.upsert import insert_missing, upsert
from domain.appointment import Appointment, State
from domain.event import Action
from domain.instants import local_date

_FIGURES = FigureRow.table()
_EVENTS = EventRow.table()
_COLUMNS = ("pre_entry_no", "version", "at", "action", "after", "received_at", "due_at")
_ANSWERS = (Action.APPROVED, Action.RETURNED, Action.LAPSED)
#: The feedback deadline of an approved appointment has passed.
_DUE = (Action.OVERDUE, Action.FEEDBACK_CLOSED)
#: A deadline of 24:00 belongs to the day that ends then.
_BEFORE = timedelta(microseconds=1)

Row = Mapping[str, Any]


def sync(session: Session, appointment: Appointment) -> None:
    """Writes the row of an appointment that was submitted, and removes that of any other."""
    row = figure_row(appointment, _events(session, [appointment.pre_entry_no]))
    if row is None:
        session.execute(sa.delete(_FIGURES).where(_FIGURES.c.pre_entry_no == appointment.pre_entry_no))
    else:
        upsert(session, _FIGURES, row)


def add_missing(session: Session, appointments: Sequence[Appointment]) -> None:
    """Adds the rows of appointments that have none; a row that was written in the meantime is newer and stays."""
    events = _events(session, [each.pre_entry_no for each in appointments])
    own = {
        each.pre_entry_no: [one for one in events if one["pre_entry_no"] == each.pre_entry_no] for each in appointments
    }
    rows = (figure_row(each, own[each.pre_entry_no]) for each in appointments)
    insert_missing(session, _FIGURES, *filter(None, rows))


def figure_row(appointment: Appointment, events: Iterable[Row]) -> dict[str, Any] | None:
    """Returns the columns; None if it was never submitted. ``events`` are all of its rows in the order of writing."""
    counting = current(list(events))
    submitted, port = appointment.submitted_at, appointment.content.declaration_port
    if submitted is None or port is None:
        return None
    submit_by = appointment.deadlines.submit_by
    return {
        "pre_entry_no": appointment.pre_entry_no,
        "port": port,
        "submitted_on": local_date(submitted),
        "lead_minutes": _minutes(submitted, submit_by) if submit_by else None,
        **_answered(submitted, counting),
        **_feedback(counting),
    }


def _answered(submitted: datetime, events: Sequence[Row]) -> Row:
    first = next((each for each in events if each["action"] in _ANSWERS), None)
    if first is None:
        return {"answer": None, "answered_on": None, "answer_minutes": None}
    at = first["received_at"] or first["due_at"] or first["at"]
    by_customs = first["action"] != Action.LAPSED
    minutes = max(0, _minutes(submitted, at)) if by_customs else None
    return {"answer": str(first["action"]), "answered_on": local_date(at), "answer_minutes": minutes}


def _feedback(events: Sequence[Row]) -> Row:
    due = next((each for each in events if each["action"] in _DUE), None)
    if due is None:
        return {"due_on": None, "overdue": False}
    overdue = any(each["after"] == State.COMPLETED_WITHOUT_FEEDBACK for each in events)
    return {"due_on": local_date((due["due_at"] or due["at"]) - _BEFORE), "overdue": overdue}


def _minutes(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(minutes=1)


def _events(session: Session, numbers: Sequence[str]) -> list[Row]:
    columns = [_EVENTS.c[name] for name in _COLUMNS]
    wanted = (
        sa.select(*columns).where(_EVENTS.c.pre_entry_no.in_(numbers)).order_by(_EVENTS.c.pre_entry_no, _EVENTS.c.id)
    )
    return [dict(row) for row in session.execute(wanted).mappings()]
