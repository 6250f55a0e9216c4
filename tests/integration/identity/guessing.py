"""A process of its own that guesses passwords as fast as it can, through the same door as everybody.

``python -m tests.integration.identity.guessing URL NAME TIMES``: prints how many guesses were really looked at.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from argon2 import PasswordHasher

from db.engine import connect
from identity.lockout import MustWait
from identity.login import Credentials, LoginFailed, Logins
from identity.passwords import Passwords
from identity.sessions import Lifetime, Sessions

LIFETIME = Lifetime(timedelta(minutes=30), timedelta(hours=12))


def fingerprint(value: Any) -> str:
    """The same in every process, as the product's is."""
    return sha256(repr(value).encode()).hexdigest()


class Counting(PasswordHasher):
    """Cheap, and counts what it verifies."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 the library's own name
        self.verified += 1
        return super().verify(hash, password)


def door(url: str, hasher: PasswordHasher) -> Logins:
    """The product's own, on that database."""
    engine = connect(url)
    return Logins(engine, Passwords(hasher), Sessions(engine, LIFETIME), fingerprint)


async def guess(logins: Logins, name: str, password: str = "a wrong password") -> bool:
    """One guess with a solved captcha; whether it was looked at."""
    captcha = await asyncio.to_thread(logins.captchas.make, datetime.now(UTC))
    given = Credentials(name, password, captcha.captcha_id, captcha.answer)
    try:
        await logins.log_in(given, datetime.now(UTC))
    except MustWait:
        return False
    except LoginFailed:
        return True
    return True


async def main(url: str, name: str, times: int) -> None:
    hasher = Counting()
    logins = door(url, hasher)
    looked_at = await asyncio.gather(*(guess(logins, name) for _ in range(times)))
    assert sum(looked_at) == hasher.verified
    sys.stdout.write(f"{hasher.verified}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
