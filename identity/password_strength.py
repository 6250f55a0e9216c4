"""Which new passwords are taken: long ones that are not among the first guesses. No rule of composition."""

from collections.abc import Iterable

from zxcvbn import zxcvbn

from identity.passwords import normalized

MIN_CHARACTERS = 12
MAX_CHARACTERS = 128
#: Of 0 to 4: at least 10^10 guesses.
_STRONG = 4
#: What ``zxcvbn`` looks at; whatever stands behind only adds to it.
_ESTIMATED_CHARACTERS = 72


class WeakPassword(ValueError):
    """A password that is not taken; the message is a stable word: ``too_short``, ``too_long``, ``guessable``."""


def check_new(password: str, *, known: Iterable[str] = ()) -> None:
    """Raises ``WeakPassword``. ``known`` are words that an attacker would try first: the name, the code.

    What is guessed first is what ``zxcvbn`` knows: lists of common passwords and names, keyboard runs, dates,
    repetitions.
    """
    text = normalized(password)
    if len(text) < MIN_CHARACTERS:
        raise WeakPassword("too_short")
    if len(text) > MAX_CHARACTERS:
        raise WeakPassword("too_long")
    estimate = zxcvbn(text[:_ESTIMATED_CHARACTERS], user_inputs=[*known, "yuyue", "预约通关"])
    if estimate["score"] < _STRONG:
        raise WeakPassword("guessable")
