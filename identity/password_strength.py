"""Accepts long passwords that are not among the first guesses; there is no rule of composition."""

from collections.abc import Iterable

from zxcvbn import zxcvbn

from identity.passwords import normalized

MIN_CHARACTERS = 12
MAX_CHARACTERS = 128
#: The highest score, of 0 to 4: at least 10^10 guesses.
_STRONG = 4
#: The part that ``zxcvbn`` estimates; further characters only add to its strength.
_ESTIMATED_CHARACTERS = 72


class WeakPassword(ValueError):
    """A refused password; the message is a stable word: ``too_short``, ``too_long``, ``guessable`` or ``same``."""


def check_new(password: str, *, user_words: Iterable[str] = ()) -> None:
    """Raises ``WeakPassword`` when the password is too short, too long or guessable.

    ``user_words`` are words that an attacker tries first: the name, the customs code. ``zxcvbn`` knows the other first
    guesses: lists of common passwords and names, keyboard runs, dates, repetitions.
    """
    text = normalized(password)
    if len(text) < MIN_CHARACTERS:
        raise WeakPassword("too_short")
    if len(text) > MAX_CHARACTERS:
        raise WeakPassword("too_long")
    estimate = zxcvbn(text[:_ESTIMATED_CHARACTERS], user_inputs=[*user_words, "yuyue", "预约通关"])
    if estimate["score"] < _STRONG:
        raise WeakPassword("guessable")
