"""Published years: days off and make-up days 调休, as the State Council gives them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from db import calendar
from db.calendar import SpecialDay, YearPublished
from db.changes import Changes, difference
from runtime.imports.job import ImportKind, Job
from runtime.spreadsheets import holidays
from runtime.spreadsheets.headers import Column
from runtime.spreadsheets.tables import SheetTable

SOURCE = "import"


def columns(epoch: datetime) -> tuple[Column, ...]:
    """Returns the columns, for the file's kind of dates."""
    return holidays.columns(epoch, named=True)


def _marks(table: SheetTable, _: Job) -> list[SpecialDay]:
    records = table.unique(table.records(), "date")
    return [_mark(record.values) for record in records if holidays.sensible(table, record)]


def _mark(values: Mapping[str, Any]) -> SpecialDay:
    return SpecialDay(values["date"], values["day_kind"], values["name"])


def _change(given: list[SpecialDay], job: Job) -> Changes[SpecialDay]:
    """Publishes each year of the file as a whole: the earlier days, unless replaced, and those of the file."""
    years = sorted({mark.day.year for mark in given})
    here, published = job.look(lambda session: (calendar.special_days(session, years), calendar.years(session)))
    changes = difference(_by_day(here), _by_day(given), replace=job.replace)
    whole = _by_day([*([] if job.replace else here), *given])
    new = {year for year in years if year not in {each.year for each in published}}
    concerned = new | {mark.day.year for mark in (*changes.new, *changes.removed)}
    if not job.dry_run and concerned:
        calendar.apply_changes(job.engine, *_publications(concerned, list(whole.values())), by=job.by, at=job.at)
    return changes


def _publications(years: Iterable[int], marks: Sequence[SpecialDay]) -> Iterator[YearPublished]:
    for year in sorted(years):
        own = [mark for mark in marks if mark.day.year == year]
        off, at_work = ({mark.day: mark.name for mark in own if mark.working is working} for working in (False, True))
        yield YearPublished(year, off, at_work, SOURCE)


def _by_day(marks: Iterable[SpecialDay]) -> dict[str, SpecialDay]:
    return {mark.day.isoformat(): mark for mark in marks}


def _shown(mark: SpecialDay) -> str:
    return f"{mark.day} {'调休上班' if mark.working else '放假'} {mark.name}"


YEARS = ImportKind("工作日历 calendar", columns, _marks, _change, _shown)
