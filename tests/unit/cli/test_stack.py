"""The words that a start prints about what it still waits for."""

import pytest
from rich.console import Console

from cli.up.report import StartReport
from cli.up.stack import Stack


def test_what_is_prepared_is_missing_until_it_is_done_and_stays_named_when_it_fails() -> None:
    stack = Stack(StartReport(Console(quiet=True)), lambda _: None)
    assert stack.missing() == []
    with stack.preparing("certificates"):
        assert stack.missing() == ["certificates"]
    with pytest.raises(OSError, match="disk"), stack.preparing("database"):
        raise OSError("disk")
    assert stack.missing() == ["database"]
