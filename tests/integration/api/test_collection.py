"""Orphaned files are collected by a schedule that the worker has made, while uploads go on."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

from temporalio.client import ScheduleUpdate, ScheduleUpdateInput

from db import documents
from runtime import schedules
from runtime.objects import Missing
from tests.integration.api.api_stack import ApiStack
from tests.integration.api.drafts import new_draft, upload
from tests.pdfs.raw import many_pages


async def test_the_worker_has_made_the_schedule_and_what_is_an_orphan_goes(stack: ApiStack) -> None:
    handle = stack.context.client.get_schedule_handle(schedules.schedule_id(stack.context.settings))
    orphan, kept = many_pages(5), many_pages(6)
    names = [hashlib.sha256(each).hexdigest() for each in (orphan, kept)]
    for name, data in zip(names, (orphan, kept), strict=True):
        stack.context.objects.put(name, data)
    async with stack.client("general") as client:
        assert (await upload(client, await new_draft(client), kept)).status_code == 201
    for name in names:
        documents.record_upload(stack.engine, name, 1, datetime.now(UTC) - timedelta(days=30))
    await handle.trigger()
    async with asyncio.timeout(20):
        while await asyncio.to_thread(there, stack, names[0]):  # noqa: ASYNC110 another process collects
            await asyncio.sleep(0.05)
    assert there(stack, names[1])


def there(stack: ApiStack, name: str) -> bool:
    try:
        stack.context.objects.get(name)
    except Missing:
        return False
    return True


async def test_making_the_schedule_again_changes_it_and_leaves_a_pause_alone(stack: ApiStack) -> None:
    client = stack.context.client
    handle = client.get_schedule_handle(schedules.schedule_id(stack.context.settings))
    await handle.pause(note="an operator's")
    settings = stack.context.settings.model_copy(update={"collect_every": timedelta(hours=3)})
    await asyncio.gather(*(schedules.ensure(client, settings) for _ in range(3)))
    described = (await handle.describe()).schedule
    assert [each.every for each in described.spec.intervals] == [timedelta(hours=3)]
    assert described.state.paused
    await handle.unpause()
    await handle.update(lambda found: _as_it_was(found, stack))


def _as_it_was(found: ScheduleUpdateInput, stack: ApiStack) -> ScheduleUpdate:
    found.description.schedule.spec.intervals[0].every = stack.context.settings.collect_every
    return ScheduleUpdate(found.description.schedule)
