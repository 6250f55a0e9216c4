"""Open appointments whose workflow is gone: terminated, deleted, forgotten, or lost with its namespace."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import Engine
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from db import queries
from db.engine import reading
from db.system_counts import MOST_FOUND
from runtime.temporal import ASK_TIMEOUT, lacks_workflow
from workflows.contracts import APPOINTMENT, workflow_id

MOST = MOST_FOUND


async def lost(client: Client, engine: Engine, *, most: int = MOST) -> list[str]:
    """Returns the numbers of at most ``most`` of them, by one list call for each page of open appointments."""
    found: dict[str, None] = {}
    pages = queries.unfinished(engine)
    while (page := await asyncio.to_thread(next, pages, None)) is not None and len(found) < most:
        running = await _listed(client, page)
        for number in (each for each in page if each not in running):
            if await is_lost(client, engine, number):
                found[number] = None
    return list(found)[:most]


async def is_lost(client: Client, engine: Engine, pre_entry_no: str) -> bool:
    """Returns True if an appointment has no workflow and needs one; workflow and row are read again, as lists lag.

    The row comes second: a workflow that has ended in between has written its row before.
    """
    return not await _is_running(client, pre_entry_no) and await asyncio.to_thread(_needs_one, engine, pre_entry_no)


def _needs_one(engine: Engine, pre_entry_no: str) -> bool:
    with reading(engine) as session:
        return queries.is_unfinished(session, pre_entry_no)


async def _listed(client: Client, page: Sequence[str]) -> set[str]:
    if not page:
        return set()
    ids = {workflow_id(number): number for number in page}
    wanted = ", ".join(f"'{each}'" for each in ids)
    query = f"WorkflowType = '{APPOINTMENT}' AND ExecutionStatus = 'Running' AND WorkflowId IN ({wanted})"
    return {ids[each.id] async for each in client.list_workflows(query, rpc_timeout=ASK_TIMEOUT)}


async def _is_running(client: Client, pre_entry_no: str) -> bool:
    try:
        described = await client.get_workflow_handle(workflow_id(pre_entry_no)).describe(rpc_timeout=ASK_TIMEOUT)
    except RPCError as error:
        if lacks_workflow(error):
            return False
        raise
    return described.status is WorkflowExecutionStatus.RUNNING
