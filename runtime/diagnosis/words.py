"""The parts of a diagnosis."""

from typing import NamedTuple


class Diagnosis(NamedTuple):
    """One line in each language: the cause, then the remedy."""

    chinese: str
    english: str


def first_line(error: BaseException) -> str:
    """Returns the first line of the error's message, or its type when there is none; the rest is for developers."""
    return str(error).strip().partition("\n")[0].strip() or type(error).__name__
