"""Reference data: transport modes, enterprises, working hours, special days."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlmodel import Session

from api.bodies import Code, PlausibleDay
from api.context import Caller, CallerDep, ContextDep
from api.http.date_ranges import check_span
from api.http.problems import refusal, refuse_if
from api.reference.lookup import ModeView, all_modes
from api.views import Error, View, error, errors
from db import calendar, queries, reference
from domain.calendar import Day, Layer, WorkingSession, missing
from domain.codes import customs_code_fault
from domain.eligibility import Candidate, Role, check
from domain.enterprise import Enterprise
from domain.problems import Fault

router = APIRouter(prefix="/api/v1", tags=["reference"])

_DAY_MINUTES = 24 * 60


class Modes(View):
    """All 18 transport modes."""

    items: list[ModeView]


class EnterpriseView(View):
    """``eligible``: the enterprise may be a party to a new application.

    ``block``: the appointments it left without feedback, if any; their numbers are shown to their parties only.
    """

    code: str
    uscc: str | None
    ciq_code: str | None
    name: str
    eligible: bool
    block: Error | None
    errors: list[Error]


class DayView(View):
    """``sessions`` are pairs of ``HH:MM``, ``26:00`` being 02:00 of the next date; none: closed all day.

    ``layer`` is null for a day that was not published.
    """

    date: date
    layer: Layer | None
    sessions: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    note: str | None


class PortHours(View):
    """Working time of a port; ``errors`` name the days for which it must update its calendar.

    ``before``: what shifts of the day before the first one leave for the first one, as pairs of ``HH:MM`` from 00:00.
    """

    port: str
    name: str
    days: list[DayView]
    before: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    errors: list[Error]


class WorkHours(View):
    """The working hours by port."""

    items: list[PortHours]


class SpecialDay(View):
    """A day that differs from its weekday: a day off 休, or a make-up day 班 when ``working``."""

    day: date
    working: bool
    name: str


class SpecialDays(View):
    """The special days of one year, by date; ``published``: the year's national calendar is known."""

    year: int
    published: bool
    items: list[SpecialDay]


@router.get("/transport-modes")
def list_transport_modes() -> Modes:
    """运输方式代码表."""
    return Modes(items=all_modes())


@router.get("/enterprises/{code}")
def get_enterprise(ctx: ContextDep, caller: CallerDep, code: Code) -> EnterpriseView:
    """Returns an enterprise by its 10-digit customs code, and what keeps it from a new application."""
    refuse_if(_code_faults("code", code))
    entry, faults = ctx.read_sync(lambda session: _eligibility(session, caller, code))
    block = next((fault for fault in faults if fault.code == "eligibility.overdue"), None)
    return EnterpriseView(
        **entry.party().model_dump(),
        eligible=not faults,
        block=error(block, caller.language) if block else None,
        errors=errors(faults, caller.language),
    )


@router.get("/port-work-hours")
def list_port_work_hours(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    since: Annotated[PlausibleDay, Query(alias="from")],
    until: Annotated[PlausibleDay, Query(alias="to")],
    port: Code | None = None,
) -> WorkHours:
    """口岸工作时间查询: lists the working time of one port or of all."""
    refuse_if(check_span("", since, until, ctx.policy.query.max_span_days))
    return ctx.read_sync(lambda session: _work_hours(session, caller, (since, until), port))


@router.get("/special-days")
def list_special_days(
    ctx: ContextDep, _caller: CallerDep, year: Annotated[int, Query(ge=2000, le=2100)]
) -> SpecialDays:
    """节假日与调休: lists the days off and make-up days of a year by the national calendar, without those of ports."""

    def query(session: Session) -> SpecialDays:
        published = any(each.year == year for each in calendar.years(session))
        marks = [SpecialDay(**each._asdict()) for each in calendar.special_days(session, [year])]
        return SpecialDays(year=year, published=published, items=marks)

    return ctx.read_sync(query)


def day_view(on: date, day: Day | None) -> DayView:
    """Returns the view of a date, also of one that was not published."""
    if day is None:
        return DayView(date=on, layer=None, sessions=[], note=None)
    return DayView(date=on, layer=day.layer, sessions=[list(each.texts()) for each in day.sessions], note=day.note)


def _eligibility(session: Session, caller: Caller, code: str) -> tuple[Enterprise, tuple[Fault, ...]]:
    entry = reference.enterprise(session, code)
    if entry is None:
        raise refusal("not_found")
    role: Role = "applicant" if code == caller.principal.customs_code else "consignee"
    candidate = Candidate(role, code, entry)
    asking = caller.principal.customs_code or ""
    return entry, check(
        candidate, asking=asking, blocks=queries.blocks(session, [code]), received_at=caller.received_at
    )


def _work_hours(session: Session, caller: Caller, span: tuple[date, date], port: str | None) -> WorkHours:
    names = {each.code: each.name for each in reference.ports(session) if port in {None, each.code}}
    if not names:
        raise refusal("field.invalid", "port", reason="unknown_port")
    eve = span[0] - timedelta(days=1)
    calendars = queries.work_hours(session, ports=None if port is None else [port], span=(eve, span[1]))
    dates = [date.fromordinal(number) for number in range(span[0].toordinal(), span[1].toordinal() + 1)]
    hours = []
    for code, found in calendars.items():
        days = [(on, found.day(on)) for on in dates]
        gaps = tuple(missing(code, on) for on, day in days if day is None)
        working = [day_view(on, day) for on, day in days if day and day.working]
        gap_errors = errors(gaps, caller.language)
        before = _past_midnight(found.day(eve))
        hours.append(PortHours(port=code, name=names[code], days=working, before=before, errors=gap_errors))
    return WorkHours(items=hours)


def _past_midnight(day: Day | None) -> list[list[str]]:
    """Returns the parts of the day's sessions that are on the next date."""
    closings = [each.closes - _DAY_MINUTES for each in day.sessions] if day else []
    return [list(WorkingSession(0, closes).texts()) for closes in closings if closes > 0]


def _code_faults(field: str, code: str) -> tuple[Fault, ...]:
    reason = customs_code_fault(code)
    return (Fault(code="field.invalid", field=field, facts={"reason": reason}),) if reason else ()
