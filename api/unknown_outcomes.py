"""Appointments whose row may show more than their workflow knows, asked until it is certain.

A worker writes what a command did before its workflow task becomes durable. When it dies in between, and the server
too, the command is gone while the row still shows it; asking again with the same key mends that, but nobody may ask.
So whatever ended in ``outcome.unknown`` is looked at again here, and after a start whatever happened shortly before.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog
from more_itertools import chunked

from api.context import Context
from db import queries
from dispatch.failures import Closed, CommandFailed
from domain.actor import DOOR
from domain.appointment import Appointment
from workflows.contracts import Answer, TakeBack

#: A process that starts looks at what happened this long before, and at no more appointments than that.
BEFORE_START = timedelta(minutes=10)
MOST = 200
#: So many at a time: clearing up must not crowd out the commands of those who wait.
AT_A_TIME = 4
#: What the workflow answers when the version in the row is its own.
AGREES = "state.not_permitted"

log = structlog.get_logger("api.unknown_outcomes")


@asynccontextmanager
async def clearing_up(ctx: Context) -> AsyncIterator[None]:
    """Clears up as long as the block runs. Several processes may: asking twice has one effect."""
    task = asyncio.create_task(_keep_clearing_up(ctx), name="clear up doubts")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _keep_clearing_up(ctx: Context) -> None:
    recalled = False
    while True:
        await asyncio.sleep(ctx.settings.sweep_seconds)
        try:
            if not recalled:
                await recall(ctx)
                recalled = True
            await clear_up(ctx)
        except Exception as error:
            log.warning("clearing up failed", exc_info=error)


async def recall(ctx: Context) -> None:
    """Doubts what happened shortly before: a process that died may have left it half way."""
    since = datetime.now(UTC) - BEFORE_START
    recent = await ctx.read(lambda session: queries.recently_changed(session, since=since, limit=MOST))
    ctx.commands.doubts.update(dict.fromkeys(recent))


async def clear_up(ctx: Context) -> int:
    """Asks about every doubt once, until somebody cannot answer; gives how many are left."""
    for some in chunked(tuple(ctx.commands.doubts), AT_A_TIME):
        if not all(await asyncio.gather(*(_cleared_up(ctx, number) for number in some))):
            break
    return len(ctx.commands.doubts)


async def _cleared_up(ctx: Context, pre_entry_no: str) -> bool:
    ctx.commands.doubts.pop(pre_entry_no, None)
    try:
        await _ask(ctx, pre_entry_no)
    except CommandFailed as refused:
        if refused.code == AGREES:
            return True
        ctx.commands.doubts[pre_entry_no] = None  # behind the others
        return False
    return True


async def _ask(ctx: Context, pre_entry_no: str) -> None:
    shown = await ctx.read(lambda session: queries.appointment(session, pre_entry_no, viewer=None))
    if shown is None:
        return
    try:
        await ctx.dispatcher.commands.update(pre_entry_no, TakeBack.update, _command(shown), Answer, uncounted=AGREES)
    except Closed:
        return  # its end was durable before the workflow closed
    log.warning("a version that was never durable is taken back", pre_entry_no=pre_entry_no, version=shown.version)


def _command(shown: Appointment) -> TakeBack:
    key = f"take-back/{shown.version}/{shown.updated_at.isoformat()}"
    return TakeBack(
        key=key,
        body_hash=key,
        received_at=datetime.now(UTC),
        actor=DOOR,
        version=shown.version,
        at=shown.updated_at,
    )
