"""Programs that have loaded Temporal's SDK, in a Python that would abort while it dismantles itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ABORTING = Path(__file__).parents[2] / "integration/cli/aborting"
LOADED = "import temporalio.service"


def end(program: str, *, loaded: str = LOADED) -> subprocess.CompletedProcess[str]:
    """The end of a program that consists of the block."""
    body = "\n".join(f"    {line}" for line in program.splitlines())
    lines = f"{loaded}\nfrom runtime.process_exit import keeping_exit_code\nwith keeping_exit_code():\n{body}\n"
    return subprocess.run(
        [sys.executable, "-c", lines],
        env=os.environ | {"PYTHONPATH": str(ABORTING)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("program", "code", "said"),
    [
        ("pass", 0, ""),
        ("import sys; sys.exit()", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("raise SystemExit('refused')", 1, "refused\n"),
    ],
)
def test_the_code_is_the_one_that_is_meant(program: str, code: int, said: str) -> None:
    ended = end(program)
    assert (ended.returncode, ended.stderr) == (code, said)


def test_an_error_that_nobody_handles_keeps_its_traceback() -> None:
    ended = end("raise ValueError('ours')")
    assert ended.returncode == 1
    assert ended.stderr.startswith("Traceback")
    assert ended.stderr.endswith("ValueError: ours\n")


def test_what_is_left_to_do_is_done_first(tmp_path: Path) -> None:
    """Output without an end of line, a thread, an executor, a temporary folder and a handler that was registered."""
    ended = end(
        f"""import atexit, sys, tempfile, threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
kept = tempfile.TemporaryDirectory(dir={str(tmp_path)!r})
atexit.register(lambda: sys.stdout.write("handler "))
gate = threading.Event()
threading.Thread(target=lambda: (gate.wait(), Path({str(tmp_path)!r}, "thread").touch())).start()
threads = ThreadPoolExecutor()
threads.submit(lambda: (gate.wait(), Path({str(tmp_path)!r}, "executor").touch()))
threading.Timer(0.1, gate.set).start()
sys.stdout.write("output ")"""
    )
    assert (ended.returncode, ended.stdout) == (0, "output handler ")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["executor", "thread"]


def test_a_program_without_the_sdk_ends_as_ever() -> None:
    ended = end("raise KeyError('ours')", loaded="")
    assert ended.returncode == 1
    assert "KeyError" in ended.stderr


def test_output_that_nobody_reads_is_no_success() -> None:
    lines = f"{LOADED}\nfrom runtime.process_exit import keeping_exit_code\nwith keeping_exit_code():\n    print(1)"
    reader, writer = os.pipe()
    os.close(reader)
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    ended = subprocess.run(
        [sys.executable, "-c", lines], env=buffered, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (120, b"")
