"""The signals that end a process."""

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Coroutine
from contextlib import suppress

#: SIGHUP too: a command ends with its terminal.
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def signalled() -> asyncio.Event:
    """Returns an event of the running loop that SIGTERM or SIGINT sets, for a server."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    return stop


def send(process: Process, number: signal.Signals) -> None:
    """Sends a signal to a child, unless it has ended.

    ``Process.terminate`` and ``kill`` of Python 3.11 first ask whether the child has ended, which takes its exit code
    from asyncio: that logs "Unknown child process pid" and reports 255.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def run_until_signalled(work: Coroutine[None, None, None]) -> bool:
    """Runs the work of a command; returns False when a signal ended it.

    The first signal cancels the work, which then cleans up; a second one cancels that too.
    """
    return asyncio.run(_run(work))


async def _run(work: Coroutine[None, None, None]) -> bool:
    task = asyncio.ensure_future(work)
    for number in STOPPING:
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return False
    return True
