"""The appointments that an applicant has to act on, list by list, by the index on party, state and end of window."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.tables import AppointmentRow
from domain.appointment import AWAITED, OPEN_FOR_FEEDBACK, UNDECIDED, Appointment, State

_ROWS = AppointmentRow.table()
_NUMBER = _ROWS.c.pre_entry_no
#: Applied for and not called off: its window is to come for as long as it has not ended.
_BOOKED = (*AWAITED, State.COMPLETED)

#: More than an enterprise books in the days until feedback is due.
MOST_OPEN = 2_000

Condition = sa.ColumnElement[bool]


class AgendaList(NamedTuple):
    """The first appointments of a list, and how many it has in all."""

    items: list[Appointment]
    total: int


def drafts(session: Session, applicant: str, *, now: datetime, limit: int) -> AgendaList:
    """Returns all drafts in three groups.

    First those with a future window, the nearest first; then without a window; then past ones, both the newest first.
    """
    own = _own(applicant, State.DRAFT)
    newest = (_ROWS.c.created_at.desc(), _NUMBER.desc())
    parts = (
        (sa.and_(own, _ROWS.c.window_end > now), (_ROWS.c.window_end, _NUMBER)),
        (sa.and_(own, _ROWS.c.window_end.is_(None)), newest),
        (sa.and_(own, _ROWS.c.window_end <= now), (_ROWS.c.window_end.desc(), _NUMBER.desc())),
    )
    items: list[Appointment] = []
    for condition, order in parts:
        items += _first(session, condition, order, limit=limit - len(items))
    return AgendaList(items, _count(session, own))


def upcoming(session: Session, applicant: str, *, now: datetime, limit: int) -> AgendaList:
    """Returns booked appointments whose window is not over, the nearest first, fed back or not."""
    return _found(
        session,
        sa.and_(_own(applicant, *_BOOKED), _ROWS.c.window_end > now),
        (_ROWS.c.window_end, _NUMBER),
        limit=limit,
    )


def feedback_due(session: Session, applicant: str, *, now: datetime, limit: int) -> AgendaList:
    """Returns 预约成功 whose window has begun and that have no matching number yet, the nearest deadline first."""
    begun = sa.and_(_own(applicant, State.SUCCEEDED), _ROWS.c.window_start <= now)
    return _found(session, begun, (_ROWS.c.feedback_by, _NUMBER), limit=limit)


def open_for_feedback(session: Session, applicant: str, *, now: datetime, since: datetime) -> list[Appointment]:
    """Returns approved appointments, fed back or not, whose deadline is to come.

    ``since``: no window that ended before it can have such a deadline.
    """
    still = sa.and_(_ROWS.c.window_end >= since, _ROWS.c.feedback_by > now)
    own = sa.and_(_own(applicant, *OPEN_FOR_FEEDBACK), still)
    return _first(session, own, (_ROWS.c.window_end, _NUMBER), limit=MOST_OPEN)


def undecided(session: Session, applicant: str, *, now: datetime, limit: int) -> AgendaList:
    """Returns submitted appointments whose window is over without a decision of customs, the oldest window first."""
    over = sa.and_(_own(applicant, *UNDECIDED), _ROWS.c.window_end <= now)
    return _found(session, over, (_ROWS.c.window_end, _NUMBER), limit=limit)


def returned(session: Session, applicant: str, *, now: datetime, limit: int) -> AgendaList:
    """Returns 退单 whose window is not over, the nearest first: they can be submitted again."""
    again = sa.and_(_own(applicant, State.RETURNED), _ROWS.c.window_end > now)
    return _found(session, again, (_ROWS.c.window_end, _NUMBER), limit=limit)


def called_off(session: Session, applicant: str, *, now: datetime, limit: int) -> AgendaList:
    """Returns cancelled or returned appointments whose window is not over, the nearest first."""
    off = sa.and_(_own(applicant, State.CANCELLED, State.RETURNED), _ROWS.c.window_end > now)
    return _found(session, off, (_ROWS.c.window_end, _NUMBER), limit=limit)


def overdue(session: Session, applicant: str, *, limit: int) -> AgendaList:
    """Returns 通关完成未反馈, which block new appointments, the oldest window first."""
    return _found(
        session, _own(applicant, State.COMPLETED_WITHOUT_FEEDBACK), (_ROWS.c.window_end, _NUMBER), limit=limit
    )


def _own(applicant: str, *states: State) -> Condition:
    return sa.and_(_ROWS.c.applicant_code == applicant, _ROWS.c.state.in_([state.value for state in states]))


def _found(session: Session, condition: Condition, order: Sequence[Any], *, limit: int) -> AgendaList:
    return AgendaList(_first(session, condition, order, limit=limit), _count(session, condition))


def _first(session: Session, condition: Condition, order: Sequence[Any], *, limit: int) -> list[Appointment]:
    if limit == 0:
        return []
    wanted = sa.select(_ROWS.c.snapshot).where(condition).order_by(*order).limit(limit)
    return [Appointment.model_validate_json(snapshot) for snapshot in session.execute(wanted).scalars()]


def _count(session: Session, condition: Condition) -> int:
    return int(session.execute(sa.select(sa.func.count()).select_from(_ROWS).where(condition)).scalar_one())
