"""Instants: stored in UTC, shown and counted in Asia/Shanghai. There is no naive datetime."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(instant: datetime) -> datetime:
    """Returns the instant on a Shanghai clock. Raises ValueError when the datetime is naive."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(SHANGHAI)


def local_date(instant: datetime) -> date:
    """Returns the Shanghai date of the instant; 24:00 is 00:00 of the next date."""
    return local(instant).date()


def at(day: date, minutes: int = 0) -> datetime:
    """Returns the instant ``minutes`` after Shanghai midnight of ``day``, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC) + timedelta(minutes=minutes)


def clock(instant: datetime) -> str:
    """Returns ``2026-12-11 08:30`` for people in Shanghai; with seconds unless they are zero, never with fractions."""
    on_clock = local(instant).replace(tzinfo=None, microsecond=0)
    return on_clock.isoformat(" ", "seconds" if on_clock.second else "minutes")


def clock_of_end(instant: datetime) -> str:
    """Returns the same for a deadline or an end: midnight is 24:00 of the day before, ``2026-12-11 24:00``."""
    is_midnight = local(instant).replace(microsecond=0).time() == time()
    return f"{local_date(instant) - timedelta(days=1)} 24:00" if is_midnight else clock(instant)


def shown(instant: datetime) -> str:
    """Returns RFC 3339 with Shanghai's offset, the form of instants in facts."""
    return local(instant).isoformat()
