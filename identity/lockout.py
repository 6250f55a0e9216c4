"""Delays login tries after failures, alike for every name, whether a user has it or not.

A try is counted before the password is checked, so that concurrent tries, also of other processes, get no more guesses
than tries one after the other. Five are free; each try after a wait lengthens the next wait.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from db import attempts
from db.attempts import Attempts

FREE = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
#: After so long without a try the next failure counts as the first.
FORGOTTEN_AFTER = timedelta(hours=24)


class MustWait(Exception):
    """The name may not be tried before ``until``."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__()


def count_try(engine: Engine, subject: str, at: datetime) -> None:
    """Counts a try at a subject as a failure; a login that succeeds clears the count.

    Raises ``MustWait`` when the subject may not be tried yet.
    """
    attempts.update(engine, subject, at=at, judge=lambda before: after_failure(before, at))


def after_failure(before: Attempts, at: datetime) -> Attempts:
    """Returns the count after one more failure. Raises ``MustWait`` when the wait is not over."""
    if before.wait_until is not None and at < before.wait_until:
        raise MustWait(before.wait_until)
    failures = 1 if at - before.last_at >= FORGOTTEN_AFTER else before.failures + 1
    return Attempts(failures=failures, last_at=at, wait_until=at + wait_after(failures) if failures >= FREE else None)


def wait_after(failures: int) -> timedelta:
    """Returns how long the name must wait after that many failures in a row."""
    return min(FIRST_WAIT * (1 << min(failures - FREE, 10)), LONGEST_WAIT)


def subject_of(username: str, fingerprint: Callable[[Any], str]) -> str:
    """Returns the keyed hash stored for a name: people type passwords into the field of the name."""
    return fingerprint(["login", username])
