"""Gauges of the metrics, updated regularly: gaps of the calendar, and workflows that are stuck or lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from api.context import Context
from db import queries
from domain.instants import local_date
from runtime import lost_workflows, temporal

#: Pause between two counts; the numbers change slowly.
COUNT_SECONDS = 60.0
#: Pause between two searches for lost workflows, which read every open appointment, some hundred in one call.
SEARCH_SECONDS = 300.0

log = structlog.get_logger("api.sweeper")


@asynccontextmanager
async def sweeping(ctx: Context) -> AsyncIterator[None]:
    """Updates the gauges while the block runs."""
    tasks = {
        asyncio.create_task(_keep(ctx, name, job, seconds), name=f"sweep {name}")
        for name, job, seconds in (
            ("gaps", count_gaps, COUNT_SECONDS),
            ("standing", count_standing, COUNT_SECONDS),
            ("lost", count_lost, SEARCH_SECONDS),
        )
    }
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def count_gaps(ctx: Context) -> None:
    """Sets the gauge of unpublished years and of ports without hours."""
    ahead = timedelta(days=ctx.settings.calendar_ahead_days)
    found = await ctx.read(lambda session: queries.gaps(session, local_date(datetime.now(UTC)), ahead))
    for kind, count in (("year", len(found.years)), ("port", len(found.ports))):
        ctx.metrics.gaps.labels(kind).set(count)


async def count_standing(ctx: Context) -> None:
    """Sets the gauge of stuck workflows, which need a person; `yuyue doctor` lists them."""
    if await temporal.marks_stuck_workflows(ctx.client):
        found = await ctx.client.count_workflows(
            temporal.stuck_workflows_filter(ctx.settings), rpc_timeout=temporal.ASK_TIMEOUT
        )
        ctx.metrics.standing.set(found.count)


async def count_lost(ctx: Context) -> None:
    """Sets the gauge of open appointments without a workflow, which need `yuyue revive`; `yuyue doctor` lists them."""
    ctx.metrics.lost.set(len(await lost_workflows.lost(ctx.client, ctx.engine)))


async def _keep(ctx: Context, name: str, job: Callable[[Context], Awaitable[object]], pause: float) -> None:
    while True:
        try:
            await job(ctx)
        except Exception as error:
            log.warning("sweeping failed", job=name, exc_info=error)
        await asyncio.sleep(pause)
