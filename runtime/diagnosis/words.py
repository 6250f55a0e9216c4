"""What a diagnosis is made of."""

from typing import NamedTuple


class Diagnosis(NamedTuple):
    """One line in each language: the cause, then the remedy."""

    chinese: str
    english: str


def first_line(error: BaseException) -> str:
    """The first line of the error's message; the rest is for developers. Its type when there is no message."""
    return str(error).strip().partition("\n")[0].strip() or type(error).__name__
