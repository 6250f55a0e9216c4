"""Weekly plans of a port 口岸周计划: the sessions of each weekday, from a date on."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Annotated

import structlog
from fastapi import APIRouter
from pydantic import Field
from sqlmodel import Session

from api.bodies import Body, FreeText, PlausibleDay
from api.context import CallerDep, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.operators.calendar import Sessions, require_port, session_faults
from api.views import Shown, View
from db import calendar as calendars
from db.calendar import PlanRemoved, PlanSet, WeeklyPlan
from domain.calendar import WEEKDAYS, WorkingSession, parse_sessions
from domain.content import check_text
from domain.instants import local_date
from domain.problems import Fault

router = APIRouter(prefix="/ops/v1/ports/{port}/weekly-plan", tags=["operators"])

log = structlog.get_logger("api.operators")


class WeekBody(Body):
    """Sessions by weekday; a missing weekday means the national working days, an empty list means closed all day."""

    monday: Sessions | None = None
    tuesday: Sessions | None = None
    wednesday: Sessions | None = None
    thursday: Sessions | None = None
    friday: Sessions | None = None
    saturday: Sessions | None = None
    sunday: Sessions | None = None


class WeeklyPlanBody(Body):
    """Weekly plan of a port from ``valid_from`` on, in place of any earlier plan."""

    valid_from: PlausibleDay
    days: WeekBody
    note: FreeText | None = None


class StrangeDayView(View):
    """Holiday on which the plan is ``open``, or make-up day 调休 on which it is not. Set the day if this is wrong."""

    date: date
    name: str
    open: bool


class WeeklyPlanView(View):
    """Weekly plan. In ``days`` null means the national working days, and an empty list means closed all day.

    ``in_force``: true for the newest plan that has begun. ``strange_days``: dates on which the plan and the national
    holidays differ.
    """

    valid_from: date
    in_force: bool
    days: dict[str, list[Annotated[list[str], Field(min_length=2, max_length=2)]] | None]
    note: str | None
    set_by: str | None
    set_at: Shown | None
    strange_days: list[StrangeDayView]


class WeeklyPlansView(View):
    """All weekly plans of a port, newest first."""

    port: str
    items: list[WeeklyPlanView]


@router.put("")
def set_weekly_plan(
    ctx: ContextDep, caller: CallerDep, port: str, body: RequestBody[WeeklyPlanBody]
) -> WeeklyPlansView:
    """Sets the plan from a date on, in place of any earlier plan; a plan of the same date is replaced."""
    require_port(ctx, port)
    given = body.checked(_faults(body.partial))
    plan = PlanSet(port, given.valid_from, sessions_of(given.days), given.note)
    calendars.apply_changes(ctx.engine, plan, by=caller.principal.name, at=caller.received_at)
    log.info("weekly plan put", port=port, valid_from=given.valid_from.isoformat(), by=caller.principal.name)
    return list_weekly_plans(ctx, port)


@router.get("")
def list_weekly_plans(ctx: ContextDep, port: str) -> WeeklyPlansView:
    """Returns every plan of a port, with who set it, when and why."""
    require_port(ctx, port)
    today = local_date(datetime.now(UTC))
    return ctx.read_sync(lambda session: _plans(session, port, today))


@router.delete("/{valid_from}")
def remove_weekly_plan(ctx: ContextDep, caller: CallerDep, port: str, valid_from: PlausibleDay) -> WeeklyPlansView:
    """Removes the plan of that date: the plan before counts, or the national working days."""
    require_port(ctx, port)
    if not calendars.apply_changes(
        ctx.engine, PlanRemoved(port, valid_from), by=caller.principal.name, at=caller.received_at
    ):
        raise refusal("not_found")
    log.info("weekly plan removed", port=port, valid_from=valid_from.isoformat(), by=caller.principal.name)
    return list_weekly_plans(ctx, port)


def _faults(body: WeeklyPlanBody) -> Iterator[Fault]:
    yield from check_text("note", body.note)
    yield from week_faults("days", body.days)


def week_faults(field: str, days: WeekBody | None) -> Iterator[Fault]:
    """Yields the faults of the sessions of each weekday."""
    for name in WEEKDAYS:
        yield from session_faults(f"{field}.{name}", getattr(days, name, None))


def sessions_of(days: WeekBody) -> dict[int, tuple[WorkingSession, ...]]:
    """Returns the sessions by weekday, Monday = 0, without weekdays that follow the nation."""
    given = ((number, getattr(days, name)) for number, name in enumerate(WEEKDAYS))
    return {number: parse_sessions(pairs) for number, pairs in given if pairs is not None}


def _plans(session: Session, port: str, today: date) -> WeeklyPlansView:
    known = calendars.plans(session, port)
    counts = next((plan for plan in known if plan.valid_from <= today), None)
    return WeeklyPlansView(port=port, items=[_view(session, plan, today, in_force=plan is counts) for plan in known])


def _view(session: Session, plan: WeeklyPlan, today: date, *, in_force: bool) -> WeeklyPlanView:
    strange = calendars.plan_conflicts(session, plan.days, max(today, plan.valid_from))
    return WeeklyPlanView(
        **plan.model_dump(exclude={"days"}),
        in_force=in_force,
        days=_days(plan.days),
        strange_days=[StrangeDayView(date=each.day, name=each.name, open=each.open) for each in strange],
    )


def _days(days: Mapping[int, tuple[WorkingSession, ...]]) -> dict[str, list[list[str]] | None]:
    return {
        name: [list(each.texts()) for each in days[number]] if number in days else None
        for number, name in enumerate(WEEKDAYS)
    }
