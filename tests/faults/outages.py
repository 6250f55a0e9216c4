"""What a stack lives from is locked, full, gone or silent for half a minute, with lives at work."""

import asyncio
import resource
import signal
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import psutil

from tests.faults.lives import plans
from tests.faults.scenario import Scenario

#: Share of the lives' commands after which it begins.
BEGINS = 0.2
COMMANDS_PER_LIFE = 4
Outage = Callable[[Scenario, float], Awaitable[None]]


async def play(scenario: Scenario, outage: Outage, *, seed: int, lives: int, seconds: float, first: int = 0) -> None:
    """One round of lives, numbered from ``first``, with the outage in their midst."""

    already = len(scenario.journal.acks)

    async def strike() -> None:
        await scenario.journal.reached(already + int(lives * COMMANDS_PER_LIFE * BEGINS))
        await outage(scenario, seconds)

    await asyncio.gather(scenario.live(plans(seed, lives, first=first)), strike())


async def database_locked(scenario: Scenario, seconds: float) -> None:
    """Somebody holds a write transaction; nothing can be recorded, so nothing may be acknowledged."""
    with closing(
        sqlite3.connect(_database(scenario), isolation_level=None, timeout=30, check_same_thread=False)
    ) as other:
        await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
        await scenario.nothing_acknowledged(seconds, "locked")
        other.execute("ROLLBACK")


async def disk_full(scenario: Scenario, seconds: float) -> None:
    """No process of ours may write a byte to a file: every commit fails, and every line of a log."""
    ours = [psutil.Process(scenario.stack.ready["pids"][part]) for part in ("worker", "api")]
    for process in ours:
        process.rlimit(psutil.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        await scenario.nothing_acknowledged(seconds, "full")
    finally:
        for process in ours:
            process.rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


async def database_gone(scenario: Scenario, seconds: float) -> None:
    """The file is moved away while worker and API start again: they find none, and must make none."""
    database = _database(scenario)
    away = _move(database, database.with_name("elsewhere.db"))
    restarted = asyncio.create_task(scenario.killer.kill("worker", "api"))
    try:
        await scenario.nothing_acknowledged(seconds, "gone")
    finally:
        if database.exists():
            scenario.journal.fault("an empty database was made in the place of the one that was gone")
        _move(away, database, last=away)
    await restarted


async def temporal_silent(scenario: Scenario, seconds: float) -> None:
    """The server answers nothing for a while, then dies: deadlines pass meanwhile."""
    pid = scenario.stack.ready["pids"]["temporal"]
    psutil.Process(pid).send_signal(signal.SIGSTOP)
    await scenario.nothing_acknowledged(seconds, "silent")
    await scenario.killer.kill("temporal", "worker")


def _database(scenario: Scenario) -> Path:
    return Path(scenario.stack.ready["data_dir"]) / "yuyue.db"


def _move(source: Path, target: Path, last: Path | None = None) -> Path:
    """The three files of an SQLite database; the main one first on its way out and last on its way back."""
    suffixes = ("-wal", "-shm", "") if last else ("", "-wal", "-shm")
    for suffix in suffixes:
        part = source.with_name(source.name + suffix)
        if part.exists():
            part.replace(target.with_name(target.name + suffix))
    return target
