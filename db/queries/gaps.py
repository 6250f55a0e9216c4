"""Dates that will be needed and that no layer of the calendar knows."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.queries.calendars import calendars
from db.queries.working_days import last_working_days
from db.tables import CalendarYearRow, PortRow
from domain.calendar import needed_from, unknown

_YEARS = CalendarYearRow.table()
_PORTS = PortRow.table()


class PortGap(NamedTuple):
    """``days`` dates between ``first`` and ``last`` (both included) on which the hours of a port are unknown."""

    port: str
    name: str
    first: date
    last: date
    days: int


class Gaps(NamedTuple):
    """Years nobody published, and ports without hours, within ``until``."""

    until: date
    years: tuple[int, ...] = ()
    ports: tuple[PortGap, ...] = ()


def gaps(session: Session, today: date, ahead: timedelta) -> Gaps:
    """What is missing up to ``today + ahead``, and back to the last working day: a cut-off reckons from there.

    Two small queries while every year is published: the days of a published year are known to all ports.
    """
    until = today + ahead
    published = frozenset(session.execute(sa.select(_YEARS.c.year)).scalars())
    yesterday = today - timedelta(days=1)
    needed = min(last_working_days(session, None, yesterday).values(), default=today)
    open_dates = [on for on in _dates(needed, until) if on.year not in published]
    if not open_dates:
        return Gaps(until)
    looks_back = open_dates[0] < today
    since = needed if looks_back else open_dates[0]
    found = calendars(session, None, (since, until)).by_port
    names = {row.code: row.name for row in session.execute(sa.select(_PORTS.c.code, _PORTS.c.name))}
    missing = {
        port: unknown(calendar, needed_from(calendar, today) if looks_back else since, until)
        for port, calendar in sorted(found.items())
    }
    ports = tuple(PortGap(port, names[port], days[0], days[-1], len(days)) for port, days in missing.items() if days)
    near = {today.year, until.year, *(gap.first.year for gap in ports)}
    return Gaps(until, tuple(sorted(near - published)), ports)


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
