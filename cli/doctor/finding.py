"""What a check found out."""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """A fault keeps something from working; a warning will, or waits for a person."""

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
    """Nothing to do."""
    return Finding(part, Level.OK, chinese, english)


def warning(part: str, chinese: str, english: str, remedy: str) -> Finding:
    """Somebody should look."""
    return Finding(part, Level.WARNING, chinese, english, remedy)


def fault(part: str, chinese: str, english: str, remedy: str) -> Finding:
    """Something does not work."""
    return Finding(part, Level.FAULT, chinese, english, remedy)
