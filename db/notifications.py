"""Notifications: rows that point at events, and how far each person has read."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.queries.history import CURRENT
from db.tables import ContentRow, EventRow, NotificationReadRow, NotificationRow
from db.upsert import Insert, dialect_of, insert, insert_missing
from domain.appointment import Appointment
from domain.event import Action, Event
from domain.notifications import ACTIONS, EVENTS, recipients

_NOTIFICATIONS = NotificationRow.table()
_READS = NotificationReadRow.table()
_EVENTS, _CONTENTS = EventRow.table(), ContentRow.table()
_ACTIONS = [action.value for action in ACTIONS]


def notify(session: Session, events: Sequence[Event]) -> None:
    """Adds a row for each enterprise that an event concerns; existing rows stay."""
    rows = [row for event in events for row in _rows(event.appointment, event.action, event.decision, event.at)]
    insert_missing(session, _NOTIFICATIONS, *rows)


def remove_since(session: Session, pre_entry_no: str, *, since: int) -> None:
    """Removes notifications of an attempt of the workflow that was lost before it became durable."""
    own = _NOTIFICATIONS.c.pre_entry_no == pre_entry_no
    session.execute(sa.delete(_NOTIFICATIONS).where(own, _NOTIFICATIONS.c.version >= since))


def rebuild(session: Session, pre_entry_nos: Sequence[str]) -> None:
    """Rebuilds the notifications of these appointments from the events that count."""
    session.execute(sa.delete(_NOTIFICATIONS).where(_NOTIFICATIONS.c.pre_entry_no.in_(pre_entry_nos)))
    together = sa.and_(_EVENTS.c.pre_entry_no == _CONTENTS.c.pre_entry_no, _EVENTS.c.version == _CONTENTS.c.version)
    wanted = (
        sa.select(_EVENTS.c.action, _EVENTS.c.decision, _EVENTS.c.at, _CONTENTS.c.appointment)
        .join(_CONTENTS, together)
        .where(_EVENTS.c.pre_entry_no.in_(pre_entry_nos), _EVENTS.c.action.in_(_ACTIONS), CURRENT)
        .order_by(_EVENTS.c.id)
    )
    for action, decision, at, snapshot in session.execute(wanted).all():
        rows = _rows(Appointment.model_validate_json(snapshot), Action(action), decision, at)
        insert_missing(session, _NOTIFICATIONS, *rows)


def _rows(appointment: Appointment, action: Action, decision: Any, at: datetime) -> list[dict[str, object]]:
    consignee = appointment.consignee.code if appointment.consignee else None
    codes = recipients(action, decision, applicant=appointment.applicant.code, consignee=consignee)
    own: dict[str, object] = {"pre_entry_no": appointment.pre_entry_no, "version": appointment.version, "at": at}
    return [own | {"customs_code": code} for code in codes]


def for_appointment(session: Session, pre_entry_no: str) -> list[tuple[int, str, datetime]]:
    """Returns (version, customs code of the recipient, instant) of each notification about an appointment."""
    own = sa.select(_NOTIFICATIONS.c.version, _NOTIFICATIONS.c.customs_code, _NOTIFICATIONS.c.at)
    found = session.execute(own.where(_NOTIFICATIONS.c.pre_entry_no == pre_entry_no).order_by(_NOTIFICATIONS.c.version))
    return [(row.version, row.customs_code, row.at) for row in found]


def mark_read(session: Session, reader: str, marks: Sequence[tuple[str, str, int]], *, at: datetime) -> None:
    """Records that ``reader`` has read about (pre_entry_no, topic) up to a mark; a version read never goes back."""
    rows = [{"reader": reader, "pre_entry_no": no, "topic": topic, "mark": mark, "at": at} for no, topic, mark in marks]
    if rows:
        session.execute(_mark(dialect_of(session)), rows)


@cache
def _mark(dialect: str) -> Insert:
    statement = insert(dialect, _READS)
    further = sa.or_(_READS.c.mark < statement.excluded.mark, _READS.c.topic != EVENTS)
    changed = {"mark": statement.excluded.mark, "at": statement.excluded.at}
    return statement.on_conflict_do_update(
        index_elements=["reader", "pre_entry_no", "topic"], set_=changed, where=further
    )


def mark_all_read(session: Session, reader: str, customs_code: str, *, until: datetime, at: datetime) -> None:
    """Records that ``reader`` has read all notifications of that enterprise up to ``until``."""
    newest = (
        sa.select(_NOTIFICATIONS.c.pre_entry_no, sa.func.max(_NOTIFICATIONS.c.version))
        .where(_NOTIFICATIONS.c.customs_code == customs_code, _NOTIFICATIONS.c.at <= until)
        .group_by(_NOTIFICATIONS.c.pre_entry_no)
    )
    mark_read(session, reader, [(no, EVENTS, version) for no, version in session.execute(newest).all()], at=at)


def sweep(session: Session, *, before: datetime) -> int:
    """Removes read marks from before that instant; returns how many."""
    gone = session.execute(sa.delete(_READS).where(_READS.c.at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # a result of a DELETE has it
