"""Passwords: which are taken, and that a name nobody has costs the same work."""

import asyncio
import threading
from typing import Literal

import pytest
from argon2 import PasswordHasher

from identity.password_strength import WeakPassword, check_new
from identity.passwords import AT_A_TIME, MOST_WAITING, Passwords, TooManyWaiting

GOOD = "滨海夜航 42 tideways"


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short 1 海", "too_short"),
        ("x" * 11, "too_short"),
        (GOOD + "x" * 128, "too_long"),
        ("password1234", "guessable"),
        ("aaaaaaaaaaaa", "guessable"),
        ("123456789012", "guessable"),
        ("qwertyuiop12", "guessable"),
        ("abcabcabcabcabc", "guessable"),
        ("Passw0rd!Passw0rd!", "guessable"),
        ("zhang.wei-zhang.wei", "guessable"),
        ("3122260002312226", "guessable"),
    ],
)
def test_a_weak_password_is_not_taken(password: str, fault: str) -> None:
    with pytest.raises(WeakPassword, match=fault):
        check_new(password, user_words=["zhang.wei", "3122260002"])


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "上海浦东机场的夜班一共有九位同事",
        "Kx7#pQ2m9vLwe",
        "  lots of spaces 港  ",
    ],
)
def test_length_is_enough_and_no_composition_is_asked_for(password: str) -> None:
    check_new(password, user_words=["zhang.wei"])


def test_a_hash_is_salted_and_verifies_in_any_spelling(passwords: Passwords) -> None:
    one, two = passwords.hash("Ａbcdefg hijk é"), passwords.hash("Abcdefg hijk é")
    assert one != two
    assert one.startswith("$argon2id$")
    assert passwords.verify(one, "Abcdefg hijk e\u0301")
    assert not passwords.verify(one, "abcdefg hijk é")
    assert not passwords.verify("no hash at all", "Abcdefg hijk é")


def test_the_products_own_hashes_cost_what_the_library_recommends() -> None:
    made = Passwords()
    assert "$m=65536,t=3,p=4$" in made.hash(GOOD)
    made.close()


def test_older_parameters_are_renewed_once(passwords: Passwords) -> None:
    older = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1).hash(GOOD)
    renewed = passwords.rehashed(older, GOOD)
    assert renewed
    assert passwords.verify(renewed, GOOD)
    assert passwords.rehashed(renewed, GOOD) is None


class Counting(PasswordHasher):
    """Counts what it verifies, and how many at once."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=64, parallelism=1)
        self.verified, self.now, self.most = 0, 0, 0
        self.lock = threading.Lock()
        self.gate: threading.Event | None = None

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 the library's own name
        with self.lock:
            self.verified, self.now = self.verified + 1, self.now + 1
            self.most = max(self.most, self.now)
        try:
            if self.gate:
                self.gate.wait(10)
            return super().verify(hash, password)
        finally:
            with self.lock:
                self.now -= 1


def test_nobodys_password_is_verified_like_anybodys_and_never_right() -> None:
    hasher = Counting()
    passwords = Passwords(hasher)
    known = passwords.hash(GOOD)
    for given in ("", GOOD, "wrong"):
        assert not passwords.verify(None, given)
    assert hasher.verified == 3
    assert passwords.verify(known, GOOD)
    assert hasher.verified == 4


async def test_at_most_two_are_hashed_at_a_time_and_a_crowd_is_sent_away() -> None:
    hasher = Counting()
    hasher.gate = threading.Event()
    passwords = Passwords(hasher)
    tries = [asyncio.create_task(passwords.run(lambda: passwords.verify(None, "x"))) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(TooManyWaiting):
        await passwords.run(lambda: passwords.verify(None, "x"))
    hasher.gate.set()
    assert not any(await asyncio.gather(*tries))
    assert (hasher.verified, hasher.most <= AT_A_TIME) == (MOST_WAITING, True)
    passwords.close()
