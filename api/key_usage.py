"""Writes down the uses of keys that this process has counted in memory, from time to time and at its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi.concurrency import run_in_threadpool

from api.context import Context

log = structlog.get_logger("api.key_usage")


@asynccontextmanager
async def writing_key_usage(ctx: Context) -> AsyncIterator[None]:
    """Writes as long as the block runs; the last counts are written at its end."""
    task = asyncio.create_task(_keep_writing(ctx), name="write key usage")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        await _write(ctx)


async def _keep_writing(ctx: Context) -> None:
    while True:
        await asyncio.sleep(ctx.settings.housekeeping_seconds)
        await _write(ctx)


async def _write(ctx: Context) -> None:
    try:
        await run_in_threadpool(ctx.services.usage.write, ctx.engine)
    except Exception as error:
        log.warning("uses of keys were not written", exc_info=error)
