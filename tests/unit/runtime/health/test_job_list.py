"""The health jobs where a worker ends in the middle of one."""

import asyncio
import threading
from typing import cast

import pytest
from sqlalchemy import Engine
from temporalio.client import Client

from activities.health import Reporter
from db.health_runs import RunResult
from runtime.health import job_list
from runtime.settings import Settings


async def test_a_backup_that_is_cancelled_has_ended_before_another_worker_may_begin_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other one empties the folder of the run, and copies into it."""
    begun, gate = threading.Event(), threading.Event()

    def copying(*_: object) -> RunResult:
        begun.set()
        gate.wait(60)
        return RunResult("done")

    monkeypatch.setattr(job_list, "backup", copying)
    jobs = job_list.jobs(Settings(), cast("Engine", None), cast("Client", None))
    job = asyncio.create_task(jobs["backup"](Reporter("run")))
    try:
        assert await asyncio.to_thread(begun.wait, 60)
        job.cancel()
        done, _ = await asyncio.wait({job}, timeout=0.5)
        assert not done
    finally:
        gate.set()
    await asyncio.wait({job})
    assert job.cancelled()
