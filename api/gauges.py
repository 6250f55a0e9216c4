"""Gauges of the whole system, which every API process shows: this module reads and never acts.

What is cheap is read when Prometheus asks for it, the rest from time to time.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog
from sqlmodel import Session

from api.context import Context
from api.http.problems import UNAVAILABLE
from db import hours_notices, inbox, queries
from domain.instants import local_date
from runtime import lost_workflows, temporal

#: These counts change slowly.
COUNT_SECONDS = 60.0
#: The search asks for every open appointment, some hundred in one call.
SEARCH_SECONDS = 300.0

log = structlog.get_logger("api.gauges")


async def measure(ctx: Context) -> None:
    """Sets the gauges; NaN while the database is away."""
    # Newer work is on its way.
    overdue = datetime.now(UTC) - timedelta(seconds=ctx.settings.command_limit_seconds)
    try:
        unsettled, untold = await ctx.read(lambda session: _waiting(session, overdue))
    except UNAVAILABLE as error:
        log.warning("the gauges cannot be read", exc_info=error)
        unsettled = untold = math.nan
    ctx.metrics.unsettled.set(unsettled)
    ctx.metrics.untold.set(untold)


@asynccontextmanager
async def counting(ctx: Context) -> AsyncIterator[None]:
    """Counts as long as the block runs."""
    tasks = {
        asyncio.create_task(_repeat(ctx, count, pause), name=count.__name__)
        for count, pause in ((count_gaps, COUNT_SECONDS), (count_standing, COUNT_SECONDS), (count_lost, SEARCH_SECONDS))
    }
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def count_gaps(ctx: Context) -> None:
    """Counts the years not published and the ports without hours; the gauge never names them."""
    ahead = timedelta(days=ctx.settings.calendar_ahead_days)
    found = await ctx.read(lambda session: queries.gaps(session, local_date(datetime.now(UTC)), ahead))
    for kind, count in (("year", len(found.years)), ("port", len(found.ports))):
        ctx.metrics.gaps.labels(kind).set(count)


async def count_standing(ctx: Context) -> None:
    """Counts the workflows that are stuck; `yuyue doctor` names them."""
    if await temporal.marks_stuck_workflows(ctx.client):
        found = await ctx.client.count_workflows(
            temporal.stuck_workflows_filter(ctx.settings), rpc_timeout=temporal.ASK_TIMEOUT
        )
        ctx.metrics.standing.set(found.count)


async def count_lost(ctx: Context) -> None:
    """Counts the open appointments that need `yuyue revive`; `yuyue doctor` names them."""
    ctx.metrics.lost.set(len(await lost_workflows.lost(ctx.client, ctx.engine)))


async def _repeat(ctx: Context, count: Callable[[Context], Awaitable[None]], pause_seconds: float) -> None:
    while True:
        try:
            await count(ctx)
        except Exception as error:
            log.warning("a gauge was not counted", exc_info=error)
        await asyncio.sleep(pause_seconds)


def _waiting(session: Session, overdue: datetime) -> tuple[float, float]:
    """Returns how many receipts and how many notices of changed hours wait since before that instant."""
    return len(inbox.pending(session, before=overdue)), hours_notices.count_unsettled(session, before=overdue)
