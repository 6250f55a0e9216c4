"""`yuyue up` as a tester runs it: a child process, a ready file, HTTP and signals."""

import json
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from cli.up.process import dying_with_parent

YUYUE = Path(sysconfig.get_path("scripts")) / "yuyue"

#: Deadlines in seconds: a window lasts two, feedback is due five after it.
POLICY = """
[window]
length = "PT2S"
step_minutes = 0
[cutoff]
enforce = false
[feedback]
reading = "exact_hours"
period = "PT5S"
"""


class Up:
    """A running `yuyue up` and what its ready file says."""

    def __init__(self, process: "subprocess.Popen[bytes]", ready_file: Path, output: Path) -> None:
        self.process = process
        self._ready_file = ready_file
        self._output = output

    @property
    def ready(self) -> dict[str, Any]:
        """The ready file, read each time: pids change when a part is started again."""
        return dict(json.loads(self._ready_file.read_text()))

    @property
    def output(self) -> str:
        """The command's output so far."""
        return self._output.read_text()

    def wait_until_ready(self, seconds: float = 120) -> "Up":
        until(lambda: self._ready_file.exists() or self.process.poll() is not None, seconds=seconds, what="ready")
        assert self.process.poll() is None, self.output
        return self

    def client(self, key: str | None = None) -> httpx.Client:
        """HTTP under one of the demo keys, or as nobody."""
        headers = {"Authorization": f"Bearer {self.ready['keys'][key]}"} if key else {}
        return httpx.Client(base_url=self.ready["api"], headers=headers, timeout=30, trust_env=False)

    def office(self) -> httpx.Client:
        """The simulated customs office."""
        return httpx.Client(base_url=self.ready["simulator"], timeout=30, trust_env=False)

    def family(self) -> list[psutil.Process]:
        """The command and all its children."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 30) -> int:
        """Sends the signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def up(folder: Path, *options: str, policy: str = POLICY, program: Sequence[str] = (str(YUYUE),)) -> Iterator[Up]:
    """Starts the command in ``folder`` and stops it in the end, if the test has not."""
    (folder / "policy.toml").write_text(policy)
    ready_file, output = folder / "ready.json", folder / "output.txt"
    ready_file.unlink(missing_ok=True)
    command = [*program, "up", "--ready-file", str(ready_file), "--policy-file", str(folder / "policy.toml"), *options]
    with output.open("wb") as sink:
        # A run of tests that is broken off, or a worker of it that is killed, leaves no stack behind.
        process = subprocess.Popen(dying_with_parent(*command), stdout=sink, stderr=subprocess.STDOUT, cwd=folder)
    running = Up(process, ready_file, output)
    try:
        yield running
    finally:
        if process.poll() is None:
            running.stop()


def until(condition: Callable[[], object], *, seconds: float, what: str) -> None:
    """Returns as soon as the condition holds; fails when it does not within the time."""
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, f"{what}: not within {seconds:g} s"
        time.sleep(0.1)
