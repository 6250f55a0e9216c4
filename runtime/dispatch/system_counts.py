"""Counts the troubles that a person must look at, once for all processes; `yuyue doctor` names each of them."""

import asyncio
from datetime import UTC, datetime, timedelta

from db import queries, system_counts
from db.system_counts import CountName, Found
from domain.instants import local_date
from runtime import lost_workflows, temporal
from runtime.credentials.customs import credential_states
from runtime.dispatch.dispatcher import Dispatcher
from workflows.contracts import number_of_workflow

#: These counts change slowly.
COUNT_SECONDS = 60.0
#: The search asks for every open appointment, some hundred in one call.
SEARCH_SECONDS = 300.0


async def count_calendar_gaps(dispatcher: Dispatcher) -> None:
    """Counts the years not published and the ports without hours."""
    ahead = timedelta(days=dispatcher.settings.calendar_ahead_days)
    found = await dispatcher.read(lambda session: queries.gaps(session, local_date(datetime.now(UTC)), ahead))
    years, ports = len(found.years), len(found.ports)
    await _save(dispatcher, {CountName.UNPUBLISHED_YEARS: years, CountName.PORTS_WITHOUT_HOURS: ports})


async def count_stuck_workflows(dispatcher: Dispatcher) -> None:
    """Counts and notes the workflows whose tasks fail; None where the server marks none."""
    found = await _stuck_workflows(dispatcher)
    count = len(found or ())
    if found and count == lost_workflows.MOST:
        marked = temporal.stuck_workflows_filter(dispatcher.settings)
        count = (await dispatcher.client.count_workflows(marked, rpc_timeout=temporal.ASK_TIMEOUT)).count
    await _save_found(dispatcher, CountName.STUCK_WORKFLOWS, found, count)


async def count_missing_workflows(dispatcher: Dispatcher) -> None:
    """Counts and notes the open appointments that need `yuyue revive`."""
    found = await lost_workflows.lost(dispatcher.client, dispatcher.engine)
    await _save_found(dispatcher, CountName.MISSING_WORKFLOWS, [Found(each, each) for each in found], len(found))


async def count_credentials(dispatcher: Dispatcher) -> None:
    """Counts the days of our client certificate at customs, None without one, and the credentials without use."""
    found = await asyncio.to_thread(lambda: list(credential_states(dispatcher.settings)))
    days = next((each.days_left for each in found if each.days_left is not None), None)
    unusable = sum(each.fault is not None for each in found)
    await _save(dispatcher, {CountName.CLIENT_CERTIFICATE_DAYS: days, CountName.CREDENTIALS_UNUSABLE: unusable})


async def _stuck_workflows(dispatcher: Dispatcher) -> list[Found] | None:
    if not await temporal.marks_stuck_workflows(dispatcher.client):
        return None
    marked = temporal.stuck_workflows_filter(dispatcher.settings)
    listed = dispatcher.client.list_workflows(marked, rpc_timeout=temporal.ASK_TIMEOUT, limit=lost_workflows.MOST)
    found = {each.id: Found(each.id, number_of_workflow(each.id), each.start_time) async for each in listed}
    return list(found.values())


async def _save_found(dispatcher: Dispatcher, name: CountName, found: list[Found] | None, count: int) -> None:
    now = datetime.now(UTC)
    await asyncio.to_thread(
        lambda: system_counts.save_found(dispatcher.engine, name, found, at=now, count=count),
    )


async def _save(dispatcher: Dispatcher, counts: dict[CountName, int | None]) -> None:
    await asyncio.to_thread(system_counts.save, dispatcher.engine, counts, datetime.now(UTC))
