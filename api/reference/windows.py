"""预约通关时间 before anything is saved: the latest submission of a window, and the starts of a date."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session

from api.bodies import Code, Instant, PlausibleDay
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.date_ranges import check_span
from api.http.problems import refuse_if
from api.views import Error, Shown, Verdict, View, errors
from db import queries
from domain.appointment import Content
from domain.assessment import when
from domain.content import check_formats, check_known_ports
from domain.decision import Decision
from domain.facts import Facts, window_dates
from domain.problems import Fault
from domain.window import FIELD, Window, windows_of

router = APIRouter(prefix="/api/v1", tags=["reference"])

#: Days of a month that is shown in whole weeks.
MOST_DAYS = 42

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_LOST_PLUS = re.compile(r" (\d\d:\d\d)$", re.ASCII)


class LatestSubmission(Verdict):
    """The verdict on a window; ``window_end`` follows from the start alone."""

    bookable: bool
    window_end: Shown | None = None


class StartView(View):
    """A start of a window; ``errors`` say why the window may not be booked now."""

    window_start: Shown
    window_end: Shown
    bookable: bool
    submit_by: Shown | None
    errors: list[Error]


class Starts(View):
    """The starts of one date, by time."""

    items: list[StartView]


class WindowDay(View):
    """A date; ``bookable`` if any window may begin on it. If none may, ``errors`` are those of the last window."""

    date: date
    bookable: bool
    errors: list[Error]


class WindowDays(View):
    """The days of the range, by date."""

    items: list[WindowDay]


@router.get("/latest-submission")
def get_latest_submission(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    declaration_port: Code = "",
    entry_exit_port: Code = "",
    window_start: str = "",
    consignee: Code | None = None,
) -> LatestSubmission:
    """Returns what prevents a submit for this window, and the latest legal instant. Always answers 200."""
    start = _instant(window_start)
    given = {"declaration_port": declaration_port, "entry_exit_port": entry_exit_port, "window_start": window_start}
    faults = tuple(Fault(code="field.required", field=name) for name, value in given.items() if not value.strip())
    if start is None and window_start.strip():
        faults += (Fault(code="field.invalid", field="window_start", facts={"reason": "malformed"}),)
    if faults or start is None:
        return LatestSubmission(bookable=False, submit_by=None, errors=errors(faults, caller.language), facts={})
    content = Content(
        declaration_port=declaration_port,
        entry_exit_port=entry_exit_port,
        window_start=start,
        consignee_code=consignee,
    )
    facts = ctx.read_sync(lambda session: _facts(session, ctx, caller, content))
    decision = _when(ctx, caller, content=content, facts=facts, start=start)
    return LatestSubmission(
        bookable=not decision.faults,
        window_end=decision.window_end,
        submit_by=decision.deadlines.submit_by,
        errors=errors(decision.faults, caller.language),
        facts=decision.facts,
    )


@router.get("/window-starts")
def list_window_starts(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    declaration_port: Code,
    entry_exit_port: Code,
    day: Annotated[PlausibleDay, Query(alias="date")],
    consignee: Code | None = None,
) -> Starts:
    """预约通关时间: lists the starts of a date that may be booked now, and why the others may not; judges no party."""
    content = Content(declaration_port=declaration_port, entry_exit_port=entry_exit_port, consignee_code=consignee)
    refuse_if(check_formats(content))
    windows = windows_of(day, ctx.policy)
    facts = ctx.read_sync(lambda session: _facts_between(session, caller, content, windows))
    refuse_if(check_known_ports(content, facts.known_ports))
    return Starts(items=[_start(ctx, caller, content=content, facts=facts, window=each) for each in windows])


@router.get("/window-days")
def list_window_days(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    declaration_port: Code,
    entry_exit_port: Code,
    since: Annotated[PlausibleDay, Query(alias="from")],
    until: Annotated[PlausibleDay, Query(alias="to")],
    consignee: Code | None = None,
) -> WindowDays:
    """预约通关时间: lists the dates, of six weeks at most, on which a window may begin. Parties are not judged."""
    content = Content(declaration_port=declaration_port, entry_exit_port=entry_exit_port, consignee_code=consignee)
    refuse_if((*check_formats(content), *check_span("", since, until, MOST_DAYS - 1)))
    dates = [date.fromordinal(number) for number in range(since.toordinal(), until.toordinal() + 1)]
    windows = {each: windows_of(each, ctx.policy) for each in dates}
    facts = ctx.read_sync(lambda session: _facts_between(session, caller, content, [*chain(*windows.values())]))
    refuse_if(check_known_ports(content, facts.known_ports))
    return WindowDays(
        items=[_day(ctx, caller, content=content, facts=facts, on=on, windows=windows[on]) for on in dates]
    )


def _facts(session: Session, ctx: Context, caller: Caller, content: Content) -> Facts:
    applicant = caller.principal.customs_code or ""
    return queries.facts_for(session, applicant=applicant, content=content, policy=ctx.policy)


def _facts_between(session: Session, caller: Caller, content: Content, windows: Sequence[Window]) -> Facts:
    return queries.facts(
        session,
        applicant_code=caller.principal.customs_code or "",
        consignee_code=content.consignee_code,
        ports=[port for port in (content.declaration_port, content.entry_exit_port) if port],
        span=window_dates(windows[0].start, windows[-1].end),
    )


def _start(ctx: Context, caller: Caller, *, content: Content, facts: Facts, window: Window) -> StartView:
    decision = _when(ctx, caller, content=content, facts=facts, start=window.start)
    faults = tuple(fault for fault in decision.faults if fault.field == FIELD)
    return StartView(
        window_start=window.start,
        window_end=window.end,
        bookable=not faults,
        submit_by=decision.deadlines.submit_by,
        errors=errors(faults, caller.language),
    )


def _day(
    ctx: Context, caller: Caller, *, content: Content, facts: Facts, on: date, windows: Sequence[Window]
) -> WindowDay:
    """Judges the last window of the date first, because its cut-off is the latest."""
    last: list[Error] = []
    for window in reversed(windows):
        start = _start(ctx, caller, content=content, facts=facts, window=window)
        if start.bookable:
            return WindowDay(date=on, bookable=True, errors=[])
        last = last or start.errors
    return WindowDay(date=on, bookable=False, errors=last)


def _when(ctx: Context, caller: Caller, *, content: Content, facts: Facts, start: datetime) -> Decision:
    return when(
        declaration_port=content.declaration_port or "",
        entry_exit_port=content.entry_exit_port or "",
        window_start=start,
        consignee_code=content.consignee_code,
        facts=facts,
        policy=ctx.policy,
        received_at=caller.received_at,
    )


def _instant(text: str) -> datetime | None:
    """Returns the instant, None when it is malformed; a ``+`` that the query string made a blank is restored."""
    try:
        return _INSTANT.validate_python(_LOST_PLUS.sub(r"+\1", text.strip()))
    except ValidationError:
        return None
