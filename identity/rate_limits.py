"""Limits calls of unauthenticated clients by moving windows: per address, and for all addresses together.

The windows are in the memory of each process, so that several processes allow that many times more. The exact limit,
the wait of a name after wrong passwords, is in the database (``identity.lockout``).
"""

import ipaddress
import math
import time
from collections.abc import Mapping
from hashlib import sha256

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

#: Addresses share this many windows, so that many addresses cannot fill the memory.
_BUCKETS = 65_536
_EVERYBODY = "everybody"


class RateLimited(Exception):
    """Too many calls; the next one is allowed after ``retry_after`` whole seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__()


class RateLimiter:
    """Limits by name of operation: ``(per address, for all together)``, written ``30/minute``."""

    def __init__(self, limits: Mapping[str, tuple[str, str]]) -> None:
        self._limits = {name: (parse(one), parse(everybody)) for name, (one, everybody) in limits.items()}
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, what: str, address: str | None) -> None:
        """Counts one call. Raises ``RateLimited``, without counting, when a window is full."""
        mine, everybody = self._limits[what]
        keys = ((mine, what, _bucket(address)), (everybody, what, _EVERYBODY))
        for limit, *key in keys:
            if not self._limiter.test(limit, *key):
                raise RateLimited(self._seconds_until(limit, *key))
        for limit, *key in keys:
            self._limiter.hit(limit, *key)

    def _seconds_until(self, limit: RateLimitItem, *key: str) -> int:
        reset = self._limiter.get_window_stats(limit, *key).reset_time
        return max(1, math.ceil(reset - time.time()))


def _bucket(address: str | None) -> str:
    """Returns the bucket of an IPv4 address or of the /64 network of an IPv6 address, which belongs to one client."""
    text = address or ""
    try:
        parsed = ipaddress.ip_address(text)
    except ValueError:
        return text and "unreadable"
    if parsed.version == 6:
        text = str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(int.from_bytes(sha256(text.encode()).digest()[:4]) % _BUCKETS)
