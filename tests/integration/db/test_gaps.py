"""Gaps of the calendar are reported before anybody needs the days."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from db import calendar, lists, seeds
from db.calendar import CalendarEdit, DaySet, PlanSet, YearPublished
from db.engine import reading
from db.lists import ListEntry
from db.queries import Gaps, gaps
from db.register_history import Origin
from domain.calendar import DEFAULT_SESSIONS
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON

AHEAD = timedelta(days=60)
SIXTY_DAYS_BEFORE = date(2026, 11, 2)
EVERY_DAY = dict.fromkeys(range(7), DEFAULT_SESSIONS)
PLAIN_2027 = YearPublished(2027, {date(2027, 1, 1): "元旦"}, {}, source="x")


@pytest.fixture
def world(engine: sa.Engine) -> sa.Engine:
    """Two ports; 2025 and 2026 are published."""
    ports = [ListEntry(code="2233", name="浦东机场"), ListEntry(code="2248", name="洋山")]
    lists.enter(engine, "ports", ports, Origin("officer", NOON))
    seeds.seed_calendar(engine, at=NOON)
    return engine


def change(engine: sa.Engine, *made: CalendarEdit) -> None:
    calendar.apply_changes(engine, *made, by="officer", at=NOON)


def found(engine: sa.Engine, today: date) -> Gaps:
    with reading(engine) as session:
        return gaps(session, today, AHEAD)


def test_a_year_is_told_sixty_days_before_it_begins(world: sa.Engine) -> None:
    assert found(world, SIXTY_DAYS_BEFORE - timedelta(days=1)) == Gaps(date(2026, 12, 31))
    alarm = found(world, SIXTY_DAYS_BEFORE)
    assert alarm.years == (2027,)
    assert [(gap.port, gap.name, gap.first, gap.days) for gap in alarm.ports] == [
        ("2233", "浦东机场", date(2027, 1, 1), 1),
        ("2248", "洋山", date(2027, 1, 1), 1),
    ]


def test_published_it_is_no_gap(world: sa.Engine) -> None:
    change(world, PLAIN_2027)
    assert found(world, date(2026, 12, 31)) == Gaps(date(2027, 3, 1))


def test_a_port_that_has_its_own_hours_lacks_nothing(world: sa.Engine) -> None:
    change(world, PlanSet("2233", date(2026, 12, 1), EVERY_DAY), DaySet("2248", date(2027, 1, 1), ()))
    alarm = found(world, date(2026, 11, 3))
    assert alarm.years == (2027,)
    assert [(gap.port, gap.first, gap.last, gap.days) for gap in alarm.ports] == [
        ("2248", date(2027, 1, 2), date(2027, 1, 2), 1)
    ]


def test_the_last_working_day_before_today_is_needed_too(world: sa.Engine) -> None:
    change(world, YearPublished(2029, {date(2029, 1, 1): "元旦"}, {}, source="x"))
    nobody_knows_december = found(world, date(2029, 1, 1))
    assert nobody_knows_december.years == (2028,)
    assert [(gap.first, gap.days) for gap in nobody_knows_december.ports] == [(date(2028, 12, 31), 1)] * 2
    assert found(world, date(2029, 1, 3)).years == ()  # the second was a working day


def test_after_a_long_closure_the_day_before_it_is_needed(world: sa.Engine) -> None:
    closed = [DaySet("2248", date(2029, 1, 1) + timedelta(days=number), ()) for number in range(48)]
    change(world, YearPublished(2029, {}, {}, source="x"), *closed)
    alarm = found(world, date(2029, 2, 20))  # Pudong worked on the nineteenth; Yangshan opens only now
    assert alarm.years == ()
    alarm = found(world, date(2029, 2, 17))
    assert alarm.years == (2028,)
    assert [(gap.port, gap.first, gap.days) for gap in alarm.ports] == [("2248", date(2028, 12, 31), 1)]


def test_while_nothing_is_missing_two_small_queries_are_sent(world: sa.Engine) -> None:
    with counting(world) as statements:
        assert found(world, date(2026, 6, 1)).ports == ()
    assert len(statements) == 2


def test_otherwise_days_are_found_by_indexes(world: sa.Engine) -> None:
    with counting(world) as statements:
        found(world, SIXTY_DAYS_BEFORE)
    assert scans(world, statements, "calendar_days", "calendar_overrides") == []


def test_a_port_that_is_closed_for_ever_makes_no_other_look_back_with_it(world: sa.Engine) -> None:
    change(world, PlanSet("2248", date(2000, 1, 1), dict.fromkeys(range(7), ())))
    with counting(world) as statements:
        assert found(world, date(2026, 6, 1)) == Gaps(date(2026, 7, 31))
    loaded = [str(parameters) for text, parameters in statements if text.startswith("SELECT calendar_overrides.port")]
    assert [("2248" in each, "2233" in each) for each in loaded] == [(True, False)]
