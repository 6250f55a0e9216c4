"""The result of a check."""

from enum import StrEnum
from typing import NamedTuple

from runtime.health.remedies import REMEDIES


class Level(StrEnum):
    """The gravity of a finding: a fault stops a part; a warning will later, or waits for a person."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


class Finding(NamedTuple):
    """One line of the report, Chinese first; what says what to do is empty when all is well.

    ``code`` names the kind of finding in ``REMEDIES`` and docs/runbook.md, ``command`` is a line for the shell, and
    ``remedy`` has all of the remedy in one text.
    """

    part: str
    level: Level
    chinese: str
    english: str
    remedy: str = ""
    code: str = "ok"
    remedy_chinese: str = ""
    remedy_english: str = ""
    command: str = ""


def well(part: str, chinese: str, english: str) -> Finding:
    """Returns a finding without a remedy."""
    return Finding(part, Level.OK, chinese, english)


def warning(part: str, code: str, chinese: str, english: str, **about: str) -> Finding:
    """Returns a finding that a person should look at; ``about`` fills the gaps in the texts of its remedy."""
    return _with_remedy(Finding(part, Level.WARNING, chinese, english, code=code), about)


def fault(part: str, code: str, chinese: str, english: str, **about: str) -> Finding:
    """Returns a finding of a part that does not work; ``about`` as in ``warning``."""
    return _with_remedy(Finding(part, Level.FAULT, chinese, english, code=code), about)


def _with_remedy(finding: Finding, about: dict[str, str]) -> Finding:
    chinese, english, command = [text.format_map(about) for text in REMEDIES[finding.code]]
    whole = f"{chinese} / {english}: {command}" if command else f"{chinese} / {english}"
    return finding._replace(remedy=whole, remedy_chinese=chinese, remedy_english=english, command=command)
