"""`yuyue demo` as a visitor runs it."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.stack import YUYUE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


def test_the_demo_tells_its_story_within_its_budgets(tmp_path: Path) -> None:
    began = time.monotonic()
    told = subprocess.run([str(YUYUE), "demo"], capture_output=True, text=True, timeout=150, check=False, cwd=tmp_path)
    print(f"demo: {time.monotonic() - began:.1f} s")  # noqa: T201 a measure worth reading with -s
    assert told.returncode == 0, told.stdout + told.stderr
    for state in ("通关完成已反馈", "通关完成未反馈", "违约已解除"):
        assert state in told.stdout
    events = re.search(r"(\d+) 个历史事件", told.stdout)
    assert events
    assert int(events[1]) <= 90
    assert list(tmp_path.iterdir()) == []
