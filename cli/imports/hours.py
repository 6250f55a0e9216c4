"""Working hours of ports 口岸工作时间: weekly plans from a date on, and single dates."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from db import calendar, reference
from db.calendar import CalendarEdit, DayCleared, DaySet, PlanRemoved, PlanSet
from db.changes import Changes, difference
from domain.calendar import WorkingSession, parse_sessions, written_session
from domain.codes import port_fault
from runtime.imports.job import ImportKind, Job
from runtime.spreadsheets.cells import Invalid, code, day, plain, text
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.sheets import Raw, SheetUnreadable
from runtime.spreadsheets.tables import Record, SheetTable

MAX_NOTE = 200
#: The most changes of a file: each looks for the appointments that it concerns, all in one transaction.
MAX_CHANGES = 2_000

_DAYS = ("一1 mon", "二2 tue", "三3 wed", "四4 thu", "五5 fri", "六6 sat", "日7 sun", "天7 sun")
_WEEKDAYS = {word: min(number, 6) for number, words in enumerate(_DAYS) for word in (words[0], words[1], words[3:])}
_PREFIX = re.compile("星期|礼拜|周")
_TO = re.compile(r"-|–|—|~|至|到")
_CLOSED = frozenset({"closed", "休息", "休", "关闭", "不工作", "全天休息"})
_ALL_DAY = frozenset({"全天", "24小时", "全天24小时", "all day"})
_PARTS = re.compile(r"[,、;/和\s]+")

Hours = PlanSet | DaySet
Key = tuple[str, date, str]


def columns(epoch: datetime) -> tuple[Column, ...]:
    """Returns the columns, for the file's kind of dates."""
    return (
        Column("port", ("口岸", "口岸代码", "关区代码", "port"), code(port_fault, 4)),
        Column("weekday", ("星期", "weekday"), _weekdays, needed=False, blank=True),
        Column("valid_from", ("生效日期", "valid_from"), day(epoch), needed=False, blank=True),
        Column("date", ("日期", "date"), day(epoch), needed=False, blank=True),
        Column("sessions", ("工作时段", "工作时间", "时段", "sessions"), _sessions),
        Column("note", ("备注", "原因", "note"), text(MAX_NOTE), needed=False, blank=True),
    )


def _weekdays(raw: Raw) -> tuple[int, ...]:
    """Returns the numbers of 周一, 周一至周五, 1-5 or mon-fri, Monday = 0."""
    names = [_PREFIX.sub("", part.strip()) for part in _TO.split(plain(raw).casefold())]
    found = [_WEEKDAYS.get(name) for name in names]
    first, last = found[0], found[-1]
    if len(found) > 2 or first is None or last is None or last < first:
        raise Invalid("field.invalid", reason="weekday")
    return tuple(range(first, last + 1))


def _sessions(raw: Raw) -> tuple[WorkingSession, ...]:
    """Returns sessions of ``08:30-12:00,13:30-17:00``, ``08:00-次日02:00``, 全天; none for 休息 or ``closed``."""
    value = plain(raw).casefold()
    if value in _CLOSED:
        return ()
    if value in _ALL_DAY:
        value = "00:00-24:00"
    try:
        return parse_sessions(written_session(part) for part in _PARTS.split(value))
    except ValueError as error:
        raise Invalid("field.invalid", reason=str(error)) from None


def _hours(table: SheetTable, job: Job) -> list[Hours]:
    known = {port.code for port in job.look(reference.ports)}
    rows = [row for row in table.records() if _sensible(table, row, known)]
    dated = list(table.unique((row for row in rows if row.values.get("date")), "port", "date"))
    weekly = list(table.unique(_each_weekday(rows), "port", "valid_from", "weekday"))
    return [*_plans(weekly), *(_dated(row) for row in dated)]


def _sensible(table: SheetTable, row: Record, known: set[str]) -> bool:
    """Yields the rows of known ports with either a date, or a weekday and a first date."""
    values = row.values
    if values["port"] not in known:
        table.fault(row.row, "port", "field.invalid", reason="unknown_port")
    elif bool(values.get("date")) == bool(values.get("weekday")):
        table.fault(row.row, "weekday", "field.invalid", reason="weekday_or_date")
    elif values.get("weekday") and not values.get("valid_from"):
        table.fault(row.row, "valid_from", "field.required")
    else:
        return True
    return False


def _each_weekday(rows: Iterable[Record]) -> Iterator[Record]:
    """Yields a row for each weekday: 周一至周五 is five rows."""
    for row in rows:
        for weekday in row.values.get("weekday") or ():
            yield Record(row.row, {**row.values, "weekday": weekday})


def _plans(rows: Iterable[Record]) -> Iterator[PlanSet]:
    """Returns a plan for each port and first date."""
    found: dict[tuple[str, date], PlanSet] = {}
    for row in rows:
        values = row.values
        key = (values["port"], values["valid_from"])
        plan = found.get(key, PlanSet(*key, {}, None))
        days = {**plan.days, values["weekday"]: values["sessions"]}
        found[key] = plan._replace(days=days, note=plan.note or values.get("note"))
    return iter(found.values())


def _dated(row: Record) -> DaySet:
    values = row.values
    return DaySet(values["port"], values["date"], values["sessions"], values.get("note"))


def _change(given: list[Hours], job: Job) -> Changes[Hours]:
    """Changes the file's ports only; without ``replace`` a plan keeps other weekdays, and a port other dates."""
    ports = sorted({each.port for each in given})
    here = {_key(each): each for each in job.look(lambda session: calendar.entered_hours(session, ports))}
    wanted = {_key(each): each if job.replace else _kept(each, here.get(_key(each))) for each in given}
    changes = difference(here, wanted, replace=job.replace)
    made: list[CalendarEdit] = [*changes.new, *map(_removal, changes.removed)]
    if len(made) > MAX_CHANGES:
        raise SheetUnreadable("import.too_large", reason="too_many_changes", limit=MAX_CHANGES)
    if made and not job.dry_run:
        calendar.apply_changes(job.engine, *made, by=job.by, at=job.at)
    return changes


def _key(hours: Hours) -> Key:
    return (hours.port, hours.valid_from, "") if isinstance(hours, PlanSet) else (hours.port, hours.day, "day")


def _kept(new: Hours, old: Hours | None) -> Hours:
    if isinstance(new, PlanSet) and isinstance(old, PlanSet):
        return new._replace(days={**old.days, **new.days}, note=new.note or old.note)
    return new._replace(note=new.note or old.note) if old else new


def _removal(hours: Hours) -> CalendarEdit:
    if isinstance(hours, PlanSet):
        return PlanRemoved(hours.port, hours.valid_from)
    return DayCleared(hours.port, hours.day)


def _shown(hours: Any) -> str:
    note = f"（{hours.note}）" if hours.note else ""
    if isinstance(hours, DaySet):
        return f"{hours.port} {hours.day} {_written(hours.sessions)}{note}"
    days = "；".join(f"周{'一二三四五六日'[number]} {_written(hours.days[number])}" for number in sorted(hours.days))
    return f"{hours.port} 自 {hours.valid_from} 起 {days}{note}"


def _written(sessions: Iterable[WorkingSession]) -> str:
    return ",".join("-".join(session.texts()) for session in sessions) or "休息"


WORK_HOURS = ImportKind("口岸工作时间 work hours", columns, _hours, _change, _shown)
