"""Working calendar 口岸工作日历: single days of a port."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import structlog
from fastapi import APIRouter, Query
from pydantic import Field
from sqlmodel import Session

from api.bodies import Body, FreeText, PlausibleDay
from api.context import CallerDep, Context, ContextDep
from api.http.date_ranges import check_span
from api.http.lenient_body import RequestBody
from api.http.problems import refusal, refuse_if
from api.reference.work_hours import DayView, day_view
from api.views import View
from db import calendar as calendars
from db import queries, reference
from db.calendar import DayCleared, DaySet
from domain.calendar import parse_sessions
from domain.content import check_text
from domain.problems import Fault

MAX_SPAN_DAYS = 366

router = APIRouter(prefix="/ops/v1", tags=["operators"])

log = structlog.get_logger("api.operators")

Since = Annotated[PlausibleDay, Query(alias="from")]
Until = Annotated[PlausibleDay, Query(alias="to")]


Sessions = Annotated[tuple[tuple[str, ...], ...], Field(max_length=24)]


class CalendarDayBody(Body):
    """工作时段 (sessions) of a date: pairs of ``HH:MM``; ``26:00`` is 02:00 of the next date. None: closed all day."""

    sessions: Sessions
    note: FreeText | None = None


class PortCalendarView(View):
    """Every date of the span; ``layer`` is null for a date of a year that is not published."""

    port: str
    items: list[DayView]


@router.put("/ports/{port}/calendar/{day}")
def set_calendar_day(
    *, ctx: ContextDep, caller: CallerDep, port: str, day: PlausibleDay, body: RequestBody[CalendarDayBody]
) -> DayView:
    """Sets the sessions of a port on one date, over all other layers. No sessions: closed all day."""
    require_port(ctx, port)
    sent = body.partial
    given = body.checked((*check_text("note", sent.note), *session_faults("sessions", sent.sessions)))
    sessions = parse_sessions(given.sessions)
    by = caller.principal.name
    calendars.apply_changes(ctx.engine, DaySet(port, day, sessions, given.note), by=by, at=caller.received_at)
    log.info("calendar day put", port=port, day=day.isoformat(), by=by)
    return _days(ctx, port, day, day).items[0]


@router.delete("/ports/{port}/calendar/{day}")
def remove_calendar_day(ctx: ContextDep, caller: CallerDep, port: str, day: PlausibleDay) -> DayView:
    """Removes the sessions set for a date: the lower layers count again."""
    require_port(ctx, port)
    if not calendars.apply_changes(ctx.engine, DayCleared(port, day), by=caller.principal.name, at=caller.received_at):
        raise refusal("not_found")
    log.info("calendar day removed", port=port, day=day.isoformat(), by=caller.principal.name)
    return _days(ctx, port, day, day).items[0]


@router.get("/ports/{port}/calendar")
def list_calendar_days(ctx: ContextDep, port: str, since: Since, until: Until) -> PortCalendarView:
    """Returns every date of the span, with the layer its sessions come from."""
    refuse_if(check_span("", since, until, MAX_SPAN_DAYS))
    require_port(ctx, port)
    return _days(ctx, port, since, until)


def session_faults(field: str, pairs: Sequence[Sequence[str]] | None) -> tuple[Fault, ...]:
    """Returns ``field.invalid`` for sessions that are malformed or overlap; absent sessions are no fault."""
    try:
        parse_sessions(pairs or ())
    except ValueError as error:
        return (Fault(code="field.invalid", field=field, facts={"reason": str(error)}),)
    return ()


def require_port(ctx: Context, port: str) -> None:
    """Raises ``not_found`` when the port is not in the table."""

    def known(session: Session) -> bool:
        return reference.port(session, port) is not None

    if not ctx.read_sync(known):
        raise refusal("not_found")


def _days(ctx: Context, port: str, since: PlausibleDay, until: PlausibleDay) -> PortCalendarView:
    found = ctx.read_sync(lambda session: queries.work_hours(session, ports=[port], span=(since, until)))[port]
    dates = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return PortCalendarView(port=port, items=[day_view(on, found.day(on)) for on in dates])
