"""The entries of the working calendar 口岸工作日历: single days, weekly plans, years.

Every change goes through ``apply_changes``: one transaction writes the layers, adds the change to the history (author,
time, note), and marks the appointments that it may affect (``db.hours_notices``).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Literal, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db import hours_notices
from db.engine import writing
from db.hours_notices import HoursSpan
from db.tables import CalendarChangeRow, CalendarDayRow, CalendarYearRow, OverrideRow, WeeklyPlanRow
from db.upsert import dialect_of, upsert
from domain.calendar import WorkingSession, parse_sessions
from domain.model import Model

LayerKind = Literal["override", "weekly_plan", "year"]

_OVERRIDES = OverrideRow.table()
_PLANS = WeeklyPlanRow.table()
_YEARS = CalendarYearRow.table()
_DAYS = CalendarDayRow.table()
_CHANGES = CalendarChangeRow.table()


class Author(NamedTuple):
    """Author and time of a change."""

    by: str
    at: datetime


class HistoryEntry(NamedTuple):
    """A change for the history; ``content`` is None for a removal, ``last_day`` None for no end."""

    kind: LayerKind
    port: str | None
    first_day: date
    last_day: date | None
    content: Any
    note: str | None = None


class CalendarEdit(Protocol):
    """An entry that an operator adds or removes."""

    def write(self, session: Session, author: Author) -> bool:
        """Writes the layer; returns False when there was nothing to remove."""

    def entry(self) -> HistoryEntry:
        """Returns the change for the history."""


class DaySet(NamedTuple):
    """Sets the highest layer, one date at one port; no sessions: closed all day."""

    port: str
    day: date
    sessions: Sequence[WorkingSession]
    note: str | None = None

    def write(self, session: Session, author: Author) -> bool:
        """Replaces an earlier override of the date."""
        upsert(session, _OVERRIDES, self.row(author))
        return True

    def row(self, author: Author) -> dict[str, object]:
        """Returns the columns of the override."""
        row = {"port": self.port, "day": self.day, "sessions": _texts(self.sessions), "note": self.note}
        return row | {"set_by": author.by, "set_at": author.at}

    def entry(self) -> HistoryEntry:
        """Returns the change with its sessions."""
        return HistoryEntry("override", self.port, self.day, self.day, {"sessions": _texts(self.sessions)}, self.note)


class DayCleared(NamedTuple):
    """Removes the override of a date, so that the lower layers apply again."""

    port: str
    day: date
    note: str | None = None

    def write(self, session: Session, author: Author) -> bool:
        """Deletes the override."""
        del author
        gone = sa.delete(_OVERRIDES).where(_OVERRIDES.c.port == self.port, _OVERRIDES.c.day == self.day)
        return session.exec(gone).rowcount == 1

    def entry(self) -> HistoryEntry:
        """Returns the removal."""
        return HistoryEntry("override", self.port, self.day, self.day, None, self.note)


class PlanSet(NamedTuple):
    """Sets the weekdays of a port (Monday = 0) from a date on; replaces any earlier plan from then on.

    A weekday that is not in ``days`` follows the national layer; one with no sessions is closed.
    """

    port: str
    valid_from: date
    days: Mapping[int, Sequence[WorkingSession]]
    note: str | None = None

    def write(self, session: Session, author: Author) -> bool:
        """Replaces the plan of the same date. Raises ``ValueError`` when a weekday does not exist."""
        if not self.days.keys() <= set(range(7)):
            raise ValueError("weekdays are 0 (Monday) to 6")
        common = {"port": self.port, "valid_from": self.valid_from, "note": self.note}
        author_columns = {"set_by": author.by, "set_at": author.at}
        upsert(session, _PLANS, *(common | author_columns | self._weekday(number) for number in range(7)))
        return True

    def _weekday(self, number: int) -> dict[str, object]:
        return {"weekday": number, "sessions": _texts(self.days[number]) if number in self.days else None}

    def entry(self) -> HistoryEntry:
        """Returns the change with its sessions by weekday."""
        content = {str(number): _texts(self.days[number]) for number in sorted(self.days)}
        return HistoryEntry("weekly_plan", self.port, self.valid_from, None, {"days": content}, self.note)


class PlanRemoved(NamedTuple):
    """Removes the plan that began on that date, so that an earlier one or the national layer applies."""

    port: str
    valid_from: date
    note: str | None = None

    def write(self, session: Session, author: Author) -> bool:
        """Deletes the plan."""
        del author
        gone = sa.delete(_PLANS).where(_PLANS.c.port == self.port, _PLANS.c.valid_from == self.valid_from)
        return session.exec(gone).rowcount > 0

    def entry(self) -> HistoryEntry:
        """Returns the removal."""
        return HistoryEntry("weekly_plan", self.port, self.valid_from, None, None, self.note)


class YearPublished(NamedTuple):
    """Publishes a whole year and replaces an earlier publication of it.

    ``holidays`` are days off (also weekends that belong to one), ``workdays`` make-up days 调休, each with the name of
    the holiday; all other days follow the week.
    """

    year: int
    holidays: Mapping[date, str]
    workdays: Mapping[date, str]
    source: str
    note: str | None = None

    def write(self, session: Session, author: Author) -> bool:
        """Writes all days of the year. Raises ``ValueError`` when a date is of another year or in both."""
        rows = days_of_year(self.year, self.holidays, self.workdays)
        year = {"year": self.year, "published_by": author.by, "published_at": author.at, "source": self.source}
        upsert(session, _YEARS, year)
        upsert(session, _DAYS, *rows)
        return True

    def entry(self) -> HistoryEntry:
        """Returns the change with its holidays and make-up days."""
        content = {"holidays": _named(self.holidays), "workdays": _named(self.workdays), "source": self.source}
        return HistoryEntry("year", None, date(self.year, 1, 1), date(self.year, 12, 31), content, self.note)


class CalendarYear(Model):
    """A published year with author, time and source."""

    year: int
    published_by: str
    published_at: datetime
    source: str


class WeeklyPlan(Model):
    """The plan of a port from a date on.

    ``days`` has the weekdays (Monday = 0) with hours of their own; the others follow the national layer.
    """

    valid_from: date
    days: dict[int, tuple[WorkingSession, ...]]
    note: str | None
    set_by: str | None
    set_at: datetime | None


class PlanConflict(NamedTuple):
    """A holiday on which a plan is ``open``, or a make-up day on which it is closed."""

    day: date
    name: str
    open: bool


class SpecialDay(NamedTuple):
    """A day of a published year that does not follow the week: a day off, or a make-up day when ``working``."""

    day: date
    working: bool
    name: str


class CalendarChange(Model):
    """A change in the history; ``content`` is None for a removal."""

    id: int
    kind: LayerKind
    port: str | None
    first_day: date
    last_day: date | None
    content: Any
    note: str | None
    by: str
    at: datetime


def apply_changes(engine: Engine, *changes: CalendarEdit, by: str, at: datetime) -> int:
    """Applies all changes in this order, or none; returns how many of them had an effect."""
    return len(apply_all(engine, changes, by=by, at=at))


def apply_all(engine: Engine, changes: Iterable[CalendarEdit], *, by: str, at: datetime) -> list[HistoryEntry]:
    """Applies all changes in this order, or none; returns those that had an effect, as in the history."""
    author = Author(by, at)
    with writing(engine) as session:
        _lock_history(session)
        made = write_layers(session, changes, author)
        if made:
            session.execute(sa.insert(_CHANGES), [entry._asdict() | author._asdict() for entry in made])
        for span in touched(made):
            hours_notices.mark_affected(session, span, at=at)
    return made


def write_layers(session: Session, changes: Iterable[CalendarEdit], author: Author) -> list[HistoryEntry]:
    """Writes the layers in this order, without history; returns the changes that had an effect."""
    return [each.entry() for run in _runs(changes) for each in _write_all(session, run, author)]


def touched(made: Iterable[HistoryEntry]) -> list[HoursSpan]:
    """Returns the dates that changed, with the ports that have the same first and last date.

    A port is in one span only: marking too many appointments does no harm.
    """
    by_port: dict[str | None, list[HistoryEntry]] = {}
    for entry in made:
        by_port.setdefault(entry.port, []).append(entry)
    ports: dict[tuple[date, date | None], list[str | None]] = {}
    for port, own in by_port.items():
        ports.setdefault(_span(own), []).append(port)
    return [HoursSpan(_named_ports(of), *span) for span, of in ports.items()]


def _span(entries: Iterable[HistoryEntry]) -> tuple[date, date | None]:
    own = list(entries)
    ends = [entry.last_day for entry in own]
    return min(entry.first_day for entry in own), None if None in ends else max(day for day in ends if day)


def _named_ports(ports: Iterable[str | None]) -> tuple[str, ...] | None:
    """Returns the ports; None when a change concerns all, as that of a year does."""
    named = list(ports)
    return None if None in named else tuple(port for port in named if port)


def _runs(changes: Iterable[CalendarEdit]) -> Iterator[list[CalendarEdit]]:
    return (list(run) for _, run in groupby(changes, type))


def _write_all(session: Session, run: list[CalendarEdit], author: Author) -> list[CalendarEdit]:
    """Returns the changes that had an effect.

    Single days are written together: an import has thousands of them.
    """
    days = [each for each in run if isinstance(each, DaySet)]
    upsert(session, _OVERRIDES, *(each.row(author) for each in days))
    return [each for each in run if isinstance(each, DaySet) or each.write(session, author)]


def _lock_history(session: Session) -> None:
    """Serialises changes, so that the order of the history is the order in which they apply."""
    if dialect_of(session) == "postgresql":  # SQLite has one writer anyway
        session.connection().exec_driver_sql("LOCK TABLE calendar_changes IN SHARE ROW EXCLUSIVE MODE")


def years(session: Session) -> list[CalendarYear]:
    """Returns the published years, oldest first."""
    rows = session.execute(sa.select(_YEARS).order_by(_YEARS.c.year)).mappings()
    return [CalendarYear.model_validate(dict(row)) for row in rows]


def plans(session: Session, port: str) -> list[WeeklyPlan]:
    """Returns all plans of a port, the newest first; on any date the newest that began by then applies."""
    rows = session.execute(
        sa.select(_PLANS).where(_PLANS.c.port == port).order_by(_PLANS.c.valid_from.desc(), _PLANS.c.weekday)
    ).mappings()
    by_date: dict[date, list[sa.RowMapping]] = {}
    for row in rows:
        by_date.setdefault(row["valid_from"], []).append(row)
    return [_plan(weekdays) for weekdays in by_date.values()]


def entered_hours(session: Session, ports: Collection[str]) -> list[PlanSet | DaySet]:
    """Returns the plans and single days of these ports, as changes that would enter them again."""
    by_port = ((port, plan) for port in sorted(ports) for plan in plans(session, port))
    weekly = [PlanSet(port, plan.valid_from, plan.days, plan.note) for port, plan in by_port]
    of_ports = sa.select(_OVERRIDES).where(_OVERRIDES.c.port.in_(sorted(ports)))
    rows = session.execute(of_ports.order_by(_OVERRIDES.c.port, _OVERRIDES.c.day)).mappings()
    return [*weekly, *(DaySet(row["port"], row["day"], parse_sessions(row["sessions"]), row["note"]) for row in rows)]


def special_days(session: Session, years: Iterable[int]) -> list[SpecialDay]:
    """Returns the days off and make-up days of these years as published; other days follow the week."""
    spans = [_DAYS.c.day.between(date(year, 1, 1), date(year, 12, 31)) for year in years]
    rows = session.execute(sa.select(_DAYS).where(sa.or_(sa.false(), *spans)).order_by(_DAYS.c.day)).mappings()
    return [SpecialDay(row["day"], row["working"], row["name"] or "") for row in rows if _is_marked(row)]


def _is_marked(row: sa.RowMapping) -> bool:
    return row["name"] is not None or row["working"] != (row["day"].weekday() < 5)


def plan_conflicts(session: Session, days: Mapping[int, Sequence[WorkingSession]], since: date) -> list[PlanConflict]:
    """Returns holidays on which the plan opens and make-up days 调休 on which it closes.

    The plan takes precedence over the national layer, so an operator should confirm these days.
    """
    named = sa.select(_DAYS).where(_DAYS.c.day >= since, _DAYS.c.name.is_not(None)).order_by(_DAYS.c.day)
    rows = (row for row in session.execute(named).mappings() if row["day"].weekday() in days)
    return [
        PlanConflict(row["day"], row["name"], open=not row["working"])
        for row in rows
        if bool(days[row["day"].weekday()]) != row["working"]
    ]


def changes(
    session: Session, *, port: str | None = None, before: int | None = None, limit: int = 100
) -> list[CalendarChange]:
    """Returns the history, newest first: of one port, or of all and the years; ``before``: id of a change."""
    wanted = sa.select(_CHANGES).order_by(_CHANGES.c.id.desc()).limit(limit)
    if port is not None:
        wanted = wanted.where(_CHANGES.c.port == port)
    if before is not None:
        wanted = wanted.where(_CHANGES.c.id < before)
    return [CalendarChange.model_validate(dict(row)) for row in session.execute(wanted).mappings()]


def _plan(weekdays: Sequence[sa.RowMapping]) -> WeeklyPlan:
    entered = ((row["weekday"], row["sessions"]) for row in weekdays)
    first = weekdays[0]
    return WeeklyPlan(
        valid_from=first["valid_from"],
        days={weekday: parse_sessions(sessions) for weekday, sessions in entered if sessions is not None},
        note=first["note"],
        set_by=first["set_by"],
        set_at=first["set_at"],
    )


def days_of_year(year: int, holidays: Mapping[date, str], workdays: Mapping[date, str]) -> list[dict[str, object]]:
    """Returns the rows of a published year. Raises ``ValueError`` when a date is of another year or in both."""
    if holidays.keys() & workdays.keys():
        raise ValueError("a date is both a holiday and a working day")
    if any(day.year != year for day in (*holidays, *workdays)):
        raise ValueError(f"a date is not of {year}")
    return [
        {
            "day": day,
            "working": day in workdays or (day.weekday() < 5 and day not in holidays),
            "name": holidays.get(day) or workdays.get(day),
        }
        for day in _dates_of(year)
    ]


def _dates_of(year: int) -> Iterator[date]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _named(days: Mapping[date, str]) -> dict[str, str]:
    return {day.isoformat(): days[day] for day in sorted(days)}


def _texts(sessions: Sequence[WorkingSession]) -> list[tuple[str, str]]:
    return [session.texts() for session in sessions]
