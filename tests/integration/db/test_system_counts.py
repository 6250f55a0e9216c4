"""The last result of each count."""

from datetime import timedelta

import sqlalchemy as sa

from db import system_counts
from db.engine import read
from db.system_counts import CountName, SystemCount
from tests.integration.db.stories import NOON

LATER = NOON + timedelta(minutes=1)


def test_nothing_is_known_before_the_first_count(engine: sa.Engine) -> None:
    assert read(engine, system_counts.latest) == {}


def test_a_count_replaces_the_one_before_and_no_other(engine: sa.Engine) -> None:
    system_counts.save(engine, {CountName.STUCK_WORKFLOWS: 3, CountName.MISSING_WORKFLOWS: 1}, NOON)
    system_counts.save(engine, {CountName.STUCK_WORKFLOWS: 0}, LATER)
    assert read(engine, system_counts.latest) == {
        CountName.STUCK_WORKFLOWS: SystemCount(0, LATER),
        CountName.MISSING_WORKFLOWS: SystemCount(1, NOON),
    }


def test_where_nobody_can_tell_there_is_an_instant_and_no_number(engine: sa.Engine) -> None:
    system_counts.save(engine, {CountName.STUCK_WORKFLOWS: 3}, NOON)
    system_counts.save(engine, {CountName.STUCK_WORKFLOWS: None}, LATER)
    assert read(engine, system_counts.latest) == {CountName.STUCK_WORKFLOWS: SystemCount(None, LATER)}
