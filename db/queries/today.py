"""What waits for a person now: how much, since when, and when the next of it is due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.queries.worklists import SOURCES, Condition, WorklistKind
from db.tables import AccessRow, AppointmentRow, ApprovalRow, AttemptRow, EnterpriseRow
from db.tables.appointments import AWAITS_DECISION, AWAITS_FEEDBACK
from db.tables.approvals import OPEN

_ROWS = AppointmentRow.table()
_ACCESSES = AccessRow.table()
_ATTEMPTS = AttemptRow.table()
_ENTERPRISES = EnterpriseRow.table()
_APPROVALS = ApprovalRow.table()

#: Waiting rows are counted by age: younger than the first bound, between each two, and older than the last.
AGES = (timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7))
#: No wait after failed logins is longer; see ``identity.lockout``.
LONGEST_WAIT = timedelta(minutes=15)


class Waiting(NamedTuple):
    """The ``total`` that waits, since when the oldest does, how many of each age, and when the next one is due."""

    total: int
    oldest: datetime | None = None
    ages: tuple[int, ...] = ()
    next_at: datetime | None = None


class Today(NamedTuple):
    """The work of today, as the database knows it.

    ``refused_logins`` are those of a day; ``locked_out`` names must wait before they may log in again; ``approvals``
    are requests that wait for a second operator.
    """

    overdue: Waiting
    undecided: Waiting
    stuck_deliveries: Waiting
    pending_deliveries: Waiting
    parked_receipts: Waiting
    unsettled_receipts: Waiting
    refused_logins: Waiting
    locked_out: Waiting
    approvals: Waiting
    register_changed_at: datetime | None


def today(session: Session, now: datetime) -> Today:
    """Returns the counts at that instant; each statement reads an index that holds little else than what it counts."""
    return Today(
        overdue=_waiting(session, "overdue", now)._replace(
            next_at=_next(session, _ROWS.c.feedback_by, AWAITS_FEEDBACK, now)
        ),
        undecided=_waiting(session, "undecided", now)._replace(
            next_at=_next(session, _ROWS.c.window_end, AWAITS_DECISION, now)
        ),
        stuck_deliveries=_waiting(session, "deliveries", now, "stuck"),
        pending_deliveries=_waiting(session, "deliveries", now, "pending"),
        parked_receipts=_waiting(session, "receipts", now, "parked"),
        unsettled_receipts=_waiting(session, "receipts", now, "received"),
        refused_logins=_refused_logins(session, now - timedelta(days=1)),
        locked_out=_locked_out(session, now),
        approvals=_approvals(session, now),
        register_changed_at=session.execute(sa.select(sa.func.max(_ENTERPRISES.c.updated_at))).scalar_one(),
    )


def _waiting(session: Session, kind: WorklistKind, now: datetime, state: str | None = None) -> Waiting:
    source = SOURCES[kind]
    condition = source.states[state] if state else next(iter(source.states.values()))
    waiting = sa.and_(condition, source.since.is_not(None))
    oldest = sa.select(sa.func.min(source.since)).where(waiting).scalar_subquery()
    ages = (sa.select(sa.func.count()).where(waiting, *span).scalar_subquery() for span in _ages(source.since, now))
    since, *by_age = session.execute(sa.select(oldest, *ages)).one()
    return Waiting(sum(by_age), since, tuple(by_age))


def _ages(since: sa.Column[Any], now: datetime) -> Iterator[list[sa.ColumnElement[bool]]]:
    """Yields the conditions of each age, the youngest first: a count of a range of the index is the cheapest."""
    bounds = [None, *(now - age for age in AGES), None]
    for younger, older in pairwise(bounds):
        conditions = [since > older] if older is not None else []
        yield conditions + ([since <= younger] if younger is not None else [])


def _next(session: Session, due: sa.Column[Any], condition: Condition, now: datetime) -> datetime | None:
    found = sa.select(due).where(condition, due > now).order_by(due).limit(1)
    instant: datetime | None = session.execute(found).scalar_one_or_none()
    return instant


def _refused_logins(session: Session, since: datetime) -> Waiting:
    recent = sa.and_(_ACCESSES.c.at >= since, _ACCESSES.c.what == "login.refused")
    found = sa.select(sa.func.count(), sa.func.min(_ACCESSES.c.at)).where(recent)
    total, oldest = session.execute(found).one()
    return Waiting(total, oldest)


def _locked_out(session: Session, now: datetime) -> Waiting:
    locked = sa.and_(_ATTEMPTS.c.last_at >= now - LONGEST_WAIT, _ATTEMPTS.c.wait_until > now)
    found = sa.select(sa.func.count(), sa.func.min(_ATTEMPTS.c.last_at), sa.func.min(_ATTEMPTS.c.wait_until))
    total, oldest, until = session.execute(found.where(locked)).one()
    return Waiting(total, oldest, next_at=until)


def _approvals(session: Session, now: datetime) -> Waiting:
    """Counts requests that nobody has decided; the next instant is when the first of them expires."""
    asked = (sa.func.count(), sa.func.min(_APPROVALS.c.asked_at), sa.func.min(_APPROVALS.c.expires_at))
    total, oldest, until = session.execute(sa.select(*asked).where(OPEN, _APPROVALS.c.expires_at > now)).one()
    return Waiting(total, oldest, next_at=until)
