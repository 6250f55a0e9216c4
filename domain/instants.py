"""Instants: stored in UTC, shown and counted in Asia/Shanghai. There is no naive datetime."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(instant: datetime) -> datetime:
    """The instant on a Shanghai clock. ``ValueError`` for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(SHANGHAI)


def local_date(instant: datetime) -> date:
    """The Shanghai date on which the instant falls; 24:00 is 00:00 of the next date."""
    return local(instant).date()


def at(day: date, minutes: int = 0) -> datetime:
    """``minutes`` after Shanghai midnight of ``day``, in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC) + timedelta(minutes=minutes)


def clock(instant: datetime) -> str:
    """``2026-12-11 08:30`` as people read it in Shanghai; seconds only where there are some, never fractions."""
    on_clock = local(instant).replace(tzinfo=None, microsecond=0)
    return on_clock.isoformat(" ", "seconds" if on_clock.second else "minutes")


def clock_of_end(instant: datetime) -> str:
    """The same for a deadline or an end: midnight is 24:00 of the day that ends, ``2026-12-11 24:00``."""
    is_midnight = local(instant).replace(microsecond=0).time() == time()
    return f"{local_date(instant) - timedelta(days=1)} 24:00" if is_midnight else clock(instant)


def shown(instant: datetime) -> str:
    """RFC 3339 with Shanghai's offset: how an instant stands in facts."""
    return local(instant).isoformat()
