"""What the doctor says of the schedule that collects files."""

from types import SimpleNamespace
from typing import Any

import pytest

from runtime.health.finding import Level
from runtime.health.schedules import judge


def described(*, paused: bool) -> Any:
    """The part of a description that is judged."""
    return SimpleNamespace(schedule=SimpleNamespace(state=SimpleNamespace(paused=paused)))


@pytest.mark.parametrize(
    ("found", "level", "code"),
    [
        (None, Level.FAULT, "schedules.missing"),
        (described(paused=True), Level.WARNING, "schedules.paused"),
        (described(paused=False), Level.OK, "ok"),
    ],
)
def test_a_schedule_that_is_missing_or_paused_is_named_with_its_remedy(found: Any, level: Level, code: str) -> None:
    finding = judge("collection/yuyue", found, "有效", "active")
    assert (finding.level, finding.code) == (level, code)
    assert ("collection/yuyue" in finding.command) == (level is Level.WARNING)
