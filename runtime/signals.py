"""How a process is told to end."""

import asyncio
import signal


def signalled() -> asyncio.Event:
    """Set by SIGTERM or SIGINT, from now on, in the running loop."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, stop.set)
    return stop
