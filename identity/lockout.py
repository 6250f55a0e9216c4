"""Waiting after failures, the same for every name, whether somebody has it or not.

A try is counted before the password is looked at, so that tries at the same time, in whatever process, are as many
guesses as tries one after the other. Five are free; each one after a wait makes the next wait longer.
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
#: After so long without a try the next failure is a first one again.
FORGOTTEN_AFTER = timedelta(hours=24)


class MustWait(Exception):
    """The name may not be tried before ``until``."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__()


def count_try(engine: Engine, subject: str, at: datetime) -> None:
    """Counts one try at a subject as a failure until it turns out to be none; ``MustWait`` when it may not be tried."""
    attempts.update(engine, subject, at=at, judge=lambda known: after_failure(known, at))


def after_failure(known: Attempts, at: datetime) -> Attempts:
    """What is known after one more failure. ``MustWait``."""
    if known.wait_until is not None and at < known.wait_until:
        raise MustWait(known.wait_until)
    failures = 1 if at - known.last_at >= FORGOTTEN_AFTER else known.failures + 1
    return Attempts(failures=failures, last_at=at, wait_until=at + wait_after(failures) if failures >= FREE else None)


def wait_after(failures: int) -> timedelta:
    """How long the name waits after that many failures in a row."""
    return min(FIRST_WAIT * (1 << min(failures - FREE, 10)), LONGEST_WAIT)


def subject_of(username: str, fingerprint: Callable[[Any], str]) -> str:
    """What stands for a name in the table: people type passwords where the name belongs."""
    return fingerprint(["login", username])
