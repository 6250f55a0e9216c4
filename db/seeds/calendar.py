"""Years whose holidays the State Council has published, from the library ``chinesecalendar``."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Engine

from db import calendar
from db.calendar import YearPublished
from db.engine import reading

#: Years that the library has; a guess for another year would be worse than a gap.
YEARS = (2025, 2026)


def seed_calendar(engine: Engine, *, at: datetime) -> None:
    """Publishes ``YEARS`` that are not published yet."""
    with reading(engine) as session:
        published = {each.year for each in calendar.years(session)}
    for year in YEARS:
        if year not in published:
            calendar.apply_changes(engine, from_library(year), by="seed", at=at)


def from_library(year: int) -> YearPublished:
    """Returns the year from the library. Raises ``LookupError`` for a year that it does not have."""
    from chinese_calendar import Holiday, constants  # type: ignore[import-untyped]  # noqa: PLC0415 - for seeds only

    def named(days: Mapping[date, str]) -> dict[date, str]:
        return {day: Holiday(name).chinese for day, name in days.items() if day.year == year}

    holidays = named(constants.holidays)
    if not holidays:
        raise LookupError(f"chinesecalendar knows {min(constants.holidays).year} to {max(constants.holidays).year}")
    return YearPublished(year, holidays, named(constants.workdays), source="chinesecalendar")
