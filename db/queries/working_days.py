"""The last working day of a port, however long ago: a recursive query that steps back by primary keys, day by day."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlmodel import Session

from db.tables import CalendarDayRow, OverrideRow, PortRow, WeeklyPlanRow
from db.tables.columns import Json
from domain.facts import PLAUSIBLE_YEARS

_PORTS = PortRow.table()
_PLANS = WeeklyPlanRow.table()
_OVERRIDES = OverrideRow.table()
_DAYS = CalendarDayRow.table()

_NO_SESSIONS = sa.literal([], Json())
#: End of the steps at a port whose plan closes it for ever.
_EARLIEST = date(PLAUSIBLE_YEARS.start, 1, 1)


class _DayBefore(sa.sql.functions.GenericFunction[date]):
    """The date before; SQLite has no date type and stores dates as text."""

    type = sa.Date()
    inherit_cache = True


@compiles(_DayBefore, "sqlite")
def _on_sqlite(element: _DayBefore, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '-1 day')"


@compiles(_DayBefore, "postgresql")
def _on_postgresql(element: _DayBefore, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} - 1)"


def last_working_days(session: Session, ports: Collection[str] | None, until: date) -> dict[str, date]:
    """Returns, by port (None: of all), the last date up to ``until`` that is a working day or that no layer has."""
    given: dict[str, Any] = {"until": until, "weekday": until.weekday()}
    if ports is not None:
        given["ports"] = sorted(ports)
    return {row.port: row.day for row in session.execute(_statement(of_all=ports is None), given)}


@cache
def _statement(*, of_all: bool) -> sa.Select[tuple[str, date]]:
    """Returns the query, built once: building takes longer than executing it."""
    walked = _walked(of_all=of_all)
    return sa.select(walked.c.port, sa.func.min(walked.c.day).label("day")).group_by(walked.c.port)


def _walked(*, of_all: bool) -> sa.CTE:
    """Selects the dates of each port from ``until`` back, as long as the date after is a closed one."""
    begin = sa.select(
        _PORTS.c.code.label("port"),
        sa.bindparam("until", type_=sa.Date()).label("day"),
        sa.bindparam("weekday", type_=sa.Integer()).label("weekday"),
    )
    chosen = begin if of_all else begin.where(_PORTS.c.code.in_(sa.bindparam("ports", expanding=True)))
    walked = chosen.cte("walked", recursive=True)
    step = sa.select(walked.c.port, _DayBefore(walked.c.day), (walked.c.weekday + 6) % 7)
    return walked.union_all(step.where(_is_open(walked).is_(False), walked.c.day > _EARLIEST))


def _is_open(at: sa.CTE) -> sa.ColumnElement[bool]:
    """Returns the condition that the highest layer with the date has sessions; NULL where no layer has it."""
    override = sa.select(_OVERRIDES.c.sessions != _NO_SESSIONS).where(
        _OVERRIDES.c.port == at.c.port, _OVERRIDES.c.day == at.c.day
    )
    plan = (
        sa.select(_PLANS.c.sessions != _NO_SESSIONS)
        .where(_PLANS.c.port == at.c.port, _PLANS.c.weekday == at.c.weekday, _PLANS.c.valid_from <= at.c.day)
        .order_by(_PLANS.c.valid_from.desc())
        .limit(1)
    )
    national = sa.select(_DAYS.c.working).where(_DAYS.c.day == at.c.day)
    layers = (layer.correlate(at).scalar_subquery() for layer in (override, plan, national))
    return sa.func.coalesce(*layers, type_=sa.Boolean())
