"""报关单号: what the number shows by itself, and what the declaration must agree with."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.appointment import Deadlines, Declaration, Direction, Outcome
from domain.declarations import (
    DeclarationNumber,
    DeclarationRecord,
    NotFound,
    Unverifiable,
    check_list,
    check_number,
    judge,
    outcome,
    used,
)
from domain.policy import FeedbackPolicy, Policy
from tests.unit.domain.builders import (
    BROKER,
    IMPORTER,
    MICROSECOND,
    POLICY,
    PUDONG,
    YANGSHAN,
    appointment,
    codes,
    content,
    instant,
)

NUMBER = "223320261000000001"
SUBMITTED = instant("11-24 12:00")


def _record(**changes: Any) -> DeclarationRecord:
    particulars: dict[str, Any] = {
        "number": NUMBER,
        "direction": "I",
        "applicant": BROKER,
        "consignee": IMPORTER,
        "declaration_port": PUDONG,
        "entry_exit_port": PUDONG,
        "declared_on": date(2026, 11, 28),
    }
    return DeclarationRecord(**(particulars | changes))


def _mismatches(record: DeclarationRecord) -> list[dict[str, Any]]:
    faults = judge(number=NUMBER, appointment=appointment(), answer=record)
    assert codes(faults) == ["declaration.mismatch"]
    found: list[dict[str, Any]] = faults[0].facts["mismatches"]
    return found


def test_a_number_tells_port_year_direction_and_serial() -> None:
    assert DeclarationNumber.parse(NUMBER) == ("2233", 2026, Direction.IMPORT, "000000001")
    assert DeclarationNumber.parse("530120260123456789") == ("5301", 2026, Direction.EXPORT, "123456789")


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (NUMBER[:-1], "length"),
        (NUMBER + "0", "length"),
        ("", "length"),
        ("22332026100000000A", "digits"),
        ("２23320261000000001", "digits"),
        ("223320262000000001", "direction_digit"),
        ("223320251000000001", "implausible_year"),
        ("223320271000000001", "implausible_year"),
    ],
)
def test_a_malformed_number_is_invalid_whatever_customs_says(number: str, reason: str) -> None:
    for answer in (_record(), NotFound(), Unverifiable()):
        [fault] = judge(number=number, appointment=appointment(), answer=answer)
        assert (fault.code, fault.facts["reason"]) == ("declaration.invalid", reason)
    assert codes(check_number(number, appointment())) == ["declaration.invalid"]


def test_over_new_year_both_years_are_plausible() -> None:
    over = appointment(deadlines=Deadlines(feedback_by=instant("2027-01-06 00:00")))
    assert check_number("223320271000000001", over) == ()
    assert check_number(NUMBER, over) == ()
    assert codes(check_number("223320281000000001", over)) == ["declaration.invalid"]


@pytest.mark.parametrize(
    ("number", "fields"),
    [
        ("224820261000000001", ["declaration_port"]),
        ("223320260000000001", ["direction"]),
        ("224820260000000001", ["direction", "declaration_port"]),
    ],
)
def test_the_number_alone_shows_a_wrong_port_or_direction(number: str, fields: list[str]) -> None:
    [fault] = judge(number=number, appointment=appointment(), answer=Unverifiable())
    assert (fault.code, fault.facts["fields"]) == ("declaration.mismatch", fields)
    assert codes(judge(number=number, appointment=appointment(), answer=NotFound())) == [
        "declaration.mismatch",
        "declaration.not_found",
    ]


def test_a_declaration_that_agrees_is_matched_and_an_unasked_one_unverified() -> None:
    for answer, expected in ((_record(), Outcome.MATCHED), (Unverifiable(), Outcome.UNVERIFIED)):
        assert judge(number=NUMBER, appointment=appointment(), answer=answer) == ()
        assert outcome(answer) is expected


def test_an_unknown_declaration_is_not_found() -> None:
    assert codes(judge(number=NUMBER, appointment=appointment(), answer=NotFound())) == ["declaration.not_found"]


@pytest.mark.parametrize(
    ("field", "value", "expected", "found"),
    [
        ("direction", "E", "I", "E"),
        ("applicant", "3122260002", BROKER, "3122260002"),
        ("consignee", "3122260002", IMPORTER, "3122260002"),
        ("declaration_port", YANGSHAN, PUDONG, YANGSHAN),
        ("entry_exit_port", YANGSHAN, PUDONG, YANGSHAN),
        ("declared_on", date(2026, 11, 23), "2026-11-24T12:00:00+08:00", "2026-11-23"),
    ],
)
def test_each_field_that_differs_is_reported(field: str, value: object, expected: str, found: str) -> None:
    assert _mismatches(_record(**{field: value})) == [{"field": field, "expected": expected, "found": found}]


def test_all_fields_that_differ_are_reported_at_once_and_each_once() -> None:
    faults = judge(
        number="224820260000000001",
        appointment=appointment(),
        answer=_record(
            direction="E",
            applicant="3122260002",
            declaration_port=YANGSHAN,
            entry_exit_port=YANGSHAN,
            declared_on=date(2026, 11, 1),
        ),
    )
    assert [fault.facts["fields"] for fault in faults] == [
        ["direction", "applicant", "declaration_port", "entry_exit_port", "declared_on"]
    ]


def test_strangers_declaration_tells_only_that_it_differs() -> None:
    """A guessed number must not tell whose goods it clears."""
    stranger = _record(applicant="4401123456", consignee="4401654321", entry_exit_port=YANGSHAN)
    mismatches = _mismatches(stranger)
    assert [one["field"] for one in mismatches] == ["applicant", "consignee", "entry_exit_port"]
    assert [one["found"] for one in mismatches] == [None, None, None]


@pytest.mark.parametrize(
    ("declared_on", "in_time"),
    [
        (date(2026, 11, 23), False),
        (date(2026, 11, 24), True),
        (SUBMITTED, False),
        (SUBMITTED + MICROSECOND, True),
        (SUBMITTED - MICROSECOND, False),
        ("2026-11-24", True),
        ("2026-11-24T12:00:00+08:00", False),
        ("2026-11-24T04:00:00.000001Z", True),
    ],
)
def test_a_declaration_must_not_be_older_than_the_submission(declared_on: object, in_time: bool) -> None:
    faults = judge(number=NUMBER, appointment=appointment(), answer=_record(declared_on=declared_on))
    assert codes(faults) == ([] if in_time else ["declaration.mismatch"])


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))  # noqa: DTZ001
def test_the_day_of_the_submission_is_shanghai_s(naive: datetime) -> None:
    submitted = instant(naive.isoformat())
    same_day = judge(
        number=NUMBER,
        appointment=appointment(submitted_at=submitted.astimezone(tz=None)),
        answer=_record(declared_on=naive.date()),
    )
    assert same_day == ()
    day_before = _record(declared_on=naive.date() - timedelta(days=1))
    assert codes(judge(number=NUMBER, appointment=appointment(submitted_at=submitted), answer=day_before)) == [
        "declaration.mismatch"
    ]


def test_the_list_may_not_be_empty() -> None:
    [fault] = check_list((), appointment(), POLICY)
    assert (fault.code, fault.field) == ("field.required", "declaration_numbers")


def _numbers(count: int) -> tuple[str, ...]:
    return tuple(f"223320261{serial:09}" for serial in range(count))


def test_fifty_in_all_are_the_most() -> None:
    taken = tuple(Declaration(number=number, outcome=Outcome.MATCHED, at=SUBMITTED) for number in _numbers(10))
    holder = appointment(declarations=taken)
    assert check_list(_numbers(50), holder, POLICY) == ()
    [fault] = check_list(_numbers(51), holder, POLICY)
    assert (fault.code, fault.facts) == ("feedback.too_many", {"count": 51, "limit": 50})
    assert check_list(_numbers(50), appointment(), POLICY) == ()
    assert check_list(_numbers(1) * 51, appointment(), POLICY) == ()
    assert codes(check_list(_numbers(3), appointment(), Policy(feedback=FeedbackPolicy(max_declarations=2)))) == [
        "feedback.too_many"
    ]


def test_a_used_number_is_named() -> None:
    assert used(NUMBER).facts == {"number": NUMBER}


def test_only_what_was_submitted_takes_numbers() -> None:
    with pytest.raises(ValueError, match="submitted"):
        judge(number=NUMBER, appointment=appointment(submitted_at=None, content=content()), answer=_record())
