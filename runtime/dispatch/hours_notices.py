"""Signals appointments that their port changed its hours, until their workflow has taken it.

What is left to do is in the database (``db.hours_notices``), so any process goes on where another one ended. A signal
that is sent twice has one effect: the workflow takes each revision once.
"""

import asyncio
from collections.abc import Sequence

import structlog
from temporalio.service import RPCError

from db import hours_notices
from db.hours_notices import Notice
from domain.policy import Policy
from runtime.dispatch.commands import WAIT
from runtime.dispatch.dispatcher import Dispatcher
from runtime.temporal import lacks_workflow, unreachable
from workflows.contracts import HoursChanged, workflow_id

#: Signals under way together.
AT_A_TIME = 16

log = structlog.get_logger("dispatch.hours_notices")


async def send(dispatcher: Dispatcher, policy: Policy) -> int:
    """Judges what was marked and signals what waits; returns how many appointments could not be signalled."""
    while await asyncio.to_thread(hours_notices.judge, dispatcher.engine, policy):
        pass
    while waiting := await dispatcher.read(hours_notices.unsent):
        sent = await _send(dispatcher, waiting)
        await asyncio.to_thread(hours_notices.mark_sent, dispatcher.engine, sent)
        left = len(waiting) - len(sent)
        if left or len(waiting) < hours_notices.BATCH:
            return left
    return 0


async def _send(dispatcher: Dispatcher, waiting: Sequence[Notice]) -> list[Notice]:
    """Returns those that were taken, in the same order."""
    turns = asyncio.Semaphore(AT_A_TIME)

    async def in_turn(notice: Notice) -> bool:
        async with turns:
            return await _is_taken(dispatcher, notice)

    taken = await asyncio.gather(*map(in_turn, waiting))
    return [notice for notice, is_taken in zip(waiting, taken, strict=True) if is_taken]


async def _is_taken(dispatcher: Dispatcher, notice: Notice) -> bool:
    changed = HoursChanged(
        at=notice.changed_at, conflict=notice.conflict, revision=notice.revision, facts=notice.facts or {}
    )
    handle = dispatcher.client.get_workflow_handle(workflow_id(notice.pre_entry_no))
    try:
        await handle.signal(changed.signal, changed, rpc_timeout=WAIT)
    except RPCError as error:
        if not lacks_workflow(error):
            log.warning("an appointment waits for the signal of changed hours", exc_info=error)
            return False
        log.info("an appointment ended before the signal of changed hours", pre_entry_no=notice.pre_entry_no)
    except RuntimeError as error:
        if not unreachable(error):
            raise
        return False
    return True
