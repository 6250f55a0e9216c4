"""Calendars, plans, gaps and changes as tables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from rich.table import Table
from rich.text import Text

from db.calendar import CalendarChange, PlanConflict, WeeklyPlan
from db.queries import Gaps
from domain.calendar import Day, PortCalendar, WorkingSession
from domain.instants import local

NAMES = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
LAYERS = {"override": "单日 override", "weekly": "周计划 weekly", "national": "全国 national"}
KINDS = {"override": "单日 day", "weekly_plan": "周计划 plan", "year": "年度 year"}
CLOSED, NATION = "休息 closed", "全国 national"
#: The most ports that are named of those that lack the same dates.
NAMED = 5


def calendar(found: PortCalendar, dates: Iterable[date]) -> Table:
    """Returns a table of dates with their sessions and the layer they come from; gaps are marked."""
    table = Table("日期 date", "星期", "工作时段 hours", "来源 layer", "备注 note")
    for on in dates:
        table.add_row(on.isoformat(), NAMES[on.weekday()], *_day(found.day(on)))
    return table


def _day(day: Day | None) -> tuple[Text, Text, Text]:
    if day is None:
        gap = Text("缺口 gap", style="red")
        return gap, Text("-"), Text("请联系口岸更新工作日历")
    style = "" if day.working else "dim"
    return Text(hours(day.sessions), style=style), Text(LAYERS[day.layer]), Text(day.note or "")


def hours(sessions: Sequence[WorkingSession]) -> str:
    """Returns sessions as ``08:30-12:00 13:30-17:00``."""
    return " ".join("-".join(each.texts()) for each in sessions) or CLOSED


def week(days: Mapping[int, str]) -> str:
    """Returns a line like ``周一至周五 08:30-17:00`` for each run of equal weekdays; the others follow the nation."""
    lines = []
    for text, run in groupby(range(7), key=lambda number: days.get(number, NATION)):
        numbers = list(run)
        first, last = numbers[0], numbers[-1]
        lines.append(f"{NAMES[first]}{'' if first == last else '至' + NAMES[last]} {text}")
    return "\n".join(lines)


def plans(found: Sequence[WeeklyPlan], today: date) -> Table:
    """Returns a table of all plans, newest first; the one that counts today is marked."""
    table = Table("生效 from", "工作时段 hours", "设定 set by", "备注 note")
    counts = next((plan for plan in found if plan.valid_from <= today), None)
    for plan in found:
        mark = " ✓" if plan is counts else ""
        days = week({number: hours(sessions) for number, sessions in plan.days.items()})
        table.add_row(f"{plan.valid_from}{mark}", days, plan.set_by or "-", plan.note or "")
    return table


def strange(days: Sequence[PlanConflict]) -> Table:
    """Returns notes where a plan and the national holidays differ."""
    table = Table("日期 date", "星期", "全国 nation", "周计划 plan")
    for each in days:
        nation, plan = ("休 off", "开 open") if each.open else ("班 working", "休 closed")
        table.add_row(each.day.isoformat(), NAMES[each.day.weekday()], f"{each.name} {nation}", plan)
    return table


def gaps(found: Gaps) -> Table:
    """Returns a table of missing years, then of ports that lack the same dates, with the command for each."""
    table = Table("缺口 gap", "日期 dates", "处理 remedy")
    for year in found.years:
        table.add_row(f"{year} 年度未公布 year not published", f"{year}-01-01 …", f"yuyue calendar publish {year}")
    alike: dict[tuple[date, date, int], list[str]] = {}
    for gap in found.ports:
        alike.setdefault((gap.first, gap.last, gap.days), []).append(gap.port)
    for (first, last, count), ports in alike.items():
        named = ", ".join(ports[:NAMED]) + (" …" if len(ports) > NAMED else "")
        what = f"{len(ports)} 个口岸缺少工作时间 ports without hours: {named}"
        table.add_row(what, f"{first} … {last} ({count})", f"yuyue calendar plan {ports[0]}")
    return table


def changes(found: Sequence[CalendarChange]) -> Table:
    """Returns a table of changes, with their authors, newest first."""
    table = Table("时间 at", "何人 by", "对象 what", "日期 dates", "内容 content", "备注 note")
    for each in found:
        at = local(each.at).strftime("%Y-%m-%d %H:%M:%S")
        what = f"{KINDS[each.kind]} {each.port or ''}".strip()
        dates = f"{each.first_day}" if each.kind == "override" else f"{each.first_day} … {each.last_day or ''}".strip()
        table.add_row(at, each.by, what, dates, _content(each.content), each.note or "")
    return table


def _content(content: Any) -> str:
    if content is None:
        return "撤销 removed"
    if "holidays" in content:
        holidays, workdays = len(content["holidays"]), len(content["workdays"])
        return f"{holidays} 天假日, {workdays} 天调休上班 ({content['source']})"
    if "days" in content:
        return week({int(number): _pairs(pairs) for number, pairs in content["days"].items()})
    return _pairs(content["sessions"])


def _pairs(pairs: Sequence[Sequence[str]]) -> str:
    return " ".join("-".join(pair) for pair in pairs) or CLOSED
