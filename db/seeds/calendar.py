"""Years whose holidays the State Council has published, from the library ``chinesecalendar``."""

from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import version
from typing import NamedTuple

from sqlalchemy import Engine

from db import calendar
from db.calendar import YearPublished
from db.engine import reading

NAME = "chinesecalendar"
#: The first year to seed.
FIRST_YEAR = 2025


class HolidayLibrary(NamedTuple):
    """The library and the last year that it knows; a guess for a later year would be worse than a gap."""

    name: str
    version: str
    until: int


def seed_calendar(engine: Engine, *, at: datetime) -> None:
    """Publishes the years that the library knows, from ``FIRST_YEAR`` on, unless they are published already."""
    with reading(engine) as session:
        published = {each.year for each in calendar.years(session)}
    for year in range(FIRST_YEAR, library().until + 1):
        if year not in published:
            calendar.apply_changes(engine, from_library(year), by="seed", at=at)


def library() -> HolidayLibrary:
    """Returns what the installed library is and knows."""
    from chinese_calendar import constants  # type: ignore[import-untyped]  # noqa: PLC0415 - for seeds only

    return HolidayLibrary(NAME, version(NAME), max(constants.holidays).year)


def from_library(year: int) -> YearPublished:
    """Returns the year from the library. Raises ``LookupError`` for a year that it does not have."""
    from chinese_calendar import Holiday, constants  # noqa: PLC0415 - for seeds only

    def named(days: Mapping[date, str]) -> dict[date, str]:
        return {day: Holiday(name).chinese for day, name in days.items() if day.year == year}

    holidays = named(constants.holidays)
    if not holidays:
        raise LookupError(f"chinesecalendar knows {min(constants.holidays).year} to {max(constants.holidays).year}")
    return YearPublished(year, holidays, named(constants.workdays), source=NAME)
