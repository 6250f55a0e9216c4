"""Moving windows for strangers."""

from contextlib import suppress

import pytest

from identity.rate_limits import Throttle, TooMany


def passes(throttle: Throttle, address: str | None, times: int) -> int:
    """How many of so many tries are let through."""
    through = 0
    for _ in range(times):
        with suppress(TooMany):
            throttle.pass_by("login", address)
            through += 1
    return through


def test_one_address_does_not_use_up_what_others_may() -> None:
    throttle = Throttle({"login": ("3/minute", "100/minute"), "captcha": ("1/minute", "1/minute")})
    assert passes(throttle, "192.0.2.1", 10) == 3
    assert passes(throttle, "192.0.2.2", 10) == 3
    throttle.pass_by("captcha", "192.0.2.1")
    with pytest.raises(TooMany) as refused:
        throttle.pass_by("captcha", "192.0.2.1")
    assert 1 <= refused.value.retry_after <= 60


def test_a_household_of_ipv6_addresses_is_one() -> None:
    throttle = Throttle({"login": ("3/minute", "100/minute")})
    assert sum(passes(throttle, f"2001:db8::{number}", 1) for number in range(10)) == 3
    assert passes(throttle, "2001:db8:0:1::1", 1) == 1


@pytest.mark.parametrize("address", [None, "", "not an address", "unix:/run/x"])
def test_an_address_that_is_none_is_limited_too(address: str | None) -> None:
    assert passes(Throttle({"login": ("2/minute", "100/minute")}), address, 5) == 2


def test_all_together_have_a_limit_that_refused_ones_do_not_use_up() -> None:
    throttle = Throttle({"login": ("2/minute", "4/minute")})
    assert passes(throttle, "192.0.2.1", 10) == 2
    assert sum(passes(throttle, f"192.0.2.{number}", 1) for number in range(2, 9)) == 2
