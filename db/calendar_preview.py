"""Consequences of changes of the calendar before they are made: whose windows and cut-offs change, and how.

The changes are written in a transaction that is rolled back, and judged by the code that judges them afterwards
(``db.hours_notices``, ``db.queries.draft_deadlines``), so that preview and effect agree.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import hours_notices
from db.calendar import Author, CalendarEdit, touched, write_layers
from db.engine import trial
from db.hours_notices import AwaitedAppointment, HoursSpan, JudgedAppointment
from db.queries.calendars import calendars
from db.queries.draft_deadlines import with_current_deadlines
from db.tables import AppointmentRow
from domain.appointment import Appointment, State
from domain.calendar import Day
from domain.instants import at as midnight
from domain.policy import Policy

_ROWS = AppointmentRow.table()
#: Drafts that are judged; so many take about a second.
MOST_DRAFTS = 5_000
#: Ports and dates whose days are compared: more than that is read off the picture of the year.
MOST_PORTS = 20
MOST_DAYS = 366

ConsequenceKind = Literal[
    "window_taken", "window_free", "cutoff_passed", "cutoff_earlier", "cutoff_gone", "cutoff_later", "cutoff_found"
]
#: In the order in which they are shown: what harms first.
KINDS: tuple[ConsequenceKind, ...] = (
    "window_taken",
    "cutoff_passed",
    "cutoff_gone",
    "cutoff_earlier",
    "window_free",
    "cutoff_later",
    "cutoff_found",
)


class Consequence(NamedTuple):
    """The change for one appointment: ``before`` and ``after`` are the cut-offs of a draft.

    ``opening`` and ``closing`` are the working hours that a window now meets.
    """

    kind: ConsequenceKind
    pre_entry_no: str
    applicant: str
    port: str | None
    state: State
    window_start: datetime
    before: datetime | None = None
    after: datetime | None = None
    opening: str | None = None
    closing: str | None = None


class DayChange(NamedTuple):
    """A day of a port as it is and as it would be; None: not published."""

    port: str
    date: date
    before: Day | None
    after: Day | None


class CalendarPreview(NamedTuple):
    """All consequences; ``complete`` is False when there were more drafts than are judged.

    ``ports``: how many ports change, None for all.
    """

    consequences: list[Consequence]
    days: list[DayChange]
    ports: int | None
    complete: bool


class _Sight(NamedTuple):
    """Drafts with their deadlines and days by port, as the session sees them at one moment."""

    drafts: list[Appointment]
    days: dict[str, dict[date, Day | None]]


class _View(NamedTuple):
    """The session and the drafts that are judged before and after the change."""

    session: Session
    drafts: Sequence[Appointment]
    spans: Sequence[HoursSpan]
    policy: Policy
    at: datetime

    def seen(self) -> _Sight:
        """Returns what the session sees now."""
        drafts = with_current_deadlines(self.session, self.drafts, policy=self.policy, at=self.at)
        return _Sight(drafts, _days(self.session, self.spans))


def preview(engine: Engine, edits: Sequence[CalendarEdit], *, policy: Policy, by: str, at: datetime) -> CalendarPreview:
    """Returns what these changes would do if they were made at ``at``. Changes nothing."""
    spans = touched(edit.entry() for edit in edits)
    with trial(engine) as session:
        drafts = _drafts(session, spans, at)
        view = _View(session, drafts[:MOST_DRAFTS], spans, policy, at)
        before = view.seen()
        write_layers(session, edits, Author(by, at))
        after = view.seen()
        bookings = map(_of_booking, hours_notices.new_verdicts(session, spans, policy, at=at))
        found = list(bookings)
    moved = (_of_draft(*pair, at) for pair in zip(before.drafts, after.drafts, strict=True))
    found += [each for each in moved if each]
    return CalendarPreview(
        sorted(found, key=lambda each: (KINDS.index(each.kind), each.window_start, each.pre_entry_no)),
        list(_day_changes(before.days, after.days)),
        _count_ports(spans),
        len(drafts) <= MOST_DRAFTS,
    )


def _drafts(session: Session, spans: Iterable[HoursSpan], at: datetime) -> list[Appointment]:
    """Returns the drafts for windows that begin on these dates or later: their cut-off may depend on these dates."""
    found: dict[str, Appointment] = {}
    for span in spans:
        since = max(midnight(span.first) - timedelta(days=1), at)
        wanted = sa.select(_ROWS.c.snapshot).where(_ROWS.c.state == State.DRAFT, _ROWS.c.window_start > since)
        if span.ports is not None:
            own = (column.in_(span.ports) for column in (_ROWS.c.declaration_port, _ROWS.c.entry_exit_port))
            wanted = wanted.where(sa.or_(*own))
        for row in session.execute(wanted.order_by(_ROWS.c.window_start).limit(MOST_DRAFTS + 1)):
            draft = Appointment.model_validate_json(row.snapshot)
            found[draft.pre_entry_no] = draft
    return list(found.values())


def _days(session: Session, spans: Iterable[HoursSpan]) -> dict[str, dict[date, Day | None]]:
    """Returns the days of the first ports; none for a change of all ports."""
    found: dict[str, dict[date, Day | None]] = {}
    for span in spans:
        ports = sorted(span.ports or ())[: MOST_PORTS - len(found)]
        furthest = span.first + timedelta(days=MOST_DAYS - 1)
        last = min(span.last or furthest, furthest)
        dates = [span.first + timedelta(days=number) for number in range((last - span.first).days + 1)]
        by_port = calendars(session, ports, (span.first, last)).by_port if ports else {}
        found |= {port: {on: calendar.day(on) for on in dates} for port, calendar in by_port.items()}
    return found


def _day_changes(
    before: dict[str, dict[date, Day | None]], after: dict[str, dict[date, Day | None]]
) -> Iterable[DayChange]:
    for port, days in sorted(before.items()):
        for on, day in days.items():
            if _sessions(day) != _sessions(after[port][on]):
                yield DayChange(port, on, day, after[port][on])


def _sessions(day: Day | None) -> object:
    return None if day is None else day.sessions


def _count_ports(spans: Iterable[HoursSpan]) -> int | None:
    found: set[str] = set()
    for span in spans:
        if span.ports is None:
            return None
        found.update(span.ports)
    return len(found)


def _of_booking(verdict: JudgedAppointment[AwaitedAppointment]) -> Consequence:
    case, conflict = verdict
    facts = conflict.facts or {}
    return Consequence(
        "window_taken" if conflict.holds else "window_free",
        case.pre_entry_no,
        case.applicant_code,
        facts.get("port") or case.declaration_port,
        case.state,
        case.window_start,
        opening=facts.get("opening"),
        closing=facts.get("closing"),
    )


def _of_draft(before: Appointment, after: Appointment, at: datetime) -> Consequence | None:
    start = before.content.window_start
    was, will = before.deadlines.submit_by, after.deadlines.submit_by
    if was == will or start is None:
        return None
    return Consequence(
        _moved(was, will, at),
        before.pre_entry_no,
        before.applicant.code,
        before.content.declaration_port,
        before.state,
        start,
        was,
        will,
    )


def _moved(was: datetime | None, will: datetime | None, at: datetime) -> ConsequenceKind:
    if will is None:
        return "cutoff_gone"
    if was is None:
        return "cutoff_found"
    if will < at <= was:
        return "cutoff_passed"
    return "cutoff_earlier" if will < was else "cutoff_later"
