"""The rules and a second, independent implementation of them agree; `make oracle` asks very many more questions."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.oracle.compare import compare, instant
from tests.oracle.rules import DAY, HOUR, MINUTE, NATIONAL_SESSIONS, Answer, Case, Port, Rules, answer
from tests.unit.domain.builders import instant as clock
from tests.unit.domain.builders import national
from tests.unit.domain.cutoff_rows import ROWS

CASES = 12_000
EPOCH = datetime(1999, 12, 31, 16, tzinfo=UTC)
NATION = Port(national={(on - EPOCH.date()).days - 1: day.working for on, day in national().items()})


def microseconds(text: str) -> int:
    return round((clock(text) - EPOCH).total_seconds() * 1_000_000)


def asked(start: str, port: Port = NATION, *, advanced: bool = True, other: str = "5304", **rules: Any) -> Answer:
    begin = microseconds(start)
    return answer(
        Case("5304", other, {"5304": port, "2233": NATION}, begin, begin - 90 * DAY, advanced, Rules(**rules))
    )


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_oracle_knows_the_worked_rows(row: tuple[str, ...]) -> None:
    start, closing, *limits = row
    cases = [asked(start, other="2233", advanced=False), asked(start, advanced=False), asked(start)]
    assert [each.submit_by for each in cases] == [microseconds(limit) for limit in limits]
    assert {each.closing for each in cases} == {microseconds(closing)}


def test_the_oracle_refuses_working_time() -> None:
    refused = asked("11-25 07:00")
    assert {code for code, _, _ in refused.faults} == {"window.working_time"}
    assert refused.submit_by is None


def test_the_oracle_counts_from_the_real_end_of_a_shift() -> None:
    friday = microseconds("11-27 00:00") // DAY
    port = Port({friday: ((480, 1560),)}, national=NATION.national)
    assert asked("11-28 02:00", port).closing == microseconds("11-28 02:00")
    assert {code for code, _, _ in asked("11-28 01:00", port).faults} == {"window.working_time"}


def test_the_oracle_tells_lunch_from_other_breaks() -> None:
    friday = microseconds("11-27 00:00") // DAY
    port = Port({friday: ((480, 720), (840, 1020), (1140, 1260))}, national=NATION.national)
    assert {code for code, _, _ in asked("11-27 12:00", port).faults} == {"window.working_time"}
    assert asked("11-27 17:00", port).closing == microseconds("11-27 17:00")
    assert asked("11-27 12:00", port, lunch_bookable=True).closing == microseconds("11-26 17:00")


def test_instants_of_the_oracle_are_those_of_the_clock() -> None:
    assert instant(microseconds("11-28 20:00")) == clock("11-28 20:00")
    assert NATIONAL_SESSIONS == ((8 * 60 + 30, 17 * 60),)
    assert DAY == 24 * HOUR == 24 * 60 * MINUTE


def test_both_agree_on_random_questions_that_met_everything() -> None:
    tally = compare(seed=0, cases=CASES)
    assert tally.disagreements[:1] == []
    assert tally.met.keys() >= {
        "accepted",
        "window.past",
        "window.step",
        "window.working_time",
        "calendar.missing",
        "cutoff.passed",
        "closed for a month",
        "closing after midnight",
    }
