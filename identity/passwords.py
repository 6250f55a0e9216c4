"""Passwords: Argon2id at the library's own cost (64 MiB, about 150 ms), at most two hashes at a time, on threads."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_A_TIME = 2
#: Who would have to wait longer than some five seconds for a turn is told to come again.
MOST_WAITING = 64

Result = TypeVar("Result")


class TooManyWaiting(Exception):
    """Too many logins wait for their turn."""


def normalized(password: str) -> str:
    """One spelling for what looks alike, whatever keyboard wrote it (NFKC)."""
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Hashes and verifies. ``prepare`` it before anybody logs in: it hashes once, for names that nobody has."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys: str | None = None
        self._threads = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="passwords")
        self._waiting = 0

    def prepare(self) -> str:
        """The hash that is looked at for names that nobody has. Blocks, the first time."""
        self._nobodys = self._nobodys or self._hasher.hash("")
        return self._nobodys

    def hash(self, password: str) -> str:
        """Salted; says its parameters itself. Blocks."""
        return self._hasher.hash(normalized(password))

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; no hash is nobody's, costs the same and is never right. Blocks."""
        try:
            right = self._hasher.verify(password_hash or self.prepare(), normalized(password))
        except (VerificationError, InvalidHashError):
            return False
        return right and password_hash is not None

    def rehashed(self, password_hash: str, password: str) -> str | None:
        """A hash with today's parameters for a password just found right, None if it has them. Blocks."""
        return self.hash(password) if self._hasher.check_needs_rehash(password_hash) else None

    async def run(self, work: Callable[[], Result]) -> Result:
        """Runs what hashes on one of our own threads, so that logins never crowd out other requests. ``Crowded``."""
        if self._waiting >= MOST_WAITING:
            raise TooManyWaiting
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Lets the threads go."""
        self._threads.shutdown(cancel_futures=True)
