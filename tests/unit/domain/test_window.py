"""预约通关时间: in the future, on a step, and outside working time to the microsecond."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import Day, WorkingSession, parse_sessions
from domain.facts import window_dates
from domain.policy import CalendarPolicy, CutoffPolicy, Policy, WindowPolicy
from domain.window import Window, check_clock, check_working_time, dates_needed, window_of, windows_of
from tests.unit.domain.builders import (
    MICROSECOND,
    POLICY,
    PUDONG,
    SECOND,
    calendar,
    codes,
    content,
    decide,
    facts,
    instant,
    national,
    plain_calendars,
)

ANY_INSTANT = Policy(window=WindowPolicy(step_minutes=0))
NOON_BEFORE = instant("11-20 12:00")


def _working(start: datetime, policy: Policy = POLICY, **changes: object) -> list[str]:
    calendars = changes.get("calendars", plain_calendars())
    window = Window(start, start + policy.window.length)
    return codes(check_working_time(window, (PUDONG,), calendars, policy))  # type: ignore[arg-type]


@pytest.mark.parametrize("start", ["11-25 17:00", "11-25 06:30", "11-28 10:00", "10-01 10:00", "02-17 09:00"])
def test_evenings_mornings_and_holidays_are_bookable_up_to_the_very_edge(start: str) -> None:
    assert _working(instant(start)) == []


@pytest.mark.parametrize("start", ["10-10 10:00", "02-14 10:00"])
def test_a_make_up_day_is_a_working_day(start: str) -> None:
    assert instant(start).weekday() >= 5
    assert _working(instant(start)) == ["window.working_time"]


@pytest.mark.parametrize("overlap", [SECOND, MICROSECOND])
def test_a_window_that_overlaps_by_the_least_is_refused(overlap: timedelta) -> None:
    assert _working(instant("11-25 17:00") - overlap) == ["window.working_time"]
    assert _working(instant("11-25 06:30") + overlap) == ["window.working_time"]


def test_a_window_inside_or_around_working_time_is_refused() -> None:
    assert _working(instant("11-25 12:00")) == ["window.working_time"]
    long = Policy(window=WindowPolicy(length=timedelta(hours=12)))
    assert _working(instant("11-25 06:00"), long) == ["window.working_time"]


def test_a_window_across_midnight_asks_both_dates() -> None:
    long = Policy(window=WindowPolicy(length=timedelta(hours=10)))
    assert _working(instant("11-28 22:00"), long) == []
    assert _working(instant("11-24 23:00"), long) == ["window.working_time"]
    gap = {PUDONG: calendar(without=[date(2026, 11, 29)])}
    assert _working(instant("11-28 22:00"), POLICY, calendars=gap) == []
    assert _working(instant("11-28 22:00") + MICROSECOND, POLICY, calendars=gap) == ["calendar.missing"]


def test_a_session_until_24_00_ends_where_the_next_date_begins() -> None:
    late = {PUDONG: calendar(overrides=[Day(date(2026, 11, 28), "override", (WorkingSession(20 * 60, 24 * 60),))])}
    assert _working(instant("11-29 00:00"), POLICY, calendars=late) == []
    assert _working(instant("11-29 00:00") - MICROSECOND, POLICY, calendars=late) == ["window.working_time"]
    assert _working(instant("11-28 18:00"), POLICY, calendars=late) == []


def test_a_shift_past_midnight_is_working_time_of_the_next_date() -> None:
    saturday = Day(date(2026, 11, 28), "override", parse_sessions([["08:00", "26:00"]]))
    late = {PUDONG: calendar(overrides=[saturday])}
    assert _working(instant("11-29 00:00"), POLICY, calendars=late) == ["window.working_time"]
    assert _working(instant("11-29 02:00") - MICROSECOND, POLICY, calendars=late) == ["window.working_time"]
    assert _working(instant("11-29 02:00"), POLICY, calendars=late) == []


def test_before_six_the_date_before_must_be_known() -> None:
    gap = {PUDONG: calendar(without=[date(2026, 11, 28)])}
    assert _working(instant("11-29 06:00") - MICROSECOND, POLICY, calendars=gap) == ["calendar.missing"]
    assert _working(instant("11-29 06:00"), POLICY, calendars=gap) == []


def test_a_gap_that_is_no_lunch_break_may_be_booked() -> None:
    friday = Day(date(2026, 11, 27), "override", parse_sessions([["00:00", "06:00"], ["20:00", "26:00"]]))
    split = {PUDONG: calendar(overrides=[friday])}
    assert _working(instant("11-27 06:00"), POLICY, calendars=split) == []
    assert _working(instant("11-27 18:00") + MICROSECOND, POLICY, calendars=split) == ["window.working_time"]


def test_lunch_is_working_time_unless_it_may_be_booked() -> None:
    friday = Day(date(2026, 11, 27), "override", (WorkingSession(510, 12 * 60), WorkingSession(14 * 60, 17 * 60)))
    split = {PUDONG: calendar(overrides=[friday])}
    bookable = Policy(calendar=CalendarPolicy(lunch_bookable=True))
    assert _working(instant("11-27 12:00"), POLICY, calendars=split) == ["window.working_time"]
    assert _working(instant("11-27 12:00"), bookable, calendars=split) == []
    assert _working(instant("11-27 12:00") + MICROSECOND, bookable, calendars=split) == ["window.working_time"]


def test_a_port_without_any_calendar_is_a_gap_on_the_window_s_date() -> None:
    [fault] = check_working_time(Window(instant("11-28 20:00"), instant("11-28 22:00")), (PUDONG,), {}, POLICY)
    assert (fault.code, fault.facts) == ("calendar.missing", {"port": PUDONG, "calendar_day": "2026-11-28"})


def test_an_unpublished_year_is_never_taken_for_monday_to_friday() -> None:
    decision = decide(content=content(window_start=instant("2027-01-09 20:00")))
    assert set(codes(decision.faults)) == {"calendar.missing"}


def test_the_refusal_names_port_day_layer_and_hours() -> None:
    [fault] = decide(content=content(window_start=instant("11-25 16:00"))).faults
    assert fault.field == "window_start"
    assert fault.facts == {
        "port": PUDONG,
        "calendar_day": "2026-11-25",
        "calendar_layer": "national",
        "opening": "2026-11-25T08:30:00+08:00",
        "closing": "2026-11-25T17:00:00+08:00",
    }


def test_a_window_must_lie_in_the_future() -> None:
    start = instant("11-28 20:00")
    assert codes(check_clock(start, POLICY, start)) == ["window.past"]
    assert codes(check_clock(start, POLICY, start + MICROSECOND)) == ["window.past"]
    assert check_clock(start, POLICY, start - MICROSECOND) == ()


@pytest.mark.parametrize(
    ("step", "clock", "on_step"),
    [
        (60, "20:00:00", True),
        (60, "20:30:00", False),
        (60, "20:00:01", False),
        (60, "20:00:00.000001", False),
        (30, "20:30:00", True),
        (45, "20:15:00", True),
        (45, "20:00:00", False),
        (1440, "00:00:00", True),
        (1440, "20:00:00", False),
        (0, "20:07:31.000001", True),
    ],
)
def test_steps_count_from_shanghai_midnight(step: int, clock: str, on_step: bool) -> None:
    policy = Policy(window=WindowPolicy(step_minutes=step))
    faults = check_clock(instant(f"11-28 {clock}"), policy, NOON_BEFORE)
    assert codes(faults) == ([] if on_step else ["window.step"])


def test_a_start_given_in_another_zone_is_the_same_instant() -> None:
    start = instant("11-28 20:00")
    for zone in (UTC, timezone(timedelta(hours=5, minutes=45))):
        decision = decide(content=content(window_start=start.astimezone(zone)))
        assert decision == decide(content=content(window_start=start))
        assert decision.window_end == instant("11-28 22:00")
        assert decision.window_end.tzinfo is UTC


@pytest.mark.parametrize("year", [1, 1999, 2200, 9999])
def test_a_window_far_away_is_a_fault_of_the_field_and_needs_no_calendar(year: int) -> None:
    start = datetime(year, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12)))
    assert window_of(start, POLICY) is None
    assert dates_needed(start, POLICY) is None
    decision = decide(content=content(window_start=start))
    assert [(fault.code, fault.field) for fault in decision.faults] == [("field.invalid", "window_start")]


def test_the_dates_needed_are_those_of_the_window() -> None:
    assert dates_needed(instant("11-28 23:00"), POLICY) == (date(2026, 11, 28), date(2026, 11, 29))
    assert dates_needed(None, POLICY) is None
    with pytest.raises(ValueError, match="too far"):
        window_dates(datetime(9999, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC))


# The year ends where the calendar does: a window that begins on its last day may reach into an unpublished one.
_working_days = st.sampled_from([day for on, day in national().items() if day.working and on < max(national())])
_lengths = st.timedeltas(MICROSECOND, timedelta(hours=15))


@given(_working_days, _lengths)
def test_half_open_neighbours_of_working_time_always_pass(day: Day, length: timedelta) -> None:
    [span] = day.spans(POLICY.calendar)
    policy = Policy(window=WindowPolicy(length=length, step_minutes=0))
    assert _working(span.closes, policy) == []
    assert _working(span.opens - length, policy) == []


@given(_working_days, _lengths, st.timedeltas(MICROSECOND, timedelta(hours=8)))
def test_any_overlap_with_working_time_is_refused(day: Day, length: timedelta, overlap: timedelta) -> None:
    [span] = day.spans(POLICY.calendar)
    policy = Policy(window=WindowPolicy(length=length, step_minutes=0))
    assert "window.working_time" in _working(span.closes - overlap, policy)
    assert "window.working_time" in _working(span.opens - length + min(overlap, length), policy)


def test_the_sandbox_still_refuses_working_time() -> None:
    sandbox = Policy(cutoff=CutoffPolicy(enforce=False))
    application = content(window_start=instant("11-25 10:00"))
    assert codes(decide(content=application, policy=sandbox).faults) == ["window.working_time"]


def test_a_window_at_any_instant_when_there_is_no_step() -> None:
    application = content(window_start=instant("11-28 20:00:00.5"))
    assert decide(content=application, policy=ANY_INSTANT, facts=facts()).faults == ()


@pytest.mark.parametrize(("step", "offered"), [(60, 24), (0, 24), (30, 48), (7, 69), (1, 96), (1440, 1)])
def test_starts_are_offered_on_the_step_and_not_too_near_to_each_other(step: int, offered: int) -> None:
    policy = Policy(window=WindowPolicy(step_minutes=step))
    windows = windows_of(date(2026, 11, 28), policy)
    assert len(windows) == offered
    assert windows[0] == window_of(instant("11-28 00:00"), policy)
    assert all(not check_clock(each.start, policy, NOON_BEFORE) for each in windows)


@pytest.mark.parametrize(("day", "offered"), [(date(2000, 1, 1), 16), (date(2199, 12, 31), 24)])
def test_what_lies_beyond_the_ends_of_time_is_not_offered(day: date, offered: int) -> None:
    windows = windows_of(day, POLICY)
    assert len(windows) == offered
    assert window_dates(windows[0].start, windows[-1].end)
