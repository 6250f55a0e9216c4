"""Finds the appointments that a change of hours affects and queues a notice for the workflow of each.

A change of the calendar marks appointments in the same transaction; ``judge`` compares the marked ones with the current
calendar; the resulting notices are sent as signals until they arrive. A process may end between any two steps:
the row says which step is next.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import reading, writing
from db.queries.calendars import calendars
from db.tables import AppointmentRow, HoursNoticeRow
from db.upsert import dialect_of, insert, insert_missing
from domain.appointment import AWAITED, Content, State
from domain.calendar import LATEST_CLOSING, PortCalendar, first_date
from domain.event import Action, Event
from domain.instants import at as midnight
from domain.instants import local_date
from domain.model import Model
from domain.policy import Policy
from domain.window import Conflict, Window, governing_ports, hours_conflict

_ROWS = AppointmentRow.table()
_NOTICES = HoursNoticeRow.table()
_SAVE_VERDICT = (
    sa.update(_NOTICES)
    .where(_NOTICES.c.pre_entry_no == sa.bindparam("own"))
    .values({name: sa.bindparam(name) for name in ("conflict", "facts", "revision", "check_due", "send_due")})
)
_MARK_SENT = (
    sa.update(_NOTICES)
    .where(_NOTICES.c.pre_entry_no == sa.bindparam("own"), _NOTICES.c.revision == sa.bindparam("of"))
    .values(send_due=False)
)
#: The columns of a verdict before the first one.
_UNJUDGED: dict[str, Any] = {"send_due": False, "conflict": False, "revision": 0}
_WINDOW = (_ROWS.c.declaration_port, _ROWS.c.entry_exit_port, _ROWS.c.window_start, _ROWS.c.window_end)
#: Appointments judged in one transaction; small, so that other writers wait for a moment only.
BATCH = 500


class HoursSpan(NamedTuple):
    """Dates whose hours change at these ports (None: at any). ``last`` None: the dates have no end."""

    ports: tuple[str, ...] | None
    first: date
    last: date | None


class Notice(Model):
    """A verdict for the workflow of an appointment; ``facts`` name the day and hours that conflict."""

    pre_entry_no: str
    conflict: bool
    revision: int
    changed_at: datetime
    facts: dict[str, Any] | None = None


class MarkedAppointment(Model):
    """A marked appointment; without a window it is no longer awaited."""

    pre_entry_no: str
    conflict: bool
    send_due: bool
    revision: int
    declaration_port: str | None
    entry_exit_port: str | None
    window_start: datetime | None
    window_end: datetime | None

    @property
    def window(self) -> Window | None:
        """Returns the window as booked, independent of the present policy."""
        return Window(self.window_start, self.window_end) if self.window_start and self.window_end else None

    def governing(self, policy: Policy) -> tuple[str, ...]:
        """Returns the ports whose hours apply."""
        ports = Content(declaration_port=self.declaration_port, entry_exit_port=self.entry_exit_port)
        return governing_ports(ports, policy)


class AwaitedAppointment(MarkedAppointment):
    """An appointment that waits for its window."""

    applicant_code: str
    state: State
    window_start: datetime


Case = TypeVar("Case", bound=MarkedAppointment)


class JudgedAppointment(NamedTuple, Generic[Case]):
    """An appointment, and whether its window conflicts with the hours."""

    case: Case
    conflict: Conflict


def mark_affected(session: Session, span: HoursSpan, *, at: datetime) -> None:
    """Marks appointments whose window is not over and touches one of these dates."""
    marks = [sa.literal(value, _NOTICES.c[name].type).label(name) for name, value in _unjudged(at).items()]
    found = sa.select(_ROWS.c.pre_entry_no, *marks).where(*_overlapping(span, at))
    dialect = dialect_of(session)
    if dialect == "postgresql":  # in the order in which others lock these rows, so that there is no deadlock
        found = found.order_by(_ROWS.c.pre_entry_no)
    marking = insert(dialect, _NOTICES).from_select([column.name for column in found.selected_columns], found)
    again = {"check_due": True, "changed_at": marking.excluded.changed_at}
    session.execute(marking.on_conflict_do_update(index_elements=["pre_entry_no"], set_=again))


def mark_submitted(session: Session, new_events: Sequence[Event]) -> None:
    """Marks new applications: the hours may have changed after the assessment and before the row was written."""
    submitted = [event for event in new_events if event.action is Action.SUBMITTED]
    insert_missing(
        session, _NOTICES, *({"pre_entry_no": each.appointment.pre_entry_no} | _unjudged(each.at) for each in submitted)
    )


def judge(engine: Engine, policy: Policy) -> int:
    """Judges a batch of marked appointments by the current calendar; returns how many, 0 when none is marked."""
    with reading(engine) as session:
        if session.execute(sa.select(_NOTICES.c.pre_entry_no).where(_NOTICES.c.check_due).limit(1)).first() is None:
            return 0
    with writing(engine) as session:
        cases = _marked(session)
        by_port = _calendars(session, cases, policy)
        _settle(session, [(case, _conflict(case, by_port, policy)) for case in cases])
        return len(cases)


def unsent(session: Session, *, limit: int = BATCH) -> list[Notice]:
    """Returns the notices that are not sent yet."""
    due = sa.select(_NOTICES).where(_NOTICES.c.send_due).order_by(_NOTICES.c.pre_entry_no).limit(limit)
    return [Notice.model_validate(dict(row)) for row in session.execute(due).mappings()]


def count_unsettled(session: Session, *, before: datetime) -> int:
    """Returns how many were marked before that instant and are neither judged nor sent."""
    old = _NOTICES.c.changed_at < before
    counts = (sa.select(sa.func.count()).where(due, old) for due in (_NOTICES.c.check_due, _NOTICES.c.send_due))
    return sum(int(session.execute(count.select_from(_NOTICES)).scalar_one()) for count in counts)


def mark_sent(engine: Engine, notices: Sequence[Notice]) -> None:
    """Marks these notices as sent, except those with a newer verdict by now."""
    if notices:
        with writing(engine) as session:
            rows = [{"own": each.pre_entry_no, "of": each.revision} for each in notices]
            session.connection().execute(_MARK_SENT, rows)


def resend(engine: Engine, pre_entry_no: str) -> None:
    """Queues the newest verdict on an appointment again: its workflow may have been lost with it."""
    own = sa.and_(_NOTICES.c.pre_entry_no == pre_entry_no, _NOTICES.c.revision > 0)
    with writing(engine) as session:
        session.execute(sa.update(_NOTICES).where(own).values(send_due=True))


def revision(session: Session, pre_entry_no: str) -> int:
    """Returns how many verdicts on the appointment were queued."""
    own = sa.select(_NOTICES.c.revision).where(_NOTICES.c.pre_entry_no == pre_entry_no)
    return session.execute(own).scalar_one_or_none() or 0


def new_verdicts(
    session: Session, spans: Iterable[HoursSpan], policy: Policy, *, at: datetime
) -> list[JudgedAppointment[AwaitedAppointment]]:
    """Returns the verdicts that would be queued for these spans by the calendar that the session sees; queues none."""
    cases = {case.pre_entry_no: case for span in spans for case in _affected(session, span, at)}
    by_port = _calendars(session, cases.values(), policy)
    return _new((case, _conflict(case, by_port, policy)) for case in cases.values())


def _affected(session: Session, span: HoursSpan, at: datetime) -> list[AwaitedAppointment]:
    """Returns the appointments that ``mark_affected`` marks and that still wait for their window, as judged so far."""
    judged = (sa.func.coalesce(_NOTICES.c[name], value).label(name) for name, value in _UNJUDGED.items())
    found = sa.select(_ROWS.c.pre_entry_no, *judged, *_WINDOW, _ROWS.c.applicant_code, _ROWS.c.state).outerjoin_from(
        _ROWS, _NOTICES, _ROWS.c.pre_entry_no == _NOTICES.c.pre_entry_no
    )
    rows = session.execute(found.where(*_overlapping(span, at))).mappings()
    return [AwaitedAppointment.model_validate(dict(row)) for row in rows if row["state"] in AWAITED]


def _overlapping(span: HoursSpan, at: datetime) -> Iterator[sa.ColumnElement[bool]]:
    # Not by state: ``judge`` filters it, and the planner would choose an index on states over that on windows.
    yield _ROWS.c.window_end > max(midnight(span.first), at)
    if span.last is not None:
        yield _ROWS.c.window_start < midnight(span.last, LATEST_CLOSING)
    if span.ports is not None:
        yield sa.or_(_ROWS.c.declaration_port.in_(span.ports), _ROWS.c.entry_exit_port.in_(span.ports))


def _unjudged(at: datetime) -> dict[str, Any]:
    return {"check_due": True, **_UNJUDGED, "changed_at": at}


def _marked(session: Session) -> list[MarkedAppointment]:
    """Returns a batch of marked appointments, locked; those locked by another process are skipped."""
    awaited = sa.and_(_ROWS.c.pre_entry_no == _NOTICES.c.pre_entry_no, _ROWS.c.state.in_(AWAITED))
    notice = (_NOTICES.c.pre_entry_no, _NOTICES.c.conflict, _NOTICES.c.send_due, _NOTICES.c.revision)
    due = (
        sa.select(*notice, *_WINDOW)
        .outerjoin_from(_NOTICES, _ROWS, awaited)
        .where(_NOTICES.c.check_due)
        .order_by(_NOTICES.c.pre_entry_no)
        .limit(BATCH)
        .with_for_update(of=_NOTICES, skip_locked=True)
    )
    return [MarkedAppointment.model_validate(dict(row)) for row in session.execute(due).mappings()]


def _calendars(session: Session, cases: Collection[MarkedAppointment], policy: Policy) -> dict[str, PortCalendar]:
    windows = [case.window for case in cases if case.window]
    if not windows:
        return {}
    ports = {port for case in cases for port in case.governing(policy)}
    first, last = min(window.start for window in windows), max(window.end for window in windows)
    return calendars(session, ports, (first_date(first), local_date(last))).by_port


def _conflict(case: MarkedAppointment, by_port: dict[str, PortCalendar], policy: Policy) -> Conflict | None:
    return hours_conflict(case.window, case.governing(policy), by_port, policy) if case.window else None


def _settle(session: Session, verdicts: Sequence[tuple[MarkedAppointment, Conflict | None]]) -> None:
    """Queues new verdicts; removes or keeps the rows of appointments whose last verdict still holds."""
    new = _new(verdicts)
    queued = {case.pre_entry_no for case, _ in new}
    settled = [case for case, _ in verdicts if case.pre_entry_no not in queued]
    # A row without an earlier verdict is not needed any more.
    session.execute(sa.delete(_NOTICES).where(_is_one_of(case for case in settled if case.revision == 0)))
    judged_before = _is_one_of(case for case in settled if case.revision)
    session.execute(sa.update(_NOTICES).where(judged_before).values(check_due=False))
    if new:
        session.connection().execute(_SAVE_VERDICT, [_verdict_row(case, found) for case, found in new])


def _new(verdicts: Iterable[tuple[Case, Conflict | None]]) -> list[JudgedAppointment[Case]]:
    """Returns the verdicts that differ from the last one; a calendar with a gap gives none."""
    return [
        JudgedAppointment(case, found) for case, found in verdicts if found is not None and found.holds != case.conflict
    ]


def _is_one_of(cases: Iterable[MarkedAppointment]) -> sa.ColumnElement[bool]:
    return _NOTICES.c.pre_entry_no.in_([case.pre_entry_no for case in cases])


def _verdict_row(case: MarkedAppointment, found: Conflict) -> dict[str, Any]:
    return {
        "own": case.pre_entry_no,
        "conflict": found.holds,
        "facts": found.facts,
        "revision": case.revision + 1,
        "check_due": False,
        "send_due": True,
    }
