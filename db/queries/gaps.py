"""Future dates for which no layer of the calendar has hours."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.queries.calendars import DateSpan, calendars
from db.queries.working_days import last_working_days
from db.tables import CalendarYearRow, PortRow
from domain.calendar import unknown

_YEARS = CalendarYearRow.table()
_PORTS = PortRow.table()


class PortGap(NamedTuple):
    """The number of ``days`` between ``first`` and ``last`` (both included) on which a port has no known hours."""

    port: str
    name: str
    first: date
    last: date
    days: int


class Gaps(NamedTuple):
    """Unpublished years, and ports without hours, up to ``until``."""

    until: date
    years: tuple[int, ...] = ()
    ports: tuple[PortGap, ...] = ()


def gaps(session: Session, today: date, ahead: timedelta) -> Gaps:
    """Returns what is missing up to ``today + ahead``, and back to the last working day, on which a cut-off depends.

    While every year is published this costs two small queries: then every port has hours on every day.
    """
    until = today + ahead
    published = frozenset(session.execute(sa.select(_YEARS.c.year)).scalars())
    begins = _begins(last_working_days(session, None, today - timedelta(days=1)), until, published)
    if not begins:
        return Gaps(until)
    names = {row.code: row.name for row in session.execute(sa.select(_PORTS.c.code, _PORTS.c.name))}
    missing = {port: days for first, ports in begins.items() for port, days in _missing(session, ports, (first, until))}
    lacking = tuple(PortGap(port, names[port], days[0], days[-1], len(days)) for port, days in sorted(missing.items()))
    near = {today.year, until.year, *(gap.first.year for gap in lacking)}
    return Gaps(until, tuple(sorted(near - published)), lacking)


def _begins(last: Mapping[str, date], until: date, published: frozenset[int]) -> dict[date, list[str]]:
    """Returns the ports by the first date of an unpublished year that they need; for a closed port that is long ago."""
    found: dict[date, list[str]] = {}
    for port, since in last.items():
        first = next((on for on in _dates(since, until) if on.year not in published), None)
        if first is not None:
            found.setdefault(first, []).append(port)
    return found


def _missing(session: Session, ports: list[str], span: DateSpan) -> Iterator[tuple[str, tuple[date, ...]]]:
    for port, calendar in calendars(session, ports, span).by_port.items():
        if days := unknown(calendar, *span):
            yield port, days


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
