"""The workers of a run get all tests, each file and each folder of a shared server on one of them."""

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.scheduling import LONG, TOGETHER, unit

TEST = """
import os
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_it(number):
    with Path({said!r}).open("a") as said:
        said.write(os.environ["PYTEST_XDIST_WORKER"] + " {path}" + chr(10))
"""
#: How many tests each file has: more units than workers, single tests among the long ones.
FILES = {
    "tests/faults/test_faults.py": 1,
    "tests/integration/deadlines/test_wedge.py": 1,
    "tests/e2e/test_one.py": 3,
    "tests/e2e/test_two.py": 4,
    "tests/e2e/test_up.py": 1,
    "tests/unit/test_a.py": 2,
    "tests/unit/test_b.py": 1,
    "tests/unit/test_c.py": 5,
}


@pytest.mark.slow
def test_every_test_runs_once_and_what_belongs_together_on_one_worker(tmp_path: Path) -> None:
    said = tmp_path / "said.txt"
    for path, count in FILES.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEST.format(path=path, count=count, said=str(said)))
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "conftest.py")
    options = [
        "-n",
        "3",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "-p",
        "no:cacheprovider",
        f"--rootdir={tmp_path}",
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--import-mode=importlib", *options, "tests"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = [line.split() for line in said.read_text().splitlines()]
    assert Counter(path for _, path in lines) == FILES
    workers = {(unit(path), worker) for worker, path in lines}
    assert len(workers) == len({unit(path) for path in FILES}) == len(FILES) - 1


def test_what_takes_long_is_there() -> None:
    assert [each for each in (*LONG, *TOGETHER) if not (ROOT / each).exists()] == []
