"""年度工作日历: the picture of a year, and its publication from the State Council's notice, a table or single dates."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Query, Request
from pydantic import BeforeValidator, Field

from api.appointments.uploads import FILE_FORM, received_file
from api.bodies import Body, Day, Text
from api.context import Caller, CallerDep, ContextDep
from api.http.lenient_body import LenientBody, RequestBody
from api.http.problems import Refusal, refusal
from api.operators.calendar_consequences import CalendarPreviewView, SliceDep, previewed
from api.operators.holiday_table import LIMITS, TOO_LARGE, read_table
from api.views import Error, Shown, View
from db import calendar as calendars
from db.calendar import CalendarYear, YearPublished
from db.queries.calendar_years import LEGEND, year_picture
from db.seeds.calendar import library
from domain.facts import PLAUSIBLE_YEARS
from domain.holiday_notice import FIELD, HolidayNotice, NoticeFault, read_notice
from domain.problems import Fault, explain

MAX_NOTICE = 20_000
RUNBOOK = "docs/runbook.md#publish-a-year"

router = APIRouter(prefix="/ops/v1/calendar", tags=["operators"])

log = structlog.get_logger("api.operators")

Year = Annotated[int, Path(ge=PLAUSIBLE_YEARS.start, lt=PLAUSIBLE_YEARS.stop)]
AnyYear = Annotated[int, Query(ge=PLAUSIBLE_YEARS.start, lt=PLAUSIBLE_YEARS.stop)]


def _named(value: Any) -> Any:
    return dict.fromkeys(value, "") if isinstance(value, list) and all(isinstance(day, str) for day in value) else value


DayNames = Annotated[dict[Day, Text], BeforeValidator(_named)]
NoticeText = Annotated[Text, Field(max_length=MAX_NOTICE)]


class CalendarYearBody(Body):
    """Days off and make-up days 调休 of a year: dates, dates with the name of the holiday, or the text of the notice.

    ``notice`` is read as in the dry run, in place of both. ``accept_unread``: its sentences that were not understood
    were checked, and set no day.
    """

    holidays: DayNames | None = None
    workdays: DayNames = {}
    source: Annotated[Text, Field(min_length=1, max_length=200)] = "operator"
    notice: NoticeText | None = None
    accept_unread: bool = False


class NoticeBody(Body):
    """节假日安排通知 Text of the notice, as pasted."""

    notice: NoticeText


class PublishedYear(View):
    """Published year, with the number of its days off and of its make-up days."""

    year: int
    holidays: int
    workdays: int


class NoticeDayView(View):
    """Day off or, when ``working``, make-up day; ``line`` of the text or row of the file that has it."""

    date: date
    working: bool
    name: str
    line: int


class UnreadView(View):
    """Sentence that may mean days and was not understood."""

    line: int
    text: str


class NoticeError(Error):
    """Contradiction that forbids publishing, with its line or row; null for the whole."""

    line: int | None


class NoticeView(View):
    """Days that were understood; nothing is published.

    ``holidays`` and ``workdays`` have the form that publishes them.
    """

    year: int
    days: list[NoticeDayView]
    unread: list[UnreadView]
    errors: list[NoticeError]
    holidays: dict[date, str]
    workdays: dict[date, str]


class YearView(View):
    """Published year with its author, time and source."""

    year: int
    published_by: str
    published_at: Shown
    source: str
    holidays: int
    workdays: int


class LibraryView(View):
    """Calendar library that this system ships with, and the last year that it knows."""

    name: str
    version: str
    until: int


class YearsView(View):
    """Published years, oldest first. A year after ``library.until`` is entered by hand; ``runbook`` says how."""

    items: list[YearView]
    library: LibraryView
    runbook: str


class PictureItem(View):
    """Port, with the place of its days in ``patterns``."""

    port: str
    name: str
    district: str
    pattern: int


class PictureView(View):
    """Days of ports in a year. Each pattern has a letter for each day from 1 January on; ``legend`` explains them.

    A capital letter is a day with a shift that ends after midnight.
    """

    year: int
    published: bool
    legend: dict[str, str]
    patterns: list[str]
    items: list[PictureItem]


@router.get("/picture")
def show_calendar_year(
    ctx: ContextDep,
    year: AnyYear,
    port: str | None = None,
    district: str | None = None,
) -> PictureView:
    """Returns every day of a year at one port, at the ports of a district, or at all ports."""
    found = ctx.read_sync(
        lambda session: year_picture(session, year, ports=None if port is None else [port], district=district)
    )
    if not found.ports:
        raise refusal("not_found")
    return PictureView(
        year=year,
        published=any(each.year == year for each in ctx.read_sync(calendars.years)),
        legend=LEGEND,
        patterns=found.patterns,
        items=[PictureItem(**each._asdict()) for each in found.ports],
    )


@router.get("/years")
def list_calendar_years(ctx: ContextDep) -> YearsView:
    """Returns the published years, and up to which year the calendar library knows the holidays."""
    years = ctx.read_sync(calendars.years)
    special = ctx.read_sync(lambda session: calendars.special_days(session, [each.year for each in years]))
    known = library()
    return YearsView(
        items=[_year(each, [day.working for day in special if day.day.year == each.year]) for each in years],
        library=LibraryView(**known._asdict()),
        runbook=RUNBOOK,
    )


@router.post("/years/{year}")
def publish_calendar_year(
    ctx: ContextDep, caller: CallerDep, year: Year, body: RequestBody[CalendarYearBody]
) -> PublishedYear:
    """Publishes a year: its days off and make-up days 调休; all other days follow the week."""
    published = _publication(year, body)
    calendars.apply_changes(ctx.engine, published, by=caller.principal.name, at=caller.received_at)
    log.info("calendar year published", year=year, by=caller.principal.name)
    return PublishedYear(year=year, holidays=len(published.holidays), workdays=len(published.workdays))


@router.post("/years/{year}/preview")
def preview_calendar_year(
    *, ctx: ContextDep, caller: CallerDep, year: Year, body: RequestBody[CalendarYearBody], page: SliceDep
) -> CalendarPreviewView:
    """Returns whose drafts and booked windows publishing the year would change. Changes nothing."""
    return previewed(ctx, caller, [_publication(year, body)], page)


@router.post("/years/{year}/notice")
def read_holiday_notice(caller: CallerDep, year: Year, body: NoticeBody) -> NoticeView:
    """Reads the text of the notice: every day, every sentence that was not understood, and contradictions."""
    return _notice_view(read_notice(body.notice, year), caller)


@router.post("/years/{year}/notice-file", openapi_extra=FILE_FORM)
async def read_holiday_table(caller: CallerDep, year: Year, request: Request) -> NoticeView:
    """Reads an XLSX or CSV with the columns 日期, 类型 (放假 or 上班), 说明 and, if wanted, 星期."""
    async with received_file(request, LIMITS.file_bytes, Refusal([TOO_LARGE])) as file:
        content = await file.read()
    return _notice_view(await read_table(content, year), caller)


def _publication(year: int, body: LenientBody[CalendarYearBody]) -> YearPublished:
    """Returns the year to publish. Raises Refusal when its days contradict each other."""
    sent = body.partial
    if sent.notice is not None:
        read = read_notice(sent.notice, year)
        given = body.checked(_notice_faults(read, accept_unread=sent.accept_unread))
        return YearPublished(year, read.holidays(), read.workdays(), given.source)
    given = body.checked(_year_faults(year, sent))
    return YearPublished(year, given.holidays or {}, given.workdays, given.source)


def _notice_faults(read: HolidayNotice, *, accept_unread: bool) -> Iterator[Fault]:
    yield from (each.fault for each in read.faults)
    if not accept_unread:
        for each in read.unread:
            yield Fault(code="calendar.notice_unread", field=FIELD, facts={"text": each.text, "line": each.line})


def _year_faults(year: int, body: CalendarYearBody) -> tuple[Fault, ...]:
    if body.holidays is None:
        return (Fault(code="field.required", field="holidays"),)
    try:
        calendars.days_of_year(year, body.holidays, body.workdays)
    except ValueError:
        return (Fault(code="field.invalid", field="holidays", facts={"reason": "malformed"}),)
    return ()


def _notice_view(read: HolidayNotice, caller: Caller) -> NoticeView:
    return NoticeView(
        year=read.year,
        days=[NoticeDayView(**day._asdict()) for day in read.days],
        unread=[UnreadView(**each._asdict()) for each in read.unread],
        errors=[_notice_error(each, caller) for each in read.faults],
        holidays=read.holidays(),
        workdays=read.workdays(),
    )


def _notice_error(found: NoticeFault, caller: Caller) -> NoticeError:
    return NoticeError(**explain(found.fault, caller.language), line=found.line)


def _year(year: CalendarYear, working: Iterable[bool]) -> YearView:
    marks = list(working)
    return YearView(**dict(year), holidays=marks.count(False), workdays=marks.count(True))
