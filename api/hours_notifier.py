"""Tells appointments that their port changed its hours: each by a signal, until it is taken.

What is left to do is in the database (``db.hours_notices``), so any process goes on where another one ended. A signal
that is sent twice has one effect: the workflow takes each revision once.
"""

import asyncio
from collections.abc import Sequence

import structlog
from fastapi.concurrency import run_in_threadpool
from temporalio.service import RPCError, RPCStatusCode

from api.context import Context
from db import hours_notices
from db.hours_notices import Notice
from dispatch.commands import WAIT
from runtime.temporal import unreachable
from workflows.contracts import HoursChanged, workflow_id

AT_A_TIME = 16

log = structlog.get_logger("api.hours_notifier")


async def tell(ctx: Context) -> int:
    """Judges and tells everything that waits; gives how many could not be told yet."""
    while await run_in_threadpool(hours_notices.judge, ctx.engine, ctx.policy):
        pass
    left = 0
    while waiting := await ctx.read(hours_notices.unsent):
        told = await _tell(ctx, waiting)
        await run_in_threadpool(hours_notices.mark_sent, ctx.engine, told)
        left = len(waiting) - len(told)
        if left or len(waiting) < hours_notices.BATCH:
            break
    ctx.metrics.untold.set(left)
    return left


async def _tell(ctx: Context, waiting: Sequence[Notice]) -> list[Notice]:
    """Those that were taken, in the same order."""
    turns = asyncio.Semaphore(AT_A_TIME)

    async def taken(notice: Notice) -> bool:
        async with turns:
            return await _is_taken(ctx, notice)

    taken_ones = await asyncio.gather(*map(taken, waiting))
    return [notice for notice, is_taken in zip(waiting, taken_ones, strict=True) if is_taken]


async def _is_taken(ctx: Context, notice: Notice) -> bool:
    news = HoursChanged(
        at=notice.changed_at, conflict=notice.conflict, revision=notice.revision, facts=notice.facts or {}
    )
    handle = ctx.client.get_workflow_handle(workflow_id(notice.pre_entry_no))
    try:
        await handle.signal(news.signal, news, rpc_timeout=WAIT)
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            log.warning("an appointment waits to be told of changed hours", exc_info=error)
            return False
        log.info("an appointment ended before it was told of changed hours", pre_entry_no=notice.pre_entry_no)
    except RuntimeError as error:
        if not unreachable(error):
            raise
        return False
    return True
