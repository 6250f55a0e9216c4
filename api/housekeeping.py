"""Once a minute: uses of keys are put on record, and what is over is removed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog
from fastapi.concurrency import run_in_threadpool

from api.context import Context
from identity.housekeeping import remove_expired

log = structlog.get_logger("api.housekeeping")


@asynccontextmanager
async def housekeeping(ctx: Context) -> AsyncIterator[None]:
    """As long as the block runs; the last counts are written at its end."""
    task = asyncio.create_task(_keep_house(ctx), name="keep house")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        await _tried(ctx)


def keep_house(ctx: Context, at: datetime) -> None:
    """Once. Blocks."""
    ctx.services.usage.write(ctx.engine)
    remove_expired(ctx.engine, at, keep_accesses=timedelta(days=ctx.settings.access_days))


async def _keep_house(ctx: Context) -> None:
    while True:
        await asyncio.sleep(ctx.settings.housekeeping_seconds)
        await _tried(ctx)


async def _tried(ctx: Context) -> None:
    try:
        await run_in_threadpool(keep_house, ctx, datetime.now(UTC))
    except Exception as error:
        log.warning("housekeeping failed", exc_info=error)
