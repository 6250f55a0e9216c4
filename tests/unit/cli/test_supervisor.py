"""A part under supervision: real child processes, no stand-ins."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from cli.up import supervisor as keeping
from cli.up.process import DIE_WITH_PARENT, ProcessSpec
from cli.up.report import StartReport
from cli.up.supervisor import StartFailed, Supervisor
from tests.unit.cli.processes import Listening, part

#: A machine under load is slow; nothing here measures time.
PATIENCE_SECONDS = 60
STUBBORN = "trap '' TERM; touch {mark}; while :; do sleep 0.05; done"


@asynccontextmanager
async def kept(sample: ProcessSpec, report: StartReport | None = None) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(sample, report or Listening(), lambda: None)
    try:
        yield supervisor
    finally:
        await supervisor.stop()


def killed(supervisor: Supervisor) -> int:
    """The pid that was killed."""
    assert supervisor.pid is not None
    os.kill(supervisor.pid, signal.SIGKILL)
    return supervisor.pid


async def supervisor_ready_again(report: Listening) -> None:
    """Returns after the second time the part was ready."""
    for _ in range(2):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await report.readies.get()


async def test_ready_is_what_the_part_shows_not_that_it_runs(tmp_path: Path) -> None:
    async with kept(part(tmp_path, "sleep 0.3; touch {mark}; sleep 60")) as supervisor:
        await supervisor.first_ready()
        assert (tmp_path / "mark").exists()


async def test_a_killed_part_is_started_again_under_another_pid(tmp_path: Path) -> None:
    report = Listening()
    async with kept(part(tmp_path, "touch {mark}; sleep 60"), report) as supervisor:
        await supervisor.first_ready()
        first = killed(supervisor)
        await report.deaths.get()
        (tmp_path / "mark").unlink()
        await supervisor_ready_again(report)
        assert supervisor.pid not in (None, first)


@pytest.mark.parametrize(("proven_seconds", "pauses"), [(0.0, [0.01, 0.01, 0.01]), (60.0, [0.01, 0.02, 0.04])])
async def test_the_pause_grows_only_while_a_part_does_not_prove_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proven_seconds: float, pauses: list[float]
) -> None:
    monkeypatch.setattr(keeping, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(keeping, "PROVEN_SECONDS", proven_seconds)
    report = Listening()
    async with kept(part(tmp_path, "touch {mark}; sleep 60"), report) as supervisor:
        for _ in pauses:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await report.readies.get()
            killed(supervisor)
            await report.deaths.get()
    assert report.pauses == pauses


async def test_stop_ends_a_part_that_ignores_the_request_after_its_grace(tmp_path: Path) -> None:
    stubborn, report = part(tmp_path, STUBBORN, grace=0.2), Listening()
    async with kept(stubborn, report) as supervisor:
        await supervisor.first_ready()
        pid = supervisor.pid
    assert pid is not None
    assert not psutil.pid_exists(pid)
    assert report.insistences == [stubborn]


async def test_a_part_that_stops_when_it_is_asked_is_not_killed(tmp_path: Path) -> None:
    report = Listening()
    async with kept(part(tmp_path, "touch {mark}; exec sleep 60", grace=60), report) as supervisor:
        await supervisor.first_ready()
    assert report.insistences == []


async def test_a_part_that_never_becomes_ready_is_given_up_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FIRST_PAUSE_SECONDS", 0.01)
    async with kept(part(tmp_path, "echo the door is locked; exit 3")) as supervisor:
        with pytest.raises(StartFailed, match="the door is locked"):
            await supervisor.first_ready()


async def test_stop_does_not_wait_for_the_pause_before_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FIRST_PAUSE_SECONDS", 600.0)
    monkeypatch.setattr(keeping, "LONGEST_PAUSE_SECONDS", 600.0)
    report = Listening()
    async with asyncio.timeout(PATIENCE_SECONDS), kept(part(tmp_path, "touch {mark}; sleep 60"), report) as supervisor:
        await supervisor.first_ready()
        killed(supervisor)
        await report.deaths.get()


def test_a_command_dies_with_a_parent_that_is_killed() -> None:
    start = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, '-I', {str(DIE_WITH_PARENT)!r}, str(os.getpid()), 'sleep', '60'])\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        while child.name() != "sleep":  # until the leash has become the command
            assert child.is_running()
        parent.kill()
    gone, alive = psutil.wait_procs([child], timeout=PATIENCE_SECONDS / 2)
    assert gone
    assert not alive


def test_a_command_does_not_start_without_its_parent() -> None:
    ended = subprocess.run(
        [sys.executable, "-I", str(DIE_WITH_PARENT), "1", "true"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert "the parent has ended" in ended.stderr
