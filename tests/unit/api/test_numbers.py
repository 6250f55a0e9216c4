import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from api.numbers import derive, new_key, year_before, year_of


@given(st.text(max_size=255), st.integers(0, 3))
def test_a_number_has_the_year_and_fourteen_digits(key: str, salt: int) -> None:
    assert re.fullmatch(r"2026[0-9]{14}", derive(2026, "3122260002", repr(key), salt))


def test_the_same_request_has_the_same_number() -> None:
    assert derive(2026, "3122260002", "k") == derive(2026, "3122260002", "k")


def test_another_year_enterprise_key_or_salt_has_another_number() -> None:
    numbers = {
        derive(2026, "3122260002", "k"),
        derive(2027, "3122260002", "k"),
        derive(2026, "3122260001", "k"),
        derive(2026, "3122260002", "l"),
        derive(2026, "3122260002", "k", 1),
    }
    assert len({number[4:] for number in numbers}) == 4
    assert len(numbers) == 5


def test_a_key_cannot_speak_for_the_salt() -> None:
    assert derive(2026, "3122260002", "1\nk") != derive(2026, "3122260002", "k", 1)


def test_the_year_begins_at_midnight_in_shanghai() -> None:
    before, after = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert (year_of(before), year_of(after)) == (2026, 2027)
    assert year_before(after) == 2026
    assert year_before(datetime(2027, 1, 1, 16, 0, tzinfo=UTC)) == 2027


def test_made_keys_differ() -> None:
    assert new_key() != new_key()
