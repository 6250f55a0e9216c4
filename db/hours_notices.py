"""Who must be told that hours changed: appointments are marked with the change, judged, and told, each step durable.

Marked in the transaction that changes the calendar; judged against the calendar as it then stands; told by a signal
to the workflow, as often as it takes. A process may end anywhere in between: the row says what is left to do.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import reading, writing
from db.queries.calendars import calendars
from db.tables import AppointmentRow, HoursNoticeRow
from db.upsert import dialect_of, insert, insert_missing
from domain.appointment import AWAITED, Content
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
#: So many are judged in one transaction, so that other writers wait for a moment only.
BATCH = 500


class Notice(Model):
    """What an appointment's workflow is to be told; ``facts`` say which day and hours are in the way."""

    pre_entry_no: str
    conflict: bool
    revision: int
    changed_at: datetime
    facts: dict[str, Any] | None = None


class _MarkedAppointment(Model):
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
        """As it was booked, whatever the policy says now."""
        return Window(self.window_start, self.window_end) if self.window_start and self.window_end else None

    def governing(self, policy: Policy) -> tuple[str, ...]:
        """The ports whose hours count."""
        ports = Content(declaration_port=self.declaration_port, entry_exit_port=self.entry_exit_port)
        return governing_ports(ports, policy)


def mark_affected(session: Session, port: str | None, first: date, last: date | None, *, at: datetime) -> None:
    """Marks whose window is not over and at this port (None: at any) touches one of these dates (None: no end)."""
    marks = [sa.literal(value, _NOTICES.c[name].type).label(name) for name, value in _unjudged(at).items()]
    found = sa.select(_ROWS.c.pre_entry_no, *marks).where(*_overlapping(port, first, last, at))
    dialect = dialect_of(session)
    if dialect == "postgresql":  # in the order in which others lock these rows, so that two never wait for each other
        found = found.order_by(_ROWS.c.pre_entry_no)
    marking = insert(dialect, _NOTICES).from_select([column.name for column in found.selected_columns], found)
    again = {"check_due": True, "changed_at": marking.excluded.changed_at}
    session.execute(marking.on_conflict_do_update(index_elements=["pre_entry_no"], set_=again))


def mark_submitted(session: Session, happened: Sequence[Event]) -> None:
    """Marks a new application: the hours may have changed after it was assessed, before it could be found here."""
    submitted = [event for event in happened if event.action is Action.SUBMITTED]
    insert_missing(
        session, _NOTICES, *({"pre_entry_no": each.appointment.pre_entry_no} | _unjudged(each.at) for each in submitted)
    )


def judge(engine: Engine, policy: Policy) -> int:
    """Judges some of the marked ones by the calendar as it stands; gives how many, 0 when there are none."""
    with reading(engine) as session:
        if session.execute(sa.select(_NOTICES.c.pre_entry_no).where(_NOTICES.c.check_due).limit(1)).first() is None:
            return 0
    with writing(engine) as session:
        cases = _marked_cases(session)
        known = _calendars(session, cases, policy)
        _settle(session, [(case, _conflict(case, known, policy)) for case in cases])
        return len(cases)


def unsent(session: Session, *, limit: int = BATCH) -> list[Notice]:
    """What is to be told and was not yet."""
    due = sa.select(_NOTICES).where(_NOTICES.c.send_due).order_by(_NOTICES.c.pre_entry_no).limit(limit)
    return [Notice.model_validate(dict(row)) for row in session.execute(due).mappings()]


def count_unsettled(session: Session, *, before: datetime) -> int:
    """How many were marked before that instant and have not been told or found unconcerned."""
    old = _NOTICES.c.changed_at < before
    counts = (sa.select(sa.func.count()).where(due, old) for due in (_NOTICES.c.check_due, _NOTICES.c.send_due))
    return sum(int(session.execute(count.select_from(_NOTICES)).scalar_one()) for count in counts)


def mark_sent(engine: Engine, notices: Sequence[Notice]) -> None:
    """These were told; one that was judged anew meanwhile is told again."""
    if notices:
        with writing(engine) as session:
            rows = [{"own": each.pre_entry_no, "of": each.revision} for each in notices]
            session.connection().execute(_MARK_SENT, rows)


def resend(engine: Engine, pre_entry_no: str) -> None:
    """Has the newest verdict on an appointment told once more: its workflow may have been lost with it."""
    own = sa.and_(_NOTICES.c.pre_entry_no == pre_entry_no, _NOTICES.c.revision > 0)
    with writing(engine) as session:
        session.execute(sa.update(_NOTICES).where(own).values(send_due=True))


def revision(session: Session, pre_entry_no: str) -> int:
    """How many verdicts on an appointment were to be told."""
    own = sa.select(_NOTICES.c.revision).where(_NOTICES.c.pre_entry_no == pre_entry_no)
    return session.execute(own).scalar_one_or_none() or 0


def _overlapping(port: str | None, first: date, last: date | None, at: datetime) -> Iterator[sa.ColumnElement[bool]]:
    # Not by state: whoever judges asks for that, and an index on states would be taken instead of that on windows.
    yield _ROWS.c.window_end > max(midnight(first), at)
    if last is not None:
        yield _ROWS.c.window_start < midnight(last, LATEST_CLOSING)
    if port is not None:
        yield sa.or_(_ROWS.c.declaration_port == port, _ROWS.c.entry_exit_port == port)


def _unjudged(at: datetime) -> dict[str, Any]:
    return {"check_due": True, "send_due": False, "conflict": False, "revision": 0, "changed_at": at}


def _marked_cases(session: Session) -> list[_MarkedAppointment]:
    """Locked until they are settled; what another process judges is left to it."""
    awaited = sa.and_(_ROWS.c.pre_entry_no == _NOTICES.c.pre_entry_no, _ROWS.c.state.in_(AWAITED))
    notice = (_NOTICES.c.pre_entry_no, _NOTICES.c.conflict, _NOTICES.c.send_due, _NOTICES.c.revision)
    window = (_ROWS.c.declaration_port, _ROWS.c.entry_exit_port, _ROWS.c.window_start, _ROWS.c.window_end)
    due = (
        sa.select(*notice, *window)
        .outerjoin_from(_NOTICES, _ROWS, awaited)
        .where(_NOTICES.c.check_due)
        .order_by(_NOTICES.c.pre_entry_no)
        .limit(BATCH)
        .with_for_update(of=_NOTICES, skip_locked=True)
    )
    return [_MarkedAppointment.model_validate(dict(row)) for row in session.execute(due).mappings()]


def _calendars(session: Session, cases: Collection[_MarkedAppointment], policy: Policy) -> dict[str, PortCalendar]:
    windows = [case.window for case in cases if case.window]
    if not windows:
        return {}
    ports = {port for case in cases for port in case.governing(policy)}
    first, last = min(window.start for window in windows), max(window.end for window in windows)
    return calendars(session, ports, (first_date(first), local_date(last))).by_port


def _conflict(case: _MarkedAppointment, known: dict[str, PortCalendar], policy: Policy) -> Conflict | None:
    return hours_conflict(case.window, case.governing(policy), known, policy) if case.window else None


def _settle(session: Session, verdicts: Sequence[tuple[_MarkedAppointment, Conflict | None]]) -> None:
    """What a holder was told stays true, or a new verdict is to be told."""
    news = [(case, found) for case, found in verdicts if found is not None and found.holds != case.conflict]
    anew = {case.pre_entry_no for case, _ in news}
    settled = [case for case, _ in verdicts if case.pre_entry_no not in anew]
    # Where nothing was ever told there is nothing to remember.
    session.execute(sa.delete(_NOTICES).where(_is_one_of(case for case in settled if case.revision == 0)))
    remembered = _is_one_of(case for case in settled if case.revision)
    session.execute(sa.update(_NOTICES).where(remembered).values(check_due=False))
    if news:
        session.connection().execute(_SAVE_VERDICT, [_verdict_row(case, found) for case, found in news])


def _is_one_of(cases: Iterable[_MarkedAppointment]) -> sa.ColumnElement[bool]:
    return _NOTICES.c.pre_entry_no.in_([case.pre_entry_no for case in cases])


def _verdict_row(case: _MarkedAppointment, found: Conflict) -> dict[str, Any]:
    return {
        "own": case.pre_entry_no,
        "conflict": found.holds,
        "facts": found.facts,
        "revision": case.revision + 1,
        "check_due": False,
        "send_due": True,
    }
