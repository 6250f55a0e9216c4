"""Work in threads that changes files: it has ended when its caller goes on, also when the caller was cancelled."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def run_to_end(work: Callable[[], Result]) -> Result:
    """Returns the result of work that blocks; a cancellation waits for its end, because a thread cannot be cancelled.

    A second cancellation does not wait.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        if not running.cancelled():
            running.exception()  # the caller has ended for another reason; unread, asyncio would log it as forgotten
        raise
