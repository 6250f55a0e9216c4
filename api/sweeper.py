"""Goes on with receipts that were kept and not settled: Temporal was away, or a process ended half way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from api.context import Context
from api.problems import Refusal
from api.receipts import settle
from db import inbox
from db.inbox import Kept

#: One appointment that cannot answer holds up no other.
AT_A_TIME = 8

log = structlog.get_logger("api.sweeper")


@asynccontextmanager
async def sweeping(the: Context) -> AsyncIterator[None]:
    """Sweeps as long as the block runs. Several processes may sweep: handing over twice has one effect."""
    task = asyncio.create_task(_keep_sweeping(the), name="sweep receipts")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def sweep(the: Context, before: datetime) -> int:
    """Tries to settle what was received before that instant; gives how many are still waiting."""
    waiting = await the.read(lambda session: inbox.pending(session, before=before))
    the.metrics.unsettled.set(len(waiting))
    turns = asyncio.Semaphore(AT_A_TIME)
    settled = await asyncio.gather(*(_settled(the, kept, turns) for kept in waiting))
    return settled.count(False)


async def _settled(the: Context, kept: Kept, turns: asyncio.Semaphore) -> bool:
    try:
        async with turns:
            await settle(the, kept)
    except Refusal as refused:
        log.warning("a receipt waits", receipt_id=kept.receipt_id, code=refused.code)
        return False
    return True


async def _keep_sweeping(the: Context) -> None:
    pause = the.settings.sweep_seconds
    # One on its way through the door is not ours yet.
    grace = timedelta(seconds=the.settings.command_limit_seconds)
    while True:
        await asyncio.sleep(pause)
        try:
            await sweep(the, datetime.now(UTC) - grace)
        except Exception as error:
            log.warning("sweeping failed", exc_info=error)
