"""What is entered into the calendar counts from its transaction on, and its history stays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from db import calendar, queries, seeds
from db.calendar import CalendarEdit, DayCleared, DaySet, PlanRemoved, PlanSet, YearPublished
from db.engine import reading, writing
from domain.calendar import parse_sessions
from tests.integration.db.stories import NOON

SATURDAY, MAKE_UP, NATIONAL_DAY = date(2026, 11, 28), date(2026, 10, 10), date(2026, 10, 1)
LUNCH = parse_sessions([["08:30", "12:00"], ["13:30", "17:00"]])
LATE = parse_sessions([["20:00", "24:00"]])


@pytest.fixture
def world(engine: sa.Engine) -> sa.Engine:
    seeds.seed_reference(engine, at=NOON)
    return engine


def change(engine: sa.Engine, *made: CalendarEdit, by: str = "officer") -> int:
    return calendar.apply_changes(engine, *made, by=by, at=NOON)


def hours(engine: sa.Engine, on: date) -> tuple[str, list[tuple[str, str]]] | None:
    with reading(engine) as session:
        day = queries.work_hours(session, ports=["2233"], span=(on, on))["2233"].day(on)
    return (day.layer, [each.texts() for each in day.sessions]) if day else None


def history(engine: sa.Engine) -> list[calendar.CalendarChange]:
    with reading(engine) as session:
        return calendar.changes(session)


class TestPlans:
    def test_from_a_date_to_come_the_one_before_counts_until_then(self, world: sa.Engine) -> None:
        change(world, PlanSet("2233", date(2026, 1, 1), {5: LUNCH}), PlanSet("2233", SATURDAY, {5: LATE}))
        assert hours(world, SATURDAY - timedelta(days=7)) == ("weekly", [("08:30", "12:00"), ("13:30", "17:00")])
        assert hours(world, SATURDAY) == ("weekly", [("20:00", "24:00")])

    def test_removed_the_one_before_counts_again(self, world: sa.Engine) -> None:
        change(world, PlanSet("2233", date(2026, 1, 1), {5: LUNCH}), PlanSet("2233", SATURDAY, {5: LATE}))
        assert change(world, PlanRemoved("2233", SATURDAY)) == 1
        assert change(world, PlanRemoved("2233", SATURDAY)) == 0
        assert hours(world, SATURDAY) == ("weekly", [("08:30", "12:00"), ("13:30", "17:00")])
        change(world, PlanRemoved("2233", date(2026, 1, 1)))
        assert hours(world, SATURDAY) == ("national", [])

    def test_a_weekday_that_is_not_in_it_keeps_make_up_days_and_holidays(self, world: sa.Engine) -> None:
        change(world, PlanSet("2233", date(2026, 1, 1), {0: LUNCH}))
        assert hours(world, MAKE_UP) == ("national", [("08:30", "17:00")])
        assert hours(world, NATIONAL_DAY) == ("national", [])

    def test_a_weekday_that_is_in_it_counts_on_make_up_days_and_holidays_too(self, world: sa.Engine) -> None:
        change(world, PlanSet("2233", date(2026, 1, 1), {5: (), 3: LUNCH}))
        assert hours(world, MAKE_UP) == ("weekly", [])
        assert hours(world, NATIONAL_DAY) == ("weekly", [("08:30", "12:00"), ("13:30", "17:00")])

    def test_it_is_read_back_with_who_and_why(self, world: sa.Engine) -> None:
        change(world, PlanSet("2233", date(2026, 1, 1), {5: LUNCH}, "夏令"))
        change(world, PlanSet("2233", SATURDAY, {6: (), 0: LATE}), by="another")
        with reading(world) as session:
            newest, oldest = calendar.plans(session, "2233")
            assert calendar.plans(session, "2248") == []
        assert (newest.valid_from, newest.days, newest.set_by) == (SATURDAY, {0: LATE, 6: ()}, "another")
        assert (oldest.days, oldest.note, oldest.set_by, oldest.set_at) == ({5: LUNCH}, "夏令", "officer", NOON)


class TestHistory:
    def test_what_was_replaced_and_taken_away_stays_in_it(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, LATE, "台风"))
        change(world, DaySet("2233", SATURDAY, ()), by="another")
        change(world, DayCleared("2233", SATURDAY, "误操作"))
        change(world, PlanSet("2233", SATURDAY, {5: LATE}))
        change(world, PlanRemoved("2233", SATURDAY))
        told = [(each.kind, each.content, each.note, each.by) for each in reversed(history(world))]
        assert told[-5:] == [
            ("override", {"sessions": [["20:00", "24:00"]]}, "台风", "officer"),
            ("override", {"sessions": []}, None, "another"),
            ("override", None, "误操作", "officer"),
            ("weekly_plan", {"days": {"5": [["20:00", "24:00"]]}}, None, "officer"),
            ("weekly_plan", None, None, "officer"),
        ]

    def test_a_year_stays_in_it_with_its_days(self, world: sa.Engine) -> None:
        change(world, YearPublished(2027, {date(2027, 1, 1): "元旦"}, {date(2027, 1, 9): "元旦"}, "国务院"))
        newest = history(world)[0]
        assert (newest.port, newest.first_day, newest.last_day) == (None, date(2027, 1, 1), date(2027, 12, 31))
        assert newest.content == {
            "holidays": {"2027-01-01": "元旦"},
            "workdays": {"2027-01-09": "元旦"},
            "source": "国务院",
        }

    def test_what_changes_nothing_is_not_in_it(self, world: sa.Engine) -> None:
        before = history(world)
        assert change(world, DayCleared("2233", SATURDAY)) == 0
        assert history(world) == before

    @pytest.mark.parametrize("statement", ["UPDATE calendar_changes SET note = 'x'", "DELETE FROM calendar_changes"])
    def test_nobody_rewrites_it(self, world: sa.Engine, statement: str) -> None:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), writing(world) as session:
            session.connection().exec_driver_sql(statement)

    def test_of_one_port_page_by_page(self, world: sa.Engine) -> None:
        for port in ("2233", "2248", "2233"):
            change(world, DaySet(port, SATURDAY, ()))
        with reading(world) as session:
            newest, older = calendar.changes(session, port="2233")
            assert calendar.changes(session, port="2233", before=newest.id) == [older]
            assert calendar.changes(session, limit=1)[0] == newest


def test_all_or_nothing(world: sa.Engine) -> None:
    with pytest.raises(ValueError, match="weekdays"):
        change(world, DaySet("2233", SATURDAY, LATE), PlanSet("2233", SATURDAY, {7: LATE}))
    assert hours(world, SATURDAY) == ("national", [])
    assert {each.kind for each in history(world)} == {"year"}


def test_of_edits_at_once_the_last_in_the_history_is_the_one_that_counts(world: sa.Engine) -> None:
    plans = [PlanSet("2233", SATURDAY, {5: parse_sessions([[f"{hour:02}:00", "24:00"]])}) for hour in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda plan: change(world, plan), plans))
    newest = [each for each in history(world) if each.kind == "weekly_plan"]
    assert len(newest) == len(plans)
    assert hours(world, SATURDAY) == ("weekly", [tuple(newest[0].content["days"]["5"][0])])
