"""A place for one command, and what it says there."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.schema import upgrade
from tests.copies import Copy, copies
from tests.integration.cli.faults import Place


class Said(NamedTuple):
    """The exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def english(self) -> str:
        """The English line of a refusal that is one line in each language, and nothing else."""
        chinese, english = self.err.splitlines()
        assert chinese.startswith("✗ "), self.err
        assert english.startswith("  "), self.err
        return english


Run = Callable[..., Said]

#: Aborts a process whose exit code does not outlast Temporal's SDK.
ABORTING = Path(__file__).parent / "aborting"


def run(command: Sequence[str], settings: Mapping[str, str]) -> Said:
    """Runs the module with its arguments under these settings alone, to its end."""
    foreign = ("YUYUE_", "TEMPORAL_", "AWS_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    ended = subprocess.run(
        [sys.executable, "-P", "-m", *command],
        env=plain | {"PYTHONPATH": str(ABORTING)} | dict(settings),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="session")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return copies(tmp_path_factory.mktemp("upgraded"), upgrade)


@pytest.fixture(scope="session")
def refusing() -> Iterator[int]:
    """A port that is taken and at which nobody listens: the kernel refuses."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def place(tmp_path: Path, upgraded: Copy, refusing: int) -> Place:
    made = Place(tmp_path, refusing)
    upgraded(made.database)
    (tmp_path / "sheet.csv").write_text("代码,名称\n5301,皇岗\n", encoding="utf-8")
    return made
