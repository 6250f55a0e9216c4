"""The window 预约通关时间 ``[start, start + length)``: in the future, on a step, outside working time."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from domain.appointment import Content
from domain.calendar import PortCalendar, missing, overlapping
from domain.facts import plausible, window_dates
from domain.instants import at, local, local_date, shown
from domain.policy import Policy
from domain.problems.kinds import Fault

#: The field of every fault in this module.
FIELD = "window_start"

#: Starts that are nearer to each other are not all offered, though they may be typed.
_NEAREST_MINUTES = 15
_ANY_INSTANT_MINUTES = 60
_DAY_MINUTES = 24 * 60


class Window(NamedTuple):
    """A half-open interval of aware instants."""

    start: datetime
    end: datetime


class Conflict(NamedTuple):
    """The result of a check against working time; ``facts`` name the hours when it ``holds``."""

    holds: bool
    facts: dict[str, Any] | None = None


def window_of(start: datetime | None, policy: Policy) -> Window | None:
    """Returns the window that begins at ``start``; None without one, or when it is not ``plausible``."""
    if start is None or not plausible(start):
        return None
    end = start + policy.window.length
    return Window(start, end) if plausible(end) else None


def dates_needed(start: datetime | None, policy: Policy) -> tuple[date, date] | None:
    """Returns the first and last date of the window that begins at ``start``; None without one. Never raises."""
    window = window_of(start, policy)
    return None if window is None else window_dates(window.start, window.end)


def windows_of(day: date, policy: Policy) -> tuple[Window, ...]:
    """Returns the windows to offer that begin on a Shanghai date, on the step of the policy if it has one.

    Windows that are not ``plausible`` are left out.
    """
    step = policy.window.step_minutes or _ANY_INSTANT_MINUTES
    every = step * -(-_NEAREST_MINUTES // step)
    starts = (at(day, minutes) for minutes in range(0, _DAY_MINUTES, every))
    windows = (window_of(start, policy) for start in starts)
    return tuple(window for window in windows if window is not None)


def governing_ports(content: Content, policy: Policy) -> tuple[str, ...]:
    """Returns the ports whose calendars count, as far as they are filled in, each once."""
    both = policy.calendar.governing == "both"
    ports = (content.declaration_port, content.entry_exit_port if both else None)
    return tuple(dict.fromkeys(port for port in ports if port))


def check_clock(start: datetime, policy: Policy, received_at: datetime) -> tuple[Fault, ...]:
    """Returns ``window.past`` and ``window.step``, which need no calendar."""
    faults = []
    if start <= received_at:
        faults.append(
            Fault(
                code="window.past",
                field=FIELD,
                facts={"window_start": shown(start), "received_at": shown(received_at)},
            )
        )
    if not _on_step(start, policy.window.step_minutes):
        faults.append(
            Fault(
                code="window.step",
                field=FIELD,
                facts={"window_start": shown(start), "step_minutes": policy.window.step_minutes},
            )
        )
    return tuple(faults)


def check_working_time(
    window: Window, ports: tuple[str, ...], calendars: Mapping[str, PortCalendar], policy: Policy
) -> tuple[Fault, ...]:
    """Returns ``window.working_time`` and ``calendar.missing`` for every governing port."""
    return tuple(fault for port in ports for fault in _of_port(window, port, calendars.get(port), policy))


def hours_conflict(
    window: Window, ports: tuple[str, ...], calendars: Mapping[str, PortCalendar], policy: Policy
) -> Conflict | None:
    """Returns the conflict of a booked window with working time as it is now; None when the calendar has a gap.

    The holder is notified of hours, never of a gap.
    """
    faults = check_working_time(window, ports, calendars, policy)
    working = next((fault for fault in faults if fault.code == "window.working_time"), None)
    if working is not None:
        return Conflict(holds=True, facts=working.facts)
    return None if faults else Conflict(holds=False)


def _of_port(window: Window, port: str, calendar: PortCalendar | None, policy: Policy) -> tuple[Fault, ...]:
    if calendar is None:
        return (missing(port, local_date(window.start)),)
    return overlapping(calendar, window.start, window.end, policy.calendar)


def _on_step(start: datetime, step_minutes: int) -> bool:
    """Returns True if the start is on a step, counted from Shanghai midnight; 0 means any instant."""
    if step_minutes == 0:
        return True
    clock = local(start)
    since_midnight = timedelta(
        hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond
    )
    return not since_midnight % timedelta(minutes=step_minutes)
