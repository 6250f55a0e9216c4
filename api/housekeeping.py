"""Once a minute: uses of keys are put on record, and what is over is removed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog
from fastapi.concurrency import run_in_threadpool

from api.context import Context
from identity.housekeeping import tidy

log = structlog.get_logger("api.housekeeping")


@asynccontextmanager
async def housekeeping(the: Context) -> AsyncIterator[None]:
    """As long as the block runs; the last counts are written at its end."""
    task = asyncio.create_task(_keep_house(the), name="keep house")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        await _tried(the)


def keep_house(the: Context, at: datetime) -> None:
    """Once. Blocks."""
    the.reception.usage.write(the.engine)
    tidy(the.engine, at, keep_accesses=timedelta(days=the.settings.access_days))


async def _keep_house(the: Context) -> None:
    while True:
        await asyncio.sleep(the.settings.housekeeping_seconds)
        await _tried(the)


async def _tried(the: Context) -> None:
    try:
        await run_in_threadpool(keep_house, the, datetime.now(UTC))
    except Exception as error:
        log.warning("housekeeping failed", exc_info=error)
