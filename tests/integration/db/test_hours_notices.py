"""Holders of windows are found when the port's hours change: marked with the change, judged, notified once."""

import threading
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from db import calendar, hours_notices, seeds
from db.calendar import CalendarEdit, DayCleared, DaySet, PlanRemoved, PlanSet, YearPublished
from db.engine import reading
from db.projections import project
from db.tables import METADATA
from domain.appointment import State
from domain.calendar import parse_sessions
from domain.policy import CalendarPolicy, Policy
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import NOON, NUMBER
from tests.integration.db.windows import at, booked, judged, tell, window

SATURDAY, SUNDAY = date(2026, 11, 28), date(2026, 11, 29)
EVENING = parse_sessions([["18:00", "24:00"]])
OFFICE = parse_sessions([["08:30", "17:00"]])
BOTH_PORTS = Policy(calendar=CalendarPolicy(governing="both"))


@pytest.fixture
def world(engine: sa.Engine) -> sa.Engine:
    """Ports, 2025 and 2026, and one appointment for Saturday 20:00 at 2233 that customs approved."""
    seeds.seed_reference(engine, at=NOON)
    project(engine, booked())
    assert judged(engine) == []
    return engine


def change(engine: sa.Engine, *made: CalendarEdit, when: datetime = NOON) -> None:
    assert calendar.apply_changes(engine, *made, by="officer", at=when) == len(made)


class TestWhoIsTold:
    def test_a_shift_past_midnight_concerns_the_next_date(self, world: sa.Engine) -> None:
        project(world, booked("202600000000000902", **window(at(SUNDAY, 1))))
        project(world, booked("202600000000000903", **window(at(SUNDAY, 2))))
        assert judged(world) == []
        change(world, DaySet("2233", SATURDAY, parse_sessions([["08:00", "18:00"], ["22:00", "26:00"]])))
        assert judged(world) == [("202600000000000902", True)]

    @pytest.mark.parametrize(
        "made",
        [
            DaySet("2233", SATURDAY, EVENING),
            PlanSet("2233", date(2026, 11, 1), {5: EVENING}),
            PlanSet("2233", SATURDAY, {5: EVENING}),
        ],
    )
    def test_a_window_that_became_working_time(self, world: sa.Engine, made: CalendarEdit) -> None:
        change(world, made)
        assert judged(world) == [(NUMBER, True)]
        with reading(world) as session:
            (notice,) = hours_notices.unsent(session)
        assert (notice.changed_at, notice.revision) == (NOON, 1)
        assert notice.facts is not None
        assert notice.facts["opening"] == "2026-11-28T18:00:00+08:00"

    @pytest.mark.parametrize(
        "made",
        [
            DaySet("2233", SATURDAY, OFFICE),  # until 17:00, and the window begins at 20:00
            DaySet("2233", SATURDAY, ()),
            DaySet("2233", SUNDAY, EVENING),
            DaySet("2248", SATURDAY, EVENING),
            PlanSet("2233", date(2026, 11, 29), {5: EVENING}),  # from the day after
            PlanSet("2233", date(2026, 11, 1), {6: EVENING}),
        ],
    )
    def test_nobody_else(self, world: sa.Engine, made: CalendarEdit) -> None:
        change(world, made)
        assert judged(world) == []

    def test_a_year_published_anew(self, world: sa.Engine) -> None:
        sunday_morning = at(SUNDAY, 10)
        project(world, booked("202600000000000002", **window(sunday_morning)))
        assert judged(world) == []
        change(world, YearPublished(2026, {}, {SUNDAY: "调休"}, source="x"))
        assert judged(world) == [("202600000000000002", True)]

    @pytest.mark.parametrize(
        ("state", "notified"),
        [
            (State.SUBMITTED, True),
            (State.ACCEPTED, True),
            (State.SUCCEEDED, True),
            (State.CANCELLED, False),
            (State.RETURNED, False),
            (State.COMPLETED, False),
            (State.COMPLETED_WITHOUT_FEEDBACK, False),
        ],
    )
    def test_only_what_is_awaited(self, world: sa.Engine, state: State, notified: bool) -> None:
        project(world, booked("202600000000000002", state))
        change(world, DaySet("2233", SATURDAY, EVENING))
        assert (("202600000000000002", True) in judged(world)) is notified

    @pytest.mark.parametrize(("hours", "notified"), [(1, True), (2, False)])
    def test_only_a_window_that_is_not_over(self, world: sa.Engine, hours: int, notified: bool) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING), when=at(SATURDAY, 20) + timedelta(hours=hours))
        assert bool(judged(world)) is notified

    @pytest.mark.parametrize(("policy", "notified"), [(Policy(), False), (BOTH_PORTS, True)])
    def test_the_other_port_counts_when_the_policy_says_so(
        self, world: sa.Engine, policy: Policy, notified: bool
    ) -> None:
        project(world, booked("202600000000000002", **window(at(SATURDAY, 20), "2225", "2248")))
        change(world, DaySet("2248", SATURDAY, EVENING))
        assert bool(judged(world, policy)) is notified

    def test_one_of_two_hundred(self, world: sa.Engine) -> None:
        days = [SUNDAY + timedelta(days=number) for number in range(28)]
        for number in range(100, 300):
            start = at(days[number % 28], 20)
            project(world, booked(f"2026{number:014}", **window(start, "2248" if number % 2 else "5304")))
        assert judged(world) == []
        change(world, DaySet("2233", SATURDAY, EVENING))
        assert judged(world) == [(NUMBER, True)]

    def test_a_gap_proves_nothing(self, world: sa.Engine) -> None:
        new_year = date(2027, 1, 2)
        project(world, booked("202600000000000002", **window(at(new_year, 20))))
        change(world, DaySet("2233", new_year, EVENING))
        assert judged(world) == [("202600000000000002", True)]
        tell(world)
        change(world, DayCleared("2233", new_year))  # nobody published 2027: unknown is not free
        assert judged(world) == []

    def test_an_application_that_came_to_stand_after_the_change(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING))
        tell(world)
        late = booked("202600000000000002")
        project(world, late[:1])
        assert ("202600000000000002", True) in judged(world)


class TestUntilTold:
    def test_what_was_not_sent_is_sent_by_the_next_process(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING))
        assert judged(world) == judged(world) == [(NUMBER, True)]
        tell(world)
        assert judged(world) == []

    def test_changed_back_before_anybody_was_told(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING), DayCleared("2233", SATURDAY))
        assert judged(world) == []

    def test_changed_back_is_told_too(self, world: sa.Engine) -> None:
        change(world, PlanSet("2233", date(2026, 11, 1), {5: EVENING}))
        assert judged(world) == [(NUMBER, True)]
        tell(world)
        change(world, PlanRemoved("2233", date(2026, 11, 1)))
        assert judged(world) == [(NUMBER, False)]
        with reading(world) as session:
            assert hours_notices.unsent(session)[0].revision == 2

    def test_a_verdict_that_may_have_been_sent_is_taken_back(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING))
        with reading(world) as session:
            sending = hours_notices.unsent(session) if judged(world) else []
        change(world, DayCleared("2233", SATURDAY))
        assert judged(world) == [(NUMBER, False)]
        hours_notices.mark_sent(world, sending)  # the slow sender of the first verdict settles nothing of the second
        assert judged(world) == [(NUMBER, False)]

    def test_a_second_reason_says_nothing_new(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING))
        judged(world)
        tell(world)
        change(world, PlanSet("2233", date(2026, 11, 1), {5: EVENING}))
        assert judged(world) == []
        change(world, DayCleared("2233", SATURDAY))  # the plan is still in the way
        assert judged(world) == []

    def test_processes_that_judge_at_once_tell_one_truth(self, world: sa.Engine) -> None:
        stop = threading.Event()

        def keep_judging() -> None:
            while not stop.is_set():
                hours_notices.judge(world, Policy())

        judges = [threading.Thread(target=keep_judging) for _ in range(3)]
        for each in judges:
            each.start()
        for _ in range(10):
            change(world, DaySet("2233", SATURDAY, EVENING))
            change(world, DayCleared("2233", SATURDAY))
        change(world, DaySet("2233", SATURDAY, EVENING))
        stop.set()
        for each in judges:
            each.join()
        assert judged(world) == [(NUMBER, True)]


def test_they_are_found_by_indexes(world: sa.Engine) -> None:
    with counting(world) as statements:
        change(world, DaySet("2233", SATURDAY, EVENING), PlanSet("2233", date(2026, 11, 1), {5: EVENING}))
        judged(world)
        tell(world)
    tables = [name for name in METADATA.tables if name not in {"calendar_days", "weekly_plans", "ports"}]
    found = [each for each in statements if not each[0].startswith("LOCK")]
    assert any("INSERT INTO hours_notices" in each[0] for each in found)
    assert scans(world, found, *tables) == []
