"""The three layers of the working calendar, merged for a span of dates."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.queries.working_days import last_working_days
from db.tables import CalendarDayRow, OverrideRow, PortRow, WeeklyPlanRow
from domain.calendar import Day, PortCalendar, WorkingSession, national_day, parse_sessions, resolve

_PORTS = PortRow.table()
_PLANS = WeeklyPlanRow.table()
_OVERRIDES = OverrideRow.table()
_DAYS = CalendarDayRow.table()

DateSpan = tuple[date, date]


class Calendars(NamedTuple):
    """The existing ``ports``, and their calendars ``by_port`` with the dates that some layer has."""

    ports: frozenset[str]
    by_port: dict[str, PortCalendar]


class _Plan(NamedTuple):
    """The sessions of a weekday from a date on; None: the national layer applies."""

    valid_from: date
    weekday: int
    sessions: tuple[WorkingSession, ...] | None


class _Layers(NamedTuple):
    """The layers of one port, highest first; plans with the newest first."""

    overrides: dict[date, Day]
    plans: list[_Plan]
    national: dict[date, Day]

    def day(self, on: date) -> Day | None:
        return resolve(on, self.overrides.get(on), self._weekly(on), self.national.get(on))

    def _weekly(self, on: date) -> tuple[WorkingSession, ...] | None:
        """Returns the sessions of the plan in force on that date: the newest that began by then."""
        begun = (plan for plan in self.plans if plan.valid_from <= on and plan.weekday == on.weekday())
        return next((plan.sessions for plan in begun), None)


def calendars(session: Session, ports: Collection[str] | None, span: DateSpan | None) -> Calendars:
    """Returns the calendars of these ports (None: of all) on the dates of ``span``, both included; three queries.

    Without a span it only finds the ports.
    """
    return _loaded(session, ports, span, {})


def _loaded(
    session: Session, ports: Collection[str] | None, span: DateSpan | None, begins: Mapping[str, date]
) -> Calendars:
    """Returns the same; for a port in ``begins`` only the dates from there on."""
    plans = _plans(session, ports, span)
    existing = frozenset(plans)
    if span is None or not existing:
        return Calendars(existing, {port: PortCalendar(port) for port in existing})
    overrides = _overrides(session, ports, span)
    national = _national(session, span)
    layers = {port: _Layers(overrides.get(port, {}), plans[port], national) for port in existing}
    spans = {port: (begins.get(port, span[0]), span[1]) for port in existing}
    return Calendars(existing, {port: _calendar(port, spans[port], own) for port, own in layers.items()})


def window_calendars(session: Session, ports: Collection[str] | None, span: DateSpan | None) -> Calendars:
    """Returns what windows on the dates of ``span`` need: these dates and those back to the last closing before."""
    if span is None:
        return calendars(session, ports, None)
    begins = _needed_from(session, ports, span[0])
    return _loaded(session, ports, (min(begins.values(), default=span[0]), span[1]), begins)


def _needed_from(session: Session, ports: Collection[str] | None, first: date) -> dict[str, date]:
    """Returns, by port, the earliest date on which the last closing before a window of ``first`` may depend.

    A shift may end on the morning after: a shift of the day before may still run when the window begins. So the last
    working day that is certainly over is at least two days back, and the day before that one may have closed later.
    """
    before = last_working_days(session, ports, first - timedelta(days=2))
    return {port: day - timedelta(days=1) for port, day in before.items()}


def work_hours(session: Session, *, ports: Collection[str] | None, span: DateSpan) -> dict[str, PortCalendar]:
    """Returns the calendars of these ports (None: of all), without unknown ports and unpublished days."""
    return dict(sorted(calendars(session, ports, span).by_port.items()))


def _plans(session: Session, ports: Collection[str] | None, span: DateSpan | None) -> dict[str, list[_Plan]]:
    """Returns the plans by port, the newest first; the same query finds which ports exist."""
    in_force = sa.and_(_PLANS.c.port == _PORTS.c.code, _PLANS.c.valid_from <= (span[1] if span else date.min))
    wanted = sa.select(_PORTS.c.code, _PLANS.c.valid_from, _PLANS.c.weekday, _PLANS.c.sessions)
    chosen = _of_ports(wanted.outerjoin(_PLANS, in_force), _PORTS.c.code, ports)
    plans: dict[str, list[_Plan]] = {}
    for code, valid_from, weekday, sessions in session.execute(chosen.order_by(_PLANS.c.valid_from.desc())):
        own = plans.setdefault(code, [])
        if valid_from is not None:
            own.append(_Plan(valid_from, weekday, None if sessions is None else parse_sessions(sessions)))
    return plans


def _overrides(session: Session, ports: Collection[str] | None, span: DateSpan) -> dict[str, dict[date, Day]]:
    wanted = sa.select(_OVERRIDES.c.port, _OVERRIDES.c.day, _OVERRIDES.c.sessions, _OVERRIDES.c.note)
    found: dict[str, dict[date, Day]] = {}
    for port, on, sessions, note in session.execute(
        _of_ports(wanted.where(_OVERRIDES.c.day.between(*span)), _OVERRIDES.c.port, ports)
    ):
        found.setdefault(port, {})[on] = Day(on, "override", parse_sessions(sessions), note)
    return found


def _national(session: Session, span: DateSpan) -> dict[date, Day]:
    wanted = sa.select(_DAYS.c.day, _DAYS.c.working, _DAYS.c.name).where(_DAYS.c.day.between(*span))
    days = (national_day(on, working=working, note=name) for on, working, name in session.execute(wanted))
    return {day.date: day for day in days if day is not None}


def _of_ports(wanted: Any, column: sa.Column[str], ports: Collection[str] | None) -> Any:
    return wanted if ports is None else wanted.where(column.in_(sorted(ports)))


def _calendar(port: str, span: DateSpan, layers: _Layers) -> PortCalendar:
    first, last = span
    dates = (first + timedelta(days=number) for number in range((last - first).days + 1))
    days = (layers.day(on) for on in dates)
    return PortCalendar(port, {day.date: day for day in days if day is not None})
