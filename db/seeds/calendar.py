"""Years whose holidays the State Council has published, as the library ``chinesecalendar`` knows them."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Engine

from db import reference
from db.engine import reading

#: Only these: for a year it does not know the library raises, and a guess would be worse than a gap.
YEARS = (2025, 2026)


def seed_calendar(engine: Engine, *, at: datetime) -> None:
    """Publishes ``YEARS`` where nobody has published them yet."""
    with reading(engine) as session:
        published = {each.year for each in reference.years(session)}
    for year in YEARS:
        if year not in published:
            holidays, workdays = _published(year)
            reference.publish_year(
                engine, year, holidays=holidays, workdays=workdays, by="seed", source="chinesecalendar", at=at
            )


def _published(year: int) -> tuple[Mapping[date, str], Mapping[date, str]]:
    """Days off and make-up days of a year with the holiday's Chinese name."""
    from chinese_calendar import Holiday, constants  # type: ignore[import-untyped]  # noqa: PLC0415 - for seeds only

    def named(days: Mapping[date, str]) -> dict[date, str]:
        return {day: Holiday(name).chinese for day, name in days.items() if day.year == year}

    return named(constants.holidays), named(constants.workdays)
