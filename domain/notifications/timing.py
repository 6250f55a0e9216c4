"""The times of messages: quiet hours, the daily digest, what is late, and when to try once more."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from domain.instants import SHANGHAI, local
from domain.model import Model

#: A message that leaves later than this after it should have is marked as late.
LATE_AFTER = timedelta(minutes=10)
#: Pauses after failed attempts; the last one is repeated.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30, 60))
#: A message that could not be sent for this long is given up.
GIVE_UP_AFTER = timedelta(days=3)


class MessageTimes(Model):
    """The times that a person has chosen, in Asia/Shanghai; quiet hours may pass midnight."""

    quiet_from: time | None = None
    quiet_until: time | None = None
    digest_at: time | None = None


class Planned(NamedTuple):
    """Instant at which a message leaves; ``held``: it waits for a time of the person, and may leave with others."""

    at: datetime
    held: bool


def planned(due_at: datetime, times: MessageTimes, *, expires_at: datetime | None = None) -> Planned:
    """Returns when a message that is due leaves.

    It leaves at once when its deadline would be over by the time of the digest, or by the end of the quiet hours.
    """
    at = due_at if times.digest_at is None else _next(due_at, times.digest_at)
    if times.quiet_from is not None and times.quiet_until is not None:
        at = _after_quiet(at, times.quiet_from, times.quiet_until)
    if at == due_at or (expires_at is not None and at >= expires_at):
        return Planned(due_at, held=False)
    return Planned(at, held=True)


def is_late(planned_at: datetime, sent_at: datetime) -> bool:
    """Returns True for a message that leaves noticeably later than planned."""
    return sent_at - planned_at > LATE_AFTER


def pause_after(attempts: int) -> timedelta:
    """Returns how long to wait after the ``attempts``-th failure."""
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def _next(after: datetime, clock: time) -> datetime:
    """Returns the next instant at which a Shanghai clock shows that time, at or after ``after``."""
    today = datetime.combine(local(after).date(), clock, SHANGHAI)
    return today if today >= after else datetime.combine(today.date() + timedelta(days=1), clock, SHANGHAI)


def _after_quiet(at: datetime, begin: time, end: time) -> datetime:
    clock = local(at).time()
    quiet = begin <= clock < end if begin < end else clock >= begin or clock < end
    return _next(at, end) if quiet and begin != end else at
