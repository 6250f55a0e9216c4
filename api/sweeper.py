"""What the door does by itself, again and again: it goes on where Temporal was away, or a process ended half way.

Receipts that were kept and not settled, appointments that wait to be told of changed hours; and what is counted for the
metrics: gaps in the calendar, workflows that stand still, and appointments that have lost theirs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from api import hours
from api.context import Context
from api.problems import Refusal
from api.receipts import settle
from db import inbox, queries
from db.inbox import Kept
from domain.instants import local_date
from runtime import lost_workflows, temporal

#: One appointment that cannot answer holds up no other.
AT_A_TIME = 8
#: What is counted changes slowly.
COUNT_SECONDS = 60.0
#: Looks at every open appointment, some hundred in one call.
SEARCH_SECONDS = 300.0

log = structlog.get_logger("api.sweeper")


@asynccontextmanager
async def sweeping(the: Context) -> AsyncIterator[None]:
    """Sweeps as long as the block runs. Several processes may sweep: doing it twice has one effect."""
    pause = the.settings.sweep_seconds
    tasks = {
        asyncio.create_task(_keep(the, name, job, seconds), name=f"sweep {name}")
        for name, job, seconds in (
            ("receipts", _sweep_receipts, pause),
            ("hours", hours.tell, pause),
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


async def _sweep_receipts(the: Context) -> None:
    # One on its way through the door is not ours yet.
    grace = timedelta(seconds=the.settings.command_limit_seconds)
    await sweep(the, datetime.now(UTC) - grace)


async def count_gaps(the: Context) -> None:
    """For the metrics: years not published and ports without hours, never which."""
    ahead = timedelta(days=the.settings.calendar_ahead_days)
    found = await the.read(lambda session: queries.gaps(session, local_date(datetime.now(UTC)), ahead))
    for kind, count in (("year", len(found.years)), ("port", len(found.ports))):
        the.metrics.gaps.labels(kind).set(count)


async def count_standing(the: Context) -> None:
    """For the metrics: workflows that need a person; `yuyue doctor` names them."""
    if await temporal.marks_standing(the.client):
        found = await the.client.count_workflows(temporal.standing(the.settings), rpc_timeout=temporal.ASK_TIMEOUT)
        the.metrics.standing.set(found.count)


async def count_lost(the: Context) -> None:
    """For the metrics: open appointments that need `yuyue revive`; `yuyue doctor` names them."""
    the.metrics.lost.set(len(await lost_workflows.lost(the.client, the.engine)))


async def _keep(the: Context, name: str, job: Callable[[Context], Awaitable[object]], pause: float) -> None:
    while True:
        try:
            await job(the)
        except Exception as error:
            log.warning("sweeping failed", job=name, exc_info=error)
        await asyncio.sleep(pause)
