"""A port may be closed for as long as it is published: the cut-off reaches back to its last working day."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from db import calendar, queries, seeds
from db.calendar import CalendarEdit, DayCleared, DaySet, PlanSet
from db.engine import reading, writing
from db.queries.calendars import window_calendars
from db.queries.working_days import last_working_days
from db.tables import CalendarDayRow
from domain.appointment import Content
from domain.assessment import when
from domain.calendar import Day, WorkingSession, needed_from
from domain.decision import Decision
from domain.instants import SHANGHAI
from domain.policy import CalendarPolicy, Policy
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import BROKER, IMPORTER, NOON, appointment

PORT = "5304"
LAST_OPEN = date(2026, 3, 2)
CLOSED = tuple(LAST_OPEN + timedelta(days=number) for number in range(1, 49))
DAY_32 = datetime(2026, 4, 3, 20, tzinfo=SHANGHAI)
CLOSING = datetime(2026, 3, 2, 17, tzinfo=SHANGHAI)
#: The consignee is of general credit; the ports are the same.
SUBMIT_BY = CLOSING - timedelta(hours=8)
POLICY = Policy()


@pytest.fixture
def world(engine: sa.Engine) -> sa.Engine:
    """Shekou works on 2 March and is closed on the 48 days after it; Pudong works as the nation does."""
    seeds.seed_reference(engine, at=NOON)
    seeds.seed_demo(engine, at=NOON)
    change(engine, *(DaySet(PORT, on, (), "台风") for on in CLOSED))
    return engine


def change(engine: sa.Engine, *made: CalendarEdit) -> None:
    calendar.apply_changes(engine, *made, by="officer", at=NOON)


def forget(engine: sa.Engine, on: date) -> None:
    """The nation does not know this date any more."""
    with writing(engine) as session:
        session.execute(sa.delete(CalendarDayRow).where(CalendarDayRow.table().c.day == on))


def asked(
    engine: sa.Engine, start: datetime = DAY_32, *, other: str = PORT, received_at: datetime = SUBMIT_BY
) -> Decision:
    """The question "by when?", where the calendars of both ports govern."""
    both = Policy(calendar=CalendarPolicy(governing="both"))
    content = Content(consignee_code=IMPORTER, declaration_port=other, entry_exit_port=PORT, window_start=start)
    with reading(engine) as session:
        facts = queries.facts_for(session, applicant=BROKER, content=content, policy=both)
    return when(
        declaration_port=other,
        entry_exit_port=PORT,
        window_start=start,
        facts=facts,
        policy=both,
        received_at=received_at,
    )


def faults(decision: Decision) -> list[tuple[str, str]]:
    return [(fault.code, fault.facts["calendar_day"]) for fault in decision.faults]


@pytest.mark.parametrize("day", [1, 29, 30, 31, 32, 33, 48])
def test_a_window_on_any_day_of_the_closure_reckons_from_the_last_working_day(world: sa.Engine, day: int) -> None:
    start = datetime(2026, 3, 2, 20, tzinfo=SHANGHAI) + timedelta(days=day)
    on_time, late = asked(world, start), asked(world, start, received_at=SUBMIT_BY + timedelta(microseconds=1))
    assert (on_time.faults, on_time.deadlines.submit_by) == ((), SUBMIT_BY)
    assert on_time.facts["closing"] == CLOSING.isoformat()
    assert faults(late) == [("cutoff.passed", "2026-03-02")]


def test_of_two_ports_that_both_govern_the_earlier_closing_counts_though_it_is_long_ago(world: sa.Engine) -> None:
    decision = asked(world, other="2233", received_at=CLOSING - timedelta(hours=24))
    assert (decision.faults, decision.facts["port"], decision.facts["closing"]) == ((), PORT, CLOSING.isoformat())


def test_a_draft_shows_the_same_deadline(world: sa.Engine) -> None:
    content = Content(consignee_code=IMPORTER, declaration_port=PORT, entry_exit_port=PORT, window_start=DAY_32)
    near = content.model_copy(update={"declaration_port": "2233", "entry_exit_port": "2233"})
    drafts = [appointment(content=each) for each in (content, near)]
    numbered = [
        each.model_copy(update={"pre_entry_no": f"2026{number:014}"}) for number, each in enumerate(drafts, start=1)
    ]
    with reading(world) as session:
        shown = queries.with_current_deadlines(session, numbered, policy=POLICY, at=NOON)
    assert [each.deadlines.submit_by for each in shown] == [
        SUBMIT_BY,
        datetime(2026, 4, 3, 9, tzinfo=SHANGHAI),
    ]


def test_a_day_within_the_closure_that_nobody_knows_is_named(world: sa.Engine) -> None:
    gap = date(2026, 3, 15)
    forget(world, gap)
    assert asked(world).faults == ()  # the port's own word is enough
    change(world, DayCleared(PORT, gap))
    assert faults(asked(world)) == [("calendar.missing", "2026-03-15")]


def test_a_plan_that_closes_every_day_is_walked_back_to_its_beginning(world: sa.Engine) -> None:
    change(world, PlanSet("2233", date(2025, 6, 7), dict.fromkeys(range(7), ())))
    start = datetime(2026, 11, 28, 20, tzinfo=SHANGHAI)
    with reading(world) as session:
        found = window_calendars(session, ["2233", "2248"], (start.date(), start.date()))
        assert last_working_days(session, ["2233"], start.date()) == {"2233": date(2025, 6, 6)}
    assert len(found.by_port["2248"].days) == 4  # the other port is not loaded for as long
    days = found.by_port["2233"].days
    assert len(days) == (start.date() - date(2025, 6, 5)).days + 1
    assert days[date(2025, 6, 6)] == Day(date(2025, 6, 6), "national", (WorkingSession(510, 1020),))


def test_a_port_that_is_closed_for_ever_ends_at_the_first_year_that_rules_reckon_with(world: sa.Engine) -> None:
    change(world, PlanSet("2233", date(1990, 1, 1), dict.fromkeys(range(7), ())))
    with reading(world) as session:
        assert last_working_days(session, ["2233"], date(2026, 11, 28)) == {"2233": date(2000, 1, 1)}


@pytest.mark.parametrize("ports", [["5304", "2233"], None])
def test_the_walk_is_one_query_and_reads_by_index(world: sa.Engine, ports: list[str] | None) -> None:
    with reading(world) as session, counting(world) as statements:
        found = last_working_days(session, ports, DAY_32.date())
    assert found["5304"] == LAST_OPEN
    assert found["2233"] == DAY_32.date()
    assert len(statements) == 1
    assert scans(world, statements, "calendar_overrides", "weekly_plans", "calendar_days") == []


def _closures(chance: Random, first: date) -> Mapping[date, tuple[WorkingSession, ...]]:
    days = (first + timedelta(days=number) for number in range(120))
    return {on: () if chance.random() < 0.9 else (WorkingSession(510, 720),) for on in days if chance.random() < 0.8}


@pytest.mark.parametrize("seed", range(8))
def test_the_query_agrees_with_the_calendar_that_is_loaded_day_by_day(world: sa.Engine, seed: int) -> None:
    chance, first = Random(seed), date(2026, 6, 1)
    weeks = [{day: () for day in range(7) if chance.random() < 0.8} for _ in range(3)]
    plans = [PlanSet("2233", first + timedelta(days=chance.randrange(120)), week) for week in weeks]
    change(world, *(DaySet("2233", on, sessions) for on, sessions in _closures(chance, first).items()), *plans)
    forget(world, first + timedelta(days=chance.randrange(120)))
    span = (date(2026, 1, 1), first + timedelta(days=130))
    with reading(world) as session:
        known = queries.work_hours(session, ports=["2233"], span=span)["2233"]
        for until in (first + timedelta(days=number) for number in range(0, 130, 3)):
            last = needed_from(known, until + timedelta(days=1))
            assert last_working_days(session, ["2233"], until) == {"2233": last}
