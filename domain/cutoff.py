"""The cut-off 最晚申报时间: a number of clock hours before the last closing of customs before the window."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from domain.appointment import CreditLevel
from domain.calendar import Day, PortCalendar, first_date, missing
from domain.instants import local_date, shown
from domain.policy import CalendarPolicy, CutoffPolicy, Policy
from domain.problems.kinds import Fault


class Cutoff(NamedTuple):
    """The latest submission: ``submit_by = closing - notice``; an application received at it is on time."""

    submit_by: datetime
    closing: datetime
    notice: timedelta
    same_port: bool
    port: str
    day: Day

    def facts(self) -> dict[str, Any]:
        """Returns the facts that a decision records: the day, its layer, the instants and the hours."""
        return {
            "submit_by": shown(self.submit_by),
            "closing": shown(self.closing),
            "notice_hours": _hours(self.notice),
            "same_port": self.same_port,
            "port": self.port,
            "calendar_day": self.day.date.isoformat(),
            "calendar_layer": self.day.layer,
        }


def latest_submission(
    *,
    window_start: datetime,
    same_port: bool,
    governing: tuple[str, ...],
    level: CreditLevel | None,
    calendars: Mapping[str, PortCalendar],
    policy: Policy,
) -> Cutoff | tuple[Fault, ...]:
    """Returns the cut-off, or ``calendar.missing`` for each governing port where a needed day is unknown.

    ``governing``: at least one port whose calendar counts; ``same_port``: equal 4-digit codes.
    """
    found = [
        _last_closing(port, calendars.get(port, PortCalendar(port)), window_start, policy.calendar)
        for port in governing
    ]
    faults = tuple(one for one in found if isinstance(one, Fault))
    if faults:
        return faults
    last = min((one for one in found if not isinstance(one, Fault)), key=lambda one: one.closing)
    notice = _notice(level, policy.cutoff, same_port=same_port)
    return Cutoff(last.closing - notice, last.closing, notice, same_port, last.port, last.day)


def check(cutoff: Cutoff, received_at: datetime) -> tuple[Fault, ...]:
    """Returns ``cutoff.passed`` after the cut-off; equality is on time."""
    if received_at <= cutoff.submit_by:
        return ()
    return (
        Fault(code="cutoff.passed", field="window_start", facts={**cutoff.facts(), "received_at": shown(received_at)}),
    )


class _Closing(NamedTuple):
    closing: datetime
    port: str
    day: Day


def _last_closing(
    port: str, calendar: PortCalendar, window_start: datetime, policy: CalendarPolicy
) -> _Closing | Fault:
    """Returns the last closing that is not after the window's start.

    Every day on the way back must be known: an unknown one might be a working day. So must the day before a closing
    in the early morning, because its last shift may have ended later.
    """
    on, last = local_date(window_start), None
    while last is None or on >= first_date(last.closing):
        day = calendar.day(on)
        if day is None:
            return missing(port, on)
        closing = day.closing_by(window_start, policy)
        if closing is not None and (last is None or closing > last.closing):
            last = _Closing(closing, port, day)
        on -= timedelta(days=1)
    return last


def _notice(level: CreditLevel | None, policy: CutoffPolicy, *, same_port: bool) -> timedelta:
    """Returns the notice; an unknown or forbidden level gets the longer one."""
    advanced = level is CreditLevel.ADVANCED
    if same_port:
        return policy.same_advanced if advanced else policy.same_general
    return policy.different_advanced if advanced else policy.different_general


def _hours(notice: timedelta) -> int | float:
    hours = notice / timedelta(hours=1)
    return int(hours) if hours.is_integer() else hours
