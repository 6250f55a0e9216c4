"""The register of enterprises, the table of ports, the layers of the calendar: what operators look after."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import CalendarDayRow, CalendarYearRow, EnterpriseRow, OverrideRow, PortRow, WeeklyPlanRow
from db.upsert import put
from domain.appointment import Model
from domain.calendar import Session as WorkingSession
from domain.enterprise import Enterprise

_ENTERPRISES = EnterpriseRow.table()
_PORTS = PortRow.table()
_OVERRIDES = OverrideRow.table()
_PLANS = WeeklyPlanRow.table()
_YEARS = CalendarYearRow.table()
_DAYS = CalendarDayRow.table()


class Port(Model):
    """关区: ``code`` 4 digits, the first two are the ``district``'s 直属海关."""

    code: str
    name: str
    name_en: str | None = None
    district: str


class CalendarYear(Model):
    """A published year: who published it, when, from which source."""

    year: int
    published_by: str
    published_at: datetime
    source: str


def enterprise(session: Session, code: str) -> Enterprise | None:
    """A register entry by its 10-digit customs code."""
    found = session.execute(sa.select(_ENTERPRISES).where(_ENTERPRISES.c.code == code)).mappings().one_or_none()
    return None if found is None else Enterprise.model_validate(dict(found))


def put_enterprise(engine: Engine, entry: Enterprise, *, at: datetime) -> None:
    """Enters or replaces a register entry."""
    with writing(engine) as session:
        put(session, _ENTERPRISES, enterprise_row(entry, at))


def enterprise_row(entry: Enterprise, at: datetime) -> dict[str, Any]:
    """The columns of a register entry."""
    return entry.model_dump() | {
        "qualification": entry.qualification.value,
        "grade": entry.grade.value,
        "updated_at": at,
    }


def ports(session: Session) -> list[Port]:
    """All ports, by code. They are entered as a list: ``db.lists``."""
    rows = session.execute(sa.select(_PORTS).order_by(_PORTS.c.code)).mappings()
    return [Port.model_validate(dict(row)) for row in rows]


def port(session: Session, code: str) -> Port | None:
    """A port by its 4-digit code."""
    found = session.execute(sa.select(_PORTS).where(_PORTS.c.code == code)).mappings().one_or_none()
    return None if found is None else Port.model_validate(dict(found))


def put_override(
    engine: Engine,
    port: str,
    day: date,
    sessions: Sequence[WorkingSession],
    *,
    note: str | None,
    by: str,
    at: datetime,
) -> None:
    """The highest layer: this port on this date; no sessions: closed all day."""
    row = {"port": port, "day": day, "sessions": _texts(sessions), "note": note, "set_by": by, "set_at": at}
    with writing(engine) as session:
        put(session, _OVERRIDES, row)


def remove_override(engine: Engine, port: str, day: date) -> bool:
    """The lower layers count again; False when there was no override."""
    gone = sa.delete(_OVERRIDES).where(_OVERRIDES.c.port == port, _OVERRIDES.c.day == day)
    with writing(engine) as session:
        return session.exec(gone).rowcount == 1


def put_weekly_plan(engine: Engine, port: str, valid_from: date, plan: Mapping[int, Sequence[WorkingSession]]) -> None:
    """A port's weekdays (Monday = 0) from a date on, instead of any earlier plan.

    A weekday that is not in ``plan`` goes by the national layer; one with no sessions is closed.
    ``ValueError`` for a weekday that does not exist.
    """
    if not plan.keys() <= set(range(7)):
        raise ValueError("weekdays are 0 (Monday) to 6")
    rows: list[dict[str, object]] = [
        {
            "port": port,
            "valid_from": valid_from,
            "weekday": weekday,
            "sessions": _texts(plan[weekday]) if weekday in plan else None,
        }
        for weekday in range(7)
    ]
    with writing(engine) as session:
        put(session, _PLANS, *rows)


def publish_year(
    engine: Engine,
    year: int,
    *,
    holidays: Mapping[date, str],
    workdays: Mapping[date, str],
    by: str,
    source: str,
    at: datetime,
) -> None:
    """Publishes a year as a whole, replacing an earlier publication of it.

    ``holidays`` are days off (also weekends that belong to one), ``workdays`` make-up days 调休, each with the
    holiday's name; all other days go by the week. ``ValueError`` when a date is of another year or in both.
    """
    rows = _days(year, holidays, workdays)
    with writing(engine) as session:
        put(session, _YEARS, {"year": year, "published_by": by, "published_at": at, "source": source})
        put(session, _DAYS, *rows)


def years(session: Session) -> list[CalendarYear]:
    """Published years, oldest first."""
    rows = session.execute(sa.select(_YEARS).order_by(_YEARS.c.year)).mappings()
    return [CalendarYear.model_validate(dict(row)) for row in rows]


def _days(year: int, holidays: Mapping[date, str], workdays: Mapping[date, str]) -> list[dict[str, object]]:
    if holidays.keys() & workdays.keys():
        raise ValueError("a date is both a holiday and a working day")
    if any(day.year != year for day in (*holidays, *workdays)):
        raise ValueError(f"a date is not of {year}")
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [
        {
            "day": day,
            "working": day in workdays or (day.weekday() < 5 and day not in holidays),
            "name": holidays.get(day) or workdays.get(day),
        }
        for day in days
    ]


def _texts(sessions: Sequence[WorkingSession]) -> list[tuple[str, str]]:
    return [session.texts() for session in sessions]
