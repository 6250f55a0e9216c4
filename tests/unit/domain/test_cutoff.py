"""最晚申报时间: the worked rows, both neighbours of every limit, and what holds for any window."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.appointment import CreditLevel
from domain.calendar import DEFAULT_SESSIONS, Day, PortCalendar, WorkingSession, parse_sessions
from domain.cutoff import Cutoff, check, latest_submission
from domain.enterprise import Grade
from domain.policy import CalendarPolicy, CutoffPolicy, Policy
from domain.problems import explain
from tests.unit.domain.builders import (
    BROKER,
    IMPORTER,
    MICROSECOND,
    POLICY,
    PUDONG,
    SECOND,
    YANGSHAN,
    calendar,
    codes,
    content,
    decide,
    enterprise,
    facts,
    instant,
    plain_calendars,
)
from tests.unit.domain.cutoff_rows import ROWS

# entry/exit port, grade of the lower party, which column of hours
CASES = [
    (YANGSHAN, Grade.REGULAR, 0),
    (YANGSHAN, Grade.ADVANCED_CERTIFIED, 1),
    (PUDONG, Grade.REGULAR, 1),
    (PUDONG, Grade.ADVANCED_CERTIFIED, 2),
]


@pytest.mark.parametrize(("entry_exit_port", "grade", "column"), CASES)
@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_worked_row_ends_at_its_instant_and_equality_is_on_time(
    row: tuple[str, ...], entry_exit_port: str, grade: Grade, column: int
) -> None:
    start, closing, *limits = row
    application = content(window_start=instant(start), entry_exit_port=entry_exit_port)
    world = facts(consignee=enterprise(IMPORTER, grade=grade))
    limit = instant(limits[column])

    on_time = decide(content=application, facts=world, received_at=limit)
    assert on_time.faults == ()
    assert on_time.deadlines.submit_by == limit
    assert on_time.facts["closing"] == instant(closing).isoformat()

    for late in (MICROSECOND, SECOND):
        refused = decide(content=application, facts=world, received_at=limit + late)
        assert codes(refused.faults) == ["cutoff.passed"]
        assert refused.deadlines.submit_by == limit
    assert decide(content=application, facts=world, received_at=limit - MICROSECOND).faults == ()


def test_a_window_that_reaches_into_the_morning_is_refused_and_has_no_latest_moment() -> None:
    decision = decide(content=content(window_start=instant("11-25 07:00")), received_at=instant("11-20 09:00"))
    assert codes(decision.faults) == ["window.working_time"]
    assert decision.deadlines.submit_by is None


def test_the_lower_party_counts_whichever_it_is() -> None:
    for low in (
        {"applicant": enterprise(BROKER, grade=Grade.REGULAR)},
        {"consignee": enterprise(IMPORTER, grade=Grade.REGULAR)},
    ):
        decision = decide(facts=facts(**low))
        assert decision.credit_level is CreditLevel.GENERAL
        assert decision.deadlines.submit_by == instant("11-27 09:00")


def test_the_refusal_says_day_layer_closing_and_hours() -> None:
    [fault] = decide(received_at=instant("11-27 13:00") + SECOND).faults
    assert fault.facts == {
        "submit_by": "2026-11-27T13:00:00+08:00",
        "closing": "2026-11-27T17:00:00+08:00",
        "notice_hours": 4,
        "same_port": True,
        "port": PUDONG,
        "calendar_day": "2026-11-27",
        "calendar_layer": "national",
        "received_at": "2026-11-27T13:00:01+08:00",
    }


@pytest.mark.parametrize(
    ("notice", "told"), [(timedelta(hours=4), "前 4 小时"), (timedelta(minutes=90), "前 1.5 小时")]
)
def test_the_hours_read_as_people_write_them(notice: timedelta, told: str) -> None:
    policy = Policy(cutoff=CutoffPolicy(same_advanced=notice))
    [fault] = decide(policy=policy, received_at=instant("11-27 16:00")).faults
    assert told in explain(fault, "zh")["message"]


def test_a_gap_on_the_way_back_is_refused_rather_than_stepped_over() -> None:
    gap = date(2026, 11, 27)
    decision = decide(facts=facts(calendars={PUDONG: calendar(without=[gap])}))
    assert [(fault.code, fault.facts) for fault in decision.faults] == [
        ("calendar.missing", {"port": PUDONG, "calendar_day": "2026-11-27"})
    ]
    assert decision.deadlines.submit_by is None


def test_a_gap_before_the_last_working_day_does_not_matter() -> None:
    assert decide(facts=facts(calendars={PUDONG: calendar(without=[date(2026, 11, 26)])})).faults == ()


def test_a_port_that_never_opens_ends_in_a_gap_not_in_a_guess() -> None:
    closed = PortCalendar(PUDONG, {on: Day(on, "override", ()) for on in (date(2026, 11, 27), date(2026, 11, 28))})
    found = latest_submission(
        window_start=instant("11-28 20:00"),
        same_port=True,
        governing=(PUDONG,),
        level=None,
        calendars={PUDONG: closed},
        policy=POLICY,
    )
    assert not isinstance(found, Cutoff)
    assert [fault.facts["calendar_day"] for fault in found] == ["2026-11-26"]


def test_with_both_calendars_the_earlier_closing_counts() -> None:
    both = Policy(calendar=CalendarPolicy(governing="both"))
    friday = Day(date(2026, 11, 27), "override", (WorkingSession(8 * 60, 12 * 60),))
    world = facts(calendars={PUDONG: calendar(PUDONG), YANGSHAN: calendar(YANGSHAN, overrides=[friday])})
    application = content(entry_exit_port=YANGSHAN)
    assert decide(content=application, facts=world, policy=both).deadlines.submit_by == instant("11-27 04:00")
    assert decide(content=application, facts=world).deadlines.submit_by == instant("11-27 09:00")


def test_with_both_calendars_a_gap_at_either_port_is_named() -> None:
    both = Policy(calendar=CalendarPolicy(governing="both"))
    application = content(entry_exit_port=YANGSHAN)
    decision = decide(content=application, facts=facts(calendars={PUDONG: calendar(PUDONG)}), policy=both)
    assert {fault.facts["port"] for fault in decision.faults} == {YANGSHAN}
    assert set(codes(decision.faults)) == {"calendar.missing"}


def test_unenforced_there_is_no_cutoff_and_no_latest_moment() -> None:
    sandbox = Policy(cutoff=CutoffPolicy(enforce=False))
    decision = decide(policy=sandbox, received_at=instant("11-28 19:59"))
    assert decision.faults == ()
    assert decision.deadlines.submit_by is None
    assert decision.facts["cutoff_enforced"] is False


@pytest.mark.parametrize(
    ("hours", "window", "closing"),
    [
        ({27: [["08:00", "26:00"]]}, "11-28 02:00", "11-28 02:00"),
        ({27: [["08:00", "26:00"]]}, "11-28 20:00", "11-28 02:00"),
        ({26: [["08:00", "26:00"]], 27: [["20:00", "26:00"]]}, "11-27 06:00", "11-27 02:00"),
        # The shift of the day before ends after the first one of the date itself.
        ({26: [["20:00", "26:00"]], 27: [["00:00", "01:00"]]}, "11-27 03:00", "11-27 02:00"),
        # Of a day in two shifts the closing that counts is the last one before the window.
        ({27: [["00:00", "06:00"], ["20:00", "24:00"]]}, "11-27 08:00", "11-27 06:00"),
        # A lunch break begins with no closing.
        ({27: [["08:30", "12:00"], ["14:00", "17:00"]]}, "11-27 12:00", "11-26 17:00"),
    ],
)
def test_the_closing_of_shifts(hours: dict[int, list[list[str]]], window: str, closing: str) -> None:
    days = [Day(date(2026, 11, on), "override", parse_sessions(pairs)) for on, pairs in hours.items()]
    found = latest_submission(
        window_start=instant(window),
        same_port=True,
        governing=(PUDONG,),
        level=CreditLevel.GENERAL,
        calendars={PUDONG: calendar(overrides=days)},
        policy=POLICY,
    )
    assert isinstance(found, Cutoff)
    assert found.closing == instant(closing)


def test_an_early_closing_needs_the_date_before() -> None:
    days = [Day(date(2026, 11, 27), "override", parse_sessions([["00:00", "01:00"]]))]
    found = latest_submission(
        window_start=instant("11-27 20:00"),
        same_port=True,
        governing=(PUDONG,),
        level=None,
        calendars={PUDONG: calendar(overrides=days, without=[date(2026, 11, 26)])},
        policy=POLICY,
    )
    assert not isinstance(found, Cutoff)
    assert [fault.facts["calendar_day"] for fault in found] == ["2026-11-26"]


def test_an_unknown_or_forbidden_level_gets_the_longer_notice() -> None:
    for level in (None, CreditLevel.FORBIDDEN):
        assert _cutoff(instant("11-28 20:00"), level=level).notice == POLICY.cutoff.same_general


_starts = st.datetimes(datetime(2026, 2, 10), datetime(2026, 12, 30)).map(  # noqa: DTZ001
    lambda naive: instant(naive.isoformat())
)
_levels = st.sampled_from([CreditLevel.ADVANCED, CreditLevel.GENERAL])


def _cutoff(start: datetime, *, level: CreditLevel | None = None, same_port: bool = True) -> Cutoff:
    found = latest_submission(
        window_start=start,
        same_port=same_port,
        governing=(PUDONG,),
        level=level,
        calendars=plain_calendars(),
        policy=POLICY,
    )
    assert isinstance(found, Cutoff)
    return found


@given(_starts, _starts, _levels, st.booleans())
def test_a_later_window_never_has_an_earlier_cutoff(
    one: datetime, other: datetime, level: CreditLevel, same_port: bool
) -> None:
    earlier, later = sorted((one, other))
    first = _cutoff(earlier, level=level, same_port=same_port)
    assert first.submit_by <= _cutoff(later, level=level, same_port=same_port).submit_by


@given(
    _starts, _levels, st.timedeltas(timedelta(0), timedelta(days=60)), st.timedeltas(timedelta(0), timedelta(days=60))
)
def test_submitting_earlier_never_becomes_late(
    start: datetime, level: CreditLevel, before: timedelta, sooner: timedelta
) -> None:
    cutoff = _cutoff(start, level=level)
    received_at = start - before
    if not check(cutoff, received_at):
        assert not check(cutoff, received_at - sooner)


@given(_starts)
def test_the_last_closing_is_a_real_one_not_after_the_window_and_nothing_lies_between(start: datetime) -> None:
    cutoff = _cutoff(start)
    assert cutoff.closing <= start
    assert cutoff.closing == cutoff.day.closing_by(start, POLICY.calendar)
    assert cutoff.day.sessions == DEFAULT_SESSIONS
    days = plain_calendars()[PUDONG].days.values()
    closings = [day.closing_by(start, POLICY.calendar) for day in days]
    assert not [closing for closing in closings if closing and cutoff.closing < closing <= start]
