"""The picture of a year: one letter for each day, alike for all ports whose days are alike."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from db.queries.calendars import calendars
from db.tables import CalendarDayRow, OverrideRow, PortRow, WeeklyPlanRow
from domain.calendar import Day, PortCalendar, WorkingSession

_PORTS = PortRow.table()
_PLANS = WeeklyPlanRow.table()
_OVERRIDES = OverrideRow.table()
_DAYS = CalendarDayRow.table()

_MIDNIGHT = 24 * 60
#: Letter → meaning. A capital letter: a shift ends after midnight.
LEGEND = {
    "w": "national working day",
    "m": "make-up day 调休上班",
    "p": "working by the weekly plan",
    "s": "working by an override",
    "f": "day off of the week",
    "h": "holiday",
    "c": "closed by the weekly plan",
    "x": "closed by an override",
    "-": "not published",
}


class PortYear(NamedTuple):
    """A port and the place of its pattern in ``YearPicture.patterns``."""

    port: str
    name: str
    district: str
    pattern: int


class YearPicture(NamedTuple):
    """The days of ports in a year; each pattern has one letter of ``LEGEND`` for each day."""

    year: int
    patterns: list[str]
    ports: list[PortYear]


def year_picture(
    session: Session, year: int, *, ports: Collection[str] | None = None, district: str | None = None
) -> YearPicture:
    """Returns the picture of these ports, or of a district, or of all; ports that follow the nation cost nothing."""
    rows = session.execute(sa.select(_PORTS.c.code, _PORTS.c.name, _PORTS.c.district).order_by(_PORTS.c.code)).all()
    shown = [row for row in rows if (ports is None or row.code in ports) and district in {None, row.district}]
    span = (date(year, 1, 1), date(year, 12, 31))
    special = frozenset(_with_hours_of_their_own(session, span))
    own = [row.code for row in shown if row.code in special]
    alike = next((row.code for row in shown if row.code not in special), None)
    by_port = calendars(session, [*own, alike] if alike else own, span).by_port if shown else {}
    names = dict(_named_days(session, span))
    letters = {code: "".join(_letters(calendar, span, names)) for code, calendar in by_port.items()}
    patterns = list(dict.fromkeys(letters[code] for code in (*([alike] if alike else []), *own)))
    places = {code: patterns.index(text) for code, text in letters.items()}
    items = [PortYear(row.code, row.name, row.district, places.get(row.code, 0)) for row in shown]
    return YearPicture(year, patterns, items)


def _with_hours_of_their_own(session: Session, span: tuple[date, date]) -> Iterator[str]:
    yield from session.execute(sa.select(_PLANS.c.port).where(_PLANS.c.valid_from <= span[1]).distinct()).scalars()
    yield from session.execute(sa.select(_OVERRIDES.c.port).where(_OVERRIDES.c.day.between(*span)).distinct()).scalars()


def _named_days(session: Session, span: tuple[date, date]) -> Iterator[tuple[date, bool]]:
    """Yields the days off and make-up days that have a holiday's name."""
    named = sa.select(_DAYS.c.day, _DAYS.c.working).where(_DAYS.c.day.between(*span), _DAYS.c.name.is_not(None))
    for row in session.execute(named):
        yield row.day, row.working


def _letters(calendar: PortCalendar, span: tuple[date, date], named: dict[date, bool]) -> Iterator[str]:
    for number in range((span[1] - span[0]).days + 1):
        on = span[0] + timedelta(days=number)
        yield _letter(calendar.day(on), named.get(on))


def _letter(day: Day | None, named: bool | None) -> str:  # noqa: FBT001 a column of the table
    if day is None:
        return "-"
    if day.layer == "national":
        marked = named is not None or (day.working and day.date.weekday() > 4)
        return ("m" if marked and day.date.weekday() > 4 else "w") if day.working else ("h" if marked else "f")
    working, closed = ("p", "c") if day.layer == "weekly" else ("s", "x")
    return _late(working, day.sessions) if day.working else closed


def _late(letter: str, sessions: Collection[WorkingSession]) -> str:
    return letter.upper() if any(session.closes > _MIDNIGHT for session in sessions) else letter
