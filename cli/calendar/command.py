"""The commands. Each opens the database, makes one change or one query, and prints the result."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from cli.calendar import typed
from cli.console import fail, out
from cli.embedded import DataDir, load_settings, open_database

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from db.calendar import CalendarEdit
    from domain.calendar import WorkingSession

calendar = typer.Typer(help="工作日历：年度、口岸周计划、单日。The working calendar.", no_args_is_help=True)

MAX_SHOWN = 366
NOTIFIED = "已预约的时段如受影响，由工作进程告知 / workers notify the holders of booked windows that are concerned"

Port = Annotated[str, typer.Argument(help="口岸代码 / the port's 4 digits")]
Note = Annotated[str | None, typer.Option(help="原因 / why")]
Remove = Annotated[bool, typer.Option("--remove", help="撤销 / take it away again")]


class _Context(NamedTuple):
    """The database, how far ahead gaps are searched, and today's date in Shanghai."""

    engine: "Engine"
    ahead: timedelta
    today: date

    def look(self, ask: Callable[..., Any]) -> Any:
        from db.engine import read

        return read(self.engine, ask)

    def change(self, made: "CalendarEdit") -> int:
        import getpass
        from datetime import UTC, datetime

        from db.calendar import apply_changes

        return apply_changes(self.engine, made, by=f"cli:{getpass.getuser()}", at=datetime.now(UTC))


@contextmanager
def _context(data_dir: Path | None, port: str | None = None) -> "Iterator[_Context]":
    """Returns what a command works with; ends the command for an unknown port, and for an unusable database."""
    from datetime import UTC, datetime

    from db import reference
    from domain.instants import local_date

    settings = load_settings(data_dir)
    engine = open_database(settings)
    context = _Context(engine, timedelta(days=settings.calendar_ahead_days), local_date(datetime.now(UTC)))
    try:
        if port is not None and context.look(lambda session: reference.port(session, port)) is None:
            fail(f"口岸代码表中没有 {port}", f"there is no port {port} in the table")
        yield context
    finally:
        engine.dispose()


@calendar.command()
def publish(
    *,
    year: Annotated[int, typer.Argument(min=2000, max=2199)],
    holidays: Annotated[
        list[str] | None,
        typer.Option(help="放假日期，如 2027-02-05..2027-02-11=春节，可重复 / days off, repeatable"),
    ] = None,
    workdays: Annotated[
        list[str] | None, typer.Option(help="调休上班日期，写法相同 / make-up days, written alike")
    ] = None,
    from_library: Annotated[
        bool, typer.Option("--from-library", help="取自 chinesecalendar / as the library knows the year")
    ] = False,
    source: Annotated[str, typer.Option(help="依据 / where it was published")] = "operator",
    data_dir: DataDir = None,
) -> None:
    """公布年度节假日安排。Publishes a year: days off and make-up days; nothing is guessed."""
    from db.calendar import YearPublished
    from db.seeds.calendar import from_library as known

    if from_library == bool(holidays):
        fail("请给出 --holidays 或 --from-library 之一", "give either --holidays or --from-library")
    try:
        days_off, at_work = typed.days(holidays or []), typed.days(workdays or [])
        published = known(year) if from_library else YearPublished(year, days_off, at_work, source)
        with _context(data_dir) as context:
            context.change(published)
    except LookupError as error:
        fail(f"{year} 年不在 chinesecalendar 中，请用 --holidays 录入", f"{error}; enter the year with --holidays")
    except ValueError as error:
        fail(f"{year} 年度未公布：日期有误", str(error))
    off, working = len(published.holidays), len(published.workdays)
    out().print(f"✓ {year}: {off} 天放假 days off, {working} 天调休上班 make-up days", highlight=False)
    out().print(NOTIFIED, style="dim")


@calendar.command()
def show(
    port: Port,
    since: Annotated[
        date | None, typer.Option("--from", parser=typed.day, help="起，默认今天 / default: today")
    ] = None,
    until: Annotated[
        date | None, typer.Option("--to", parser=typed.day, help="止，默认两周 / default: 2 weeks")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """逐日显示工作时间及来源。Every date with its hours and the layer they come from."""
    with _context(data_dir, port) as context:
        first = since or context.today
        last = until or first + timedelta(days=13)
        if not first <= last <= first + timedelta(days=MAX_SHOWN):
            fail("日期范围有误（最多 366 天）", f"the span must be in order and at most {MAX_SHOWN} days")
        _show(context, port, first, last)


@calendar.command()
def day(
    *,
    port: Port,
    on: Annotated[date, typer.Argument(metavar="DATE", parser=typed.day, help="YYYY-MM-DD")],
    hours: Annotated[
        list[str] | None, typer.Argument(help="时段，如 08:30-12:00；不写为全天休息 / hours; none: closed all day")
    ] = None,
    note: Note = None,
    remove: Remove = False,
    data_dir: DataDir = None,
) -> None:
    """设定口岸某日的工作时间。Sets one date at one port, above plan and nation."""
    from db.calendar import DayCleared, DaySet

    sessions = _sessions([typed.hours(each) for each in hours or []])
    with _context(data_dir, port) as context:
        if remove and not context.change(DayCleared(port, on, note)):
            fail(f"{port} 在 {on} 没有单日设定", f"{port} has no override on {on}")
        if not remove:
            context.change(DaySet(port, on, sessions, note))
        _show(context, port, on, on)
        out().print(NOTIFIED, style="dim")


@calendar.command()
def plan(
    *,
    port: Port,
    week: Annotated[
        list[str] | None,
        typer.Argument(
            help="如 mon-fri=08:30-12:00,13:30-17:00 sat=closed；未写的星期按全国安排 / others: the nation's"
        ),
    ] = None,
    since: Annotated[date | None, typer.Option("--from", parser=typed.day, help="生效日期 / from this date on")] = None,
    note: Note = None,
    remove: Remove = False,
    data_dir: DataDir = None,
) -> None:
    """显示口岸周计划;有 --from 时设定或撤销。Shows a port's plans; with --from sets or removes the one from then."""
    from db.calendar import PlanRemoved, PlanSet

    days = {number: _sessions(pairs) for number, pairs in typed.week(week or []).items()}
    if since is None and (days or remove):
        fail("请用 --from 给出生效日期", "give the date from which it counts with --from")
    with _context(data_dir, port) as context:
        if since and remove and not context.change(PlanRemoved(port, since, note)):
            fail(f"{port} 没有自 {since} 起的周计划", f"{port} has no plan from {since}")
        if since and not remove:
            context.change(PlanSet(port, since, days, note))
        _plans(context, port)
        if since:
            out().print(NOTIFIED, style="dim")


@calendar.command()
def gaps(data_dir: DataDir = None) -> None:
    """列出即将需要而缺少的工作时间。What is missing among the dates needed soon; exit code 1 if anything is."""
    from cli.calendar import printing
    from db import queries

    with _context(data_dir) as context:
        found = context.look(lambda session: queries.gaps(session, context.today, context.ahead))
    if found.years or found.ports:
        out().print(printing.gaps(found))
        raise typer.Exit(1)
    out().print(f"[green]✓[/] 至 {found.until} 没有缺口 / no gap until then", highlight=False)


@calendar.command()
def history(
    port: Annotated[str | None, typer.Option(help="只看一个口岸 / of one port only")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    data_dir: DataDir = None,
) -> None:
    """何人何时因何修改了什么。Who changed what, when and why, newest first."""
    from cli.calendar import printing
    from db import calendar as calendars

    with _context(data_dir, port) as context:
        out().print(printing.changes(context.look(lambda session: calendars.changes(session, port=port, limit=limit))))


def _sessions(pairs: list[typed.Hours]) -> "tuple[WorkingSession, ...]":
    from domain.calendar import parse_sessions

    try:
        return parse_sessions(pairs)
    except ValueError:
        typed_hours = " ".join("-".join(pair) for pair in pairs)
        fail(
            f"工作时段有误：{typed_hours}",
            "hours are HH:MM-HH:MM in order, do not overlap, and end at 30:00 (06:00 next day) at the latest",
        )


def _show(context: _Context, port: str, first: date, last: date) -> None:
    from cli.calendar import printing
    from db import queries

    found = context.look(lambda session: queries.work_hours(session, ports=[port], span=(first, last)))[port]
    dates = (first + timedelta(days=number) for number in range((last - first).days + 1))
    out().print(printing.calendar(found, dates))


def _plans(context: _Context, port: str) -> None:
    from cli.calendar import printing
    from db import calendar as calendars

    found = context.look(lambda session: calendars.plans(session, port))
    if not found:
        out().print(
            f"{port}: 没有周计划，按全国安排 / no weekly plan, the nation's working days count", highlight=False
        )
        return
    out().print(printing.plans(found, context.today))
    newest = found[0]
    since = max(context.today, newest.valid_from)
    strange = context.look(lambda session: calendars.plan_conflicts(session, newest.days, since))
    if strange:
        out().print("周计划优先于全国节假日；以下日期如不对，请用 calendar day 设定：", style="yellow")
        out().print("The plan goes before the nation; set these with `calendar day` if that is wrong:", style="yellow")
        out().print(printing.strange(strange))
