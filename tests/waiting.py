"""Waiting for what announces itself to nobody: a row in a database, a message at an office.

The seconds are for what never happens: a machine under load is slow, and nothing here measures time.
"""

import asyncio
from collections.abc import Awaitable, Callable


async def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Returns as soon as ``holds``. Raises ``TimeoutError`` when it does not within ``seconds``."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 nobody sets an event
            await asyncio.sleep(0.02)


async def until_told(holds: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """The same for what must be asked for."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 nobody sets an event
            await asyncio.sleep(0.02)
