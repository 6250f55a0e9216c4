"""The end of the process waits for uses of keys that are being written down."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event as ThreadEvent
from typing import Any

import sqlalchemy as sa

from api.key_usage import writing_key_usage
from tests.integration.api.api_stack import ApiStack


async def test_the_end_waits_for_a_write_that_is_under_way(api_stack: ApiStack) -> None:
    begun, answered = asyncio.Event(), ThreadEvent()
    ctx = api_stack.context
    loop = asyncio.get_running_loop()

    def hold(*_: Any) -> None:
        loop.call_soon_threadsafe(begun.set)
        answered.wait()

    settings = ctx.settings.model_copy(update={"housekeeping_seconds": 0.01})
    ctx.services.usage.record(None, "auth.required", "203.0.113.9", datetime.now(UTC))
    sa.event.listen(ctx.engine, "before_cursor_execute", hold)
    try:
        async with writing_key_usage(replace(ctx, settings=settings)):
            await begun.wait()
            loop.call_later(0.2, answered.set)
        assert answered.is_set()
    finally:
        answered.set()
        sa.event.remove(ctx.engine, "before_cursor_execute", hold)
