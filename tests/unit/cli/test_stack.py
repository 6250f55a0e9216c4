"""A start: what it still waits for, and work that goes on together."""

import asyncio
import gc
import threading

import pytest
from rich.console import Console

from cli.up.report import StartReport
from cli.up.stack import Stack, together
from runtime.threads import run_to_end


def test_what_is_prepared_is_missing_until_it_is_done_and_stays_named_when_it_fails() -> None:
    stack = Stack(StartReport(Console(quiet=True)), lambda _: None)
    assert stack.missing() == []
    with stack.preparing("certificates"):
        assert stack.missing() == ["certificates"]
    with pytest.raises(OSError, match="disk"), stack.preparing("database"):
        raise OSError("disk")
    assert stack.missing() == ["database"]


async def test_a_cancellation_waits_for_a_thread_beside_work_that_ends_at_once() -> None:
    begun, gate, ended = threading.Event(), threading.Event(), threading.Event()

    def write() -> None:
        begun.set()
        gate.wait(60)
        ended.set()

    working = asyncio.create_task(together(asyncio.Event().wait(), run_to_end(write)))
    assert await asyncio.to_thread(begun.wait, 60)
    working.cancel()
    done, _ = await asyncio.wait({working}, timeout=0.5)
    assert not done
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert ended.is_set()


async def test_of_two_failures_at_once_one_is_raised_and_none_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    begun, gate = threading.Event(), threading.Event()

    def fail() -> None:
        begun.set()
        gate.wait(60)
        raise OSError("full")

    async def fail_first() -> None:
        await asyncio.to_thread(begun.wait, 60)
        asyncio.get_running_loop().call_later(0.05, gate.set)
        raise OSError("first")

    with pytest.raises(OSError, match="first"):
        await together(run_to_end(fail), fail_first())
    gc.collect()
    assert caplog.records == []
