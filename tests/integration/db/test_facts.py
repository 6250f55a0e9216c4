"""The facts of a decision, loaded in six queries."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import calendar, queries, seeds
from db.calendar import DayCleared, DaySet, PlanSet, YearPublished
from db.engine import reading
from db.projections import project
from domain.appointment import Content, State
from domain.assessment import when
from domain.calendar import Day, WorkingSession, parse_sessions
from domain.event import Action
from domain.facts import Block, Facts
from domain.instants import SHANGHAI
from domain.policy import Policy
from tests.integration.db.plans import counting
from tests.integration.db.stories import BROKER, IMPORTER, NOON, STRANGER, appointment, created, event

DEFAULT = (WorkingSession(510, 1020),)
NATIONAL_DAY, MAKE_UP = date(2026, 10, 1), date(2026, 10, 10)
PLAIN_SATURDAY, MONDAY = date(2026, 11, 28), date(2026, 11, 23)


@pytest.fixture
def world(engine: sa.Engine) -> sa.Engine:
    """Seeded: ports, 2025 and 2026, the demo enterprises."""
    seeds.seed_reference(engine, at=NOON)
    seeds.seed_demo(engine, at=NOON)
    return engine


def day(engine: sa.Engine, on: date, port: str = "2233") -> Day | None:
    with reading(engine) as session:
        return queries.work_hours(session, ports=[port], span=(on, on))[port].day(on)


def loaded(engine: sa.Engine, **wanted: Any) -> Facts:
    asked: dict[str, Any] = {"applicant": BROKER, "content": Content(), "policy": Policy()} | wanted
    with reading(engine) as session:
        return queries.facts_for(session, **asked)


class TestLayers:
    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (MONDAY, Day(MONDAY, "national", DEFAULT)),
            (PLAIN_SATURDAY, Day(PLAIN_SATURDAY, "national", ())),
            (NATIONAL_DAY, Day(NATIONAL_DAY, "national", (), "国庆节")),
            (MAKE_UP, Day(MAKE_UP, "national", DEFAULT, "国庆节")),
        ],
    )
    def test_the_nation_comes_last(self, world: sa.Engine, on: date, expected: Day) -> None:
        assert day(world, on) == expected

    def test_a_year_nobody_published_is_a_gap(self, world: sa.Engine) -> None:
        assert day(world, date(2027, 1, 4)) is None

    def test_a_weekly_plan_goes_before_the_nation_from_its_date_on(self, world: sa.Engine) -> None:
        calendar.apply_changes(
            world,
            PlanSet("2233", date(2026, 10, 1), {5: parse_sessions([["09:00", "12:00"]]), 0: ()}),
            by="officer",
            at=NOON,
        )
        assert day(world, PLAIN_SATURDAY) == Day(PLAIN_SATURDAY, "weekly", (WorkingSession(540, 720),))
        assert day(world, MONDAY) == Day(MONDAY, "weekly", ())
        assert day(world, date(2026, 11, 24)) == Day(date(2026, 11, 24), "national", DEFAULT)
        assert day(world, date(2026, 8, 29)) == Day(date(2026, 8, 29), "national", ())
        assert day(world, PLAIN_SATURDAY, "2248") == Day(PLAIN_SATURDAY, "national", ())

    def test_the_newest_plan_counts_as_a_whole(self, world: sa.Engine) -> None:
        calendar.apply_changes(world, PlanSet("2233", date(2026, 1, 1), {5: DEFAULT}), by="officer", at=NOON)
        calendar.apply_changes(world, PlanSet("2233", date(2026, 11, 28), {}), by="officer", at=NOON)
        assert day(world, date(2026, 11, 21)) == Day(date(2026, 11, 21), "weekly", DEFAULT)
        assert day(world, PLAIN_SATURDAY) == Day(PLAIN_SATURDAY, "national", ())

    def test_a_plan_makes_days_known_that_nobody_published(self, world: sa.Engine) -> None:
        calendar.apply_changes(world, PlanSet("2233", date(2026, 1, 1), {0: DEFAULT}), by="officer", at=NOON)
        assert day(world, date(2027, 1, 4)) == Day(date(2027, 1, 4), "weekly", DEFAULT)
        assert day(world, date(2027, 1, 5)) is None

    def test_an_override_goes_before_all_and_can_be_taken_back(self, world: sa.Engine) -> None:
        calendar.apply_changes(world, PlanSet("2233", date(2026, 1, 1), {5: DEFAULT}), by="officer", at=NOON)
        evening = DaySet("2233", PLAIN_SATURDAY, parse_sessions([["20:00", "24:00"]]), "台风")
        calendar.apply_changes(world, evening, by="officer", at=NOON)
        assert day(world, PLAIN_SATURDAY) == Day(PLAIN_SATURDAY, "override", (WorkingSession(1200, 1440),), "台风")
        calendar.apply_changes(world, DaySet("2233", PLAIN_SATURDAY, ()), by="officer", at=NOON)
        assert day(world, PLAIN_SATURDAY) == Day(PLAIN_SATURDAY, "override", ())
        cleared = DayCleared("2233", PLAIN_SATURDAY)
        assert calendar.apply_changes(world, cleared, by="officer", at=NOON) == 1
        assert calendar.apply_changes(world, cleared, by="officer", at=NOON) == 0
        assert day(world, PLAIN_SATURDAY) == Day(PLAIN_SATURDAY, "weekly", DEFAULT)

    def test_a_year_can_be_published_again(self, world: sa.Engine) -> None:
        published = YearPublished(2026, {MONDAY: "临时假日"}, {}, source="国务院")
        calendar.apply_changes(world, published, by="officer", at=NOON)
        assert day(world, MONDAY) == Day(MONDAY, "national", (), "临时假日")
        assert day(world, MAKE_UP) == Day(MAKE_UP, "national", ())
        with reading(world) as session:
            assert [(each.year, each.published_by) for each in calendar.years(session)] == [
                (2025, "seed"),
                (2026, "officer"),
            ]

    def test_all_ports_at_once(self, world: sa.Engine) -> None:
        with reading(world) as session, counting(world) as statements:
            hours = queries.work_hours(session, ports=None, span=(MONDAY, MONDAY + timedelta(days=15)))
        assert list(hours) == sorted(port.code for port in seeds.starter("ports"))
        assert {len(calendar.days) for calendar in hours.values()} == {16}
        assert len(statements) == 3

    def test_an_unknown_port_has_no_calendar(self, world: sa.Engine) -> None:
        with reading(world) as session:
            assert queries.work_hours(session, ports=["9999"], span=(MONDAY, MONDAY)) == {}


class TestFacts:
    def test_everything_an_assessment_reads(self, world: sa.Engine) -> None:
        start = datetime(2026, 11, 28, 20, tzinfo=SHANGHAI)
        content = Content(consignee_code=IMPORTER, declaration_port="2233", entry_exit_port="2248", window_start=start)
        facts = loaded(world, content=content)
        assert (facts.applicant_code, facts.applicant, facts.consignee) == (
            BROKER,
            seeds.DEMO_ENTERPRISES[0],
            seeds.DEMO_ENTERPRISES[2],
        )
        assert facts.known_ports == {"2233", "2248"}
        assert set(facts.calendars) == {"2233", "2248"}
        days = facts.calendars["2233"].days
        assert (min(days), max(days)) == (date(2026, 11, 25), date(2026, 11, 28))
        assert facts.blocks == ()

    def test_in_six_queries(self, world: sa.Engine) -> None:
        start = datetime(2026, 11, 28, 20, tzinfo=SHANGHAI)
        content = Content(consignee_code=IMPORTER, declaration_port="2233", entry_exit_port="2248", window_start=start)
        with counting(world) as statements:
            loaded(world, content=content)
        assert len(statements) == 6

    @pytest.mark.parametrize("start", [None, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
    def test_without_a_window_to_reckon_with_no_days_are_loaded(self, world: sa.Engine, start: datetime | None) -> None:
        facts = loaded(world, content=Content(declaration_port="2233", window_start=start))
        assert facts.known_ports == {"2233"}
        assert [calendar.days for calendar in facts.calendars.values()] == [{}]

    def test_an_empty_draft_of_somebody_unknown(self, world: sa.Engine) -> None:
        assert loaded(world, applicant="3122269999") == Facts(applicant_code="3122269999")

    def test_nobody_in_particular(self, world: sa.Engine) -> None:
        assert loaded(world, applicant="") == Facts(applicant_code="")

    def test_an_unknown_port_is_not_known(self, world: sa.Engine) -> None:
        start = datetime(2026, 11, 28, 20, tzinfo=SHANGHAI)
        content = Content(declaration_port="9999", entry_exit_port="2233", window_start=start)
        facts = loaded(world, content=content)
        assert facts.known_ports == {"2233"}
        assert "9999" not in facts.calendars


@pytest.mark.parametrize(
    ("window_start", "submit_by"),
    [
        ("2026-11-28 20:00", "2026-11-27 13:00"),
        ("2026-11-25 06:00", "2026-11-24 13:00"),
        ("2026-11-23 06:00", "2026-11-20 13:00"),
        ("2026-10-03 20:00", "2026-09-30 13:00"),
        ("2026-10-10 20:00", "2026-10-10 13:00"),
        ("2026-02-18 20:00", "2026-02-14 13:00"),
    ],
)
def test_the_worked_rows_come_out_of_the_seeded_calendar(world: sa.Engine, window_start: str, submit_by: str) -> None:
    """An advanced enterprise, the same port: N = 4."""
    start = datetime.fromisoformat(window_start).replace(tzinfo=SHANGHAI)
    facts = loaded(world, content=Content(declaration_port="2233", entry_exit_port="2233", window_start=start))
    decision = when(
        declaration_port="2233",
        entry_exit_port="2233",
        window_start=start,
        facts=facts,
        policy=Policy(),
        received_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    assert decision.faults == ()
    assert decision.deadlines.submit_by == datetime.fromisoformat(submit_by).replace(tzinfo=SHANGHAI)


class TestBlocks:
    @pytest.fixture
    def blocked(self, engine: sa.Engine) -> sa.Engine:
        """Number 1 of broker and importer is overdue, number 2 of the broker alone; number 3 is not."""
        for serial, changes in enumerate(({}, {"consignee": None}, {}), start=1):
            number = f"2026{serial:014}"
            project(engine, [created(number, **changes)])
            state = State.COMPLETED_WITHOUT_FEEDBACK if serial < 3 else State.SUCCEEDED
            after = appointment(number, 2, state, **changes)
            project(engine, [event(after, Action.OVERDUE, State.SUCCEEDED)])
        return engine

    @pytest.mark.parametrize(
        ("codes", "expected"),
        [
            ([BROKER], [(BROKER, 1), (BROKER, 2)]),
            ([IMPORTER], [(IMPORTER, 1)]),
            ([BROKER, IMPORTER], [(BROKER, 1), (IMPORTER, 1), (BROKER, 2)]),
            ([STRANGER], []),
            ([], []),
        ],
    )
    def test_each_party_is_blocked(self, blocked: sa.Engine, codes: list[str], expected: list[tuple[str, int]]) -> None:
        with reading(blocked) as session:
            found = queries.blocks(session, codes)
        assert [(block.enterprise, int(block.pre_entry_no[4:])) for block in found] == expected

    def test_a_block_names_both_parties(self, blocked: sa.Engine) -> None:
        facts = loaded(blocked, applicant=IMPORTER)
        assert facts.blocks == (Block(IMPORTER, "202600000000000001", BROKER, IMPORTER),)

    def test_an_enterprise_that_is_both_parties_is_blocked_once(self, engine: sa.Engine) -> None:
        both = appointment(consignee=appointment().applicant, state=State.COMPLETED_WITHOUT_FEEDBACK)
        project(engine, [event(both, Action.OVERDUE)])
        with reading(engine) as session:
            assert len(queries.blocks(session, [BROKER])) == 1
