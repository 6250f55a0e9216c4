"""The CI runs what a developer runs."""

import os
import re
import subprocess

from tests.architecture.source import ROOT

PHONY = re.compile(r"^([a-z-]+):.*## ", re.MULTILINE)


def test_the_ci_runs_make_test_and_nothing_else() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines() == [
        "#!/usr/bin/env bash",
        "set -euo pipefail",
        'cd "$(dirname "${BASH_SOURCE[0]}")/.."',
        "exec make test",
    ]


def test_make_lists_every_target() -> None:
    targets = PHONY.findall((ROOT / "Makefile").read_text(encoding="utf-8"))
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line.split()[1] for line in listed.splitlines()] == targets
    assert {"setup", "run", "test", "unit", "lint", "type", "docs", "bench", "lock", "clean"} <= set(targets)


def test_make_test_ends_with_the_tests() -> None:
    planned = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "-m pytest" in planned.rstrip().splitlines()[-1]
    for check in ("cli.docs --check", "ruff check", "ruff format --check", "mypy", "lint-imports", "api.document"):
        assert check in planned
