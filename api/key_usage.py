"""Writes down the uses of keys that this process has counted in memory, from time to time and at its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi.concurrency import run_in_threadpool

from api.context import Context

log = structlog.get_logger("api.key_usage")


@asynccontextmanager
async def writing_key_usage(ctx: Context) -> AsyncIterator[None]:
    """Writes as long as the block runs; the last counts are written at its end."""
    ended = asyncio.Event()
    task = asyncio.create_task(_keep_writing(ctx, ended), name="write key usage")
    try:
        yield
    finally:
        ended.set()  # and not cancelled: its thread would go on writing
        await asyncio.wait({task})


async def _keep_writing(ctx: Context, ended: asyncio.Event) -> None:
    while not ended.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(ctx.settings.housekeeping_seconds):
                await ended.wait()
        await _write(ctx)


async def _write(ctx: Context) -> None:
    try:
        await run_in_threadpool(ctx.services.usage.write, ctx.engine)
    except Exception as error:
        log.warning("uses of keys were not written", exc_info=error)
