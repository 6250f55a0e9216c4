"""The result of a check."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """The gravity of a finding: a fault stops a part; a warning will later, or waits for a person."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Finding(NamedTuple):
    """One line of the report, Chinese first; ``remedy`` says what to do, and is empty when all is well."""

    part: str
    level: Level
    chinese: str
    english: str
    remedy: str = ""


def well(part: str, chinese: str, english: str) -> Finding:
    """Returns a finding without a remedy."""
    return Finding(part, Level.OK, chinese, english)


def warning(part: str, chinese: str, english: str, remedy: str) -> Finding:
    """Returns a finding that a person should look at."""
    return Finding(part, Level.WARNING, chinese, english, remedy)


def fault(part: str, chinese: str, english: str, remedy: str) -> Finding:
    """Returns a finding of a part that does not work."""
    return Finding(part, Level.FAULT, chinese, english, remedy)
