"""How long a name waits after failures."""

from datetime import UTC, datetime, timedelta

import pytest

from db.attempts import Attempts
from identity.lockout import FORGOTTEN_AFTER, FREE, LONGEST_WAIT, MustWait, after_failure, wait_after

AT = datetime(2026, 11, 24, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def after(failures: int) -> Attempts:
    """Failures one after the other, each as soon as it may be."""
    known, now = Attempts(failures=0, last_at=AT), AT
    for _ in range(failures):
        known = after_failure(known, now)
        now = known.wait_until or now
    return known


def test_five_tries_are_free_and_then_each_waits_longer() -> None:
    assert [after(number).wait_until for number in range(1, FREE)] == [None] * (FREE - 1)
    waits = [wait_after(number).total_seconds() for number in range(FREE, FREE + 8)]
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    assert wait_after(10_000) == LONGEST_WAIT


def test_nothing_is_tried_before_the_wait_is_over() -> None:
    known = after(FREE)
    assert known.wait_until
    with pytest.raises(MustWait) as refused:
        after_failure(known, known.wait_until - SECOND)
    assert refused.value.until == known.wait_until
    assert after_failure(known, known.wait_until).failures == FREE + 1


def test_a_day_without_a_try_forgets_them() -> None:
    known = after(FREE + 3)
    assert after_failure(known, known.last_at + FORGOTTEN_AFTER).failures == 1
    assert after_failure(known, known.last_at + FORGOTTEN_AFTER - SECOND).failures == FREE + 4
