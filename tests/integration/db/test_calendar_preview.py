"""Changes of the calendar before they are made and undone: the preview says what then happens."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from db import calendar, seeds
from db.calendar import CalendarEdit, DayCleared, DaySet, PlanSet, YearPublished
from db.calendar_preview import CalendarPreview, preview
from db.calendar_undo import undoing
from db.engine import reading
from db.projections import project
from db.queries import with_current_deadlines
from db.queries.calendar_years import year_picture
from db.tables import METADATA
from domain.appointment import State
from domain.calendar import parse_sessions
from domain.policy import Policy
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import BROKER, NOON, NUMBER, appointment, created
from tests.integration.db.windows import at, booked, judged, tell, window

#: NOON is a Tuesday.
THURSDAY, FRIDAY, SATURDAY, MONDAY = date(2026, 11, 26), date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 30)
EVENING = parse_sessions([["18:00", "24:00"]])
DRAFT, NEXT_WEEK, ELSEWHERE = "202600000000000011", "202600000000000012", "202600000000000013"
POLICY = Policy()


@pytest.fixture
def world(engine: sa.Engine) -> sa.Engine:
    """2025 and 2026; at 2233 an approved window on Saturday 20:00, and drafts for the same and for a later one."""
    seeds.seed_reference(engine, at=NOON)
    project(engine, booked())
    project(engine, [created(DRAFT, **window(at(SATURDAY, 20)))])
    project(engine, [created(NEXT_WEEK, **window(at(SATURDAY + timedelta(days=7), 20)))])
    project(engine, [created(ELSEWHERE, **window(at(SATURDAY, 20), "2248"))])
    assert judged(engine) == []
    return engine


def asked(engine: sa.Engine, *edits: CalendarEdit, when: datetime = NOON) -> CalendarPreview:
    return preview(engine, edits, policy=POLICY, by="officer", at=when)


def change(engine: sa.Engine, *edits: CalendarEdit) -> None:
    calendar.apply_changes(engine, *edits, by="officer", at=NOON)


def rows(found: CalendarPreview) -> list[tuple[str, str]]:
    return [(each.kind, each.pre_entry_no) for each in found.consequences]


def cut_offs(engine: sa.Engine) -> dict[str, datetime | None]:
    """The cut-offs of the drafts as they are now."""
    drafts = [appointment(each, **window(start, port)) for each, start, port in DRAFTS]
    with reading(engine) as session:
        found = with_current_deadlines(session, drafts, policy=POLICY, at=NOON)
    return {draft.pre_entry_no: draft.deadlines.submit_by for draft in found}


DRAFTS: list[tuple[str, datetime, str]] = [
    (DRAFT, at(SATURDAY, 20), "2233"),
    (NEXT_WEEK, at(SATURDAY + timedelta(days=7), 20), "2233"),
    (ELSEWHERE, at(SATURDAY, 20), "2248"),
]


def test_a_closed_friday_moves_the_cut_off_to_thursday(world: sa.Engine) -> None:
    found = asked(world, DaySet("2233", FRIDAY, (), "停电"))
    assert rows(found) == [("cutoff_earlier", DRAFT)]
    (moved,) = found.consequences
    assert (moved.before, moved.after) == (at(FRIDAY, 9), at(THURSDAY, 9))  # eight hours before 17:00
    assert (moved.applicant, moved.port, moved.state) == (BROKER, "2233", State.DRAFT)
    assert [(each.port, each.date) for each in found.days] == [("2233", FRIDAY)]
    assert (found.ports, found.complete) == (1, True)


def test_a_cut_off_that_would_be_over_already_is_said_first(world: sa.Engine) -> None:
    found = asked(world, DaySet("2233", FRIDAY, ()), when=at(THURSDAY, 14))
    assert rows(found) == [("cutoff_passed", DRAFT)]


def test_nothing_is_kept_of_a_preview(world: sa.Engine) -> None:
    with reading(world) as session:
        before = calendar.changes(session)
    asked(world, DaySet("2233", SATURDAY, EVENING), YearPublished(2027, {}, {}, "x"))
    with reading(world) as session:
        assert calendar.changes(session) == before
        assert [each.year for each in calendar.years(session)] == [2025, 2026]
    assert judged(world) == []


@pytest.mark.parametrize(
    "edits",
    [
        [DaySet("2233", SATURDAY, EVENING)],
        [DaySet("2233", FRIDAY, ()), DaySet("2248", FRIDAY, ())],
        [PlanSet("2233", THURSDAY, {5: EVENING, 4: ()})],
        [YearPublished(2026, {FRIDAY: "假"}, {SATURDAY: "调休"}, source="x")],
        [DaySet("2233", SATURDAY, parse_sessions([["08:00", "18:00"], ["19:00", "26:00"]]))],
    ],
)
def test_preview_and_effect_agree(world: sa.Engine, edits: list[CalendarEdit]) -> None:
    found = asked(world, *edits)
    before = cut_offs(world)
    change(world, *edits)
    after = cut_offs(world)
    notified = {
        (each.pre_entry_no, each.kind == "window_taken") for each in found.consequences if "window" in each.kind
    }
    assert notified == set(judged(world))
    foretold = {each.pre_entry_no: (each.before, each.after) for each in found.consequences if "cutoff" in each.kind}
    assert foretold == {draft: (before[draft], after[draft]) for draft in before if before[draft] != after[draft]}


def test_only_a_holder_who_was_notified_hears_that_the_window_is_free_again(world: sa.Engine) -> None:
    change(world, DaySet("2233", SATURDAY, EVENING))
    judged(world)
    tell(world)
    found = asked(world, DayCleared("2233", SATURDAY))
    assert rows(found) == [("window_free", NUMBER), ("cutoff_found", DRAFT)]


def test_an_approved_window_that_meets_hours_is_named_with_them(world: sa.Engine) -> None:
    taken = asked(world, DaySet("2233", SATURDAY, EVENING)).consequences[0]
    assert (taken.kind, taken.pre_entry_no, taken.state) == ("window_taken", NUMBER, State.SUCCEEDED)
    assert (taken.opening, taken.closing) == ("2026-11-28T18:00:00+08:00", "2026-11-29T00:00:00+08:00")


class TestUndo:
    def test_it_restores_what_was_there_and_is_a_change_itself(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING, "夜班"))
        change(world, DaySet("2233", SATURDAY, (), "误操作"))
        undo(world, newest(world))
        assert override(world) == ("夜班", EVENING)
        assert history(world)[0] == ("撤销", {"sessions": [["18:00", "24:00"]]})
        undo(world, newest(world))
        assert override(world) == ("误操作", ())
        undo(world, newest(world))
        assert override(world) == ("夜班", EVENING)

    def test_the_first_change_leaves_nothing(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING))
        undo(world, newest(world))
        assert override(world) is None
        assert faults(world, newest(world)) == []
        undo(world, newest(world))
        assert override(world) == (None, EVENING)

    def test_a_later_change_of_the_same_place_is_named(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING))
        first = newest(world)
        change(world, DaySet("2248", SATURDAY, EVENING))
        assert faults(world, first) == []
        change(world, DaySet("2233", SATURDAY, ()))
        (fault,) = faults(world, first)
        assert (fault[0], fault[1]["later"], fault[1]["by"]) == ("calendar.changed_since", newest(world), "officer")
        assert faults(world, first, newest(world)) == []
        undo(world, first, newest(world))
        assert override(world) is None

    def test_a_removal_of_nothing_more_cannot_be_undone(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING))
        first = newest(world)
        change(world, DayCleared("2233", SATURDAY))
        assert [code for code, _ in faults(world, first, newest(world))] == ["calendar.nothing_before"]

    def test_a_plan_and_a_year(self, world: sa.Engine) -> None:
        change(world, PlanSet("2233", THURSDAY, {5: EVENING}), YearPublished(2027, {}, {}, "x"))
        change(world, PlanSet("2233", THURSDAY, {}), YearPublished(2027, {date(2027, 1, 1): "元旦"}, {}, "y"))
        undo(world, newest(world), newest(world) - 1)
        with reading(world) as session:
            assert calendar.plans(session, "2233")[0].days == {5: EVENING}
            assert [each.source for each in calendar.years(session)][-1] == "x"
        undo(world, *(newest(world) - number for number in range(6)))
        with reading(world) as session:
            assert calendar.plans(session, "2233") == []
            assert [each.year for each in calendar.years(session)] == [2025, 2026]
            assert calendar.special_days(session, [2027]) == []


class TestPicture:
    def test_every_layer_has_its_letter(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, parse_sessions([["20:00", "26:00"]])), DaySet("2233", FRIDAY, ()))
        change(world, PlanSet("2233", MONDAY, {0: EVENING, 1: (), 2: parse_sessions([["20:00", "25:00"]])}))
        letters = picture(world, "2233")
        assert [letters[on] for on in (THURSDAY, FRIDAY, SATURDAY, MONDAY)] == ["w", "x", "S", "p"]
        assert (letters[date(2026, 12, 1)], letters[date(2026, 12, 2)]) == ("c", "P")
        assert (letters[date(2026, 10, 1)], letters[date(2026, 10, 10)], letters[date(2026, 10, 11)]) == ("h", "m", "f")
        assert set(picture(world, "2248", 2027).values()) == {"-"}

    def test_ports_that_are_alike_share_a_pattern(self, world: sa.Engine) -> None:
        change(world, DaySet("2233", SATURDAY, EVENING))
        with reading(world) as session:
            found = year_picture(session, 2026)
            district = year_picture(session, 2026, district="22")
        assert len(found.patterns) == 2
        assert {each.port for each in found.ports if each.pattern == 1} == {"2233"}
        assert {each.district for each in district.ports} == {"22"}
        assert len(found.ports) > 100


def test_what_is_read_is_found_by_indexes(world: sa.Engine) -> None:
    change(world, DaySet("2233", SATURDAY, EVENING))
    entered = newest(world)
    with counting(world) as statements:
        asked(world, DaySet("2233", SATURDAY, ()))
        undo(world, entered)
    layers = {"calendar_days", "weekly_plans", "ports", "calendar_years"}
    found = [each for each in statements if not each[0].startswith("LOCK")]
    assert scans(world, found, *(name for name in METADATA.tables if name not in layers)) == []


def newest(engine: sa.Engine) -> int:
    with reading(engine) as session:
        return calendar.changes(session, limit=1)[0].id


def history(engine: sa.Engine) -> list[tuple[str | None, Any]]:
    """Notes and contents, newest first, as entered."""
    with reading(engine) as session:
        found = calendar.changes(session)
    return [(each.note, {"sessions": each.content["sessions"]} if each.content else None) for each in found[:2]]


def faults(engine: sa.Engine, *ids: int) -> list[tuple[str, dict[str, Any]]]:
    with reading(engine) as session:
        return [(each.code, each.facts) for each in undoing(session, ids, "撤销").faults]


def undo(engine: sa.Engine, *ids: int) -> None:
    with reading(engine) as session:
        found = undoing(session, ids, "撤销")
    assert found.faults == []
    change(engine, *found.edits)


def override(engine: sa.Engine) -> tuple[str | None, Any] | None:
    with reading(engine) as session:
        entered = calendar.entered_hours(session, ["2233"])
    return next(((each.note, each.sessions) for each in entered if isinstance(each, DaySet)), None)


def picture(engine: sa.Engine, port: str, year: int = 2026) -> dict[date, str]:
    with reading(engine) as session:
        (pattern,) = year_picture(session, year, ports=[port]).patterns
    return {date(year, 1, 1) + timedelta(days=number): letter for number, letter in enumerate(pattern)}
