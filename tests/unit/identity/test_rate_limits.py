"""Moving windows for strangers."""

from contextlib import suppress

import pytest

from identity.rate_limits import RateLimited, RateLimiter


def passes(limiter: RateLimiter, address: str | None, times: int) -> int:
    """Returns the number of tries that are let through."""
    through = 0
    for _ in range(times):
        with suppress(RateLimited):
            limiter.hit("login", address)
            through += 1
    return through


def test_one_address_does_not_use_up_what_others_may() -> None:
    limiter = RateLimiter({"login": ("3/minute", "100/minute"), "captcha": ("1/minute", "1/minute")})
    assert passes(limiter, "192.0.2.1", 10) == 3
    assert passes(limiter, "192.0.2.2", 10) == 3
    limiter.hit("captcha", "192.0.2.1")
    with pytest.raises(RateLimited) as refused:
        limiter.hit("captcha", "192.0.2.1")
    assert 1 <= refused.value.retry_after <= 60


def test_a_household_of_ipv6_addresses_is_one() -> None:
    limiter = RateLimiter({"login": ("3/minute", "100/minute")})
    assert sum(passes(limiter, f"2001:db8::{number}", 1) for number in range(10)) == 3
    assert passes(limiter, "2001:db8:0:1::1", 1) == 1


@pytest.mark.parametrize("address", [None, "", "not an address", "unix:/run/x"])
def test_an_address_that_is_none_is_limited_too(address: str | None) -> None:
    assert passes(RateLimiter({"login": ("2/minute", "100/minute")}), address, 5) == 2


def test_all_together_have_a_limit_that_refused_ones_do_not_use_up() -> None:
    limiter = RateLimiter({"login": ("2/minute", "4/minute")})
    assert passes(limiter, "192.0.2.1", 10) == 2
    assert sum(passes(limiter, f"192.0.2.{number}", 1) for number in range(2, 9)) == 2
