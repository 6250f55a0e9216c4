"""Gaps of the calendar, and the record of its changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.context import ContextDep
from api.views import Shown, View
from db import calendar as calendars
from db import queries
from db.calendar import LayerKind
from domain.instants import local_date

router = APIRouter(prefix="/ops/v1/calendar", tags=["operators"])


class YearGap(View):
    """Year that is not published; ``days_left`` until it begins, negative if it has begun."""

    year: int
    days_left: int
    remedy: str


class PortGapView(View):
    """Gap of a port: ``days`` dates between ``first`` and ``last`` (both included) on which its hours are unknown."""

    port: str
    name: str
    first: date
    last: date
    days: int
    remedy: str


class GapsView(View):
    """All gaps for which bookings up to ``until`` would be refused."""

    until: date
    years: list[YearGap]
    ports: list[PortGapView]


class ChangeView(View):
    """Change of the calendar; ``content`` is null for a removal, ``last_day`` is null for a plan, which has no end."""

    id: int
    kind: LayerKind
    port: str | None
    first_day: date
    last_day: date | None
    content: dict[str, Any] | None
    note: str | None
    by: str
    at: Shown


class ChangesView(View):
    """Changes of the calendar, newest first; ``next_before`` is null on the last page."""

    items: list[ChangeView]
    next_before: int | None


@router.get("/gaps")
def list_calendar_gaps(ctx: ContextDep) -> GapsView:
    """Returns unpublished years and ports without hours, up to ``YUYUE_CALENDAR_AHEAD_DAYS`` ahead."""
    today = local_date(datetime.now(UTC))
    ahead = timedelta(days=ctx.settings.calendar_ahead_days)
    found = ctx.read_sync(lambda session: queries.gaps(session, today, ahead))
    return GapsView(
        until=found.until,
        years=[_year(year, today) for year in found.years],
        ports=[PortGapView(**gap._asdict(), remedy=_port_remedy(gap.port)) for gap in found.ports],
    )


@router.get("/changes")
def list_calendar_changes(
    ctx: ContextDep,
    port: str | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> ChangesView:
    """Returns the changes of days, plans and years, with author, time and note; no change is ever deleted."""
    found = ctx.read_sync(lambda session: calendars.changes(session, port=port, before=before, limit=limit + 1))
    page = found[:limit]
    return ChangesView(
        items=[ChangeView(**dict(each)) for each in page],
        next_before=page[-1].id if len(found) > limit else None,
    )


def _year(year: int, today: date) -> YearGap:
    remedy = f"POST /ops/v1/calendar/years/{year} · yuyue calendar publish {year}"
    return YearGap(year=year, days_left=(date(year, 1, 1) - today).days, remedy=remedy)


def _port_remedy(port: str) -> str:
    return f"PUT /ops/v1/ports/{port}/weekly-plan · yuyue calendar plan {port}"
