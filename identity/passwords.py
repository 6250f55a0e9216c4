"""Password hashes: Argon2id at the default cost of the library (64 MiB, about 150 ms), two at a time, on threads."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_A_TIME = 2
#: About five seconds of waiting; further logins are refused.
MOST_WAITING = 64

Result = TypeVar("Result")


class TooManyWaiting(Exception):
    """Too many logins wait for a thread."""


def normalized(password: str) -> str:
    """Returns the NFKC form: one spelling for equal characters, whichever keyboard typed them."""
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Hashes and verifies passwords.

    ``prepare`` must be called before the first login: it hashes once, for unknown names.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys: str | None = None
        self._threads = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="passwords")
        self._waiting = 0

    def prepare(self) -> str:
        """Returns the hash that is checked for unknown names. Blocks the first time."""
        self._nobodys = self._nobodys or self._hasher.hash("")
        return self._nobodys

    def hash(self, password: str) -> str:
        """Returns a salted hash that contains its own parameters. Blocks."""
        return self._hasher.hash(normalized(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """True if it is the password. Without a hash it takes the same time and returns False. Blocks."""
        try:
            right = self._hasher.verify(password_hash or self.prepare(), normalized(password))
        except (VerificationError, InvalidHashError):
            return False
        return right and password_hash is not None

    def rehashed(self, password_hash: str, password: str) -> str | None:
        """Returns a hash with the current parameters for a password just verified; None if it has them. Blocks."""
        return self.hash(password) if self._hasher.check_needs_rehash(password_hash) else None

    async def run(self, work: Callable[[], Result]) -> Result:
        """Runs a function that hashes on threads of its own, so that logins do not take those of other requests.

        Raises ``TooManyWaiting`` when ``MOST_WAITING`` calls wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise TooManyWaiting
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Stops the threads."""
        self._threads.shutdown(cancel_futures=True)
