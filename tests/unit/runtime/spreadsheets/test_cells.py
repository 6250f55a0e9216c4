"""What a cell says, and what is wrong with one that says nothing."""

from datetime import date, datetime, time
from typing import Any

import pytest

from domain.codes import customs_code_fault, hs_entry_fault, port_fault, uscc_fault
from domain.normalising import hs_code
from runtime.spreadsheets import cells
from runtime.spreadsheets.cells import Invalid, Read
from runtime.spreadsheets.sheets import ErrorValue, Formula, Raw


def moment(*parts: int) -> datetime:
    """A moment as a spreadsheet gives it: without a time zone."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


PORT = cells.code(port_fault, 4)
HS = cells.code(hs_entry_fault, 4, 10, normalise=hs_code)
CUSTOMS = cells.code(customs_code_fault, 10)
USCC = cells.code(uscc_fault, 18)
DAY = cells.day(moment(1899, 12, 30))


def fault(read: Read, raw: Raw) -> tuple[str, Any]:
    with pytest.raises(Invalid) as invalid:
        read(raw)
    return invalid.value.code, invalid.value.facts


@pytest.mark.parametrize(
    ("read", "raw", "value"),
    [
        (PORT, "0101", "0101"),
        (PORT, " ０１０１ ", "0101"),
        (PORT, 2233, "2233"),
        (PORT, "'0101", "0101"),
        (HS, "’0301999990", "0301999990"),
        (PORT, 2233.0, "2233"),
        (HS, "0301.9999.90", "0301999990"),
        (HS, "0301 99 99 90", "0301999990"),
        (HS, "03019993.90", "0301999390"),
        (HS, 8703234190, "8703234190"),
        (HS, "0301", "0301"),
        (CUSTOMS, "31222600a1", "31222600A1"),
        (USCC, "91350100m000100y43", "91350100M000100Y43"),
    ],
)
def test_codes(read: Read, raw: Raw, value: str) -> None:
    assert read(raw) == value


@pytest.mark.parametrize(
    ("read", "raw", "value", "digits"),
    [
        (PORT, 101, "101", 4),
        (PORT, "101", "101", 4),
        (PORT, 101.0, "101", 4),
        (HS, 301, "301", 4),
        (HS, 301999990, "301999990", 10),
        (HS, "301999990", "301999990", 10),
        (CUSTOMS, 100260001, "100260001", 10),
    ],
)
def test_a_number_that_lost_its_zeros_is_told_from_a_wrong_one(read: Read, raw: Raw, value: str, digits: int) -> None:
    assert fault(read, raw) == ("import.leading_zeros", {"value": value, "digits": digits})


@pytest.mark.parametrize("raw", ["8.70323E+09", "8.7E9", 870323419012345678])
def test_a_number_that_lost_its_end(raw: Raw) -> None:
    assert fault(HS, raw)[0] == "import.precision_lost"


@pytest.mark.parametrize(
    ("read", "raw", "reason"),
    [
        (PORT, "22333", "four_digits"),
        (PORT, 22.5, "fraction"),
        (PORT, "2233.0", "fraction"),
        (HS, "301999590.0", "fraction"),
        (HS, "8703234190.0", "fraction"),
        (HS, "30199959.0", "fraction"),
        (HS, "8703.0", "fraction"),
        (HS, "8703.23419", "fraction"),
        (HS, 8703.2341, "fraction"),
        (HS, "301.999590", "hs_entry"),
        (CUSTOMS, "3122260003.0", "fraction"),
        (PORT, -101, "four_digits"),
        (PORT, moment(2026, 1, 1), "four_digits"),
        (PORT, True, "no_value"),
        (PORT, ErrorValue("#N/A"), "no_value"),
        (HS, "030199", "hs_entry"),
        (HS, "03o1", "hs_entry"),
        (USCC, "91350100M000100Y4Z", "characters"),
        (USCC, "91350100M000100Y42", "check_digit"),
        (cells.text(5), "一二三四五六", "too_long"),
        (cells.text(5), "a\x00b", "unprintable"),
        (cells.text(5), "a\x85b", "unprintable"),
        (cells.text(50), moment(2026, 3, 4), "became_date"),
        (cells.text(50), time(8, 30), "became_date"),
        (cells.text(5), ErrorValue("#REF!"), "no_value"),
        (cells.choice({"a": 1}), "b", "not_in_list"),
    ],
)
def test_what_is_wrong(read: Read, raw: Raw, reason: str) -> None:
    assert fault(read, raw) == ("field.invalid", {"reason": reason})


@pytest.mark.parametrize("read", [PORT, HS, DAY, cells.text(9), cells.choice({"=1": 1})])
def test_a_formula_is_never_a_value(read: Read) -> None:
    assert fault(read, Formula("=1")) == ("import.formula", {})


def test_a_name_stays_as_written_but_on_one_line() -> None:
    assert cells.text(20)(" 鲜、冷\n（活）ＡＢ ") == "鲜、冷 （活）ＡＢ"


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "2026-10-01",
            "2026/10/1",
            "2026.10.01",
            "2026年10月1日",
            "20261001",
            "2026-10-01 00:00:00",
            "2026/10/1 0:00",
            "46296",
        ),
        *(46296, 46296.0, moment(2026, 10, 1), date(2026, 10, 1)),
    ],
)
def test_dates_as_they_are_written(raw: Raw) -> None:
    assert DAY(raw) == date(2026, 10, 1)


@pytest.mark.parametrize("raw", ["长期", " 长期有效 ", "9999-12-31", "9999/12/31", moment(9999, 12, 31)])
def test_an_end_that_never_comes(raw: Raw) -> None:
    assert cells.last_day(moment(1899, 12, 30))(raw) is None


def test_an_end_that_comes() -> None:
    assert cells.last_day(moment(1899, 12, 30))("2026-12-31") == date(2026, 12, 31)


def test_a_name_that_is_a_number_has_no_point() -> None:
    assert cells.text(20)(7.0) == "7"


def test_a_workbook_of_1904_counts_from_there() -> None:
    assert cells.day(moment(1904, 1, 1))(46296 - 1462) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("01/10/2026", "not_a_date"),
        ("2026-13-01", "not_a_date"),
        ("2026-02-30", "not_a_date"),
        ("2026", "not_a_date"),
        (20, "not_a_date"),
        (moment(2026, 10, 1, 8, 30), "not_a_date"),
        (time(8, 30), "not_a_date"),
        ("1998-10-01", "implausible_year"),
        (10**20, "not_a_date"),
        (float("nan"), "not_a_date"),
        (float("inf"), "not_a_date"),
    ],
)
def test_what_is_no_date(raw: Raw, reason: str) -> None:
    assert fault(DAY, raw) == ("field.invalid", {"reason": reason})
