"""A long-running command and the signals that end it."""

import asyncio
import signal
from collections.abc import Coroutine

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_until_signalled(work: Coroutine[None, None, None]) -> bool:
    """Runs the work; True when it came to its own end, False when a signal ended it.

    The first signal cancels the work, which then puts its things in order; a second one cancels that too.
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
