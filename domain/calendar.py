"""The working calendar of a port 口岸工作日历, in three layers. A day that none of them knows is a gap.

Layers, highest first: the port's dated override → the port's weekly plan → national working days × default
sessions. A day that no layer knows is missing: it is never guessed from the day of the week.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from domain.instants import at, local_date, shown
from domain.policy import CalendarPolicy
from domain.problems.kinds import Fault

__all__ = [
    "DEFAULT_SESSIONS",
    "LATEST_CLOSING",
    "WEEKDAYS",
    "Day",
    "Layer",
    "PortCalendar",
    "WorkingSession",
    "WorkingSpan",
    "first_date",
    "missing",
    "national_day",
    "needed_from",
    "overlapping",
    "parse_sessions",
    "port_calendar",
    "resolve",
    "unknown",
    "written_session",
]

Layer = Literal["override", "weekly", "national"]

#: By number, Monday = 0, as they are written in a weekly plan.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DAY_MINUTES = 24 * 60
#: A session that begins on one date ends at 06:00 of the next at the latest.
LATEST_CLOSING = 30 * 60
_CLOCK = re.compile(r"(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2})")
_WRITTEN = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::00)?[-–—~至到]+(次日|第二天|翌日|\+1)?([0-9]{1,2}):([0-9]{2})(?::00)?"
)


class WorkingSession(NamedTuple):
    """工作时段, in minutes after Shanghai midnight: ``0 <= opens < 1440``, ``opens < closes <= 1800``.

    One that ends after midnight belongs to the date on which it began.
    """

    opens: int
    closes: int

    def texts(self) -> tuple[str, str]:
        """Returns ``("08:30", "17:00")``; the end of the day is ``24:00``, two hours later is ``26:00``."""
        return _text(self.opens), _text(self.closes)


DEFAULT_SESSIONS = (WorkingSession(8 * 60 + 30, 17 * 60),)


class WorkingSpan(NamedTuple):
    """``[opens, closes)`` as instants; working time in UTC."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """The sessions of one date at one port, with the layer they come from; without sessions it is closed all day."""

    date: date
    layer: Layer
    sessions: tuple[WorkingSession, ...]
    note: str | None = None

    @property
    def working(self) -> bool:
        """True if customs opens at all."""
        return bool(self.sessions)

    def closing_by(self, instant: datetime, policy: CalendarPolicy) -> datetime | None:
        """Returns the day's last closing 下班时间 that is not after ``instant``, in UTC.

        The beginning of a lunch break is no closing.
        """
        closings = (at(self.date, closes) for _, closes in _shifts(self.sessions, policy))
        return max((closing for closing in closings if closing <= instant), default=None)

    def spans(self, policy: CalendarPolicy) -> tuple[WorkingSpan, ...]:
        """Returns the working time; it includes lunch breaks unless the policy lets them be booked."""
        sessions = self.sessions if policy.lunch_bookable else _shifts(self.sessions, policy)
        return tuple(WorkingSpan(at(self.date, opens), at(self.date, closes)) for opens, closes in sessions)


@dataclass(frozen=True, slots=True)
class PortCalendar:
    """The days that are known of one port; a date that is not among them is a gap."""

    port: str
    days: Mapping[date, Day] = field(default_factory=dict)

    def day(self, on: date) -> Day | None:
        """Returns the day, or None for a gap."""
        return self.days.get(on)


def parse_sessions(pairs: Iterable[Sequence[str]]) -> tuple[WorkingSession, ...]:
    """Returns the sessions of ``[["08:30", "17:00"]]``.

    Raises ValueError ``session_time`` or ``session_order`` when the pairs are wrong.
    """
    sessions = tuple(_session(pair) for pair in pairs)
    if any(later.opens < earlier.closes for earlier, later in pairwise(sessions)):
        raise ValueError("session_order")
    return sessions


def written_session(text: str) -> tuple[str, str]:
    """Returns ``("08:00", "26:00")`` for ``8:00-次日02:00`` or ``8:00-2:00``, a pair for ``parse_sessions``.

    An end that is not after its beginning is on the next day. Raises ValueError ``session_time`` when unreadable.
    """
    found = _WRITTEN.fullmatch("".join(text.split()))
    if found is None:
        raise ValueError("session_time")
    opens, closes = f"{int(found[1]):02}:{found[2]}", f"{int(found[4]):02}:{found[5]}"
    if found[3] or closes <= opens:
        closes = f"{int(found[4]) + 24:02}:{found[5]}"
    return opens, closes


def national_day(
    on: date, *, working: bool | None, note: str | None = None, sessions: tuple[WorkingSession, ...] = DEFAULT_SESSIONS
) -> Day | None:
    """Returns the day of the lowest layer; ``working`` is as published, None when the year is not published."""
    return None if working is None else Day(on, "national", sessions if working else (), note)


def resolve(
    on: date, override: Day | None, weekly: tuple[WorkingSession, ...] | None, national: Day | None
) -> Day | None:
    """Returns the day from the highest layer that has it; ``weekly``: the sessions of its weekday (empty: closed)."""
    if override is not None:
        return override
    return national if weekly is None else Day(on, "weekly", weekly)


def port_calendar(
    port: str,
    span: tuple[date, date],
    *,
    overrides: Mapping[date, Day],
    weekly: Mapping[int, tuple[WorkingSession, ...]],
    national: Mapping[date, Day],
) -> PortCalendar:
    """Returns the calendar for the dates of ``span`` (both included); ``weekly`` is by weekday, Monday = 0."""
    first, last = span
    dates = (first + timedelta(days=number) for number in range((last - first).days + 1))
    days = (resolve(on, overrides.get(on), weekly.get(on.weekday()), national.get(on)) for on in dates)
    return PortCalendar(port, {day.date: day for day in days if day is not None})


def unknown(calendar: PortCalendar, first: date, last: date) -> tuple[date, ...]:
    """Returns the gaps between two dates, both included."""
    dates = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return tuple(on for on in dates if calendar.day(on) is None)


def needed_from(calendar: PortCalendar, today: date) -> date:
    """Returns the earliest date that a booking for today may need: the last working day before, or the latest gap."""
    on = today - timedelta(days=1)
    while (day := calendar.day(on)) is not None and not day.working:
        on -= timedelta(days=1)
    return on


def missing(port: str, on: date) -> Fault:
    """Returns the fault ``calendar.missing``: 请联系口岸更新工作日历."""
    return Fault(code="calendar.missing", field="window_start", facts={"port": port, "calendar_day": on.isoformat()})


def first_date(start: datetime) -> date:
    """Returns the first date whose sessions can reach ``start``: before 06:00 it is the date before."""
    return local_date(start - timedelta(minutes=LATEST_CLOSING - _DAY_MINUTES))


def overlapping(calendar: PortCalendar, start: datetime, end: datetime, policy: CalendarPolicy) -> tuple[Fault, ...]:
    """Returns a fault for each date where ``[start, end)`` meets working time or a gap.

    The interval is half-open, so it may begin at closing or end at opening.
    """
    first, last = first_date(start), local_date(end - timedelta(microseconds=1))
    dates = (first + timedelta(days=number) for number in range((last - first).days + 1))
    faults = (_overlap(calendar, on, WorkingSpan(start, end), policy) for on in dates)
    return tuple(fault for fault in faults if fault is not None)


def _shifts(sessions: Sequence[WorkingSession], policy: CalendarPolicy) -> tuple[WorkingSession, ...]:
    """Returns the sessions, joined over lunch breaks and where one begins as the other ends."""
    joined: list[WorkingSession] = []
    for session in sessions:
        before = joined[-1] if joined else None
        if before and (before.closes == session.opens or policy.is_lunch(before.closes, session.opens)):
            joined[-1] = WorkingSession(before.opens, session.closes)
        else:
            joined.append(session)
    return tuple(joined)


def _overlap(calendar: PortCalendar, on: date, asked: WorkingSpan, policy: CalendarPolicy) -> Fault | None:
    day = calendar.day(on)
    if day is None:
        return missing(calendar.port, on)
    for span in day.spans(policy):
        if asked.opens < span.closes and span.opens < asked.closes:
            return _working_time(calendar.port, day, span)
    return None


def _working_time(port: str, day: Day, span: WorkingSpan) -> Fault:
    return Fault(
        code="window.working_time",
        field="window_start",
        facts={
            "port": port,
            "calendar_day": day.date.isoformat(),
            "calendar_layer": day.layer,
            "opening": shown(span.opens),
            "closing": shown(span.closes),
        },
    )


def _session(pair: Sequence[str]) -> WorkingSession:
    if len(pair) != 2:
        raise ValueError("session_time")
    session = WorkingSession(_minutes(pair[0]), _minutes(pair[1]))
    if not session.opens < min(session.closes, _DAY_MINUTES):
        raise ValueError("session_time")
    return session


def _minutes(clock: str) -> int:
    parts = _CLOCK.fullmatch(clock)
    if parts is None or int(parts["minutes"]) > 59:
        raise ValueError("session_time")
    minutes = int(parts["hours"]) * 60 + int(parts["minutes"])
    if minutes > LATEST_CLOSING:
        raise ValueError("session_time")
    return minutes


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
