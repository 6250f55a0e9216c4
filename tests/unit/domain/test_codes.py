"""Codes of the field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import codes
from domain.codes import TRANSPORT_MODES, uscc_fault

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
GOOD = ("91350100M000100Y43", "91110000600037341L")


@pytest.mark.parametrize("code", GOOD)
def test_true_credit_codes_pass(code: str) -> None:
    assert uscc_fault(code) is None


def test_the_authority_that_registers_may_be_a_letter() -> None:
    """GB 32100-2015 has A (foreign affairs), N (agriculture) and Y (other) in the first place.

    Weights 3^(i-1) mod 31, by hand for N2 350100 MF0100001: 22 + 6 + 27 + 135 + 0 + 26 + 0 + 0 + 20*21 + 29*15
    + 0 + 13 + 0 + 0 + 0 + 0 + 28 = 1112 = 35*31 + 27, so that the check character is 31 - 27 = 4.
    """
    assert uscc_fault("N2350100MF01000014") is None
    assert uscc_fault("N2350100MF01000016") == "check_digit"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91350100M000100Y4Z", "characters"),
        ("91350100M000100Y44", "check_digit"),
        ("91350100M000100Y4", "length"),
        ("91350100M000100Y433", "length"),
        ("", "length"),
        ("91350100m000100Y43", "characters"),
        ("9135010OM000100Y43", "characters"),
        ("９1350100M000100Y43", "characters"),
    ],
)
def test_false_credit_codes_say_what_is_wrong(code: str, reason: str) -> None:
    assert uscc_fault(code) == reason


def test_the_check_character_is_the_only_one_that_passes() -> None:
    body = GOOD[0][:17]
    assert [last for last in ALPHABET if uscc_fault(body + last) is None] == ["3"]


@given(st.sampled_from(GOOD), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_character_change_is_detected(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert uscc_fault(changed) == (None if changed == code else "check_digit")


@given(st.sampled_from(GOOD), st.integers(0, 16))
def test_swapping_two_unlike_neighbours_is_detected(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (uscc_fault(swapped) is None) == (swapped == code)


@pytest.mark.parametrize("code", ["3122260003", "31222600AZ", "000000ZZZZ"])
def test_customs_codes(code: str) -> None:
    assert codes.customs_code_fault(code) is None


@pytest.mark.parametrize(
    "code", ["", "312226000", "31222600033", "A122260003", "312226000a", "3122 60003", "３122260003", "3122260003\n"]
)
def test_malformed_customs_codes(code: str) -> None:
    assert codes.customs_code_fault(code) == "customs_code"


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("13800138000", True),
        ("19912345678", True),
        ("12800138000", False),
        ("1380013800", False),
        ("138001380000", False),
        ("+8613800138000", False),
        ("1380013800０", False),
    ],
)
def test_mobile_numbers(number: str, good: bool) -> None:
    assert codes.mobile_fault(number) == (None if good else "mobile")


@pytest.mark.parametrize(
    ("code", "typing", "complete"),
    [
        ("0301", True, False),
        ("0301999990", True, True),
        ("030", False, False),
        ("03019999901", False, False),
        ("03a1", False, False),
        ("030199959", True, False),
    ],
)
def test_hs_codes_while_typing_and_complete(code: str, typing: bool, complete: bool) -> None:
    assert codes.hs_fault(code, complete=False) == (None if typing else "hs_prefix")
    assert codes.hs_fault(code, complete=True) == (None if complete else "hs_complete")


def test_ports_are_four_digits() -> None:
    assert codes.port_fault("2233") is None
    assert [codes.port_fault(code) for code in ("223", "22333", "22A3", "浦东机场")] == ["four_digits"] * 4


def test_the_table_of_transport_modes_has_eighteen_rows() -> None:
    assert "".join(TRANSPORT_MODES) == "0123456789GHLTWXYZ"
    assert TRANSPORT_MODES["5"][0] == "航空运输"
    assert codes.transport_mode_fault("5") is None
    assert codes.transport_mode_fault("A") == "unknown_transport_mode"
