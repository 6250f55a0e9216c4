"""口岸工作日历: layers, sessions, gaps."""

from datetime import UTC, date

import pytest

from domain.calendar import (
    DEFAULT_SESSIONS,
    Day,
    PortCalendar,
    WorkingSession,
    missing,
    national_day,
    parse_sessions,
    resolve,
    written_session,
)
from domain.instants import at, local, local_date, shown
from domain.policy import CalendarPolicy
from domain.problems import explain
from tests.unit.domain.builders import PUDONG, calendar, instant

FRIDAY = date(2026, 11, 27)
MORNING = (WorkingSession(8 * 60, 12 * 60),)


def test_the_override_wins_then_the_weekly_plan_then_the_national_day() -> None:
    override, national = Day(FRIDAY, "override", (), "设备检修"), national_day(FRIDAY, working=True)
    assert resolve(FRIDAY, override, MORNING, national) is override
    assert resolve(FRIDAY, None, MORNING, national) == Day(FRIDAY, "weekly", MORNING)
    assert resolve(FRIDAY, None, (), national) == Day(FRIDAY, "weekly", ())
    assert resolve(FRIDAY, None, None, national) is national
    assert resolve(FRIDAY, None, None, None) is None


def test_an_unpublished_day_is_a_gap_and_a_holiday_is_closed() -> None:
    assert national_day(FRIDAY, working=None) is None
    assert national_day(FRIDAY, working=False) == Day(FRIDAY, "national", ())
    assert national_day(FRIDAY, working=True) == Day(FRIDAY, "national", DEFAULT_SESSIONS)


def test_the_layers_of_a_whole_span() -> None:
    saturday, monday = date(2026, 11, 28), date(2026, 11, 30)
    port = calendar(
        overrides=[Day(saturday, "override", MORNING, "加班")], weekly={4: MORNING}, without=[FRIDAY, monday]
    )
    assert port.day(saturday) == Day(saturday, "override", MORNING, "加班")
    assert port.day(FRIDAY) == Day(FRIDAY, "weekly", MORNING)
    assert port.day(monday) is None
    assert port.day(date(2026, 11, 29)) == Day(date(2026, 11, 29), "national", ())
    assert port.day(date(2027, 1, 4)) is None


@pytest.mark.parametrize(
    ("on", "working"),
    [
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-10-11", False),
        ("2026-02-14", True),
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-01-01", False),
    ],
)
def test_holidays_and_make_up_days_of_2026(on: str, working: bool) -> None:
    day = calendar().day(date.fromisoformat(on))
    assert day is not None
    assert day.working is working


def test_sessions_are_read_and_written_alike() -> None:
    pairs = [["08:30", "12:00"], ["12:00", "17:00"], ["20:00", "24:00"]]
    sessions = parse_sessions(pairs)
    assert sessions == (WorkingSession(510, 720), WorkingSession(720, 1020), WorkingSession(1200, 1440))
    assert parse_sessions([["20:00", "26:00"]]) == (WorkingSession(1200, 1560),)
    assert WorkingSession(1200, 1560).texts() == ("20:00", "26:00")
    assert [list(session.texts()) for session in sessions] == pairs
    assert parse_sessions([]) == ()
    assert parse_sessions([["00:00", "23:59"]]) == (WorkingSession(0, 1439),)


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        ([["17:00", "08:30"]], "session_time"),
        ([["08:30", "08:30"]], "session_time"),
        ([["22:00", "02:00"]], "session_time"),
        ([["08:30", "30:01"]], "session_time"),
        ([["24:00", "26:00"]], "session_time"),
        ([["08:60", "17:00"]], "session_time"),
        ([["8:30", "17:00"]], "session_time"),
        ([["08:30", "17:00:00"]], "session_time"),
        ([["08:30"]], "session_time"),
        ([["08:30", "12:00", "17:00"]], "session_time"),
        ([["24:00", "24:00"]], "session_time"),
        ([["13:00", "17:00"], ["08:30", "12:00"]], "session_order"),
        ([["08:30", "12:01"], ["12:00", "17:00"]], "session_order"),
    ],
)
def test_sessions_that_cannot_be_are_refused(pairs: list[list[str]], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}$"):
        parse_sessions(pairs)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("08:30-12:00", ("08:30", "12:00")),
        ("8:00-次日02:00", ("08:00", "26:00")),
        ("08:00 – 次日 2:00", ("08:00", "26:00")),
        ("20:00至02:00", ("20:00", "26:00")),
        ("20:00-26:00", ("20:00", "26:00")),
        ("00:00-24:00", ("00:00", "24:00")),
        ("20:00-00:00", ("20:00", "24:00")),
        ("08:30:00-17:00:00", ("08:30", "17:00")),
    ],
)
def test_hours_as_people_write_them(text: str, pair: tuple[str, str]) -> None:
    assert written_session(text) == pair


@pytest.mark.parametrize("text", ["08:30", "8-17", "08:30-", "上午", "08:30-12:00-17:00", ""])
def test_what_is_no_session_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^session_time$"):
        written_session(text)


@pytest.mark.parametrize("text", ["08:00-07:00", "08:30-08:30", "20:00-次日06:01", "08:00-次日24:00"])
def test_a_session_that_ends_after_six_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^session_time$"):
        parse_sessions([written_session(text)])


@pytest.mark.parametrize(
    ("pairs", "joined"),
    [
        ([["08:30", "12:00"], ["13:30", "17:00"]], [["08:30", "17:00"]]),
        ([["08:30", "10:30"], ["13:30", "17:00"]], [["08:30", "17:00"]]),
        ([["08:30", "10:29"], ["13:30", "17:00"]], [["08:30", "10:29"], ["13:30", "17:00"]]),  # over three hours
        ([["06:00", "08:00"], ["10:30", "17:00"]], [["06:00", "08:00"], ["10:30", "17:00"]]),  # before lunch time
        ([["08:30", "14:30"], ["16:00", "20:00"]], [["08:30", "14:30"], ["16:00", "20:00"]]),  # after it
        ([["00:00", "06:00"], ["20:00", "26:00"]], [["00:00", "06:00"], ["20:00", "26:00"]]),
        ([["08:30", "12:00"], ["12:00", "17:00"], ["19:00", "21:00"]], [["08:30", "17:00"], ["19:00", "21:00"]]),
    ],
)
def test_a_lunch_break_is_short_and_around_noon(pairs: list[list[str]], joined: list[list[str]]) -> None:
    day = Day(FRIDAY, "override", parse_sessions(pairs))
    expected = Day(FRIDAY, "override", parse_sessions(joined))
    assert day.spans(CalendarPolicy()) == expected.spans(CalendarPolicy(lunch_bookable=True))


def test_closing_and_spans_are_instants_in_utc() -> None:
    day = Day(FRIDAY, "override", (WorkingSession(510, 720), WorkingSession(780, 1440)))
    closing = day.closing_by(instant("11-28 20:00"), CalendarPolicy())
    assert closing == instant("11-28 00:00")
    assert closing.tzinfo is UTC
    assert day.closing_by(instant("11-27 20:00"), CalendarPolicy()) is None
    assert [tuple(span) for span in day.spans(CalendarPolicy())] == [(instant("11-27 08:30"), instant("11-28 00:00"))]
    assert [tuple(span) for span in day.spans(CalendarPolicy(lunch_bookable=True))] == [
        (instant("11-27 08:30"), instant("11-27 12:00")),
        (instant("11-27 13:00"), instant("11-28 00:00")),
    ]
    assert Day(FRIDAY, "override", ()).spans(CalendarPolicy()) == ()


def test_a_gap_asks_the_port_to_update_its_calendar() -> None:
    assert PortCalendar(PUDONG).day(FRIDAY) is None
    fault = missing(PUDONG, FRIDAY)
    for language in ("zh", "en"):
        message = explain(fault, language)["message"]
        assert "请联系口岸更新工作日历" in message
        assert PUDONG in message
        assert "2026-11-27" in message


def test_instants_are_shanghai_s_and_never_naive() -> None:
    assert at(FRIDAY, 24 * 60) == instant("11-28 00:00")
    assert local_date(instant("11-27 00:00").astimezone(UTC)) == FRIDAY
    assert shown(instant("11-27 08:30").astimezone(UTC)) == "2026-11-27T08:30:00+08:00"
    with pytest.raises(ValueError, match="time zone"):
        local(instant("11-27 08:30").replace(tzinfo=None))
